"""Orders by itself: of tickets, time and money it only hears."""

from datetime import timedelta
from typing import TypeVar, cast
from uuid import UUID

import httpx

from boxoffice.events.expiration import HoldExpired
from boxoffice.events.orders import OrderState
from boxoffice.events.payments import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentState,
    PaymentStatus,
)
from boxoffice.kit import clock
from boxoffice.services.orders import store
from boxoffice.services.orders.model import Draft, Order
from stage import App, Someone, eventually
from stage.facts import listed, tell

P = TypeVar("P", bound=PaymentState)


async def offer(app: App, seller: Someone, **changes: object) -> UUID:
    """Have orders hear of a new ticket at 5 dollars; return its id."""
    ticket = listed(seller, **changes)
    await tell(app, ticket)
    return ticket.ticket_id


async def place(app: App, buyer: Someone, ticket_id: UUID) -> httpx.Response:
    """Ask for a ticket."""
    return await app.post("/api/orders", buyer, json={"ticketId": str(ticket_id)})


async def placed(app: App, buyer: Someone, ticket_id: UUID) -> UUID:
    """Order a ticket; return the order's id."""
    answer = await place(app, buyer, ticket_id)
    answer.raise_for_status()
    return UUID(answer.json()["id"])


async def complete(app: App, order_id: UUID) -> None:
    """Have orders hear that an order was paid."""
    await tell(app, money(PaymentAuthorized, order_id))
    await tell(app, money(PaymentCaptured, order_id))


async def known(app: App, order_id: UUID) -> Order:
    """What orders has recorded of an order."""
    order = await store.select_order(await app.db("orders"), order_id)
    assert order is not None
    return order


async def holder(app: App, ticket_id: UUID) -> UUID | None:
    """Which order holds a ticket."""
    db = await app.db("orders")
    return await db.fetchval("SELECT order_id FROM offers WHERE offer_id = $1", ticket_id)


async def said(app: App, *kinds: type[OrderState]) -> list[tuple[str, UUID, int]]:
    """Every such event, once all is said: its name, its order and that one's version."""
    db = await app.db("orders")

    async def all_is_said() -> None:
        assert await db.fetchval("SELECT count(*) FROM unsent") == 0

    await eventually(all_is_said)
    return [
        (kind.__name__, event.order_id, event.version)
        for kind in kinds
        for event in await app.said(kind)
    ]


def draft(ticket_id: UUID, *, buyer: Someone | None = None, order_id: UUID | None = None) -> Draft:
    """What somebody wants."""
    return Draft(
        order_id=order_id or clock.new_id(),
        buyer_id=buyer.id if buyer else clock.new_id(),
        offer_ids=(ticket_id,),
        placed_at=clock.now(),
        hold=timedelta(minutes=15),
    )


def expired(order_id: UUID) -> HoldExpired:
    """What expiration says when the time of an order is over."""
    return HoldExpired(order_id=order_id, due_at=clock.now())


def money(kind: type[P], order_id: UUID) -> P:
    """What payments says of an order's payment."""
    return kind(
        payment_id=clock.new_id(),
        order_id=order_id,
        version=1,
        buyer_id=clock.new_id(),
        amount_minor=500,
        currency="USD",
        status=cast("PaymentStatus", kind.__name__.removeprefix("Payment").lower()),
    )
