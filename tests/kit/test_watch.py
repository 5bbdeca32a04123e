"""Small shared facts that every process knows at once."""

import asyncio

import pytest
from nats.js.kv import KeyValue
from pydantic import SecretStr

from boxoffice.kit.settings import Settings
from boxoffice.kit.watch import Watched
from kit.bells import Room, open_room
from stage import at_work, cable, eventually


@pytest.fixture
async def bucket(room: Room) -> KeyValue:
    return await room.client.jetstream().key_value("keys")


async def test_what_was_there_before_is_known_first(room: Room, bucket: KeyValue):
    await bucket.put("first", b"1")
    watched = Watched("keys")

    async with at_work(watched.run(room.client.jetstream())):
        await asyncio.wait_for(watched.current.wait(), 5)

        assert watched.entries == {"first": b"1"}


async def test_an_empty_bucket_is_known_to_be_empty(room: Room):
    watched = Watched("keys")

    async with at_work(watched.run(room.client.jetstream())):
        await asyncio.wait_for(watched.current.wait(), 5)

    assert (watched.entries, watched.revision) == ({}, 0)


async def test_whatever_changes_is_known_at_once(room: Room, bucket: KeyValue):
    watched = Watched("keys")
    async with at_work(watched.run(room.client.jetstream())):
        for change, entries in (
            (bucket.put("a", b"1"), {"a": b"1"}),
            (bucket.put("b", b"2"), {"a": b"1", "b": b"2"}),
            (bucket.put("a", b"3"), {"a": b"3", "b": b"2"}),
            (bucket.delete("b"), {"a": b"3"}),
            (bucket.purge("a"), {}),
        ):
            before = watched.revision
            await change
            await eventually(lambda entries=entries: _knows(watched, entries), seconds=2)
            assert watched.revision > before


async def test_what_is_known_stays_in_force_while_the_bus_is_away(
    bucket: KeyValue, place: Settings
):
    watched = Watched("keys")
    await bucket.put("a", b"1")
    async with cable(place.nats_url.get_secret_value()) as line:
        far = place.model_copy(update={"nats_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work(watched.run(remote.client.jetstream())):
            await eventually(lambda: _knows(watched, {"a": b"1"}))
            line.cut()
            await bucket.put("b", b"2")
            assert watched.entries == {"a": b"1"}

            line.mend()

            await eventually(lambda: _knows(watched, {"a": b"1", "b": b"2"}))


async def _knows(watched: Watched, entries: dict[str, bytes]) -> None:
    assert watched.entries == entries
