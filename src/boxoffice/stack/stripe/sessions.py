"""Checkout sessions: an order summary that a person pays on the hosted page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from boxoffice.stack.stripe import charges, events, intents
from boxoffice.stack.stripe.cards import Card
from boxoffice.stack.stripe.errors import ApiError, InvalidParameterError, missing
from boxoffice.stack.stripe.lists import as_list, load
from boxoffice.stack.stripe.money import check_amount
from boxoffice.stack.stripe.store import Json, Transaction, new_id
from boxoffice.stack.stripe.wire import Params

SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(hours=24)  # also what a session gets that names no end
SUBMIT_TYPES = ("auto", "book", "donate", "pay")
ROUND = 100  # overdue sessions expired in one transaction


@dataclass(frozen=True)
class Payer:
    """Who pays, and with which card, as they typed it."""

    email: str
    name: str
    card: Card
    exp_month: int
    exp_year: int


def create(tx: Transaction, params: Params, *, public_url: str) -> Json:
    """POST /v1/checkout/sessions for one payment."""
    params.required(lambda key: params.choice(key, ("payment",)), "mode")
    items = [_item(entry) for entry in params.entries("line_items")]
    currency, total = _total(items)
    session_id = new_id("cs_test_a1", 58)
    ends = _ends(tx, params)
    wish = params.inner("payment_intent_data")
    payment = {
        "capture_method": wish.choice("capture_method", intents.CAPTURE_METHODS),
        "metadata": wish.metadata(),
        "words": intents.read_words(wish),
    }
    session: Json = {
        **_blank(),
        "id": session_id,
        "amount_subtotal": total,
        "amount_total": total,
        "branding_settings": _branding(params),
        "cancel_url": params.url("cancel_url"),
        "client_reference_id": params.text("client_reference_id", longest=200),
        "created": tx.now,
        "currency": currency,
        "customer_email": params.email("customer_email"),
        "expires_at": ends,
        "locale": params.text("locale"),
        "metadata": params.metadata(),
        "submit_type": params.choice("submit_type", SUBMIT_TYPES),
        "success_url": params.required(params.url, "success_url"),
        "url": f"{public_url}/pay/{session_id}",
        "_line_items": items,
        "_payment": payment,
    }
    params.choice("ui_mode", ("hosted_page",))
    for kind in params.words("payment_method_types"):
        if kind != "card":
            raise InvalidParameterError(
                f"The payment method type provided: {kind} is invalid.",
                param="payment_method_types",
            )
    params.finish()
    return tx.insert(session)


def retrieve(tx: Transaction, params: Params, object_id: str) -> Json:
    """GET /v1/checkout/sessions/:id, as it stands at this second."""
    params.finish()
    return current(tx, load(tx, "checkout.session", object_id))


def line_items(tx: Transaction, params: Params, object_id: str) -> Json:
    """GET /v1/checkout/sessions/:id/line_items, all of them."""
    params.positive("limit")
    params.finish()
    session = load(tx, "checkout.session", object_id)
    return as_list(session["_line_items"], f"/v1/checkout/sessions/{object_id}/line_items")


def expire(tx: Transaction, params: Params, object_id: str) -> Json:
    """POST /v1/checkout/sessions/:id/expire, while nobody has paid."""
    params.finish()
    session = current(tx, load(tx, "checkout.session", object_id))
    if session["status"] != "open":
        raise ApiError(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{session['status']}`."
        )
    return _expired(tx, session)


def expire_overdue(tx: Transaction) -> None:
    """Expire the open sessions whose time is up."""
    for session in tx.overdue_sessions(ROUND):
        _expired(tx, session)


def current(tx: Transaction, session: Json) -> Json:
    """Return the session, expired if its time is up."""
    overdue = session["status"] == "open" and session["expires_at"] <= tx.now
    return _expired(tx, session) if overdue else session


def pay(tx: Transaction, session: Json, payer: Payer) -> Json:
    """Charge the payer and complete the open session; a decline keeps it open (CardError)."""
    who = {"email": payer.email, "name": payer.name}
    method = charges.open_method(tx, payer.card, (payer.exp_month, payer.exp_year), who)
    intent = session["payment_intent"] and load(tx, "payment_intent", session["payment_intent"])
    if not intent:
        intent = intents.open_intent(
            tx, amount=session["amount_total"], currency=session["currency"], **session["_payment"]
        )
        session = tx.save(session | {"payment_intent": intent["id"]})
    paid = charges.charge(tx, intent, method)
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    completed = tx.save(
        session
        | {
            "customer_details": {
                **who,
                "address": address,
                "business_name": None,
                "individual_name": None,
                "phone": None,
                "tax_exempt": "none",
                "tax_ids": [],
            },
            "payment_status": "paid" if paid["status"] == "succeeded" else "unpaid",
            "status": "complete",
            "url": None,
        }
    )
    events.emit(tx, "checkout.session.completed", completed)
    return completed


def _expired(tx: Transaction, session: Json) -> Json:
    if session["payment_intent"]:
        intents.void(tx, load(tx, "payment_intent", session["payment_intent"]), "expired")
    expired = tx.save(session | {"status": "expired", "url": None})
    events.emit(tx, "checkout.session.expired", expired)
    return expired


def _item(params: Params) -> Json:
    price = params.inner("price_data")
    product = price.inner("product_data")
    if wanted := params.text("price"):
        raise missing("price", wanted, param=params.name("price"))
    quantity = params.required(params.positive, "quantity")
    currency = price.required(price.currency, "currency")
    amount = price.required(price.integer, "unit_amount")
    if amount < 0:
        raise InvalidParameterError(
            "Invalid non-negative integer",
            code="parameter_invalid_integer",
            param=price.name("unit_amount"),
        )
    name = product.required(lambda key: product.text(key, longest=250), "name")
    about = product.text("description", longest=1000)
    total = amount * quantity
    return {
        "id": new_id("li_"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": currency,
        "description": name,
        "metadata": params.metadata(),
        "price": {
            "id": new_id("price_"),
            "object": "price",
            "active": False,
            "currency": currency,
            "metadata": {},
            "product": new_id("prod_", 14),
            "type": "one_time",
            "unit_amount": amount,
        },
        "quantity": quantity,
        "_about": about,
    }


def _total(items: Sequence[Json]) -> tuple[str, int]:
    if not items:
        raise InvalidParameterError(
            "Missing required param: line_items.", code="parameter_missing", param="line_items"
        )
    currency = items[0]["currency"]
    for item in items:
        if item["currency"] != currency:
            raise InvalidParameterError(
                "All line items must have the same currency.", param="line_items"
            )
    total = sum(item["amount_total"] for item in items)
    what = "The Checkout Session's total amount due must add up to"
    check_amount(total, currency, what=what, param="line_items")
    return currency, total


def _ends(tx: Transaction, params: Params) -> int:
    ends = params.integer("expires_at")
    if ends is None:
        return tx.now + int(LONGEST.total_seconds())
    if ends < tx.now + SHORTEST.total_seconds():
        raise InvalidParameterError(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session"
            " creation.",
            param="expires_at",
        )
    if ends > tx.now + LONGEST.total_seconds():
        raise InvalidParameterError(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )
    return ends


def _branding(params: Params) -> Json:
    name = params.inner("branding_settings").text("display_name", longest=100)
    return {"display_name": name or urlsplit(params.text("success_url") or "").netloc}


def _blank() -> Json:
    """Return the fields that no session here differs in until somebody pays."""
    return {
        "object": "checkout.session",
        "after_expiration": None,
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": None,
        "client_secret": None,
        "collected_information": None,
        "consent": None,
        "consent_collection": None,
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer": None,
        "customer_creation": "if_required",
        "customer_details": None,
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "recovered_from": None,
        "setup_intent": None,
        "shipping_address_collection": None,
        "shipping_cost": None,
        "shipping_options": [],
        "status": "open",
        "subscription": None,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
