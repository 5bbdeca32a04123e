"""Payment intents: one payment from the wish to pay until the money is taken or let go."""

from datetime import UTC, datetime

from boxoffice.stack.stripe import cards, charges, events
from boxoffice.stack.stripe.errors import ApiError, InvalidParameterError, missing
from boxoffice.stack.stripe.lists import load, public
from boxoffice.stack.stripe.money import check_amount
from boxoffice.stack.stripe.store import Json, Transaction, new_id
from boxoffice.stack.stripe.wire import Params

CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
CANCELLATION_REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
UNSET = (  # the fields of a new intent that are null
    "application",
    "application_fee_amount",
    "automatic_payment_methods",
    "canceled_at",
    "cancellation_reason",
    "customer",
    "last_payment_error",
    "latest_charge",
    "next_action",
    "on_behalf_of",
    "payment_method",
    "processing",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "transfer_data",
    "transfer_group",
)
TOKEN_MONTH, TOKEN_YEARS = 12, 3  # when the card behind a test token expires: December, 3 years on


def create(tx: Transaction, params: Params) -> Json:
    """POST /v1/payment_intents, confirmed at once when asked."""
    currency = params.required(params.currency, "currency")
    amount = params.required(params.positive, "amount")
    check_amount(amount, currency, what="Amount must be", param="amount")
    confirm_now, return_url = params.flag("confirm"), params.url("return_url")
    if return_url and not confirm_now:
        raise InvalidParameterError(
            "`return_url` can only be passed together with `confirm`.", param="return_url"
        )
    method = _method(tx, params)
    _read_assurances(params)
    intent = open_intent(
        tx,
        amount=amount,
        currency=currency,
        capture_method=params.choice("capture_method", CAPTURE_METHODS),
        metadata=params.metadata(),
        words=read_words(params),
    )
    intent |= _ways_to_pay(params)
    params.finish()
    if method:
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    intent = tx.save(intent)
    return _confirmed(tx, intent, method, return_url) if confirm_now else intent


def confirm(tx: Transaction, params: Params, object_id: str) -> Json:
    """POST /v1/payment_intents/:id/confirm."""
    intent = load(tx, "payment_intent", object_id)
    given, return_url = _method(tx, params), params.url("return_url")
    _read_assurances(params)
    params.finish()
    if tx.find_by_intent("checkout.session", object_id):
        raise _unexpected(
            intent, "You cannot confirm this PaymentIntent: the person pays it in Checkout."
        )
    method = given
    if method is None and intent["payment_method"]:
        method = load(tx, "payment_method", intent["payment_method"])
    return _confirmed(tx, intent, method, return_url)


