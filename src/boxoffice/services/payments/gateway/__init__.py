"""How payments talks to Stripe: whatever was asked, the answer is how things stand there."""

from boxoffice.services.payments.gateway.connection import Stripe, open_stripe
from boxoffice.services.payments.gateway.payables import (
    capture,
    close_session,
    confirm_intent,
    look,
    open_intent,
    open_session,
    release,
)
from boxoffice.services.payments.gateway.webhooks import read_news

__all__ = [
    "Stripe",
    "capture",
    "close_session",
    "confirm_intent",
    "look",
    "open_intent",
    "open_session",
    "open_stripe",
    "read_news",
    "release",
]
