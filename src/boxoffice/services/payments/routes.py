"""What HTTP may ask of payments."""

import re
from typing import Annotated, Self
from uuid import UUID

from fastapi import Request
from pydantic import AfterValidator, Field, SecretStr

from boxoffice.events.payments import PaymentStatus
from boxoffice.kit.errors import NotFound, PaymentDeclined
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, View
from boxoffice.services.payments import commands
from boxoffice.services.payments.model import Payment

router = Router()
TOKEN = re.compile(r"(tok|pm)_\w+", re.ASCII)
LONGEST_TOKEN = 255  # of any id at Stripe


def _token(token: SecretStr) -> SecretStr:
    if not TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("This is not a card token of Stripe's, such as tok_visa")
    return token


class CardDraft(Body):
    """An order, and the card that pays it, as Stripe's token."""

    order_id: UUID
    token: Annotated[
        SecretStr,
        Field(max_length=LONGEST_TOKEN, json_schema_extra={"pattern": f"^{TOKEN.pattern}$"}),
        AfterValidator(_token),
    ]


class CheckoutDraft(Body):
    """An order to be paid on Stripe's own page."""

    order_id: UUID


class PaymentView(View):
    """A payment as its buyer sees it; `reason` is why a card was declined."""

    id: UUID
    status: PaymentStatus
    reason: str | None = None

    @classmethod
    def of(cls, payment: Payment) -> Self:
        """Return the view of a payment."""
        return cls(id=payment.payment_id, status=payment.status, reason=payment.reason)


class CheckoutView(View):
    """Where to pay."""

    id: UUID
    url: str


@router.post("/api/payments", status_code=201, response_model_exclude_none=True)
@allow("member", verified=True)
@refuses(PaymentDeclined, NotFound)
async def post_payment(draft: CardDraft, me: Me, here: Here, now: Now) -> PaymentView:
    """Pay an order with a card."""
    payment = await commands.pay_by_card(
        here.outside, here.db, draft.order_id, me.id, draft.token.get_secret_value(), now
    )
    return PaymentView.of(payment)


@router.post("/api/payments/checkout", status_code=201)
@allow("member", verified=True)
@refuses(NotFound)
async def post_checkout(draft: CheckoutDraft, me: Me, here: Here, now: Now) -> CheckoutView:
    """Open Stripe's page to pay an order."""
    payment, url = await commands.open_checkout(here.outside, here.db, draft.order_id, me.id, now)
    return CheckoutView(id=payment.payment_id, url=url)


@router.post("/api/payments/webhook", status_code=204)
@allow("anyone")
async def post_webhook(request: Request, here: Here, now: Now) -> None:
    """Hear from Stripe; what it signed is stored when this answers."""
    signature = request.headers.get("stripe-signature")
    await commands.hear(here.outside, here.db, await request.body(), signature, now)


@router.get("/api/payments/{order_id}", response_model_exclude_none=True)
@allow("member")
async def get_payment(order_id: UUID, me: Me, db: Db, now: Now) -> PaymentView:
    """Return the payment of one of one's own orders; asking has Stripe asked."""
    return PaymentView.of(await commands.get_own_payment(db, order_id, me.id, now))
