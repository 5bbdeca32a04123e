"""Taking messages from the bus as they come."""

import asyncio

import pytest
from pydantic import SecretStr

from boxoffice.events.streams import FACTS
from boxoffice.kit.consumer import LARGEST
from boxoffice.kit.database import Tx
from boxoffice.kit.pull import OPEN_SECONDS, Pull
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, BellRang, Room, note, open_room
from stage import at_work, cable, eventually, news


async def test_what_has_arrived_is_handed_over_at_once(room: Room):
    await room.consumer(note)
    for times in range(3):
        await news.say(room.client, BellRang(times=times))

    async with Pull(room.client, FACTS.name, SERVICE, LARGEST) as pull, asyncio.timeout(2):
        taken = 0
        while taken < 3:
            taken += len(await pull.batch())

    assert taken == 3


async def test_a_bus_that_says_no_is_not_asked_in_a_spin(room: Room):
    async with Pull(room.client, FACTS.name, "nobody", LARGEST) as pull:
        before = room.client.stats["out_msgs"]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await pull.batch()

    assert room.client.stats["out_msgs"] - before < 10


async def test_a_place_that_was_lost_is_taken_again_once_it_is_back(room: Room):
    consumer = await room.consumer(note)
    async with at_work(consumer.run()):
        await room.client.jetstream().delete_consumer(FACTS.name, SERVICE)
        await room.consumer(note)
        await news.say(room.client, BellRang(times=1))

        await eventually(lambda: _noted(room, 1))


async def test_after_a_cut_line_news_comes_at_once(room: Room, place: Settings):
    await room.consumer(note)
    async with cable(place.nats_url.get_secret_value()) as line:
        far = place.model_copy(update={"nats_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work((await remote.consumer(note)).run()):
            await eventually(lambda: _waiting(room, 1))
            line.cut()
            await eventually(lambda: _waiting(room, 0))
            line.mend()

            await news.say(room.client, BellRang(times=1))
            async with asyncio.timeout(OPEN_SECONDS / 2):
                await eventually(lambda: _noted(room, 1))


async def test_what_a_stopped_process_had_not_begun_is_heard_at_once_by_another(
    room: Room, place: Settings
):
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(tx: Tx, event: BellRang) -> None:
        begun.set()
        await go_on.wait()
        await note(tx, event)

    async with open_room(place) as stopped:
        first = asyncio.create_task((await stopped.consumer(slow)).run())
        await news.say(room.client, BellRang(times=1))
        await begun.wait()
        for times in (2, 3):
            await news.say(room.client, BellRang(times=times))
        await eventually(lambda: _in_hand(room, 3))
        first.cancel()
        go_on.set()
        await asyncio.wait([first])

    async with at_work((await room.consumer(note)).run()):
        await eventually(lambda: _noted(room, 3))  # far sooner than the bus would lose patience

    assert sorted(await room.noted()) == [1, 2, 3]


async def _noted(room: Room, count: int) -> None:
    assert len(await room.noted()) == count


async def _in_hand(room: Room, count: int) -> None:
    assert await room.unheard() == (count, count)


async def _waiting(room: Room, count: int) -> None:
    place = await room.client.jetstream().consumer_info(FACTS.name, SERVICE)
    assert place.num_waiting == count
