"""A till on the stage: services that take money, a Stripe behind them, and what it has seen."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from stripe import Charge, PaymentIntent

from boxoffice.events.orders import (
    CancelReason,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderedItem,
    OrderPlaced,
)
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.payments import gateway, store
from boxoffice.services.payments.gateway import Stripe
from boxoffice.services.payments.model import Payment
from stage import App, Someone, eventually

MARKET = ("tickets", "orders", "payments")
CARD = {
    "email": "bob@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 44",
    "cvc": "123",
    "name": "Bob Buyer",
}

BROKEN = Response("bad gateway", 502)

OpenTill = Callable[..., Awaitable["Till"]]


class Line:
    """The line to Stripe. `cut` is where requests end that do not get through, as "/capture" or
    "" for all of them; `loses`, of those that get through and whose answers do not come back;
    `mood` breaks one in five, either way.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.cut: str | None = None
        self.loses: str | None = None
        self.mood: Random | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        luck = self.mood.random() if self.mood and "/v1/" in path else 1
        if luck < 0.1 or (self.cut is not None and path.endswith(self.cut)):
            await BROKEN(scope, receive, send)
        elif luck < 0.2 or (self.loses is not None and path.endswith(self.loses)):
            await self._app(scope, receive, _nowhere)
            await BROKEN(scope, receive, send)
        else:
            await self._app(scope, receive, send)


async def _nowhere(_message: Message) -> None: ...


@dataclass
class Till:
    """Where an order is paid, and what Stripe knows of it."""

    app: App
    db: Database
    stripe: Stripe
    line: Line

    async def order(self, seller: Someone, buyer: Someone, price: float = 25) -> str:
        """Have a buyer hold a new ticket of a seller's; return the order's id."""
        ticket = await self.app.post("/api/tickets", seller, json={"title": "Ran", "price": price})
        placed = await self.app.post("/api/orders", buyer, json={"ticketId": ticket.json()["id"]})
        assert placed.status_code == 201, placed.text
        return placed.json()["id"]

    async def pay(self, order_id: object, by: Someone, token: str = "tok_visa") -> httpx.Response:
        body = {"orderId": str(order_id), "token": token}
        return await self.app.post("/api/payments", by, json=body)

    async def open_page(self, order_id: object, by: Someone) -> httpx.Response:
        return await self.app.post("/api/payments/checkout", by, json={"orderId": str(order_id)})

    async def pay_on_page(self, url: str, **typed: str) -> httpx.Response:
        """Fill in the hosted page as a person would, and send it."""
        return await self.app.http.post(url, data=CARD | typed)

    async def payment(self, order_id: object) -> Payment:
        """The payment of an order, as it is stored."""
        found = await store.select_payment(self.db, UUID(str(order_id)))
        assert found is not None
        return found

    async def settled(self, order_id: object, status: str) -> Payment:
        """The payment of an order, once it has this status and nobody is at it."""

        async def look() -> Payment:
            payment = await self.payment(order_id)
            assert (payment.status, payment.busy_until) == (status, None)
            return payment

        return await eventually(look)

    async def order_is(self, order_id: object, by: Someone, status: str) -> dict[str, Any]:
        """Wait until its buyer sees an order like this; return it."""

        async def look() -> dict[str, Any]:
            order = (await self.app.get(f"/api/orders/{order_id}", by)).json()
            assert order["status"] == status
            return order

        return await eventually(look)

    async def agree(self, order_id: str, seller: Someone, buyer: Someone) -> str:
        """Order, payment and ticket tell the same story; return how the order ended."""
        order = (await self.app.get(f"/api/orders/{order_id}", buyer)).json()
        ticket = (await self.app.get(f"/api/tickets/{order['ticket']['id']}", seller)).json()
        payment = await store.select_payment(self.db, UUID(order_id))
        money = payment.status if payment else "voided"
        story = (order["status"], money, ticket["status"])
        assert story in {("complete", "captured", "sold"), ("cancelled", "voided", "listed")}
        return order["status"]

    async def intents(self) -> list[PaymentIntent]:
        """Every intent that Stripe has, with its newest charge."""
        client = self.stripe.client.v1.payment_intents
        return (await client.list_async({"limit": 100, "expand": ["data.latest_charge"]})).data

    async def charges(self) -> list[Charge]:
        """Every time that a card was tried at Stripe."""
        return (await self.stripe.client.v1.charges.list_async({"limit": 100})).data

    async def taken(self) -> int:
        """What Stripe has taken and not given back, in minor units."""
        charges = [charge for charge in await self.charges() if charge.captured]
        return sum(charge.amount_captured - charge.amount_refunded for charge in charges)

    async def held(self) -> int:
        """What Stripe has promised and not taken, in minor units."""
        return sum(intent.amount_capturable for intent in await self.intents())


def placed(buyer: Someone, **changes: Any) -> OrderPlaced:
    """News of an order of 25.00 dollars, for tests in which orders itself does not run."""
    now = clock.now()
    item = OrderedItem(
        offer_id=clock.new_id(),
        seller_id=clock.new_id(),
        label="Ran",
        price_minor=2500,
        hold_version=1,
    )
    usual: dict[str, Any] = {
        "order_id": clock.new_id(),
        "version": 0,
        "status": "created",
        "buyer_id": buyer.id,
        "total_minor": 2500,
        "currency": "USD",
        "placed_at": now,
        "expires_at": now + timedelta(minutes=15),
        "items": (item,),
    }
    return OrderPlaced(**(usual | changes))


def awaiting(order: OrderPlaced) -> OrderAwaitingPayment:
    """News that the order waits for its capture."""
    changes = {"version": 1, "status": "awaiting:payment"}
    return OrderAwaitingPayment.model_validate(order.model_dump() | changes)


def cancelled(
    order: OrderPlaced, version: int = 1, because: CancelReason = "cancelled"
) -> OrderCancelled:
    """News that the order was given up."""
    changes = {"version": version, "status": "cancelled", "cancelled_because": because}
    return OrderCancelled.model_validate(order.model_dump() | changes)


@asynccontextmanager
async def at_stripe(app: App, db: Database) -> AsyncGenerator[Stripe]:
    """A connection of the tests' own to the app's Stripe."""
    async with gateway.open_stripe(app.settings, db) as connection:
        yield connection
