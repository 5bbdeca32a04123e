"""Letters with tickets: all of an order, each with its code, and why they come."""

import io
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import segno
from pydantic import SecretStr

from boxoffice.events.tickets import IssuedTicket, SendTickets
from boxoffice.kit import clock
from boxoffice.services.mail.commands import DOTS, MASK
from mail.desk import MailServer, address, body, fates, taken, tell
from stage import App, Play, Someone, eventually

IN_THE_EVENING = datetime(2026, 11, 6, 10, 30, tzinfo=UTC)  # in Seoul
THERE = "Friday, 6 November 2026 at 19:30 (Asia/Seoul)"
CODES = ("the-code-of-nine." * 18, "the-code-of-ten." * 19)


async def test_who_bought_seats_gets_them_in_one_letter_which_is_the_receipt(
    app: App, server: MailServer, bob: Someone
):
    asked = _asked(bob)

    await tell(app, asked)

    (mail,) = await taken(server, 1)
    assert (mail["To"], mail["Subject"]) == ("Bob <bob@example.com>", "Your tickets: The Tempest")
    link = f"{app.settings.public_url}/orders/{asked.order_id}"
    for kind in ("plain", "html"):
        told = body(mail, kind)
        for word in ("The Tempest", "Globe, Seoul", THERE, "Stalls/A/9", "Stalls/A/10", "$60.00"):
            assert word in told
        assert link in told
        assert "this is your receipt" in " ".join(told.split())


async def test_each_seat_has_its_code_as_a_picture_inside_the_letter(
    app: App, server: MailServer, bob: Someone
):
    await tell(app, _asked(bob))

    (mail,) = await taken(server, 1)
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/png",
    ]
    page = body(mail, "html")
    for picture, code, seat in zip(
        _pictures(mail), CODES, ("Stalls/A/9", "Stalls/A/10"), strict=True
    ):
        shown = page.index(f'src="cid:{picture["Content-ID"].strip("<>")}"')
        assert page.rindex("Stalls/A/", 0, shown) == page.rindex(f">{seat}<", 0, shown) + 1
        assert f'alt="QR code for {seat}. ' in page
        assert picture.get_content_disposition() == "inline"
        assert picture.get_content() == _drawn(code)
    assert not [code for code in CODES if code in body(mail, "plain") + page]


async def test_seats_that_are_free_of_charge_are_said_to_be(
    app: App, server: MailServer, bob: Someone
):
    await tell(app, _asked(bob, total_minor=0))

    (mail,) = await taken(server, 1)
    assert "they are free of charge" in body(mail, "plain")
    assert "payment" not in body(mail, "plain")


@pytest.mark.parametrize(
    ("changes", "subject", "words"),
    [
        (
            {"why": "reissued"},
            "New codes for your tickets: The Tempest",
            "a code that was replaced opens nothing any more",
        ),
        (
            {"why": "postponed"},
            "Postponed: The Tempest",
            f"it is now on {THERE}. Your seats are the same, and your tickets stay good.",
        ),
        (
            {"why": "postponed", "is_date_known": False},
            "Postponed: The Tempest",
            "The new date is not known yet; we write to you as soon as it is.",
        ),
    ],
)
async def test_tickets_that_come_again_say_why(
    app: App,
    server: MailServer,
    bob: Someone,
    changes: dict[str, Any],
    subject: str,
    words: str,
):
    await tell(app, _asked(bob, **changes))

    (mail,) = await taken(server, 1)
    assert mail["Subject"] == subject
    assert len(_pictures(mail)) == len(CODES)
    for kind in ("plain", "html"):
        assert words in " ".join(body(mail, kind).split())


async def test_tickets_are_mailed_as_often_as_there_is_something_to_tell(
    app: App, server: MailServer, bob: Someone
):
    paid, event_id = _asked(bob), clock.new_id()
    again = [_asked(bob, why=why, order_id=paid.order_id) for why in ("reissued", "postponed") * 2]

    await tell(app, paid, event_id=event_id)
    await tell(app, paid, event_id=event_id)  # the same delivery
    await tell(app, paid)  # and once more
    await tell(app, *again)

    await fates(await app.db("mail"), sent=5)
    assert len(server.taken) == 5


async def test_a_letter_with_tickets_is_kept_without_them_once_it_is_sent(
    app: App, server: MailServer, bob: Someone
):
    server.answers["DATA"] = ["451 busy"]
    db = await app.db("mail")

    await tell(app, _asked(bob))

    async def it_waits() -> None:
        row = await db.fetchrow("SELECT facts, error FROM letters")
        assert row is not None
        assert row["error"]
        assert CODES[0] in row["facts"]

    await eventually(it_waits)
    await fates(db, sent=1)
    assert await db.fetchval("SELECT facts FROM letters") == "{}"


async def test_tickets_wait_for_the_address_that_comes_after_them(
    play: Play, server: MailServer, bob: Someone
):
    app = await play("mail", smtp_url=SecretStr(server.url))
    await app.say(_asked(bob))

    await app.say(address(bob))

    await taken(server, 1)


@pytest.mark.parametrize(
    ("zone", "there"),
    [
        ("America/New_York", "Friday, 6 November 2026 at 05:30 (America/New_York)"),
        ("Nowhere/At_All", "Friday, 6 November 2026 at 10:30 (UTC)"),
    ],
)
async def test_a_date_is_told_as_the_clocks_show_it_where_it_is(
    app: App, server: MailServer, bob: Someone, zone: str, there: str
):
    doors = IN_THE_EVENING - timedelta(minutes=45)

    await tell(app, _asked(bob, time_zone=zone, doors_at=doors))

    (mail,) = await taken(server, 1)
    assert f"When: {there}" in body(mail, "plain")
    assert "Doors open: Friday" in body(mail, "plain")


async def test_a_title_of_a_show_stays_a_title(app: App, server: MailServer, bob: Someone):
    rude = "Hamlet\r\nBcc: eve@example.com <script>{label}"

    await tell(app, _asked(bob, title=rude))

    (mail,) = await taken(server, 1)
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Your tickets: Hamlet Bcc: eve@example.com <script>{label}"
    assert "<script" not in body(mail, "html")


def _asked(who: Someone, **changes: Any) -> SendTickets:
    """What tickets asks mail to send; `changes` stand in place of the usual."""
    usual: dict[str, Any] = {
        "letter_id": clock.new_id(),
        "why": "paid",
        "order_id": clock.new_id(),
        "person_id": who.id,
        "title": "The Tempest",
        "venue": "Globe",
        "city": "Seoul",
        "time_zone": "Asia/Seoul",
        "starts_at": IN_THE_EVENING,
        "is_date_known": True,
        "doors_at": None,
        "total_minor": 6000,
        "currency": "USD",
        "tickets": [
            IssuedTicket(admission_id=clock.new_id(), seat=f"Stalls/A/{seat}", code=code)
            for seat, code in zip((9, 10), CODES, strict=True)
        ],
    }
    return SendTickets.model_validate(usual | changes)


def _pictures(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if part.get_content_type() == "image/png"]


def _drawn(code: str) -> bytes:
    drawn = io.BytesIO()
    segno.make_qr(code, error="m", mask=MASK).save(drawn, kind="png", scale=DOTS)
    return drawn.getvalue()
