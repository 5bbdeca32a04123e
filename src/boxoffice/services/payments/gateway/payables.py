"""What can be paid at Stripe: an intent, which a card confirms, or a hosted page.

Intents cannot be confirmed, captured, cancelled or wholly refunded twice, so each talk may ask
again under a key of its own; only opening needs the key that stays the same.
"""

from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import stripe as sdk
from stripe.checkout import Session
from stripe.params import PaymentIntentConfirmParams

from boxoffice.kit.errors import BadInput, Conflict, Unavailable
from boxoffice.kit.telemetry import log
from boxoffice.services.payments.gateway.connection import CardRefused, Refused, Stripe, ask
from boxoffice.services.payments.model import Order, Payment, Standing

GONE = Standing("gone")
SHOP = "Boxoffice"  # who is paid, on Stripe's page

T = TypeVar("T")


async def look(stripe: Stripe, payment: Payment) -> Standing:
    """Return how a payment stands; gone when nothing is open for it."""
    if payment.session_id:
        return await _read_session(stripe, payment.session_id)
    return await _read_intent(stripe, payment.intent_id) if payment.intent_id else GONE


async def open_intent(stripe: Stripe, order: Order, payment: Payment) -> str:
    """Open what a card can confirm; return its id. Conflict for an amount that no card pays."""
    intent = await _opened(
        stripe.client.v1.payment_intents.create_async(
            {
                "amount": order.total_minor,
                "currency": order.currency.lower(),
                "capture_method": "manual",
                # A token pays at once or not at all: nobody is there to be sent to a bank's page.
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                "description": order.label,
                "metadata": _metadata(payment),
            },
            {"idempotency_key": f"{order.order_id}:intent:{payment.turn}"},
        )
    )
    return intent.id


async def confirm_intent(stripe: Stripe, payment: Payment, intent_id: str, token: str) -> Standing:
    """Have a card promise the money: authorized or declined. BadInput for a token of no card."""
    card: PaymentIntentConfirmParams = {"payment_method": token}
    if token.startswith("tok_"):
        card = {"payment_method_data": {"type": "card", "card": {"token": token}}}  # pyright: ignore[reportAssignmentType] - documented, and missing in Stripe's types
    try:
        return _of_intent(
            await ask(
                stripe.client.v1.payment_intents.confirm_async(
                    intent_id,
                    {**card, "error_on_requires_action": True},
                    {"idempotency_key": _key(payment, "confirm")},
                )
            )
        )
    except CardRefused as refused:
        return Standing("declined", intent_id, reason=refused.detail)
    except Refused as refused:
        if refused.code == "payment_intent_unexpected_state":
            return await _read_intent(stripe, intent_id)
        raise BadInput(refused.detail, field="token") from None


async def capture(stripe: Stripe, payment: Payment) -> Standing:
    """Take the money that is promised: captured; or gone, when Stripe refuses for good."""
    intent_id = payment.intent_id or ""
    key = _key(payment, "capture")
    intents = stripe.client.v1.payment_intents
    try:
        return _of_intent(
            await ask(intents.capture_async(intent_id, options={"idempotency_key": key}))
        )
    except Refused as refused:
        found = await _read_intent(stripe, intent_id)
        if found.state == "authorized":  # and yet refused: then it must not be taken later either
            log.error("capture refused", order=str(payment.order_id), code=refused.code)
            found = await _cancel_intent(stripe, payment, intent_id)
        return replace(found, reason=refused.detail) if found.state == "gone" else found


async def release(stripe: Stripe, payment: Payment) -> Standing:
    """Let go of all that Stripe holds for a payment: gone; or refunded, when it was taken.

    Unavailable while Stripe does not let go: nothing is over until it says so.
    """
    intent_id = payment.intent_id
    if payment.session_id:
        intent_id = (await close_session(stripe, payment.session_id)).intent_id
    if intent_id is None:
        return GONE
    if payment.status == "captured":  # one call: a whole house may want its money back at once
        found = await _refund_intent(stripe, payment, intent_id)
    else:
        found = await _cancel_intent(stripe, payment, intent_id)
        if found.state == "captured":
            found = await _refund_intent(stripe, payment, intent_id)
    if found.state not in {"gone", "refunded"}:
        raise Unavailable("Stripe does not let go of this payment yet")
    return found


