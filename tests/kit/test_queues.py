"""Letters to send: each goes to one replica, and is nowhere once it is handled."""

from datetime import timedelta

import pytest
from nats.js.api import StreamInfo
from nats.js.errors import NoStreamResponseError

from boxoffice.events.event import Event
from boxoffice.events.identity import SendMessage, SendVerification
from boxoffice.events.streams import MAIL
from boxoffice.kit import bus, clock, inbox, outbox
from boxoffice.kit.clock import new_id
from boxoffice.kit.consumer import Consumer
from boxoffice.kit.database import Tx
from boxoffice.kit.service import Handler, Reaction, on
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, Room, open_room
from stage import at_work, eventually

MANY = 300
CODE = "493817"


@pytest.mark.parametrize("many", [1, 3])
async def test_a_letter_that_is_sent_leaves_no_row_behind(room: Room, many: int):
    await room.say(*[_verification() for _ in range(many)])
    assert await outbox.count_unsent(room.db) == many

    await room.relay.run_once()

    assert await room.db.fetchval("SELECT count(*) FROM outbox") == 0
    assert (await _queue(room)).state.messages == many


async def test_a_letter_that_cannot_be_sent_yet_stays(room: Room):
    await room.say(_verification())
    await room.client.jetstream().delete_stream(MAIL.name)

    with pytest.raises(NoStreamResponseError):
        await room.relay.run_once()

    assert await outbox.count_unsent(room.db) == 1


async def test_a_letter_waits_for_whoever_sends_it(room: Room):
    await room.say(_message())
    await room.relay.run_once()

    async with at_work((await _mailer(room, _note)).run()):
        await eventually(lambda: _nothing_waits(room))

    assert len(await room.noted()) == 1


async def test_of_two_replicas_one_sends_each_letter_and_then_it_is_gone(
    room: Room, place: Settings
):
    letters = [_message() if number % 2 else _verification() for number in range(MANY)]
    async with open_room(place) as replica:
        first, second = await _mailer(room, _note), await _mailer(replica, _note)
        async with at_work(first.run(), second.run()):
            await room.say(*letters)
            while await outbox.count_unsent(room.db):
                await room.relay.run_once()

            await eventually(lambda: _nothing_waits(room))

    rows = await room.db.fetch("SELECT bell_id FROM bells")
    assert sorted(row["bell_id"] for row in rows) == sorted(one.about_id for one in letters)


async def test_a_letter_that_was_sent_by_a_process_that_died_is_not_queued_again(room: Room):
    letter = _message()
    await room.say(letter)
    row = await room.db.fetchrow("SELECT id, subject, name, body FROM outbox")
    assert row
    headers = {"Event-Id": str(row["id"]), "Nats-Msg-Id": str(row["id"]), "Event": row["name"]}
    async with at_work((await _mailer(room, _note)).run()):
        await room.murmur(row["subject"], row["body"], headers)  # and it died before it noted so
        await eventually(lambda: _nothing_waits(room, said=1))

        await room.relay.run_once()

        assert await outbox.count_unsent(room.db) == 0
        assert (await _queue(room)).state.messages == 0
    assert len(await room.noted()) == 1


async def test_a_letter_that_nobody_can_send_is_set_aside_and_holds_nothing_up(room: Room):
    poison = _verification()

    async def choke(tx: Tx, letter: SendMessage | SendVerification) -> None:
        if letter.letter_id == poison.letter_id:
            raise ZeroDivisionError(poison.code)
        await _note(tx, letter)

    async with at_work((await _mailer(room, choke)).run()):
        await room.say(_message(), poison, _message())
        await room.relay.run_once()

        await eventually(lambda: _nothing_waits(room))

    assert len(await room.noted()) == 2
    [letter] = await inbox.select_dead_letters(room.db, 10)
    assert (letter.name, letter.error, letter.body) == ("SendVerification", "ZeroDivisionError", "")


async def _mailer(room: Room, handler: Handler) -> Consumer:
    """What sends letters from here."""
    reactions: dict[type[Event], Reaction] = {
        kind: on(kind, handler) for kind in (SendMessage, SendVerification)
    }
    await bus.ensure_consumers(room.client, SERVICE, {MAIL: reactions})
    return Consumer(room.db, room.client, MAIL, reactions, room.settings.delivery_tries)


async def _note(tx: Tx, letter: SendMessage | SendVerification) -> None:
    await tx.execute("INSERT INTO bells (bell_id, times) VALUES ($1, 1)", letter.letter_id)


async def _queue(room: Room) -> StreamInfo:
    return await room.client.jetstream().stream_info(MAIL.name)


async def _nothing_waits(room: Room, said: int | None = None) -> None:
    state = (await _queue(room)).state
    assert state.messages == 0
    assert state.last_seq == said if said else state.last_seq > 0


def _verification() -> SendVerification:
    at = clock.now()
    return SendVerification(
        letter_id=new_id(),
        person_id=new_id(),
        email="alice@example.com",
        code=CODE,
        code_until=at + timedelta(minutes=5),
        token="t" * 32,
        token_until=at + timedelta(days=1),
        at=at,
    )


def _message() -> SendMessage:
    return SendMessage(
        letter_id=new_id(),
        kind="password-changed",
        person_id=new_id(),
        email="alice@example.com",
        name="Alice",
        at=clock.now(),
    )
