"""The whole product for one test: all services, the pretend Stripe and the mail catcher."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from pydantic import SecretStr

from boxoffice.kit.settings import Settings
from boxoffice.services import NAMES
from boxoffice.stack.mailbox import Mailbox, mailbox
from boxoffice.stack.stripe import pretend_stripe
from stage.app import App, Play
from stage.eventually import eventually
from stage.people import Someone


@dataclass(frozen=True)
class Market:
    """A market where people really sign up, pay and get mail."""

    app: App
    mail: Mailbox

    async def list_ticket(self, seller: Someone, title: str = "Hamlet", price: float = 12.5) -> str:
        """Put a ticket on sale and return its id."""
        answer = await self.app.post("/api/tickets", seller, json={"title": title, "price": price})
        answer.raise_for_status()
        return answer.json()["id"]

    async def order(self, buyer: Someone, ticket_id: str) -> httpx.Response:
        """Ask for a ticket."""
        return await self.app.post("/api/orders", buyer, json={"ticketId": ticket_id})

    async def pay(self, buyer: Someone, order_id: str, token: str = "tok_visa") -> httpx.Response:
        """Pay an order with a card."""
        return await self.app.post(
            "/api/payments", buyer, json={"orderId": order_id, "token": token}
        )

    async def order_is(self, buyer: Someone, order_id: str, status: str) -> dict[str, Any]:
        """Wait until an order has this status; return it."""

        async def look() -> dict[str, Any]:
            order = (await self.app.get(f"/api/orders/{order_id}", buyer)).json()
            assert order["status"] == status, order
            return order

        return await eventually(look)

    async def ticket_is(self, ticket_id: str, status: str) -> dict[str, Any]:
        """Wait until a ticket has this status; return it."""

        async def look() -> dict[str, Any]:
            ticket = (await self.app.get(f"/api/tickets/{ticket_id}")).json()
            assert ticket["status"] == status, ticket
            return ticket

        return await eventually(look)

    async def intents(self, order_id: str) -> list[dict[str, Any]]:
        """Every payment intent that Stripe has of an order."""
        settings = self.app.settings
        answer = await self.app.http.get(
            f"{settings.stripe_url}/v1/payment_intents",
            params={"limit": 100},
            headers={"Authorization": f"Bearer {settings.stripe_key.get_secret_value()}"},
        )
        answer.raise_for_status()
        return [one for one in answer.json()["data"] if one["metadata"].get("order_id") == order_id]

    def letters(self, name: str) -> list[dict[str, str]]:
        """Every mail to somebody but the one that asks whether the address is theirs."""
        mails = self.mail.messages(f"{name}@example.com")
        return [mail for mail in mails if not mail["subject"].endswith("is your Boxoffice code")]

    async def payment(self, order_id: str) -> dict[str, Any] | None:
        """What payments has recorded of an order."""
        db = await self.app.db("payments")
        row = await db.fetchrow("SELECT * FROM payments WHERE order_id = $1", UUID(order_id))
        return dict(row) if row else None


@asynccontextmanager
async def open_market(
    play: Play, settings: Settings, folder: Path, **changes: Any
) -> AsyncGenerator[Market]:
    """Run everything."""
    url = settings.public_url
    async with (
        mailbox(folder / "mail") as mail,
        pretend_stripe(
            folder / "stripe",
            webhook_url=f"{url}/api/payments/webhook",
            api_key=settings.stripe_key.get_secret_value(),
            webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
            public_url=f"{url}/dev/stripe",
        ) as stripe,
    ):
        mounts = {"/dev/stripe": stripe.app, "/dev": mail.app}
        app = await play(*NAMES, mounts=mounts, smtp_url=SecretStr(mail.smtp_url), **changes)
        try:
            yield Market(app, mail)
        finally:
            await app.stop()
