"""What pages go by: what a neighbour answered, where a visitor may be sent, what forms say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

from boxoffice.kit.errors import (
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    PaymentDeclined,
    Refusal,
    TooLarge,
    TooMany,
    Unavailable,
)

REFUSALS: Mapping[int, type[Refusal]] = {
    kind.status: kind
    for kind in (BadInput, PaymentDeclined, Forbidden, NotFound, Conflict, TooLarge, TooMany)
}
MISSING = {
    "identity": "Signing in is out of order for a moment; try again",
    "tickets": "The market is out of order for a moment; try again",
    "orders": "Buying is out of order for a moment; try again",
    "payments": "Paying is out of order for a moment; try again",
}
HOSTED_CHECKOUT = "https://checkout.stripe.com"
LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,2000}")
FLASHES = {
    "signed-up": "Welcome! Your account is ready.",
    "signed-in": "You are signed in. Welcome back.",
    "signed-out": "You are signed out. See you soon.",
    "listed": "Your ticket is on sale.",
    "saved": "Your changes are saved.",
    "withdrawn": "Your ticket is off sale.",
}
WORDS = {  # of a form's fields: how a sentence about one begins, and what an empty one says
    "email": ("This", "Enter your e-mail address"),
    "name": ("The name", "Enter your name"),
    "password": ("The password", "Enter your password"),
    "title": ("The text", "Say what the ticket is for"),
    "price": ("The price", "Say what it costs"),
}

Errors = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a neighbour answered: its body, or what it refused and why."""

    status: int
    body: Any = None
    detail: str = ""
    errors: Errors = ()
    retry_after_seconds: int | None = None
    cookies: Sequence[str] = ()  # `Set-Cookie` headers, as they came
    after: str | None = None  # where the next page of a list begins

    @classmethod
    def missing(cls, service: str) -> Self:
        """Return what stands in for the answer of a neighbour that is down."""
        sentence = MISSING[service]
        return cls(
            HTTPStatus.SERVICE_UNAVAILABLE,
            detail=sentence,
            errors=[{"message": sentence}],
            retry_after_seconds=1,
        )

    @property
    def refused(self) -> bool:
        """Whether it is no."""
        return self.status >= HTTPStatus.BAD_REQUEST

    def found(self) -> Any:
        """Return the body. Refused as the neighbour did; Unavailable where that makes no sense."""
        if self.refused:
            kind = REFUSALS.get(self.status, Unavailable)
            raise kind(self.detail, retry_after_seconds=self.retry_after_seconds)
        return self.body


def local_path(text: str) -> str:
    """Return where to go on this site; the front page for what might lead to another."""
    return text if LOCAL_PATH.fullmatch(text) else "/"


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_checkout(url: str, public_url: str) -> bool:
    """Whether people may be sent here to pay: Stripe's page, or one of our own."""
    return origin_of(url) in {HOSTED_CHECKOUT, origin_of(public_url)}


def in_words(errors: Errors, values: Mapping[str, str]) -> Errors:
    """Return what was wrong with a form so that each sentence tells which field it is about."""
    return [_in_words(error, values) for error in errors]


def _in_words(error: Mapping[str, str], values: Mapping[str, str]) -> Mapping[str, str]:
    field, message = error.get("field", ""), error["message"]
    if field not in values:
        return {"message": message}
    subject, empty = WORDS[field]
    if not values[field].strip():
        message = empty
    elif message.startswith("This "):
        message = subject + message.removeprefix("This")
    return {"message": message, "field": field}