def capture(tx: Transaction, params: Params, object_id: str) -> Json:
    """POST /v1/payment_intents/:id/capture; what is not captured is let go."""
    intent = load(tx, "payment_intent", object_id)
    amount = params.positive("amount_to_capture")
    params.finish()
    status = intent["status"]
    if status == "succeeded":
        raise _unexpected(
            intent,
            "This PaymentIntent could not be captured because it has already been captured.",
        )
    if status != "requires_capture":
        raise _unexpected(
            intent,
            f"This PaymentIntent could not be captured because it has a status of {status}."
            " Only a PaymentIntent with one of the following statuses may be captured:"
            " requires_capture.",
        )
    amount = intent["amount_capturable"] if amount is None else amount
    if amount > intent["amount_capturable"]:
        raise ApiError(
            "The payment could not be captured because the requested capture amount is greater"
            " than the amount you can capture for this charge.",
            code="amount_too_large",
            param="amount_to_capture",
            payment_intent=public(intent),
        )
    charges.capture(tx, intent["latest_charge"], amount)
    taken = {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    intent = tx.save(intent | taken)
    events.emit(tx, "payment_intent.succeeded", intent)
    if session := tx.find_by_intent("checkout.session", object_id):
        tx.save(session | {"payment_status": "paid"})
    return intent


def cancel(tx: Transaction, params: Params, object_id: str) -> Json:
    """POST /v1/payment_intents/:id/cancel; an authorisation is let go."""
    intent = load(tx, "payment_intent", object_id)
    reason = params.choice("cancellation_reason", CANCELLATION_REASONS)
    params.finish()
    status = intent["status"]
    if status not in CANCELABLE:
        raise _unexpected(
            intent,
            f"You cannot cancel this PaymentIntent because it has a status of {status}."
            " Only a PaymentIntent with one of the following statuses may be canceled:"
            f" {', '.join(CANCELABLE)}.",
        )
    if status != "requires_capture" and tx.find_by_intent("checkout.session", object_id):
        raise _unexpected(
            intent,
            "You cannot cancel this PaymentIntent: it belongs to a Checkout Session."
            " Expire the Checkout Session instead.",
        )
    return void(tx, intent, reason)


def void(tx: Transaction, intent: Json, reason: str | None) -> Json:
    """Cancel an intent that may be canceled, and say so."""
    if intent["status"] == "requires_capture":
        charges.release(tx, intent["latest_charge"])
    canceled = tx.save(
        intent
        | {
            "amount_capturable": 0,
            "canceled_at": tx.now,
            "cancellation_reason": reason,
            "status": "canceled",
        }
    )
    events.emit(tx, "payment_intent.canceled", canceled)
    return canceled


def open_intent(
    tx: Transaction,
    *,
    amount: int,
    currency: str,
    capture_method: str | None,
    metadata: dict[str, str],
    words: Json,
) -> Json:
    """Keep a new intent that nobody has tried to pay yet."""
    intent_id = new_id("pi_")
    return tx.insert(
        {
            **dict.fromkeys(UNSET),
            "id": intent_id,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": 0,
            "capture_method": capture_method or "automatic_async",
            "client_secret": new_id(f"{intent_id}_secret_"),
            "confirmation_method": "automatic",
            "created": tx.now,
            "currency": currency,
            "livemode": False,
            "metadata": metadata,
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
            **words,
        }
    )


def read_words(params: Params) -> Json:
    """Return what is said about a payment and changes nothing of it."""
    return {
        "description": params.text("description", longest=1000),
        "receipt_email": params.email("receipt_email"),
        "statement_descriptor_suffix": params.text("statement_descriptor_suffix", longest=22),
    }


def _confirmed(tx: Transaction, intent: Json, method: Json | None, return_url: str | None) -> Json:
    status = intent["status"]
    if status == "succeeded":
        raise _unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it has already succeeded"
            " after being previously confirmed.",
        )
    if status not in {"requires_payment_method", "requires_confirmation"}:
        raise _unexpected(
            intent,
            f"You cannot confirm this PaymentIntent because it has a status of {status}."
            " Only a PaymentIntent with one of the following statuses may be confirmed:"
            " requires_confirmation, requires_action.",
        )
    if method is None:
        raise _unexpected(
            intent,
            "You cannot confirm this PaymentIntent because it's missing a payment method."
            " You can either update the PaymentIntent with a payment method and then confirm it"
            " again, or confirm it again directly with a payment method.",
        )
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic["allow_redirects"] == "always" and return_url is None:
        raise ApiError(
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard."
            " Because some of these payment methods might redirect your customer off of your page,"
            " you must provide a `return_url`. If you don't want to accept redirect-based payment"
            " methods, set `automatic_payment_methods[enabled]` to `true` and"
            " `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents"
            " and Payment Intents.",
            payment_intent=public(intent),
        )
    return charges.charge(tx, intent, method)


def _method(tx: Transaction, params: Params) -> Json | None:
    """Return the payment method that the request brings: an id, a test id or a card's token."""
    wanted, brought = params.text("payment_method"), params.inner("payment_method_data")
    kind = brought.choice("type", ("card",))
    token = brought.inner("card").text("token")
    if kind and wanted:
        raise InvalidParameterError(
            "You may only specify one of these parameters: payment_method, payment_method_data."
        )
    if kind or token:
        brought.required(brought.text, "type")
        card = cards.BY_NAME.get(token or "")
        if card is None or not str(token).startswith("tok_"):
            raise missing("token", str(token), param="payment_method_data[card][token]")
    elif wanted is None:
        return None
    elif (card := cards.BY_NAME.get(wanted)) is None or not wanted.startswith("pm_"):
        found = tx.find("payment_method", wanted)
        if found is None:
            raise missing("PaymentMethod", wanted, param="payment_method")
        return found
    year = datetime.fromtimestamp(tx.now, UTC).year + TOKEN_YEARS
    return charges.open_method(tx, card, (TOKEN_MONTH, year), {})


def _read_assurances(params: Params) -> None:
    """Accept what only matters to cards that ask for authentication; none does here."""
    params.flag("error_on_requires_action")
    params.flag("off_session")


def _ways_to_pay(params: Params) -> Json:
    """Cards where the caller names the types; else whatever the Dashboard has turned on."""
    types = params.words("payment_method_types")
    automatic = params.inner("automatic_payment_methods")
    enabled = automatic.flag("enabled")
    redirects = automatic.choice("allow_redirects", ("always", "never")) or "always"
    if types and enabled:
        raise InvalidParameterError(
            "You may only specify one of these parameters:"
            " automatic_payment_methods, payment_method_types."
        )
    for kind in types:
        if kind != "card":
            raise InvalidParameterError(
                f"The payment method type provided: {kind} is invalid.",
                code="payment_intent_invalid_parameter",
                param="payment_method_types",
            )
    if types:
        return {}
    return {"automatic_payment_methods": {"allow_redirects": redirects, "enabled": True}}


def _unexpected(intent: Json, message: str) -> ApiError:
    return ApiError(message, code="payment_intent_unexpected_state", payment_intent=public(intent))
