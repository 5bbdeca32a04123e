"""Sending: each letter once, whatever the mail server, the network or a crash does."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import pytest
from pydantic import SecretStr

from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.mail import commands, store
from boxoffice.services.mail.gateway import Post, Server, read_sender
from boxoffice.services.mail.model import LAST_PAUSE, PATIENCE
from mail.desk import MailServer, address, expired, fates, taken, tell
from stage import App, Play, Someone, cable, eventually
from stage.rivals import replica, rivals

MANY = 40
NOWHERE = SecretStr("smtp://127.0.0.1:9")


async def test_a_mail_server_that_is_away_delays_letters_and_loses_none(
    play: Play, server: MailServer, alice: Someone, bob: Someone
):
    async with cable(server.url) as line:
        line.cut()
        app = await play("mail", smtp_url=SecretStr(line.url))
        await tell(app, address(bob), expired(bob, alice))
        db = await app.db("mail")

        await _tried(db, times=1)
        await tell(app, address(alice))
        line.mend()

        await taken(server, 1)
        await fates(db, sent=1)
        await app.stop()


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "450 busy"), ("DATA", "451 busy")])
async def test_a_server_that_says_later_is_asked_later(
    app: App, server: MailServer, alice: Someone, bob: Someone, step: str, answer: str
):
    server.answers[step] = [answer]

    await tell(app, expired(bob, alice))

    await taken(server, 1)
    await fates(await app.db("mail"), sent=1)
    assert server.asked == 2


@pytest.mark.parametrize(
    ("step", "answer"), [("RCPT", "550 no such user"), ("DATA", "554 this is spam")]
)
async def test_a_server_that_says_never_is_not_asked_again(
    app: App, server: MailServer, alice: Someone, bob: Someone, step: str, answer: str
):
    server.answers[step] = [answer]

    await tell(app, expired(bob, alice, "Hamlet"))
    await tell(app, expired(bob, alice, "Macbeth"))

    db = await app.db("mail")
    await fates(db, sent=1, ended=1)
    assert await db.fetchval("SELECT error FROM letters WHERE sent_at IS NULL") == answer
    assert server.asked == 2


async def test_a_server_that_does_not_like_us_costs_no_letter(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    server.answers["MAIL"] = ["550 who are you"]

    await tell(app, expired(bob, alice))

    await taken(server, 1)
    await fates(await app.db("mail"), sent=1)


async def test_an_address_that_is_none_holds_up_no_other(
    app: App, server: MailServer, alice: Someone, bob: Someone, charlie: Someone
):
    await tell(app, address(charlie, email="<charlie@@ RCPT TO:<eve@example.com>"))

    await tell(app, expired(charlie, alice), expired(bob, alice))

    await fates(await app.db("mail"), sent=1, ended=1)
    assert [mail["To"].addresses[0].addr_spec for mail in server.taken] == [bob.email]


async def test_letters_that_wait_together_go_over_one_connection(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, MANY)

    await app.start()

    await taken(server, MANY)
    assert server.connections <= MANY / 10


async def test_replicas_send_each_letter_once(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, MANY)
    await app.start()

    async with replica(app):
        await taken(server, MANY)
        await fates(await app.db("mail"), sent=MANY)

    assert len({mail["Message-ID"] for mail in server.taken}) == MANY


async def test_what_one_claims_others_pass_over(app: App, alice: Someone, bob: Someone):
    await _written(app, alice, bob, MANY)

    first, second = await _claimed_by_two(app)

    assert (len(first), second) == (MANY, set())


async def test_without_the_lock_two_would_claim_the_same(app: App, alice: Someone, bob: Someone):
    await _written(app, alice, bob, MANY)

    first, second = await _claimed_by_two(app, " FOR UPDATE SKIP LOCKED")

    assert (len(first), second) == (MANY, first)


async def test_stopping_finishes_the_letter_in_hand_and_begins_no_other(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, MANY)
    db = await app.db("mail")
    at = clock.now()
    due = await commands.claim_letters(db, at, MANY)
    server.open.clear()
    sending = asyncio.create_task(commands.send_letters(_post(app, server.url), db, "", due, at))
    await server.waiting.wait()

    sending.cancel()
    server.open.set()
    await asyncio.wait([sending])

    assert sending.cancelled()
    await fates(db, sent=1, waiting=MANY - 1)
    assert len(server.taken) == 1


async def test_a_mail_that_a_crash_repeats_is_known_by_its_id(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, 1)
    db = await app.db("mail")
    (letter,) = await commands.claim_letters(db, clock.now(), 1)
    sender = read_sender(app.settings.mail_from)
    async with Post(Server.at(server.url), sender).connection() as connection:
        await connection.send(commands.compose(letter, sender, app.settings.public_url))

    await db.execute("UPDATE letters SET due_at = now()")
    await app.start()

    first, again = await taken(server, 2)
    assert first["Message-ID"] == again["Message-ID"]
    await fates(db, sent=1)


async def test_who_lost_the_lease_writes_nothing(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, 1)
    db = await app.db("mail")
    at = clock.now()
    late = await commands.claim_letters(db, at, 1)
    await commands.claim_letters(db, at + commands.LEASE, 1)

    await commands.send_letters(_post(app, NOWHERE.get_secret_value()), db, "", late, at)

    row = await db.fetchrow("SELECT tries, due_at, error FROM letters")
    assert tuple(row or ()) == (2, at + 2 * commands.LEASE, None)
    assert server.asked == 0


async def test_a_password_is_never_sent_in_clear(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, 1)
    db = await app.db("mail")
    at = clock.now()
    due = await commands.claim_letters(db, at, 1)
    url = server.url.replace("smtp://", "smtp+starttls://user:secret@")

    await commands.send_letters(_post(app, url), db, "", due, at)

    assert "STARTTLS" in await db.fetchval("SELECT error FROM letters")
    await fates(db, waiting=1)
    assert server.asked == 0


async def test_a_letter_is_tried_for_three_days_at_growing_intervals(
    app: App, alice: Someone, bob: Someone
):
    await _written(app, alice, bob, 1)
    (letter,) = await commands.claim_letters(await app.db("mail"), clock.now(), 1)

    at, pauses = letter.written_at, list[timedelta]()
    while letter.fate == "waiting":
        letter = letter.postponed("busy", at)
        pauses.append((letter.due_at or at) - at)
        letter, at = replace(letter, tries=letter.tries + 1), letter.due_at or at

    assert pauses[:-1] == sorted(pauses[:-1])
    assert (pauses[0] < timedelta(seconds=5), pauses[-2]) == (True, LAST_PAUSE)
    assert PATIENCE <= at - letter.written_at <= PATIENCE + LAST_PAUSE


def _post(app: App, url: str) -> Post:
    return Post(Server.at(url), read_sender(app.settings.mail_from))


async def _written(app: App, alice: Someone, bob: Someone, many: int) -> None:
    """Have letters wait that nobody tries: the app is stopped, and its first try failed."""
    whole, app.settings = app.settings, app.settings.model_copy(update={"smtp_url": NOWHERE})
    await app.stop()
    await app.start()
    await tell(app, *(expired(bob, alice) for _ in range(many)))
    await app.stop()
    app.settings = whole
    db = await app.db("mail")
    await db.execute("UPDATE letters SET due_at = written_at, tries = 0, error = NULL")


async def _tried(db: Database, times: int) -> None:
    async def look() -> None:
        row = await db.fetchrow("SELECT tries, error FROM letters")
        assert row is not None
        assert row["tries"] >= times
        assert row["error"]

    await eventually(look)


async def _claimed_by_two(app: App, *without: LiteralString) -> tuple[set[UUID], set[UUID]]:
    """What one claims, and what another does while the first has not committed yet."""
    at = clock.now()
    async with (
        rivals(app, "mail", without=without) as one,
        rivals(app, "mail", without=without) as other,
    ):
        async with one.transaction() as tx:
            first = await store.claim_due(tx, at, at + commands.LEASE, MANY)
            claiming = asyncio.create_task(commands.claim_letters(other, at, MANY))
            await _done_or_blocked(claiming, await app.db("mail"))
        second = await claiming
    return {letter.letter_id for letter in first}, {letter.letter_id for letter in second}


async def _done_or_blocked(task: asyncio.Task[Any], db: Database) -> None:
    async def look() -> None:
        blocked = await db.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        assert task.done() or blocked

    await eventually(look)
