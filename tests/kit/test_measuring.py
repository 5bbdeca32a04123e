"""How far behind its stream a consumer is."""

from datetime import timedelta

from boxoffice.events.streams import FACTS
from boxoffice.kit import clock
from boxoffice.kit.measuring import Behind
from kit.bells import SERVICE, BellRang, Room, note
from stage import at_work, eventually, news


async def test_who_does_not_keep_up_is_behind_since_it_last_did(room: Room):
    behind, at = Behind(FACTS, SERVICE), clock.now()
    bus = room.client.jetstream()
    await room.consumer(note)

    before = await behind.look(bus, at)
    await news.say(room.client, BellRang(times=1))
    first = await behind.look(bus, at + timedelta(seconds=10))
    await news.say(room.client, BellRang(times=2))
    second = await behind.look(bus, at + timedelta(seconds=40))

    assert (before, first, second) == ((0, 0), (1, 0), (2, 30))


async def test_who_has_caught_up_is_not_behind(room: Room):
    behind, at = Behind(FACTS, SERVICE), clock.now()
    bus = room.client.jetstream()
    consumer = await room.consumer(note)
    await news.say(room.client, BellRang(times=1))
    await behind.look(bus, at)

    async with at_work(consumer.run()):
        await eventually(lambda: _all_is_heard(room))

    assert await behind.look(bus, at + timedelta(seconds=60)) == (0, 0)


async def _all_is_heard(room: Room) -> None:
    assert await room.unheard() == (0, 0)
