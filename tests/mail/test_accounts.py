"""Letters about accounts: what they say, to whom, and that their secrets do not stay."""

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from pydantic import SecretStr

from boxoffice.events.identity import Notice, SendMessage, SendVerification
from boxoffice.kit import clock
from boxoffice.kit.clock import new_id
from mail.desk import MailServer, body, expired, fates, taken, tell
from stage import App, Play, Someone, eventually

CODE, TOKEN = "482913", "a-token-that-nobody-guesses"
PLACE = ("Firefox on Linux", "203.0.113.7")
TELLS: dict[Notice, tuple[str, ...]] = {
    "reset": (f"/reset?token={TOKEN}",),
    "password-changed": ("new password", "/forgot", *PLACE),
    "email-changed": ("new@example.com", *PLACE),
    "sign-in-stolen": ("in two places", "/account", *PLACE),
    "banned": ("Sold what was not hers", "cancelled", "withdrawn"),
    "ban-lifted": ("no longer banned",),
}


async def test_a_code_arrives_where_it_is_seen_first(app: App, server: MailServer, alice: Someone):
    asked = _verification(alice)

    await tell(app, asked)

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == f"{CODE} is your Boxoffice code"
    assert mail["To"] == "new@example.com"
    for part in ("plain", "html"):
        assert CODE in body(mail, part)
        assert f"{app.settings.public_url}/verify?token={TOKEN}" in body(mail, part)
        assert f"{asked.code_until:%H:%M} UTC" in body(mail, part)


@pytest.mark.parametrize("kind", TELLS)
async def test_each_letter_says_what_happened(
    app: App, server: MailServer, alice: Someone, kind: Notice
):
    await tell(app, _message(alice, kind))

    (mail,) = await taken(server, 1)
    for part in ("plain", "html"):
        assert "Alice" in body(mail, part)
        for words in TELLS[kind]:
            assert words in _joined(mail, part), (kind, part)


async def test_a_ban_for_good_names_no_end(app: App, server: MailServer, alice: Someone):
    await tell(app, _message(alice, "banned", until=None))

    (mail,) = await taken(server, 1)
    assert "you cannot use your account any more" in body(mail, "plain")
    assert "UTC" not in body(mail, "plain")


async def test_what_people_write_is_text_in_a_letter_and_nothing_else(
    app: App, server: MailServer, alice: Someone
):
    evil = '<script>alert("x")</script>\r\nBcc: all@example.com'

    await tell(app, _message(alice, "banned", name=evil, reason=evil))
    await tell(app, _message(alice, "password-changed", device=evil, address=evil))

    for mail in await taken(server, 2):
        assert "<script>" not in body(mail, "html")
        assert mail["Bcc"] is None
        assert "\nBcc:" not in body(mail, "plain")


async def test_the_same_command_twice_is_one_letter(app: App, server: MailServer, alice: Someone):
    asked = _verification(alice)

    await tell(app, asked, asked, _message(alice, "ban-lifted"))

    assert len(await taken(server, 2)) == 2
    await fates(await app.db("mail"), sent=2)


@pytest.mark.parametrize("kind", ["verification", "reset"])
async def test_a_secret_is_gone_once_its_letter_is_sent(
    app: App, server: MailServer, alice: Someone, kind: str
):
    await tell(app, _verification(alice) if kind == "verification" else _message(alice, "reset"))

    await taken(server, 1)
    await fates(await app.db("mail"), sent=1)
    assert await _kept(app) == ["{}"]
    assert (await app.client.jetstream().stream_info("MAIL")).state.messages == 0


async def test_what_a_letter_without_a_secret_told_is_kept_for_questions(
    app: App, server: MailServer, alice: Someone
):
    await tell(app, _message(alice, "banned"))

    await taken(server, 1)
    await fates(await app.db("mail"), sent=1)
    (kept,) = await _kept(app)
    assert "Sold what was not hers" in kept


async def test_a_secret_is_gone_when_its_letter_is_given_up(
    app: App, server: MailServer, alice: Someone
):
    server.answers["RCPT"] = ["550 no such user"]

    await tell(app, _verification(alice))

    await fates(await app.db("mail"), ended=1)
    assert await _kept(app) == ["{}"]


async def test_what_nobody_can_use_any_more_is_not_sent(
    app: App, server: MailServer, alice: Someone
):
    past = clock.now() - timedelta(seconds=1)

    await tell(app, _verification(alice, token_until=past), _message(alice, "reset", until=past))

    await fates(await app.db("mail"), ended=2)
    assert server.taken == []


async def test_a_ban_that_is_over_is_told_all_the_same(
    app: App, server: MailServer, alice: Someone
):
    await tell(app, _message(alice, "banned", until=clock.now() - timedelta(seconds=1)))

    await taken(server, 1)


async def test_who_waits_at_the_screen_gets_their_letter_first(
    play: Play, server: MailServer, alice: Someone, bob: Someone
):
    nowhere = SecretStr("smtp://127.0.0.1:9")
    app = await play("mail", smtp_url=nowhere)
    db = await app.db("mail")
    await tell(app, *(_message(bob, "ban-lifted") for _ in range(25)), _verification(alice))
    await eventually(lambda: _all_tried(app, 26))
    await app.stop()
    await db.execute("UPDATE letters SET due_at = written_at")

    await play("mail", smtp_url=SecretStr(server.url))

    mails = await taken(server, 26)
    assert CODE in mails[0]["Subject"]


async def test_a_command_that_nobody_understands_holds_no_letter_up(
    app: App, server: MailServer, alice: Someone, bob: Someone
):
    event_id = str(new_id())
    headers = {"Event": "SendMessage", "Event-Id": event_id, "Nats-Msg-Id": event_id}
    await app.client.jetstream().publish("mail.message", b'{"kind": "gossip"}', headers=headers)

    await tell(app, _message(alice, "ban-lifted"), expired(bob, alice))

    await taken(server, 2)
    db = await app.db("mail")
    assert await db.fetchval("SELECT count(*) FROM dead_letters") == 1


async def _kept(app: App) -> list[str]:
    rows = await (await app.db("mail")).fetch("SELECT facts FROM letters")
    return [row["facts"] for row in rows]


async def _all_tried(app: App, many: int) -> None:
    db = await app.db("mail")
    assert await db.fetchval("SELECT count(*) FROM letters WHERE tries > 0") == many


def _verification(who: Someone, **changes: Any) -> SendVerification:
    at = clock.now()
    usual: dict[str, Any] = {
        "letter_id": new_id(),
        "person_id": who.id,
        "email": "new@example.com",
        "code": CODE,
        "code_until": at + timedelta(minutes=5),
        "token": TOKEN,
        "token_until": at + timedelta(hours=24),
        "at": at,
    }
    return SendVerification.model_validate(usual | changes)


def _message(who: Someone, kind: Notice, **changes: Any) -> SendMessage:
    at = clock.now()
    usual: dict[str, Any] = {
        "letter_id": new_id(),
        "kind": kind,
        "person_id": who.id,
        "email": who.email,
        "name": who.name.capitalize(),
        "at": at,
        "token": TOKEN if kind == "reset" else None,
        "until": at + timedelta(minutes=30),
        "reason": "Sold what was not hers",
        "new_email": "new@example.com",
        "address": "203.0.113.7",
        "device": "Firefox on Linux",
    }
    return SendMessage.model_validate(usual | changes)


def _joined(mail: EmailMessage, part: str) -> str:
    """A part of a mail on one line, as it reads."""
    return " ".join(body(mail, part).split())
