"""How a letter is written, and how long it is tried."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from boxoffice.kit import clock
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.services.mail import commands
from boxoffice.services.mail.gateway import open_post
from boxoffice.services.mail.model import Facts, Letter, Line


def letter(**changes: Any) -> Letter:
    at = clock.now()
    usual: dict[str, Any] = {
        "letter_id": clock.new_id(),
        "kind": "receipt",
        "order_id": clock.new_id(),
        "person_id": clock.new_id(),
        "email": "bob@example.com",
        "name": "Bob",
        "facts": Facts([Line(clock.new_id(), "Hamlet", 1250)], 1250, "USD", at),
        "written_at": at,
        "tries": 1,
        "due_at": at,
        "sent_at": None,
        "error": None,
    }
    return Letter(**usual | changes)


def test_a_title_and_a_name_cannot_inject_headers_or_markup(settings: Settings):
    title = "Hamlet\r\nBcc: eve@example.com <b>bold</b>"
    facts = Facts([Line(clock.new_id(), title, 1250)], 1250, "USD", clock.now())

    mail = commands.compose(letter(name="Bob\r\nCc: eve@example.com", facts=facts), settings)

    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    html = mail.get_body(("html",))
    assert html is not None
    assert "<b>bold" not in html.get_content()


def test_a_letter_is_tried_for_three_days_and_then_given_up():
    young, old = letter(), letter(written_at=clock.now() - timedelta(days=4))

    later, never = young.postponed("busy", clock.now()), old.postponed("busy", clock.now())

    assert later.due_at is not None
    assert never.due_at is None


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://host/path", "mail.example.com"])
async def test_a_wrong_smtp_address_stops_the_start_with_its_name(settings: Settings, url: str):
    wrong = settings.model_copy(update={"smtp_url": SecretStr(url)})

    with pytest.raises(SettingsError, match="BOXOFFICE_SMTP_URL"):
        async with open_post(wrong, None):  # pyright: ignore[reportArgumentType]
            pass
