"""Events: what happened, as the webhook endpoint and GET /v1/events tell it."""

from datetime import timedelta

from boxoffice.stack.stripe.lists import public
from boxoffice.stack.stripe.store import Json, Transaction, new_id

API_VERSION = "2026-10-28.endive"  # the shapes spoken here: those of stripe-python 16.1
GIVE_UP = timedelta(days=3)  # as long as Stripe tries to deliver


def emit(tx: Transaction, name: str, thing: Json) -> None:
    """Record what happened to a thing, as it is now, and queue it for the webhook endpoint."""
    event = tx.insert(
        {
            "id": new_id("evt_"),
            "object": "event",
            "api_version": API_VERSION,
            "created": tx.now,
            "data": {"object": public(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": tx.cause,
            "type": name,
        }
    )
    tx.post(event["id"], give_up_at=tx.now + GIVE_UP.total_seconds())
