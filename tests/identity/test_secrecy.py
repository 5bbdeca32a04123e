"""Nothing that is said aside holds a password, a token or an address."""

import logging
from collections.abc import Generator

import pytest
from nats.js.errors import NotFoundError

from boxoffice.events.streams import FACTS
from boxoffice.kit.telemetry import configure_logs
from identity.conftest import Visit
from identity.visitor import Visitor
from stage import PASSWORD, App, eventually

WRONG = "not the password at all"


@pytest.fixture
def _talkative() -> Generator[None]:
    configure_logs("debug")
    yield
    configure_logs("error")


@pytest.mark.usefixtures("_talkative")
async def test_no_log_holds_a_password_a_token_or_an_address(
    app: App,
    visit: Visit,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level(logging.DEBUG, "asyncpg")
    caplog.set_level(logging.DEBUG, "uvicorn")
    alice, secrets = visit("alice@example.com"), {PASSWORD, WRONG, "alice@example.com"}

    for _ in range(2):
        await alice.sign_up(name="Alice Liddell")
    secrets |= {alice.token, alice.refresh_token}
    spent = alice.refresh_token
    await alice.sign_in(password=WRONG)
    await alice.sign_in(password=WRONG * 10)
    await alice.refresh()
    secrets |= {alice.token, alice.refresh_token}
    await (await app.db("identity")).execute(
        "UPDATE refresh_tokens SET used_at = used_at - interval '1 hour'"
    )
    await alice.refresh(spent)
    await alice.sign_out()

    said = capfd.readouterr().out + caplog.text
    assert '"path": "/api/users/signup"' in said
    assert "refresh token replayed" in said
    assert not {secret for secret in secrets if secret in said}
    assert "Liddell" not in said


async def test_the_history_that_is_kept_for_ever_knows_nobody_by_name(app: App, alice: Visitor):
    stream = app.client.jetstream()

    async def it_was_said():
        try:
            return await stream.get_last_msg(FACTS.name, "events.identity.PersonSignedUp.*")
        except NotFoundError:
            raise AssertionError from None

    message = await eventually(it_was_said)
    told = f"{message.subject} {message.data} {message.headers}"
    assert (await alice.who() or {})["id"] in told
    assert "alice" not in told
