"""Charges: an attempt to take money from a card, and giving it back."""

from typing import NoReturn

from boxoffice.stack.stripe import cards, events
from boxoffice.stack.stripe.cards import Card, Decline
from boxoffice.stack.stripe.errors import ApiError, CardError, InvalidParameterError, missing
from boxoffice.stack.stripe.lists import load, public
from boxoffice.stack.stripe.money import written
from boxoffice.stack.stripe.store import Json, Transaction, new_id
from boxoffice.stack.stripe.wire import Params

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
NOBODY: Json = {
    "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
    "email": None,
    "name": None,
    "phone": None,
    "tax_id": None,
}


def open_method(tx: Transaction, card: Card, exp: tuple[int, int], who: Json) -> Json:
    """Keep a card as a payment method; `exp` is month and year, `who` its billing details."""
    return tx.insert(
        {
            "id": new_id("pm_"),
            "object": "payment_method",
            "billing_details": NOBODY | who,
            "card": card.face(*exp),
            "created": tx.now,
            "customer": None,
            "livemode": False,
            "metadata": {},
            "type": "card",
        }
    )


def charge(tx: Transaction, intent: Json, method: Json) -> Json:
    """Charge the method with an intent's amount and return the intent, captured or to be captured.

    A decline leaves the intent waiting for another payment method and raises CardError.
    """
    card = cards.BY_FINGERPRINT[method["card"]["fingerprint"]]
    manual = intent["capture_method"] == "manual"
    attempt = tx.insert(_charge(tx, intent, method, card.decline, captured=not manual))
    if card.decline:
        _refuse(tx, intent, method, attempt, card.decline)
    paid = tx.save(
        intent
        | {
            "amount_capturable": intent["amount"] if manual else 0,
            "amount_received": 0 if manual else intent["amount"],
            "last_payment_error": None,
            "latest_charge": attempt["id"],
            "payment_method": method["id"],
            "status": "requires_capture" if manual else "succeeded",
        }
    )
    happened = "amount_capturable_updated" if manual else "succeeded"
    events.emit(tx, f"payment_intent.{happened}", paid)
    return paid


def capture(tx: Transaction, charge_id: str, amount: int) -> None:
    """Take that much of what the charge has authorised and let go of the rest."""
    held = load(tx, "charge", charge_id)
    tx.save(
        held
        | {
            "amount_captured": amount,
            "amount_refunded": held["amount"] - amount,
            "captured": True,
        }
    )


def release(tx: Transaction, charge_id: str) -> None:
    """Let go of an authorisation. Stripe tells it as a refund of an uncaptured charge."""
    held = load(tx, "charge", charge_id)
    freed = tx.save(held | {"amount_refunded": held["amount"], "refunded": True})
    events.emit(tx, "charge.refunded", freed)


def refund(tx: Transaction, params: Params) -> Json:
    """POST /v1/refunds: give back some or all of what was captured and not given back yet."""
    intent_id, charge_id = params.text("payment_intent"), params.text("charge")
    amount, reason = params.positive("amount"), params.choice("reason", REASONS)
    metadata = params.metadata()
    params.finish()
    paid = _refundable(tx, intent_id, charge_id)
    left = paid["amount"] - paid["amount_refunded"]
    amount = left if amount is None else amount
    if amount > left:
        asked, rest = written(amount, paid["currency"]), written(left, paid["currency"])
        raise ApiError(
            f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})",
            param="amount",
        )
    given = tx.insert(
        {
            "id": new_id("re_"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": paid["id"],
            "created": tx.now,
            "currency": paid["currency"],
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "metadata": metadata,
            "payment_intent": paid["payment_intent"],
            "payment_method": paid["payment_method"],
            "reason": reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }
    )
    refunded = {"amount_refunded": paid["amount_refunded"] + amount, "refunded": amount == left}
    events.emit(tx, "charge.refunded", tx.save(paid | refunded))
    return given


def _charge(
    tx: Transaction, intent: Json, method: Json, decline: Decline | None, *, captured: bool
) -> Json:
    paid = decline is None
    return {
        "id": new_id("ch_"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid and captured else 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": paid and captured,
        "created": tx.now,
        "currency": intent["currency"],
        "customer": None,
        "description": intent["description"],
        "disputed": False,
        "failure_code": decline and decline.code,
        "failure_message": decline and decline.message,
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"card": method["card"], "type": "card"},
        "receipt_email": intent["receipt_email"],
        "receipt_url": None,
        "refunded": False,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
    }


def _outcome(decline: Decline | None) -> Json:
    fine: Json = {
        "network_status": "approved_by_network",
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    if decline is None:
        return fine
    said = f"The bank returned the decline code `{decline.decline_code}`."
    return fine | {
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "seller_message": said,
        "type": "issuer_declined",
    }


def _refuse(
    tx: Transaction, intent: Json, method: Json, attempt: Json, decline: Decline
) -> NoReturn:
    details = {
        "charge": attempt["id"],
        "code": decline.code,
        "decline_code": decline.decline_code,
        "param": decline.param,
        "payment_method": public(method),
    }
    told = CardError(decline.message, **details)
    failed = tx.save(
        intent
        | {
            "last_payment_error": told.body,
            "latest_charge": attempt["id"],
            "payment_method": None,
            "status": "requires_payment_method",
        }
    )
    events.emit(tx, "payment_intent.payment_failed", failed)
    raise CardError(decline.message, **details, payment_intent=public(failed))


def _refundable(tx: Transaction, intent_id: str | None, charge_id: str | None) -> Json:
    if intent_id is not None:
        intent = tx.find("payment_intent", intent_id)
        if intent is None:
            raise missing("payment_intent", intent_id, param="payment_intent")
        charge_id = intent["latest_charge"]
    if charge_id is None:
        raise _nothing_to_refund(intent_id)
    paid = tx.find("charge", charge_id)
    if paid is None:
        raise missing("charge", charge_id, param="charge")
    if not paid["paid"]:
        raise _nothing_to_refund(paid["payment_intent"])
    if not paid["captured"]:
        raise ApiError(
            f"This uncaptured Charge was created by a PaymentIntent ({paid['payment_intent']})."
            " You must cancel the PaymentIntent to reverse the authorization instead of refunding"
            " the Charge directly."
        )
    if paid["refunded"]:
        message = f"Charge {charge_id} has already been refunded."
        raise ApiError(message, code="charge_already_refunded")
    return paid


def _nothing_to_refund(intent_id: str | None) -> ApiError:
    if intent_id is None:
        return InvalidParameterError(
            "One of the following params should be provided for this request:"
            " payment_intent or charge."
        )
    return ApiError(
        f"This PaymentIntent ({intent_id}) does not have a successful charge to refund."
    )
