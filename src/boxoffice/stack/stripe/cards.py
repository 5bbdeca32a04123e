"""Stripe's documented test cards: their numbers, their tokens and what the bank says of them."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

LENGTHS = range(13, 20)  # digits of a card number


@dataclass(frozen=True)
class Decline:
    """Why the bank says no, in Stripe's codes and Stripe's sentence."""

    code: str
    decline_code: str
    message: str
    param: str | None = None


@dataclass(frozen=True)
class Card:
    """A test card. It answers to its number, to tok_<name> and to pm_card_<name>."""

    number: str
    names: tuple[str, ...]
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    cvc_check: str = "pass"

    @property
    def fingerprint(self) -> str:
        """The card's identity in payment methods, which never hold its number."""
        return sha256(self.number.encode()).hexdigest()[:16]

    def face(self, exp_month: int, exp_year: int) -> dict[str, Any]:
        """Return what a payment method shows of the card."""
        return {
            "brand": self.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": self.cvc_check,
            },
            "country": "US",
            "display_brand": self.brand,
            "exp_month": exp_month,
            "exp_year": exp_year,
            "fingerprint": self.fingerprint,
            "funding": self.funding,
            "last4": self.number[-4:],
            "networks": {"available": [self.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        }


def declined(reason: str, message: str = "Your card was declined.") -> Decline:
    """Return the bank's plain no, with its reason."""
    return Decline("card_declined", reason, message)


EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.", "exp_month")
WRONG_CVC = Decline(
    "incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.", "cvc"
)
BROKEN = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
TOO_OFTEN = declined(
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently"
    " or exceeding its amount limit.",
)
POOR = declined("insufficient_funds", "Your card has insufficient funds.")
UNTESTED = declined(
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test (live) card."
    " For a list of valid test cards, visit: https://stripe.com/docs/testing.",
)

CARDS = (
    Card("4242424242424242", ("visa", "us")),
    Card("4012888888881881", ()),
    Card("4000056655665556", ("visa_debit",), funding="debit"),
    Card("5555555555554444", ("mastercard",), "mastercard"),
    Card("2223003122003222", (), "mastercard"),
    Card("5200828282828210", ("mastercard_debit",), "mastercard", "debit"),
    Card("5105105105105100", ("mastercard_prepaid",), "mastercard", "prepaid"),
    Card("378282246310005", ("amex",), "amex"),
    Card("371449635398431", (), "amex"),
    Card("6011111111111117", ("discover",), "discover"),
    Card("6011000990139424", (), "discover"),
    Card("3056930009020004", ("diners",), "diners"),
    Card("36227206271667", (), "diners"),
    Card("3566002020360505", ("jcb",), "jcb"),
    Card("6200000000000005", ("unionpay",), "unionpay"),
    Card("4000000000000077", ("bypassPending",)),
    Card("4000000000000101", ("cvcCheckFail",), cvc_check="fail"),
    Card(
        "4000000000000002",
        ("visa_chargeDeclined", "chargeDeclined"),
        decline=declined("generic_decline"),
    ),
    Card(
        "4000000000009995",
        ("visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"),
        decline=POOR,
    ),
    Card("4000000000009987", ("visa_chargeDeclinedLostCard",), decline=declined("lost_card")),
    Card("4000000000009979", ("visa_chargeDeclinedStolenCard",), decline=declined("stolen_card")),
    Card("4000000000000069", ("chargeDeclinedExpiredCard",), decline=EXPIRED),
    Card("4000000000000127", ("chargeDeclinedIncorrectCvc",), decline=WRONG_CVC),
    Card("4000000000000119", ("chargeDeclinedProcessingError",), decline=BROKEN),
    Card("4000000000006975", ("visa_chargeDeclinedVelocityLimitExceeded",), decline=TOO_OFTEN),
    Card(
        "4100000000000019",
        ("radarBlock", "chargeDeclinedFraudulent"),
        decline=declined("fraudulent"),
    ),
    Card("4000000000000341", ("chargeCustomerFail",), decline=declined("generic_decline")),
)
BY_NUMBER = {card.number: card for card in CARDS}
BY_FINGERPRINT = {card.fingerprint: card for card in CARDS}
BY_NAME = {
    prefix + name: card for card in CARDS for name in card.names for prefix in ("tok_", "pm_card_")
}


def passes_luhn(number: str) -> bool:
    """Whether the last digit agrees with the others, as on every real card."""
    doubled = (2 * int(digit) for digit in number[-2::-2])
    total = sum(map(int, number[::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)  # noqa: PLR2004 - digits
    return total % 10 == 0
