"""The card form: what a person typed, and what is wrong with it in Stripe's words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from boxoffice.stack.stripe import cards
from boxoffice.stack.stripe.sessions import Payer
from boxoffice.stack.stripe.wire import EMAIL

FIELDS = ("email", "number", "expiry", "cvc", "name")
LONGEST = 200  # characters of a field
EXPIRY = re.compile(r"(\d{1,2})\s*[/.-]?\s*(?:20)?(\d{2})")
DECEMBER = 12
SPAN = 50  # years a card may still be valid for


@dataclass(frozen=True)
class Form:
    """What is in each field, what is wrong with it, and the payer it means if nothing is."""

    typed: dict[str, str]
    errors: dict[str, str]
    payer: Payer | None = None


def empty_form(email: str | None) -> Form:
    """Return a form that nobody has filled in; the shop may know the address already."""
    return Form(dict.fromkeys(FIELDS, "") | {"email": email or ""}, {})


def read_form(typed: Mapping[str, str], email: str | None, now: datetime) -> Form:
    """Read what was typed; `email` is the address that the shop has fixed, if it has."""
    fields = {name: typed.get(name, "").strip()[:LONGEST] for name in FIELDS}
    fields["email"] = email or fields["email"]
    number = re.sub(r"[\s-]", "", fields["number"])
    expiry = EXPIRY.fullmatch(fields["expiry"])
    month, year = (int(expiry[1]), 2000 + int(expiry[2])) if expiry else (0, 0)
    found = {
        "email": None if EMAIL.fullmatch(fields["email"]) else "Your email is incomplete.",
        "number": _wrong_number(number),
        "expiry": _wrong_expiry(month, year, now),
        "cvc": _wrong_cvc(fields["cvc"], number),
        "name": None if fields["name"] else "Enter the name on your card.",
    }
    errors = {name: sentence for name, sentence in found.items() if sentence}
    if errors:
        return Form(fields, errors)
    card = cards.BY_NUMBER[number]
    return Form(fields, {}, Payer(fields["email"], fields["name"], card, month, year))


def _wrong_number(number: str) -> str | None:
    if len(number) not in cards.LENGTHS or not re.fullmatch("[0-9]+", number):
        return "Your card number is incomplete."
    if not cards.passes_luhn(number):
        return "Your card number is invalid."
    return None if number in cards.BY_NUMBER else cards.UNTESTED.message


def _wrong_expiry(month: int, year: int, now: datetime) -> str | None:
    if not year:
        return "Your card's expiration date is incomplete."
    if not 1 <= month <= DECEMBER or year > now.year + SPAN:
        return "Your card's expiration date is invalid."
    if (year, month) < (now.year, now.month):
        return "Your card's expiration date is in the past."
    return None


def _wrong_cvc(cvc: str, number: str) -> str | None:
    length = 4 if number[:2] in {"34", "37"} else 3  # American Express prints four
    good = len(cvc) == length and re.fullmatch("[0-9]+", cvc)
    return None if good else "Your card's security code is incomplete."
