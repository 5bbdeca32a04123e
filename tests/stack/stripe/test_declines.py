"""Stripe's documented declines, by test payment method, by token and by number."""

import pytest
import stripe

from boxoffice.stack.stripe.cards import passes_luhn
from stack.stripe.shop import Shop

NO = "Your card was declined."
TOO_OFTEN = (
    "Your card was declined for making repeated attempts too frequently"
    " or exceeding its amount limit."
)
LATER = "An error occurred while processing your card. Try again in a little bit."
CVC = "Your card's security code is incorrect."
POOR = "Your card has insufficient funds."
DECLINES = (
    ("visa_chargeDeclined", "4000000000000002", "card_declined", "generic_decline", NO),
    (
        "visa_chargeDeclinedInsufficientFunds",
        "4000000000009995",
        "card_declined",
        "insufficient_funds",
        POOR,
    ),
    ("visa_chargeDeclinedLostCard", "4000000000009987", "card_declined", "lost_card", NO),
    ("visa_chargeDeclinedStolenCard", "4000000000009979", "card_declined", "stolen_card", NO),
    (
        "chargeDeclinedExpiredCard",
        "4000000000000069",
        "expired_card",
        "expired_card",
        "Your card has expired.",
    ),
    ("chargeDeclinedIncorrectCvc", "4000000000000127", "incorrect_cvc", "incorrect_cvc", CVC),
    (
        "chargeDeclinedProcessingError",
        "4000000000000119",
        "processing_error",
        "processing_error",
        LATER,
    ),
    (
        "visa_chargeDeclinedVelocityLimitExceeded",
        "4000000000006975",
        "card_declined",
        "card_velocity_exceeded",
        TOO_OFTEN,
    ),
    ("radarBlock", "4100000000000019", "card_declined", "fraudulent", NO),
)


@pytest.mark.parametrize(("name", "number", "code", "decline_code", "sentence"), DECLINES)
async def test_a_declining_card_declines_as_documented(
    shop: Shop, name: str, number: str, code: str, decline_code: str, sentence: str
):
    token = {"type": "card", "card": {"token": f"tok_{name}"}}
    session = await shop.offer()

    with pytest.raises(stripe.CardError) as by_method:
        await shop.intend(confirm=True, payment_method=f"pm_card_{name}")
    with pytest.raises(stripe.CardError) as by_token:
        await shop.intend(confirm=True, payment_method_data=token)
    page = await shop.fill_in(session, number=number)

    for error in (by_method.value, by_token.value):
        assert error.error
        assert (error.http_status, error.code, error.error.decline_code, error.user_message) == (
            402,
            code,
            decline_code,
            sentence,
        )
    assert page.status_code == 402
    assert sentence.replace("'", "&#39;") in page.text


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("visa", "visa"),
        ("visa_debit", "visa"),
        ("mastercard", "mastercard"),
        ("mastercard_prepaid", "mastercard"),
        ("amex", "amex"),
        ("discover", "discover"),
        ("diners", "diners"),
        ("jcb", "jcb"),
        ("unionpay", "unionpay"),
    ],
)
async def test_a_good_card_of_every_brand_pays(shop: Shop, name: str, brand: str):
    token = {"type": "card", "card": {"token": f"tok_{name}"}}

    paid = await shop.pay(payment_method_data=token, expand=["payment_method"])

    assert paid.status == "succeeded"
    assert isinstance(paid.payment_method, stripe.PaymentMethod)
    assert paid.payment_method.card
    assert paid.payment_method.card.brand == brand


async def test_a_declined_intent_says_why_and_can_be_paid_with_another_card(shop: Shop):
    with pytest.raises(stripe.CardError) as declined:
        await shop.authorize(payment_method_data=None, payment_method="pm_card_visa_chargeDeclined")
    assert declined.value.error
    assert declined.value.error.payment_intent

    failed = await shop.intent(declined.value.error.payment_intent.id, "latest_charge")
    confirmed = await shop.confirm(failed.id, payment_method="pm_card_visa")

    assert failed.status == "requires_payment_method"
    assert failed.payment_method is None
    assert failed.last_payment_error
    assert failed.last_payment_error.decline_code == "generic_decline"
    assert isinstance(failed.latest_charge, stripe.Charge)
    assert (failed.latest_charge.status, failed.latest_charge.paid) == ("failed", False)
    assert confirmed.status == "requires_capture"
    assert confirmed.last_payment_error is None


def test_one_wrong_digit_or_two_swapped_are_noticed():
    right = "4242424242424242"

    for place in range(16):
        wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
        assert not passes_luhn(wrong)
    assert passes_luhn(right)
    assert passes_luhn("378282246310005")
    assert not passes_luhn("2442424242424242")
