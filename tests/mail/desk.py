"""A desk of the tests: a real mail server that answers as it is told, and news to write about."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, TypeVar
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from boxoffice.events.event import Event
from boxoffice.events.identity import PersonChanged
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderedItem, OrderState
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from stage import App, Someone, eventually

PATIENCE_SECONDS = 30  # a second try comes after two, and late on a slow machine

O = TypeVar("O", bound=OrderState)  # noqa: E741 - an order


class MailServer:
    """Takes mail, unless `answers` says otherwise: to the next recipient (`RCPT`) or mail (`DATA`).

    While `open` is not set, it keeps who has handed over a mail waiting for its answer.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, list[str]] = {"MAIL": [], "RCPT": [], "DATA": []}
        self.taken: list[EmailMessage] = []
        self.asked = 0
        self.connections = 0
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = asyncio.Event()

    def to(self, address: str) -> list[EmailMessage]:
        """What was taken for somebody."""
        return [mail for mail in self.taken if mail["To"].addresses[0].addr_spec == address]

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        answer = self._answer("MAIL")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        self.asked += 1
        answer = self._answer("RCPT")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self.waiting.set()
        await self.open.wait()
        answer = self._answer("DATA")
        if answer.startswith("250"):
            content = envelope.original_content or b""
            self.taken.append(message_from_bytes(content, policy=policy.default))
        return answer

    def _answer(self, step: str) -> str:
        return self.answers[step].pop(0) if self.answers[step] else "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncGenerator[MailServer]:
    """Run a mail server on a port of its own."""
    loop = asyncio.get_running_loop()
    desk = MailServer()
    clients: list[SMTP] = []

    def answer_client() -> SMTP:
        clients.append(SMTP(desk, hostname="localhost", loop=loop))
        return clients[-1]

    server = await loop.create_server(answer_client, "127.0.0.1", 0)
    desk.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield desk
    finally:
        server.close()
        for client in clients:
            if client.transport:
                client.transport.close()
        await server.wait_closed()


def address(who: Someone, version: int = 0, email: str = "") -> PersonChanged:
    """News of how to reach somebody."""
    return PersonChanged(
        person_id=who.id, version=version, email=email or who.email, name=who.name.capitalize()
    )


def item(seller: Someone, label: str = "Hamlet", price_minor: int = 1250) -> OrderedItem:
    """Something that was ordered."""
    return OrderedItem(
        offer_id=clock.new_id(),
        seller_id=seller.id,
        label=label,
        price_minor=price_minor,
        hold_version=2,
    )


def order(kind: type[O], buyer: Someone, *items: OrderedItem, **changes: Any) -> O:
    """News of an order; `changes` stand in place of the usual."""
    at = clock.now()
    usual: dict[str, Any] = {
        "order_id": clock.new_id(),
        "version": 2,
        "status": "complete" if kind is OrderCompleted else "cancelled",
        "buyer_id": buyer.id,
        "total_minor": sum(one.price_minor for one in items),
        "currency": "USD",
        "placed_at": at,
        "expires_at": at + timedelta(minutes=15),
        "cancelled_because": None,
        "items": items,
    }
    return kind.model_validate(usual | changes)


def expired(buyer: Someone, seller: Someone, label: str = "Hamlet") -> OrderCancelled:
    """News of an order that nobody paid in time: one letter."""
    return order(OrderCancelled, buyer, item(seller, label), cancelled_because="expired")


async def tell(app: App, *news: Event, event_id: UUID | None = None) -> None:
    """Say these and wait until mail has handled them."""
    ids = [await app.say(one, event_id) for one in news]
    db = await app.db("mail")

    async def all_is_handled() -> None:
        found = await db.fetchval("SELECT count(*) FROM inbox WHERE id = ANY($1::uuid[])", ids)
        assert found == len(set(ids))

    await eventually(all_is_handled)


async def taken(server: MailServer, many: int) -> list[EmailMessage]:
    """Every mail that the server took, once there are so many."""

    async def look() -> list[EmailMessage]:
        assert len(server.taken) == many
        return server.taken

    return await eventually(look, seconds=PATIENCE_SECONDS)


async def fates(db: Database, **wanted: int) -> None:
    """Wait until so many letters are `waiting`, `sent` and `ended` without being sent."""
    usual = {"waiting": 0, "sent": 0, "ended": 0}

    async def look() -> None:
        row = await db.fetchrow(
            """
            SELECT count(*) FILTER (WHERE due_at IS NOT NULL) AS waiting,
                   count(*) FILTER (WHERE sent_at IS NOT NULL) AS sent,
                   count(*) FILTER (WHERE due_at IS NULL AND sent_at IS NULL) AS ended
            FROM letters
            """
        )
        assert dict(row or {}) == usual | wanted

    await eventually(look, seconds=PATIENCE_SECONDS)


def body(mail: EmailMessage, kind: str) -> str:
    """The text or the HTML of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return part.get_content()
