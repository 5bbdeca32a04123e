"""Letters: who gets which, once, whatever the mail server does."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr

from boxoffice.events.identity import PersonChanged
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
from boxoffice.kit import clock
from boxoffice.services.mail import commands
from boxoffice.services.mail.gateway import Post
from boxoffice.stack.mailbox import Mailbox, mailbox
from stage import App, Play, Someone, eventually


@pytest.fixture
async def post(tmp_path: Path) -> AsyncGenerator[Mailbox]:
    async with mailbox(tmp_path / "mail") as post:
        yield post


async def play_mail(play: Play, smtp_url: str) -> App:
    return await play("mail", smtp_url=SecretStr(smtp_url))


def address(who: Someone, version: int = 0, email: str = "") -> PersonChanged:
    return PersonChanged(
        person_id=who.id, version=version, email=email or who.email, name=who.name.capitalize()
    )


def order(kind: type[OrderState], buyer: Someone, seller: Someone, **changes: Any) -> OrderState:
    item = OrderedItem(
        offer_id=clock.new_id(),
        seller_id=seller.id,
        label=changes.pop("label", "Hamlet"),
        price_minor=1250,
        hold_version=2,
    )
    at = clock.now()
    status = "complete" if kind is OrderCompleted else "cancelled"
    usual: dict[str, Any] = {
        "order_id": clock.new_id(),
        "version": 2,
        "status": status,
        "buyer_id": buyer.id,
        "total_minor": 1250,
        "currency": "USD",
        "placed_at": at,
        "expires_at": at + timedelta(minutes=15),
        "items": (item,),
    }
    return kind(**usual | changes)


async def mails(post: Mailbox, to: Someone, many: int) -> list[dict[str, str]]:
    async def look() -> list[dict[str, str]]:
        found = post.messages(to.email)
        assert len(found) == many
        return found

    return await eventually(look)


async def handled(app: App, event_id: UUID) -> None:
    db = await app.db("mail")

    async def look() -> None:
        assert await db.fetchval("SELECT true FROM inbox WHERE id = $1", event_id)

    await eventually(look)


async def test_the_buyer_gets_a_receipt_and_the_seller_a_notice(
    play: Play, post: Mailbox, alice: Someone, bob: Someone
):
    app = await play_mail(play, post.smtp_url)
    await app.say(address(alice))
    await app.say(address(bob))

    sold = order(OrderCompleted, bob, alice)
    await app.say(sold)

    (receipt,) = await mails(post, bob, 1)
    (notice,) = await mails(post, alice, 1)
    assert receipt["subject"] == "Your ticket: Hamlet"
    assert notice["subject"] == "You sold Hamlet"
    for form in ("text", "html"):
        assert "Hello Bob" in receipt[form]
        assert "$12.50" in receipt[form]
        assert f"/orders/{sold.order_id}" in receipt[form]


@pytest.mark.parametrize(("because", "many"), [("expired", 1), ("refused", 1), ("cancelled", 0)])
async def test_who_was_too_late_or_refused_is_told_and_who_cancelled_is_not(
    play: Play, post: Mailbox, alice: Someone, bob: Someone, because: str, many: int
):
    app = await play_mail(play, post.smtp_url)
    await app.say(address(bob))

    given_up = order(OrderCancelled, bob, alice, cancelled_because=because)
    await handled(app, await app.say(given_up))

    found = await mails(post, bob, many)
    assert all("Nothing was" in mail["text"] for mail in found)


async def test_repeated_news_sends_one_mail(
    play: Play, post: Mailbox, alice: Someone, bob: Someone
):
    app = await play_mail(play, post.smtp_url)
    await app.say(address(alice))
    await app.say(address(bob))
    sold = order(OrderCompleted, bob, alice)

    event_id = await app.say(sold)
    await app.say(sold, event_id)
    await handled(app, await app.say(sold))

    await mails(post, bob, 1)
    db = await app.db("mail")
    assert await db.fetchval("SELECT count(*) FROM letters") == 2


async def test_an_order_that_comes_before_the_address_is_told_once_it_is_known(
    play: Play, post: Mailbox, alice: Someone, bob: Someone
):
    app = await play_mail(play, post.smtp_url)
    await app.say(order(OrderCompleted, bob, alice))

    await app.say(address(alice))
    await app.say(address(bob))

    await mails(post, bob, 1)
    await mails(post, alice, 1)


async def test_an_older_address_does_not_overwrite_a_newer(play: Play, post: Mailbox, bob: Someone):
    app = await play_mail(play, post.smtp_url)

    await handled(app, await app.say(address(bob, version=2, email="new@example.com")))
    await handled(app, await app.say(address(bob, version=1, email="old@example.com")))

    db = await app.db("mail")
    assert await db.fetchval("SELECT email FROM people") == "new@example.com"


async def test_two_replicas_send_a_letter_once(
    play: Play, post: Mailbox, alice: Someone, bob: Someone
):
    app = await play_mail(play, "smtp://127.0.0.1:9")
    await app.say(address(alice))
    await app.say(address(bob))
    await handled(app, await app.say(order(OrderCompleted, bob, alice)))
    await app.stop()
    db = await app.db("mail")
    await db.execute("UPDATE letters SET due_at = now()")
    at = clock.now() + timedelta(seconds=1)

    async def replica() -> None:
        due = await commands.claim_letters(db, at, 10)
        await commands.send_letters(Post(post.smtp_url), db, app.settings, due, at)

    await asyncio.gather(replica(), replica())

    await mails(post, bob, 1)
    await mails(post, alice, 1)


class Moody:
    """A mail server that answers what it is told to."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.taken: list[bytes] = []
        self.asked = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            self.taken.append(envelope.original_content or b"")
        return answer


