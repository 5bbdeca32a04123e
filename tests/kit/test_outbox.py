"""Events on their way from the database to the bus."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import SecretStr

from boxoffice.events.streams import FACTS
from boxoffice.kit import clock, outbox
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import current_trace, new_trace, traced
from kit.bells import BellRang, Room, note, open_room
from stage import at_work, cable, eventually


async def test_a_row_and_its_event_are_kept_together(room: Room):
    async with room.db.transaction() as tx:
        await note(tx, BellRang(times=1))
        await tx.emit(BellRang(times=1))

    assert await room.noted() == [1]
    assert await outbox.count_unsent(room.db) == 1


async def test_a_row_and_its_event_are_lost_together(room: Room):
    async def ring_and_fail() -> None:
        async with room.db.transaction() as tx:
            await note(tx, BellRang(times=1))
            await tx.emit(BellRang(times=1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ring_and_fail()

    assert await room.noted() == []
    assert await outbox.count_unsent(room.db) == 0


async def test_a_commit_wakes_the_relay(room: Room):
    async with at_work(room.relay.run()):
        await eventually(lambda: _idle(room))
        begun = asyncio.get_running_loop().time()
        for times in range(10):
            await room.ring(BellRang(times=times))
            await eventually(lambda: _idle(room))

        spent = asyncio.get_running_loop().time() - begun
        assert spent < 5 * outbox.SWEEP.total_seconds()  # ten sweeps would have taken ten


async def test_events_go_out_in_the_order_in_which_they_were_said(room: Room):
    async with room.db.transaction() as tx:
        await tx.emit(*[BellRang(times=times) for times in range(outbox.LARGEST + 10)])

    assert await room.relay.run_once() == outbox.LARGEST
    assert await room.relay.run_once() == 10

    assert await room.said() == list(range(outbox.LARGEST + 10))


async def test_what_another_process_left_behind_is_swept_up(room: Room, place: Settings):
    async with open_room(place) as crashed, at_work(room.relay.run()):
        await crashed.ring(BellRang(times=3))  # whoever commits there wakes nobody here

        async def it_was_said():
            assert await room.said() == [3]

        await eventually(it_was_said)


async def test_two_relays_send_each_event_once(room: Room, place: Settings):
    async with room.db.transaction() as tx:
        await tx.emit(*[BellRang(times=times) for times in range(600)])

    async with open_room(place) as replica, at_work(room.relay.run(), replica.relay.run()):
        await eventually(lambda: _idle(room))

    assert sorted(await room.said()) == list(range(600))


async def test_an_event_sent_by_a_process_that_died_before_noting_so_is_there_once(room: Room):
    await room.ring(BellRang(times=7))
    await room.relay.run_once()
    await room.db.execute("INSERT INTO unsent SELECT position FROM outbox")

    await room.relay.run_once()

    assert await outbox.count_unsent(room.db) == 0
    assert await room.said() == [7]


async def test_events_wait_while_the_bus_is_away(room: Room, place: Settings):
    async with cable(place.nats_url.get_secret_value()) as line:
        far = place.model_copy(update={"nats_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work(remote.relay.run()):
            line.cut()
            for times in range(3):
                await remote.ring(BellRang(times=times))
            assert await outbox.count_unsent(room.db) == 3

            line.mend()

            await eventually(lambda: _idle(room))
            assert await room.said() == [0, 1, 2]


async def test_events_go_out_again_once_the_database_is_back(room: Room, place: Settings):
    async with cable(place.database_url.get_secret_value()) as line:
        far = place.model_copy(update={"database_url": SecretStr(line.url)})
        async with open_room(far) as remote, at_work(remote.relay.run()):
            line.cut()
            await room.ring(BellRang(times=1))
            line.mend()

            await eventually(lambda: _idle(room))

    assert await room.said() == [1]


async def test_an_event_carries_the_trace_and_the_cause_of_what_said_it(room: Room):
    cause = clock.new_id()
    with traced(new_trace(cause=cause)) as trace:
        await room.ring(BellRang())
        assert current_trace().trace_id == trace.trace_id

    await room.relay.run_once()

    message = await room.client.jetstream().get_last_msg(FACTS.name, BellRang.every())
    headers = message.headers or {}
    assert headers["traceparent"].split("-")[1] == trace.trace_id
    assert headers["Causation-Id"] == str(cause)
    assert headers["Nats-Msg-Id"] == headers["Event-Id"]


async def test_sent_events_are_forgotten_in_time_and_unsent_ones_never(room: Room):
    await room.ring(BellRang(times=1))
    await room.relay.run_once()
    await room.ring(BellRang(times=2))

    async with room.db.transaction() as tx:
        await outbox.delete_sent(tx, clock.now() + timedelta(days=1))

    bodies = await room.db.fetch("SELECT body ->> 'times' AS times FROM outbox")
    assert [row["times"] for row in bodies] == ["2"]


async def _idle(room: Room) -> None:
    assert await outbox.count_unsent(room.db) == 0
