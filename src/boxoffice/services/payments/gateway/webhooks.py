"""What Stripe tells us by itself."""

from collections.abc import Mapping
from uuid import UUID

import stripe as sdk
from pydantic import BaseModel, ValidationError

from boxoffice.kit.errors import BadInput
from boxoffice.services.payments.gateway.connection import Stripe
from boxoffice.services.payments.model import News

SIGNED_SECONDS = 300  # how old a signature may be: Stripe's own advice against replays


class _Thing(BaseModel):
    metadata: Mapping[str, str] | None = None


class _Subject(BaseModel):
    object: _Thing


class _Notice(BaseModel):
    """As much of a webhook as is read."""

    id: str
    type: str
    data: _Subject


def read_news(stripe: Stripe, body: bytes, signature: str | None) -> News:
    """Return what a webhook is about. BadInput unless Stripe has signed it just now."""
    try:
        sdk.WebhookSignature.verify_header(body, signature, stripe.webhook_secret, SIGNED_SECONDS)
        notice = _Notice.model_validate_json(body)
    except (sdk.SignatureVerificationError, UnicodeDecodeError, ValidationError):
        raise BadInput("This is not signed by Stripe, or not from this minute") from None
    return News(notice.id, notice.type, _order_id(notice.data.object.metadata or {}))


def _order_id(metadata: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(metadata["order_id"])
    except (KeyError, ValueError):
        return None