@asynccontextmanager
async def moody(server: Moody) -> AsyncGenerator[str]:
    controller = Controller(server, hostname="127.0.0.1", port=0, ready_timeout=5)
    server_socket = await asyncio.get_running_loop().create_server(
        controller.factory, "127.0.0.1", 0
    )
    try:
        yield f"smtp://127.0.0.1:{server_socket.sockets[0].getsockname()[1]}"
    finally:
        server_socket.close()


async def test_a_server_that_says_later_gets_it_later_and_once(
    play: Play, alice: Someone, bob: Someone
):
    server = Moody("451 busy")
    async with moody(server) as url:
        app = await play_mail(play, url)
        await app.say(address(bob))

        await app.say(order(OrderCancelled, bob, alice, cancelled_because="expired"))

        async def it_is_taken() -> None:
            assert len(server.taken) == 1

        await eventually(it_is_taken, seconds=30)
        await app.stop()
    assert server.asked == 2


async def test_a_server_that_says_never_is_not_asked_again(
    play: Play, alice: Someone, bob: Someone
):
    server = Moody("554 no")
    async with moody(server) as url:
        app = await play_mail(play, url)
        await app.say(address(bob))
        await app.say(order(OrderCancelled, bob, alice, cancelled_because="expired"))
        db = await app.db("mail")

        async def it_is_given_up() -> None:
            row = await db.fetchrow("SELECT due_at, sent_at, error FROM letters")
            assert row is not None
            assert row["error"] == "the mail server answers 554"
            assert (row["due_at"], row["sent_at"]) == (None, None)

        await eventually(it_is_given_up)
        await app.stop()
    assert (server.asked, server.taken) == (1, [])


async def test_a_mail_server_that_is_down_delays_a_letter_and_loses_none(
    play: Play, post: Mailbox, alice: Someone, bob: Someone
):
    app = await play_mail(play, "smtp://127.0.0.1:9")
    await app.say(address(bob))
    await app.say(order(OrderCancelled, bob, alice, cancelled_because="expired"))
    db = await app.db("mail")

    async def it_was_tried() -> None:
        row = await db.fetchrow("SELECT tries, due_at, error FROM letters")
        assert row is not None
        assert row["error"]
        assert row["due_at"]

    await eventually(it_was_tried)
    await app.stop()
    await db.execute("UPDATE letters SET due_at = now()")

    at = clock.now() + timedelta(seconds=1)
    due = await commands.claim_letters(db, at, 10)
    await commands.send_letters(Post(post.smtp_url), db, app.settings, due, at)

    await mails(post, bob, 1)
