"""Hearing events: each once, none lost, and no poison in the way of the others."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest
from pydantic import SecretStr

from boxoffice.events.streams import FACTS
from boxoffice.kit import inbox
from boxoffice.kit.clock import new_id
from boxoffice.kit.consumer import LARGEST
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import NotYet
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, BellRang, GongStruck, Room, note, open_room
from stage import at_work, cable, eventually, news

POISON = 13


async def test_an_event_is_heard(room: Room):
    async with at_work((await room.consumer(note)).run()):
        await news.say(room.client, BellRang(times=1))

        await eventually(lambda: _quiet(room))

    assert await room.noted() == [1]


async def test_a_repeated_event_is_handled_once(room: Room):
    event, event_id = BellRang(times=1), new_id()
    async with at_work((await room.consumer(note)).run()):
        for _ in range(3):
            await news.say(room.client, event, event_id)
        await news.say(room.client, BellRang(times=2))

        await eventually(lambda: _quiet(room))

    assert await room.noted() == [1, 2]


async def test_an_event_that_is_handed_out_again_after_its_commit_is_handled_once(room: Room):
    event_id = new_id()
    async with room.db.transaction() as tx:
        await inbox.insert_heard(tx, [event_id])  # its process died before it could say so

    async with at_work((await room.consumer(note)).run()):
        await news.say(room.client, BellRang(times=1), event_id)
        await eventually(lambda: _quiet(room))

    assert await room.noted() == []


async def test_replicas_share_the_work(room: Room, place: Settings):
    events = [BellRang(times=times) for times in range(3 * LARGEST)]
    async with open_room(place) as replica:
        first, second = await room.consumer(note), await replica.consumer(note)
        async with at_work(first.run(), second.run()):
            for event in events:
                await news.say(room.client, event)
            await eventually(lambda: _quiet(room))

    assert sorted(await room.noted()) == list(range(3 * LARGEST))


async def test_one_poisonous_event_holds_nothing_up_and_ends_among_the_dead_letters(room: Room):
    tries = Counter[int]()

    async def choke(tx: Tx, event: BellRang) -> None:
        tries[event.times] += 1
        await note(tx, event)
        if event.times == POISON:
            raise ZeroDivisionError("poison")

    consumer = await room.consumer(choke)
    for times in range(20):
        await news.say(room.client, BellRang(times=times))
    async with at_work(consumer.run()):
        await eventually(lambda: _noted(room, 19))
        assert POISON not in await room.noted()
        await eventually(lambda: _quiet(room))

    [letter] = await inbox.select_dead_letters(room.db, 10)
    assert (letter.name, letter.tries) == ("BellRang", room.settings.delivery_tries)
    assert "poison" in letter.error
    assert BellRang.model_validate_json(letter.body).times == POISON
    assert sorted(await room.noted()) == [times for times in range(20) if times != POISON]


async def test_a_poisonous_event_is_tried_ever_more_seldom(room: Room, place: Settings):
    patient = place.model_copy(update={"delivery_tries": 5})
    loop_times: list[float] = []

    async def choke(_tx: Tx, _event: BellRang) -> None:
        loop_times.append(asyncio.get_running_loop().time())
        raise ZeroDivisionError

    async with open_room(patient) as slow, at_work((await slow.consumer(choke)).run()):
        await news.say(room.client, BellRang())
        await eventually(lambda: _quiet(room))

    deliveries = loop_times[::2]  # each is tried with its batch, then by itself
    pauses = [later - earlier for earlier, later in pairwise(deliveries)]
    assert pauses[-1] > 2 * pauses[0]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("not json", {"Event": "BellRang", "Event-Id": str(new_id())}),
        ('{"bellId": 3}', {"Event": "BellRang", "Event-Id": str(new_id())}),
        ("{}", {"Event": "BellRang", "Event-Id": "not an id"}),
        ("{}", {"Event": "BellCracked", "Event-Id": str(new_id())}),
        ("nul \0 byte", {}),
    ],
)
async def test_what_nobody_understands_is_a_dead_letter_at_once(
    room: Room, body: str, headers: dict[str, str]
):
    event = BellRang(times=1)
    async with at_work((await room.consumer(note)).run()):
        await room.murmur(event.subject, body, headers)
        await news.say(room.client, event)
        await eventually(lambda: _quiet(room))

    [letter] = await inbox.select_dead_letters(room.db, 10)
    assert (letter.tries, letter.subject) == (1, event.subject)
    assert await room.noted() == [1]


async def test_news_that_only_the_next_version_takes_is_left_to_it(room: Room):
    older = await room.consumer(note)
    newer = await room.consumer(
        note, BellRang, GongStruck
    )  # it has been prepared, and starts later
    async with at_work(older.run()):
        await news.say(room.client, GongStruck(times=2))
        await news.say(room.client, BellRang(times=1))
        await eventually(lambda: _noted(room, 1))

    async with at_work(newer.run()):
        await eventually(lambda: _noted(room, 2))
        await eventually(lambda: _quiet(room))

    assert await room.noted() == [1, 2]


async def test_news_that_no_version_takes_in_the_end_is_a_dead_letter(room: Room):
    older = await room.consumer(note)
    await room.consumer(note, BellRang, GongStruck)  # prepared, and never started
    async with at_work(older.run()):
        await news.say(room.client, GongStruck(times=1))
        await eventually(lambda: _quiet(room))

    [letter] = await inbox.select_dead_letters(room.db, 10)
    assert (letter.name, letter.tries) == ("GongStruck", room.settings.delivery_tries)


async def test_an_event_that_comes_before_its_cause_waits_for_it(room: Room):
    bell = new_id()

    async def in_order(tx: Tx, event: BellRang) -> None:
        known = await tx.fetchval("SELECT count(*) FROM bells WHERE bell_id = $1", bell)
        if known < event.times - 1:
            raise NotYet("an earlier one is on its way")
        await note(tx, event)

    async with at_work((await room.consumer(in_order)).run()):
        for times in (3, 2, 1):
            await news.say(room.client, BellRang(bell_id=bell, times=times))
        await eventually(lambda: _quiet(room))

    assert await room.noted() == [1, 2, 3]
    assert await inbox.count_dead_letters(room.db) == 0


async def test_events_wait_while_the_database_is_away_and_none_is_buried(
    room: Room, place: Settings
):
    async with cable(place.database_url.get_secret_value()) as line:
        far = place.model_copy(update={"database_url": SecretStr(line.url), "delivery_tries": 1})
        async with open_room(far) as remote, at_work((await remote.consumer(note)).run()):
            await news.say(room.client, BellRang(times=1))
            await eventually(lambda: _noted(room, 1))
            line.cut()
            for times in (2, 3):
                await news.say(room.client, BellRang(times=times))

            line.mend()

            await eventually(lambda: _quiet(room))
    assert await room.noted() == [1, 2, 3]
    assert await inbox.count_dead_letters(room.db) == 0


async def test_the_database_may_go_away_between_two_events_of_a_batch(room: Room, place: Settings):
    together, calls = asyncio.Event(), Counter[int]()
    async with cable(place.database_url.get_secret_value()) as line:

        async def trip(tx: Tx, event: BellRang) -> None:
            calls[event.times] += 1
            await together.wait()
            if event.times == POISON:
                raise ZeroDivisionError
            if event.times == 2 and calls[2] == 2:  # by itself; the one before it is settled
                line.cut()
                line.mend()
            await note(tx, event)

        far = place.model_copy(update={"database_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work((await remote.consumer(trip)).run()):
            for times in (0, 1, 2, POISON, 3):
                await news.say(room.client, BellRang(times=times))
            await eventually(lambda: _in_hand(room, 5))
            together.set()
            await eventually(lambda: _quiet(room))

    assert sorted(await room.noted()) == [0, 1, 2, 3]
    assert await inbox.count_dead_letters(room.db) == 1


async def test_an_event_that_was_in_hand_when_the_database_went_away_is_not_buried(
    room: Room, place: Settings
):
    cuts = 3
    async with cable(place.database_url.get_secret_value()) as line:

        async def trip(tx: Tx, event: BellRang) -> None:
            nonlocal cuts
            if cuts:
                cuts -= 1
                line.cut()
                line.mend()
            await note(tx, event)

        far = place.model_copy(update={"database_url": SecretStr(line.url), "delivery_tries": 1})
        async with open_room(far) as remote, at_work((await remote.consumer(trip)).run()):
            await news.say(room.client, BellRang(times=1))
            await eventually(lambda: _quiet(room))

    assert await room.noted() == [1]
    assert await inbox.count_dead_letters(room.db) == 0


@pytest.mark.parametrize("error", [FileNotFoundError("no template"), TimeoutError("slow")])
async def test_a_handler_that_fails_like_a_lost_connection_blocks_nothing(
    room: Room, error: Exception
):
    async def choke(tx: Tx, event: BellRang) -> None:
        if event.times == POISON:
            raise error
        await note(tx, event)

    consumer = await room.consumer(choke)
    for times in (1, POISON, 2):
        await news.say(room.client, BellRang(times=times))
    async with at_work(consumer.run()):
        await eventually(lambda: _quiet(room))

    assert sorted(await room.noted()) == [1, 2]
    assert await inbox.count_dead_letters(room.db) == 1


async def test_events_are_heard_again_once_the_bus_is_back(room: Room, place: Settings):
    async with cable(place.nats_url.get_secret_value()) as line:
        far = place.model_copy(update={"nats_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work((await remote.consumer(note)).run()):
            await news.say(room.client, BellRang(times=1))
            await eventually(lambda: _noted(room, 1))
            line.cut()
            await eventually(lambda: _nobody_asks(room))  # else it is sent into the cut cable
            await news.say(room.client, BellRang(times=2))

            line.mend()

            await eventually(lambda: _noted(room, 2))

    assert await room.noted() == [1, 2]


async def _quiet(room: Room) -> None:
    assert await room.unheard() == (0, 0)


async def _noted(room: Room, count: int) -> None:
    assert len(await room.noted()) == count


async def _in_hand(room: Room, count: int) -> None:
    assert await room.unheard() == (count, count)


async def _nobody_asks(room: Room) -> None:
    place = await room.client.jetstream().consumer_info(FACTS.name, SERVICE)
    assert place.num_waiting == 0
