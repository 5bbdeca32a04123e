"""How often is too often, counted by all replicas together."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import pytest

from boxoffice.kit import limits
from boxoffice.kit.errors import TooMany
from boxoffice.kit.housekeeping import LIMITS_KEPT, forget
from boxoffice.kit.limits import Limit
from boxoffice.kit.service import Running
from boxoffice.kit.settings import Settings
from kit.bells import Room, open_room
from kit.stalls import Unguarded, held_up
from stage.rivals import Swaps

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CALLS = Limit("calls", at_once=3, every=10 * SECOND)
LETTERS = Limit("letters", at_once=3, every=10 * SECOND)
RIVALS = 12
STILL_FREE: LiteralString = "WHERE limits.until <= $2 + $4::interval"
AS_IT_WAS: Swaps = {  # as if it were asked first, and counted then
    STILL_FREE: (
        "WHERE (SELECT old.until FROM limits AS old WHERE old.key = $1) <= $2 + $4::interval"
    )
}


@pytest.fixture
def desk(room: Room) -> Running:
    return room.running(rate_limits=True)


@pytest.fixture
async def replica(room: Room, place: Settings) -> AsyncGenerator[Running]:
    """The same service once more, with connections of its own."""
    assert room
    async with open_room(place) as second:
        yield second.running(rate_limits=True)


async def test_so_many_are_let_in_at_once_and_then_one_each_period(desk: Running):
    at_once = [await _waits(desk, "bob", 0) for _ in range(4)]
    soon = await _waits(desk, "bob", 9.5)
    next_ones = [await _waits(desk, "bob", seconds) for seconds in (10, 10, 19, 20, 29.9, 30)]

    assert at_once == [None, None, None, 10]
    assert soon == 1
    assert next_ones == [None, 10, 1, None, 1, None]


async def test_patience_is_not_saved_up(desk: Running):
    await _waits(desk, "bob", 0)

    an_hour_later = [await _waits(desk, "bob", 3_600) for _ in range(4)]

    assert an_hour_later == [None, None, None, 10]


async def test_who_is_refused_waits_no_longer_for_it(desk: Running):
    for _ in range(3):
        await _waits(desk, "bob", 0)

    for _ in range(50):
        assert await _waits(desk, "bob", 5) == 5

    assert await _waits(desk, "bob", 10) is None


async def test_one_at_once_means_one_each_period(desk: Running):
    single = Limit("single", at_once=1, every=10 * SECOND)

    waits = [await _waits(desk, "bob", seconds, single) for seconds in (0, 0, 9, 10, 11)]

    assert waits == [None, 10, 1, None, 9]


async def test_replicas_count_together(desk: Running, replica: Running):
    waits = [await _waits(one, "bob", 0) for one in (desk, replica, desk, replica, desk)]

    assert waits == [None, None, None, 10, 10]


async def test_people_do_not_share_and_limits_do_not_either(desk: Running):
    for _ in range(4):
        await _waits(desk, "bob", 0)

    others = [
        await _waits(desk, "alice", 0),
        await _waits(desk, "bob ", 0),
        await _waits(desk, "", 0),
        await _waits(desk, "bob", 0, LETTERS),
    ]

    assert others == [None] * 4
    assert await _waits(desk, "bob", 0) == 10


async def test_of_many_in_one_moment_no_more_are_let_in_than_the_limit_says(
    room: Room, place: Settings
):
    assert await _let_in_of_many(room, place, {}) == CALLS.at_once


async def test_if_it_were_asked_first_and_counted_then_all_would_be_let_in(
    room: Room, place: Settings
):
    assert await _let_in_of_many(room, place, AS_IT_WAS) == RIVALS


async def test_a_refusal_says_in_a_sentence_how_long_to_wait(desk: Running):
    slow = Limit("slow", at_once=1, every=timedelta(minutes=10))
    await limits.take(desk, slow, "bob", NOON)

    with pytest.raises(TooMany, match=r"^Too many tries; wait 10 min and try again$") as early:
        await limits.take(desk, slow, "bob", NOON)
    with pytest.raises(TooMany, match=r"^Too many tries; wait 119 s and try again$") as late:
        await limits.take(desk, slow, "bob", NOON + timedelta(minutes=8, seconds=1))

    assert (early.value.retry_after_seconds, late.value.retry_after_seconds) == (600, 119)


async def test_nobody_is_limited_where_limits_are_off(room: Room):
    off = room.running(rate_limits=False)

    waits = {await _waits(off, "bob", 0) for _ in range(20)}

    assert waits == {None}
    assert await room.db.fetchval("SELECT count(*) FROM limits") == 0


async def test_what_is_kept_does_not_say_who_asked(desk: Running, room: Room):
    await _waits(desk, "bob@example.com", 0)
    await _waits(desk, "\udcff\0 odd", 0)

    keys = [row["key"] for row in await room.db.fetch("SELECT key FROM limits")]

    assert [len(key) for key in keys] == [32, 32]
    assert not any(b"bob" in key for key in keys)


async def test_what_limits_nobody_any_more_is_forgotten(desk: Running, room: Room):
    now = datetime.now(UTC)
    await limits.take(desk, CALLS, "long ago", now - LIMITS_KEPT - CALLS.every - SECOND)
    await limits.take(desk, CALLS, "just now", now)

    await forget(desk)

    assert await room.db.fetchval("SELECT count(*) FROM limits") == 1
    assert await room.db.fetchval("SELECT until FROM limits") > now


async def _let_in_of_many(room: Room, place: Settings, swaps: Swaps) -> int:
    """Hold the count until all have asked; return how many were let in with the first."""
    many = place.model_copy(update={"database_connections": RIVALS})
    await limits.take(room.running(rate_limits=True), CALLS, "bob", NOON)
    async with open_room(many) as crowd:
        unguarded = Unguarded(crowd.db, swaps)
        running = crowd.running(unguarded, rate_limits=True)
        async with room.db.transaction() as tx:
            await tx.execute("SELECT 1 FROM limits FOR UPDATE")
            tasks = [asyncio.create_task(_waits(running, "bob", 0)) for _ in range(RIVALS - 1)]
            await held_up(room.db, tasks)
        waits = [None, *await asyncio.gather(*tasks)]
    assert not unguarded.missing
    return waits.count(None)


async def _waits(running: Running, who: str, seconds: float, limit: Limit = CALLS) -> int | None:
    """Ask so long after noon; return the seconds to wait for whom it refuses."""
    try:
        await limits.take(running, limit, who, NOON + seconds * SECOND)
    except TooMany as refusal:
        return refusal.retry_after_seconds
    return None
