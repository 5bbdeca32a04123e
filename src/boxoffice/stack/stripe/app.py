"""The pretend Stripe, put together: its API, its hosted page and its webhooks."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from boxoffice.stack.stripe import charges, intents, sessions
from boxoffice.stack.stripe.api import Api, Operation
from boxoffice.stack.stripe.lists import listing, retrieve
from boxoffice.stack.stripe.pages import Pages
from boxoffice.stack.stripe.store import Store
from boxoffice.stack.stripe.webhooks import Courier

STATIC = Path(__file__).parent / "static"


@dataclass(frozen=True)
class PretendStripe:
    """A running pretend Stripe."""

    app: ASGIApp  # serves /v1/..., /pay/... and /static/..., below whatever it is mounted at


@asynccontextmanager
async def pretend_stripe(
    folder: Path,
    *,
    webhook_url: str,
    api_key: str,
    webhook_secret: str,
    public_url: str,
    clock: Callable[[], float] = time.time,
) -> AsyncGenerator[PretendStripe]:
    """Run a pretend Stripe whose state lives in the folder, and deliver its webhooks meanwhile.

    `public_url` is where browsers reach the app, without a slash at the end; `clock` tells the
    seconds since 1970. Whatever was answered before a crash is there again.
    """
    httpx.URL(webhook_url)
    store = Store(folder, clock)
    courier = asyncio.create_task(Courier(store, webhook_url, webhook_secret, clock).run())
    try:
        yield PretendStripe(_app(store, api_key, public_url.rstrip("/")))
    finally:
        courier.cancel()
        with suppress(asyncio.CancelledError):
            await courier
        store.close()


def _app(store: Store, api_key: str, public_url: str) -> ASGIApp:
    api, pages = Api(store, api_key), Pages(store, public_url)
    return Starlette(
        routes=[
            Mount("/v1", routes=_api_routes(api, public_url)),
            Route("/pay/{session_id}", pages.show, methods=["GET"]),
            Route("/pay/{session_id}", pages.pay, methods=["POST"]),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/{anything:path}", pages.unknown),
        ]
    )


def _api_routes(api: Api, public_url: str) -> list[Route]:
    def get(path: str, operation: Operation) -> Route:
        return Route(path, api.reading(operation), methods=["GET"])

    def post(path: str, operation: Operation) -> Route:
        return Route(path, api.changing(operation), methods=["POST"])

    one = "/{object_id}"
    intent, session = "/payment_intents", "/checkout/sessions"
    create_session = partial(sessions.create, public_url=public_url)
    return [
        post(intent, intents.create),
        get(intent, listing("payment_intent", "/v1/payment_intents")),
        get(intent + one, retrieve("payment_intent")),
        post(intent + one + "/confirm", intents.confirm),
        post(intent + one + "/capture", intents.capture),
        post(intent + one + "/cancel", intents.cancel),
        post(session, create_session),
        get(
            session,
            listing("checkout.session", "/v1/checkout/sessions", by=("payment_intent", "status")),
        ),
        get(session + one, sessions.retrieve),
        get(session + one + "/line_items", sessions.line_items),
        post(session + one + "/expire", sessions.expire),
        post("/refunds", charges.refund),
        get("/refunds", listing("refund", "/v1/refunds", by=("payment_intent", "charge"))),
        get("/refunds" + one, retrieve("refund")),
        get("/charges", listing("charge", "/v1/charges", by=("payment_intent",))),
        get("/charges" + one, retrieve("charge")),
        get("/payment_methods" + one, retrieve("payment_method")),
        get("/events", listing("event", "/v1/events", by=("type",))),
        get("/events" + one, retrieve("event")),
        Route("/{anything:path}", api.unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]