async def open_session(stripe: Stripe, order: Order, payment: Payment) -> tuple[str, str]:
    """Open a hosted page to pay an order; return its id and address.

    It stays open until it is closed: the shortest life that Stripe gives one outlasts our holds.
    Conflict for an amount that no card pays.
    """
    back = f"{stripe.public_url}/orders/{order.order_id}"
    session = await _opened(
        stripe.client.v1.checkout.sessions.create_async(
            {
                "mode": "payment",
                "branding_settings": {"display_name": SHOP},
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": order.currency.lower(),
                            "unit_amount": order.total_minor,
                            "product_data": {"name": order.label},
                        },
                    }
                ],
                "payment_intent_data": {
                    "capture_method": "manual",
                    "description": order.label,
                    "metadata": _metadata(payment),
                },
                "client_reference_id": str(order.order_id),
                "metadata": _metadata(payment),
                "success_url": f"{back}?paid=1",
                "cancel_url": back,
            },
            {"idempotency_key": f"{order.order_id}:session:{payment.turn}"},
        )
    )
    return session.id, session.url or back


async def close_session(stripe: Stripe, session_id: str) -> Standing:
    """Close a hosted page: gone; or what it has come to, when somebody has paid there."""
    try:
        await ask(stripe.client.v1.checkout.sessions.expire_async(session_id))
    except Refused:
        found = await _read_session(stripe, session_id)
        if found.state in {"open", "declined"}:
            raise Unavailable("Somebody is paying this order right now") from None
        return found
    return GONE


async def _read_intent(stripe: Stripe, intent_id: str) -> Standing:
    intents = stripe.client.v1.payment_intents
    return _of_intent(await ask(intents.retrieve_async(intent_id, {"expand": ["latest_charge"]})))


async def _read_session(stripe: Stripe, session_id: str) -> Standing:
    sessions = stripe.client.v1.checkout.sessions
    expand = ["payment_intent.latest_charge"]
    return _of_session(await ask(sessions.retrieve_async(session_id, {"expand": expand})))


async def _cancel_intent(stripe: Stripe, payment: Payment, intent_id: str) -> Standing:
    intents, key = stripe.client.v1.payment_intents, _key(payment, "cancel")
    try:
        return _of_intent(
            await ask(intents.cancel_async(intent_id, options={"idempotency_key": key}))
        )
    except Refused:
        return await _read_intent(stripe, intent_id)


async def _refund_intent(stripe: Stripe, payment: Payment, intent_id: str) -> Standing:
    refunds, key = stripe.client.v1.refunds, _key(payment, "refund")
    try:
        refund = await ask(
            refunds.create_async({"payment_intent": intent_id}, {"idempotency_key": key})
        )
    except Refused:
        return await _read_intent(stripe, intent_id)
    if refund.status in {"failed", "canceled"}:
        raise Unavailable("Stripe could not refund this payment yet")
    return Standing("refunded", intent_id)


def _of_session(session: Session) -> Standing:
    if session.status == "expired":
        return GONE
    intent = session.payment_intent
    return _of_intent(intent) if isinstance(intent, sdk.PaymentIntent) else Standing("open")


def _of_intent(intent: sdk.PaymentIntent) -> Standing:
    currency = intent.currency.upper()
    match intent.status:
        case "requires_capture":
            return Standing("authorized", intent.id, intent.amount_capturable, currency)
        case "succeeded":
            charge = intent.latest_charge
            refunded = isinstance(charge, sdk.Charge) and charge.refunded
            state = "refunded" if refunded else "captured"
            return Standing(state, intent.id, intent.amount_received, currency)
        case "canceled":
            return Standing("gone", intent.id)
        case "requires_payment_method" if error := intent.last_payment_error:
            return Standing("declined", intent.id, reason=error.message)
        case _:
            return Standing("open", intent.id)


async def _opened(answer: Awaitable[T]) -> T:
    try:
        return await ask(answer)
    except Refused as refused:
        if refused.code in {"amount_too_small", "amount_too_large"}:
            raise Conflict(refused.detail) from None
        log.error("stripe opens nothing", code=refused.code, error=refused.detail)
        raise Unavailable("The card processor takes no payments right now") from None


def _metadata(payment: Payment) -> dict[str, str]:
    return {"order_id": str(payment.order_id), "payment_id": str(payment.payment_id)}


def _key(payment: Payment, what: str) -> str:
    return f"{payment.payment_id}:{what}:{payment.version}"
