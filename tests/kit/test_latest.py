"""Where only the latest is kept it is what was said last, whichever replica hands it over."""

import asyncio
from typing import LiteralString

from nats.js.kv import KeyValue

from boxoffice.events.identity import PersonChanged, SignInEnded, StandingChanged
from boxoffice.events.streams import STANDING, STREAMS
from boxoffice.kit import clock, outbox
from boxoffice.kit.auth import watched_standing
from boxoffice.kit.outbox import Relay
from boxoffice.kit.settings import Settings
from kit.bells import Room, open_room
from kit.stalls import Halting, held_up
from stage import at_work, eventually, news
from stage.rivals import Rivals, Swaps

PERSON = clock.new_id()
ONE_AT_A_TIME: LiteralString = "SELECT pg_advisory_xact_lock($1)"
OLDEST: LiteralString = "ORDER BY position LIMIT $1"
SHARED: Swaps = {  # as if each relay took what no other has in hand
    ONE_AT_A_TIME: "SELECT $1::bigint",
    OLDEST: "ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED",
}


async def test_two_relays_hand_over_what_was_said_last_of_a_person_last(
    room: Room, place: Settings
):
    assert await _race(room, place, {}) == 2


async def test_relays_that_shared_the_work_would_leave_what_was_said_first(
    room: Room, place: Settings
):
    assert await _race(room, place, SHARED) == 1


async def test_a_person_is_known_as_last_described(room: Room):
    described = [
        PersonChanged(person_id=PERSON, version=version, email="a@example.com", name=f"a{version}")
        for version in range(3)
    ]
    await room.say(*described)

    await room.relay.run_once()

    assert await news.said(room.client, PersonChanged) == [described[-1]]


async def test_what_is_said_of_a_persons_standing_is_what_every_process_watches(room: Room):
    ended = SignInEnded(sign_in_id=clock.new_id(), ended_at=clock.now())
    watched = watched_standing()
    async with at_work(watched.run(room.client)):
        await room.say(_standing(1), ended, _standing(2))
        await room.relay.run_once()

        async def it_is_known():
            assert watched.entries == {
                f"person.{PERSON}": _standing(2),
                f"sign-in.{ended.sign_in_id}": ended,
            }

        await eventually(it_is_known)


async def test_a_fact_leaves_its_row_so_that_a_lost_stream_can_be_refilled(room: Room):
    await room.say(_standing(1))

    await room.relay.run_once()

    assert await room.db.fetchval("SELECT count(*) FROM outbox") == 1
    assert await outbox.count_unsent(room.db) == 0


async def test_streams_keep_what_they_say_they_keep(room: Room):
    for stream in STREAMS:
        config = (await room.client.jetstream().stream_info(stream.name)).config

        assert config.subjects == [stream.subjects]
        assert config.max_age == (stream.kept.total_seconds() if stream.kept else 0)
        assert config.max_msgs_per_subject == (1 if stream.latest_only else -1)
        assert (config.retention == "workqueue") == stream.is_queue


async def test_a_bucket_of_an_older_version_is_brought_up_to_date(room: Room, place: Settings):
    jetstream = room.client.jetstream()
    known = (await jetstream.stream_info(STANDING.name)).config
    await room.say(_standing(1))
    await room.relay.run_once()
    await jetstream.update_stream(known.evolve(max_age=10_000))

    async with open_room(place):  # which ensures its streams
        bucket = await jetstream.key_value(STANDING.bucket or "")

    assert (await bucket.status()).ttl == known.max_age
    assert await _version(bucket) == 1


async def _race(room: Room, place: Settings, swaps: Swaps) -> int:
    """Have one relay stop with the first fact in hand; return the version that stays."""
    await room.say(_standing(1))
    first = Halting(room.db, swaps)
    slow = asyncio.create_task(Relay(first, room.client).run_once())
    await first.read.wait()
    async with open_room(place) as replica:
        second = Rivals(replica.db, 1, swaps)
        await room.say(_standing(2))
        quick = asyncio.create_task(Relay(second, replica.client).run_once())
        await held_up(room.db, [quick])
        first.gate.set()
        await asyncio.gather(slow, quick)
    assert not first.missing | second.missing
    assert await outbox.count_unsent(room.db) == 0
    return await _version(await room.client.jetstream().key_value(STANDING.bucket or ""))


async def _version(bucket: KeyValue) -> int:
    entry = await bucket.get(f"person.{PERSON}")
    return StandingChanged.model_validate_json(entry.value or b"").version


def _standing(version: int) -> StandingChanged:
    return StandingChanged(
        person_id=PERSON,
        version=version,
        roles=("member",),
        verified=True,
        banned_at=None,
        banned_until=None,
    )
