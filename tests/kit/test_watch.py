"""Small shared facts that every process knows at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import TypeAlias

import pytest
from nats.js.api import KeyValueConfig
from nats.js.kv import KeyValue
from pydantic import SecretStr

from boxoffice.kit.settings import Settings
from boxoffice.kit.watch import Watched
from kit.bells import Room, open_room
from stage import Cable, at_work, cable, eventually

Numbers: TypeAlias = Watched[int]

AT_ONCE_SECONDS = 2  # far more than it takes, far less than until all is read anew
OFTEN_SECONDS = 0.01
BEGINNINGS = 300  # one in some hundred watches is told too early that this was all


@pytest.fixture
async def bucket(room: Room) -> KeyValue:
    return await room.client.jetstream().key_value("keys")


async def test_what_was_there_before_is_known_first(room: Room, bucket: KeyValue):
    await bucket.put("first", b"1")
    await bucket.put("gone", b"2")
    await bucket.delete("gone")
    watched = _numbers()

    async with at_work(watched.run(room.client)):
        await asyncio.wait_for(watched.current.wait(), 5)

        assert watched.entries == {"first": 1}


async def test_an_empty_bucket_is_known_to_be_empty(room: Room):
    watched = _numbers()

    async with at_work(watched.run(room.client)):
        await asyncio.wait_for(watched.current.wait(), 5)

    assert (watched.entries, watched.revision) == ({}, 0)


async def test_whatever_changes_is_known_at_once(room: Room, bucket: KeyValue):
    watched = _numbers()
    async with at_work(watched.run(room.client)):
        for change, entries in (
            (bucket.put("a", b"1"), {"a": 1}),
            (bucket.put("b", b"2"), {"a": 1, "b": 2}),
            (bucket.put("a", b"3"), {"a": 3, "b": 2}),
            (bucket.delete("b"), {"a": 3}),
            (bucket.purge("a"), {}),
        ):
            before = watched.revision
            await change
            await eventually(lambda entries=entries: _knows(watched, entries), AT_ONCE_SECONDS)
            assert watched.revision > before


async def test_news_is_told_with_what_was_known_before(room: Room, bucket: KeyValue):
    watched = _Telling()
    await bucket.put("old", b"1")

    async with at_work(watched.run(room.client)):
        await asyncio.wait_for(watched.current.wait(), 5)
        await bucket.put("old", b"2")
        await bucket.put("new", b"3")
        await eventually(lambda: _knows(watched, {"old": 2, "new": 3}))

    assert watched.told == [(1, 2), (None, 3)]


async def test_an_entry_that_nobody_can_read_is_passed_over(room: Room, bucket: KeyValue):
    watched = _numbers()
    async with at_work(watched.run(room.client)):
        await bucket.put("strange", b"?")
        await bucket.put("plain", b"1")

        await eventually(lambda: _knows(watched, {"plain": 1}), AT_ONCE_SECONDS)


async def test_an_entry_that_nobody_can_read_any_more_stays_what_it_was(
    room: Room, bucket: KeyValue
):
    watched = _numbers()
    async with at_work(watched.run(room.client)):
        await bucket.put("changing", b"1")
        await eventually(lambda: _knows(watched, {"changing": 1}))
        await bucket.put("changing", b"?")
        await bucket.put("heard", b"2")
        await eventually(lambda: _knows(watched, {"changing": 1, "heard": 2}))
    await bucket.put("read", b"3")

    async with at_work(watched.run(room.client)):  # which reads all of it anew
        await eventually(lambda: _knows(watched, {"changing": 1, "heard": 2, "read": 3}))


async def test_whoever_begins_to_watch_knows_all_there_is_or_nothing(room: Room, bucket: KeyValue):
    entries = {f"n{number}": number for number in range(3)}
    for key, number in entries.items():
        await bucket.put(key, b"%d" % number)

    for _ in range(BEGINNINGS):
        watched = _Telling()
        async with at_work(watched.run(room.client)):
            await asyncio.wait_for(watched.current.wait(), 5)
            assert watched.entries == entries


async def test_what_has_expired_is_forgotten(room: Room):
    jetstream = room.client.jetstream()
    bucket = await jetstream.create_key_value(KeyValueConfig(bucket="brief", ttl=0.5))
    watched = Watched("brief", _read)
    await bucket.put("a", b"1")

    async with at_work(watched.run(room.client, OFTEN_SECONDS)):
        await eventually(lambda: _knows(watched, {"a": 1}))

        await eventually(lambda: _knows(watched, {}))


async def test_a_process_that_starts_later_knows(place: Settings, bucket: KeyValue):
    await bucket.put("a", b"1")

    async with open_room(place) as later:
        watched = _numbers()
        async with at_work(watched.run(later.client)):
            await asyncio.wait_for(watched.current.wait(), 5)

    assert watched.entries == {"a": 1}


async def test_a_bucket_that_is_made_later_is_found(room: Room):
    watched = Watched("brief", _read)
    async with at_work(watched.run(room.client)):
        bucket = await room.client.jetstream().create_key_value(KeyValueConfig(bucket="brief"))
        await bucket.put("a", b"1")

        await eventually(lambda: _knows(watched, {"a": 1}))


async def test_what_is_known_stays_in_force_while_the_bus_is_away(
    bucket: KeyValue, place: Settings
):
    await bucket.put("a", b"1")
    async with _far(place) as (line, watched):
        await eventually(lambda: _knows(watched, {"a": 1}))
        line.cut()
        await bucket.put("b", b"2")

        await bucket.delete("a")

        assert watched.entries == {"a": 1}


async def test_what_changed_while_the_line_was_cut_is_known_soon_after(
    room: Room, bucket: KeyValue, place: Settings
):
    await bucket.put("a", b"1")
    await bucket.put("b", b"2")
    async with _far(place) as (line, watched):
        await eventually(lambda: _knows(watched, {"a": 1, "b": 2}))
        line.cut()
        await _forget_who_watches(room)
        await bucket.put("b", b"3")
        await bucket.delete("a")

        line.mend()

        await eventually(lambda: _knows(watched, {"b": 3}), AT_ONCE_SECONDS)
        await bucket.put("c", b"4")
        await eventually(lambda: _knows(watched, {"b": 3, "c": 4}), AT_ONCE_SECONDS)


async def test_what_came_while_the_line_was_cut_is_told_like_any_other_news(
    bucket: KeyValue, place: Settings
):
    await bucket.put("a", b"1")
    await bucket.put("b", b"1")
    async with _far(place) as (line, watched):
        await eventually(lambda: _knows(watched, {"a": 1, "b": 1}))
        line.cut()
        await bucket.put("a", b"2")
        await bucket.put("c", b"3")

        line.mend()

        await eventually(lambda: _knows(watched, {"a": 2, "b": 1, "c": 3}))
    assert sorted(watched.told, key=str) == [(1, 2), (None, 3)]


class _Telling(Watched[int]):
    """What it learns it notes, too."""

    def __init__(self) -> None:
        self.told: list[tuple[int | None, int]] = []
        super().__init__("keys", _read, lambda before, now: self.told.append((before, now)))


@asynccontextmanager
async def _far(place: Settings) -> AsyncGenerator[tuple[Cable, _Telling]]:
    """Watch the bucket from the other end of a cable."""
    async with cable(place.nats_url.get_secret_value()) as line:
        far = place.model_copy(update={"nats_url": SecretStr(line.url)})
        watched = _Telling()
        async with open_room(far) as remote, at_work(watched.run(remote.client)):
            yield line, watched


def _numbers() -> Numbers:
    return Watched("keys", _read)


def _read(_: str, value: bytes) -> int:
    return int(value)


async def _forget_who_watches(room: Room) -> None:
    """Have the bus forget it, as when it was restarted."""
    jetstream = room.client.jetstream()
    for consumer in await jetstream.consumers_info("KV_keys"):
        await jetstream.delete_consumer("KV_keys", consumer.name)


async def _knows(watched: Numbers, entries: dict[str, int]) -> None:
    assert watched.entries == entries
