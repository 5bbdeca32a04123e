"""What tests of orders ask and look at again and again."""

from typing import Any, TypeVar
from uuid import UUID

import httpx

from boxoffice.events.orders import OrderState
from boxoffice.events.payments import PaymentState
from boxoffice.kit import clock
from stage import App, Someone, eventually
from stage.facts import listed, tell

P = TypeVar("P", bound=PaymentState)
O = TypeVar("O", bound=OrderState)  # noqa: E741 - an order


async def on_sale(app: App, seller: Someone, **changes: object) -> UUID:
    """Have orders hear of a new ticket; return its id."""
    news = listed(seller, **changes)
    await tell(app, news)
    return news.ticket_id


async def order(app: App, buyer: Someone, ticket_id: UUID) -> httpx.Response:
    """Ask for a ticket."""
    return await app.post("/api/orders", buyer, json={"ticketId": str(ticket_id)})


async def ordered(app: App, buyer: Someone, ticket_id: UUID) -> UUID:
    """Order a ticket; return the id of the order."""
    answer = await order(app, buyer, ticket_id)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def see(app: App, buyer: Someone, order_id: UUID) -> dict[str, Any]:
    """The order as its buyer sees it."""
    return (await app.get(f"/api/orders/{order_id}", buyer)).json()


async def holder(app: App, ticket_id: UUID) -> UUID | None:
    """The order that holds or has a ticket."""
    db = await app.db("orders")
    return await db.fetchval("SELECT order_id FROM offers WHERE offer_id = $1", ticket_id)


async def dead_letters(app: App) -> int:
    """How many events orders gave up."""
    db = await app.db("orders")
    return await db.fetchval("SELECT count(*) FROM dead_letters")


async def said(app: App, kind: type[O]) -> list[O]:
    """What orders has said of this kind, once all of it is on the bus."""
    db = await app.db("orders")

    async def nothing_is_unsaid() -> None:
        assert await db.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL") == 0

    await eventually(nothing_is_unsaid)
    return await app.said(kind)


def money_news(kind: type[P], order_id: UUID) -> P:
    """What payments says of the money of an order."""
    return kind.model_validate(
        {
            "payment_id": clock.new_id(),
            "order_id": order_id,
            "version": 1,
            "buyer_id": clock.new_id(),
            "amount_minor": 500,
            "currency": "USD",
            "status": kind.__name__.removeprefix("Payment").lower(),
        }
    )
