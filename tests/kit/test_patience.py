"""Who fails again and again waits ever longer, in whatever replica they try."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import pytest

from boxoffice.kit import limits
from boxoffice.kit.errors import TooMany
from boxoffice.kit.limits import Patience
from boxoffice.kit.service import Running
from boxoffice.kit.settings import Settings
from kit.bells import Room, open_room
from kit.stalls import Unguarded, held_up
from stage.rivals import Swaps

SECOND = timedelta(seconds=1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
GUESSES = Patience(
    "guesses", free=3, first=SECOND, longest=8 * SECOND, forgotten=timedelta(minutes=1)
)
RIVALS = 12
NOT_YET: LiteralString = "WHERE known.until <= $2 OR known.tries < $3"
AS_IT_WAS: Swaps = {  # as if it were asked first, and counted then
    NOT_YET: (
        "WHERE (SELECT old.until <= $2 OR old.tries < $3 FROM limits AS old WHERE old.key = $1)"
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


async def test_a_few_failures_are_free(desk: Running):
    tries = [await _waits(desk, 0) for _ in range(GUESSES.free + 1)]

    assert tries == [None, None, None, 1]


async def test_each_further_failure_doubles_the_wait_up_to_the_longest(desk: Running):
    for _ in range(GUESSES.free):
        await _waits(desk, 0)

    at, waits = 0.0, list[int | None]()
    for _ in range(6):
        waits.append(await _waits(desk, at))
        at += waits[-1] or 0
        assert await _waits(desk, at) is None

    assert waits == [1, 2, 4, 8, 8, 8]


async def test_a_try_that_is_refused_does_not_count(desk: Running):
    for _ in range(GUESSES.free):
        await _waits(desk, 0)

    for _ in range(20):
        assert await _waits(desk, 0.5) == 1

    assert await _waits(desk, 1) is None
    assert await _waits(desk, 1) == 2


@pytest.mark.parametrize(("free", "waits"), [(1, [None, 1]), (2, [None, None, 1])], ids=str)
async def test_the_first_wait_comes_after_the_last_free_failure(
    desk: Running, free: int, waits: list[int | None]
):
    strict = Patience("strict", free, SECOND, 8 * SECOND, timedelta(minutes=1))

    tries = [await _waits(desk, 0, patience=strict) for _ in waits]
    later = [await _waits(desk, 1, patience=strict) for _ in range(2)]

    assert tries == waits
    assert later == [None, 2]


async def test_the_wait_is_never_longer_than_the_longest_however_many_fail(desk: Running):
    for number in range(60):
        assert await _waits(desk, 8 * number) is None

    assert await _waits(desk, 8 * 59) == 8


async def test_failures_are_forgotten_in_time(desk: Running):
    for _ in range(GUESSES.free):
        await _waits(desk, 0)

    still = [await _waits(desk, 61), await _waits(desk, 61)]
    anew = [await _waits(desk, 124) for _ in range(GUESSES.free + 1)]

    assert still == [None, 2]
    assert anew == [None, None, None, 1]


async def test_a_success_takes_all_failures_back(desk: Running):
    for _ in range(GUESSES.free):
        await _waits(desk, 0)

    await limits.succeed(desk, GUESSES, "bob")

    anew = [await _waits(desk, 0) for _ in range(GUESSES.free + 1)]
    assert anew == [None, None, None, 1]


async def test_one_persons_success_takes_nothing_of_anothers_back(desk: Running):
    for who in ("bob", "eve"):
        for _ in range(GUESSES.free):
            await _waits(desk, 0, who)

    await limits.succeed(desk, GUESSES, "bob")

    assert await _waits(desk, 0, "eve") == 1


async def test_people_wait_each_for_themselves(desk: Running):
    for _ in range(GUESSES.free + 1):
        await _waits(desk, 0)

    assert await _waits(desk, 0, "alice") is None


async def test_replicas_count_failures_together(desk: Running, replica: Running):
    tries = [await _waits(one, 0) for one in (desk, replica, replica, desk)]

    assert tries == [None, None, None, 1]
    await limits.succeed(replica, GUESSES, "bob")
    assert await _waits(desk, 0) is None


async def test_many_tries_in_one_moment_count_like_one_after_the_other(room: Room, place: Settings):
    assert await _tried_of_many(room, place, {}) == GUESSES.free


async def test_if_it_were_asked_first_and_counted_then_all_could_guess_at_once(
    room: Room, place: Settings
):
    assert await _tried_of_many(room, place, AS_IT_WAS) == RIVALS


async def test_nobody_waits_where_limits_are_off(room: Room):
    off = room.running(rate_limits=False)

    assert {await _waits(off, 0) for _ in range(20)} == {None}
    assert await room.db.fetchval("SELECT count(*) FROM limits") == 0


async def _tried_of_many(room: Room, place: Settings, swaps: Swaps) -> int:
    """Hold the count until all have tried; return how many were let, with the first."""
    many = place.model_copy(update={"database_connections": RIVALS})
    await limits.attempt(room.running(rate_limits=True), GUESSES, "bob", NOON)
    async with open_room(many) as crowd:
        unguarded = Unguarded(crowd.db, swaps)
        running = crowd.running(unguarded, rate_limits=True)
        async with room.db.transaction() as tx:
            await tx.execute("SELECT 1 FROM limits FOR UPDATE")
            tasks = [asyncio.create_task(_waits(running, 0)) for _ in range(RIVALS - 1)]
            await held_up(room.db, tasks)
        waits = [None, *await asyncio.gather(*tasks)]
    assert not unguarded.missing
    return waits.count(None)


async def _waits(
    running: Running, seconds: float, who: str = "bob", patience: Patience = GUESSES
) -> int | None:
    """Try and fail so long after noon; return the seconds to wait for whom it refuses."""
    try:
        await limits.attempt(running, patience, who, NOON + seconds * SECOND)
    except TooMany as refusal:
        return refusal.retry_after_seconds
    return None
