"""A shop that sells through the pretend Stripe: its client, its webhook endpoint, its clock."""

import asyncio
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import httpx
import stripe
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from boxoffice.stack.stripe import pretend_stripe

KEY, SECRET = "sk_test_shop", "whsec_shop"
PATIENCE_SECONDS = 10
CARD = {"type": "card", "card": {"token": "tok_visa"}}
PAYER = {
    "email": "bob@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 44",
    "cvc": "123",
    "name": "Bob Buyer",
}

OpenShop = Callable[..., Awaitable["Shop"]]


@dataclass
class Clock:
    """The time that the pretend Stripe goes by."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass
class Endpoint:
    """The shop's webhook endpoint. It refuses as often as told and believes only signatures."""

    refusals: int = 0
    refused: list[str] = field(default_factory=list[str])
    events: list[stripe.Event] = field(default_factory=list[stripe.Event])
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, request: Request) -> Response:
        payload, signature = await request.body(), request.headers["Stripe-Signature"]
        event = stripe.Webhook.construct_event(payload, signature, SECRET)
        async with self._news:
            good = len(self.refused) >= self.refusals
            if good:
                self.events.append(event)
            else:
                self.refused.append(event.id)
            self._news.notify_all()
        return Response(status_code=200 if good else 500)

    async def heard(self, *names: str) -> list[stripe.Event]:
        """Wait until events of all these types have come, and return all that have."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: {event.type for event in self.events} >= set(names))
            return list(self.events)

    async def has_refused(self, times: int) -> None:
        """Wait until that many deliveries were refused."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: len(self.refused) >= times)


@dataclass
class Shop:
    """One merchant, its Stripe and a browser."""

    url: str
    client: stripe.StripeClient
    browser: httpx.AsyncClient
    endpoint: Endpoint
    clock: Clock

    async def intend(self, **wishes: Any) -> stripe.PaymentIntent:
        """Create a payment intent of 24.00 euros for cards, under a `key` of its own or a given."""
        usual: Any = {"amount": 2400, "currency": "eur", "payment_method_types": ["card"]}
        options: Any = {"max_network_retries": wishes.pop("retries", 0)}
        if "key" in wishes:
            options["idempotency_key"] = wishes.pop("key")
        return await self.client.v1.payment_intents.create_async(usual | wishes, options)

    async def confirm(self, intent_id: str, **wishes: Any) -> stripe.PaymentIntent:
        """Confirm a payment intent."""
        params: Any = wishes
        return await self.client.v1.payment_intents.confirm_async(intent_id, params)

    async def authorize(self, **wishes: Any) -> stripe.PaymentIntent:
        """Hold 24.00 euros on a card."""
        usual: Any = {"capture_method": "manual", "confirm": True, "payment_method_data": CARD}
        return await self.intend(**(usual | wishes))

    async def pay(self, **wishes: Any) -> stripe.PaymentIntent:
        """Take 24.00 euros from a card."""
        return await self.intend(**({"confirm": True, "payment_method_data": CARD} | wishes))

    async def offer(self, **wishes: Any) -> stripe.checkout.Session:
        """Open a checkout session for two tickets of 24.00 euros."""
        usual: Any = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 2,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 2400,
                        "product_data": {"name": "Stalls A12", "description": "Winter <Tale>"},
                    },
                }
            ],
            "branding_settings": {"display_name": "Boxoffice"},
            "success_url": f"{self.url}/thanks?session={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{self.url}/basket",
        }
        return await self.client.v1.checkout.sessions.create_async(usual | wishes)

    async def session(self, session_id: str, *expand: str) -> stripe.checkout.Session:
        """Read a checkout session."""
        return await self.client.v1.checkout.sessions.retrieve_async(
            session_id, {"expand": list(expand)}
        )

    async def intent(self, intent_id: str, *expand: str) -> stripe.PaymentIntent:
        """Read a payment intent."""
        return await self.client.v1.payment_intents.retrieve_async(
            intent_id, {"expand": list(expand)}
        )

    async def events(self, name: str) -> list[stripe.Event]:
        """Read the newest events of a type."""
        return (await self.client.v1.events.list_async({"type": name, "limit": 100})).data

    async def fill_in(self, session: stripe.checkout.Session, **typed: str) -> httpx.Response:
        """Fill in the hosted page and press the button, without being led on."""
        return await self.browser.post(cast("str", session.url), data=PAYER | typed)


@asynccontextmanager
async def open_shop(folder: Path, endpoint: Endpoint | None = None) -> AsyncGenerator[Shop]:
    """Run a shop and its Stripe, whose state is in the folder, on a free port."""
    endpoint, clock = endpoint or Endpoint(), Clock()
    with socket.create_server(("127.0.0.1", 0)) as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        async with (
            pretend_stripe(
                folder,
                webhook_url=f"{url}/webhook",
                api_key=KEY,
                webhook_secret=SECRET,
                public_url=f"{url}/dev/stripe",
                clock=clock,
            ) as pretend,
            httpx.AsyncClient(timeout=30) as browser,
        ):
            hook = Route("/webhook", endpoint.__call__, methods=["POST"])
            app = Starlette(routes=[hook, Mount("/dev/stripe", pretend.app)])
            http = stripe.HTTPXClient()
            client = stripe.StripeClient(
                KEY, base_addresses={"api": f"{url}/dev/stripe"}, http_client=http
            )
            async with serving(app, sock):
                yield Shop(url, client, browser, endpoint, clock)
            await http.close_async()


@asynccontextmanager
async def serving(app: Starlette, sock: socket.socket) -> AsyncGenerator[None]:
    """Serve the app on a socket that listens already."""
    config = uvicorn.Config(app, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield
    finally:
        server.should_exit = True
        await running
