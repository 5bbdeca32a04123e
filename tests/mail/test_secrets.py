"""What opens an account stands in its letter alone, and no letter is sent without it."""

from collections.abc import Generator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from boxoffice.events.identity import SendMessage, SendVerification
from boxoffice.kit import clock
from boxoffice.kit.telemetry import configure_logs
from mail.desk import MailServer, address, expired, fates, taken, tell
from stage import App, Play, Someone, eventually

SECRETS = ("482913", "a-token-that-nobody-guesses")


@pytest.fixture
def _talkative() -> Generator[None]:
    configure_logs("debug")
    yield
    configure_logs("error")


@pytest.mark.usefixtures("_talkative")
async def test_no_log_holds_a_code_or_a_link_whatever_becomes_of_its_letter(
    app: App,
    server: MailServer,
    alice: Someone,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):
    server.answers["DATA"] = ["451 busy", "554 this is spam"]

    await tell(app, _verification(alice))
    await fates(await app.db("mail"), ended=1)
    await tell(app, _verification(alice))
    await fates(await app.db("mail"), ended=1, sent=1)

    said = capfd.readouterr().out + caplog.text
    assert "letter given up" in said
    assert not [secret for secret in SECRETS if secret in said]


async def test_a_reset_without_its_link_is_set_aside_and_holds_no_letter_up(
    play: Play, server: MailServer, alice: Someone, bob: Someone
):
    app = await play("mail", smtp_url=SecretStr(server.url), delivery_tries=2)
    await app.say(_message(alice, token=None, until=None))

    await tell(app, address(bob), expired(bob, alice))

    await taken(server, 1)
    db = await app.db("mail")

    async def it_is_set_aside() -> None:
        assert await db.fetchval("SELECT count(*) FROM dead_letters") == 1

    await eventually(it_is_set_aside)
    await fates(db, sent=1)


def _verification(who: Someone) -> SendVerification:
    at, (code, token) = clock.now(), SECRETS
    return SendVerification(
        letter_id=clock.new_id(),
        person_id=who.id,
        email=who.email,
        code=code,
        code_until=at + timedelta(minutes=5),
        token=token,
        token_until=at + timedelta(hours=24),
        at=at,
    )


def _message(who: Someone, **told: object) -> SendMessage:
    usual: dict[str, object] = {
        "letter_id": clock.new_id(),
        "kind": "reset",
        "person_id": who.id,
        "email": who.email,
        "name": who.name,
        "at": clock.now(),
    }
    return SendMessage.model_validate(usual | told)
