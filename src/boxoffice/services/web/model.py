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
from boxoffice.kit.http.wire import is_blank

REFUSALS: Mapping[int, type[Refusal]] = {
    kind.status: kind
    for kind in (BadInput, PaymentDeclined, Forbidden, NotFound, Conflict, TooLarge, TooMany)
}
MISSING = {
    "identity": "Signing in is out of order for a moment; try again",
    "shows": "The programme is out of order for a moment; try again",
    "tickets": "The market is out of order for a moment; try again",
    "orders": "Buying is out of order for a moment; try again",
    "payments": "Paying is out of order for a moment; try again",
    "reviews": "Reviews are out of order for a moment; try again",
    "moderation": "Moderation is out of order for a moment; try again",
    "query": "This page is out of order for a moment; try again",
}
UNVERIFIED = "Verify your e-mail address first"  # what a service says that requires it
HOSTED_CHECKOUT = "https://checkout.stripe.com"
CODE = re.compile(r"[0-9]{6}")
LOCAL_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,2000}")
FLASHES = {
    "signed-up": "Welcome! Your account is ready. A code to verify your address is in your mail.",
    "signed-in": "You are signed in. Welcome back.",
    "signed-out": "You are signed out. See you soon.",
    "signed-out-there": "That device is signed out.",
    "signed-out-everywhere": "You are signed out everywhere. See you soon.",
    "verified": "Thank you! Your e-mail address is verified.",
    "code-sent": "A new code is on its way to you.",
    "password-changed": "Your password is changed. All other devices are signed out.",
    "password-reset": "Your new password is set. Sign in with it.",
    "listed": "Your ticket is on sale.",
    "saved": "Your changes are saved.",
    "withdrawn": "Your ticket is off sale.",
    "reissued": "The ticket has a new code. The old one opens nothing any more.",
    "banned": "They are banned. Every part of the box office refuses them from now on.",
    "ban-lifted": "The ban is lifted. They may come back.",
    "roles-changed": "What they may do is changed, from now on.",
    "admin-no-more": "You are no admin any more.",
    "venue-added": "The venue is ready. It can have performances now.",
    "show-added": "The show is ready. Give it a performance.",
    "picture-added": "The picture is up.",
    "picture-removed": "The picture is gone.",
    "performance-added": "The performance is drafted. Nobody but you sees it yet.",
    "performance-published": "It is published. Its seats can be bought from the moment you chose.",
    "performance-postponed": "It is postponed. Who has a ticket gets a mail.",
    "performance-cancelled": "It is cancelled. Who had a ticket gets a mail, and the money back.",
    "performance-deleted": "The draft is gone.",
    "text-written": "Thank you. Others see it as soon as it is approved.",
    "text-edited": "It is changed. Others see it as soon as it is approved.",
    "text-withdrawn": "It is taken back, and what it said is erased.",
    "reply-written": "Your reply is in. Others see it as soon as it is approved.",
    "helpful": "Thank you for saying so.",
    "helpful-no-more": "That is taken back.",
    "reported": "Thank you. A moderator will look at it.",
    "appealed": "A moderator will look at it again.",
    "texts-approved": "Approved. Everybody sees it now.",
    "texts-rejected": "Rejected. Its author is told why.",
    "texts-waiting": "Undone. It waits for a decision again.",
    "texts-partly": "Some changed meanwhile and wait still. The others are decided.",
    "texts-as-before": "Nothing is changed: they were edited or decided meanwhile.",
    "rules-saved": "The rules are saved. New texts are judged by them.",
    "rules-applied": "The rules are run over old texts. What changes shows within moments.",
}
WORDS = {  # of a form's fields: how a sentence about one begins, and what an empty one says
    "email": ("This", "Enter your e-mail address"),
    "name": ("The name", "Enter your name"),
    "password": ("The password", "Enter a password"),
    "current": ("The password", "Enter your current password"),
    "code": ("The code", "Enter the six digits from the mail"),
    "title": ("The text", "Say what the ticket is for"),
    "price": ("The price", "Say what it costs"),
    "picture": ("The picture", "Choose a picture"),
    "reason": ("The reason", "Say why; they are told"),
    "term": ("This", "Choose for how long"),
    "until": ("This", "Say until when"),
    "roles": ("This", "Tick at least one role"),
    "text": ("The text", "Write something first"),
    "stars": ("The stars", "Choose how many stars"),
    "rules": ("The rules", "There must be at least one rule"),
    "item": ("This", "Tick at least one text"),
}

Errors = Sequence[Mapping[str, str]]


class Unverified(Forbidden):
    """This person must show first that their e-mail address is theirs."""


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
    file_name: str = ""  # of what is to be kept
    receipt: str = ""  # for what was said, to be shown where copies are read

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

    @classmethod
    def wrong(cls, field: str, sentence: str) -> Self:
        """Return what stands in for an answer where it is plain that a field is wrong."""
        errors = [{"message": sentence, "field": field}]
        return cls(HTTPStatus.BAD_REQUEST, detail=sentence, errors=errors)

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


NO_ADDRESS = Answer.wrong("email", WORDS["email"][1])
NO_CODE = Answer.wrong("code", "The code has six digits")


def local_path(text: str) -> str:
    """Return where to go on this site; the front page for what might lead to another."""
    return text if LOCAL_PATH.fullmatch(text) else "/"


def code_of(text: str) -> str | None:
    """Return the six digits of a code, however they were set apart; None when it is no code."""
    digits = re.sub(r"[\s-]", "", text)
    return digits if CODE.fullmatch(digits) else None


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_checkout(url: str, public_url: str) -> bool:
    """Whether people may be sent here to pay: Stripe's page, or one of our own."""
    return origin_of(url) in {HOSTED_CHECKOUT, origin_of(public_url)}


def mistakes(
    refused: Answer, values: Mapping[str, str], words: Mapping[str, tuple[str, str]] = WORDS
) -> Errors:
    """Return what was wrong with a form in its words; what is too much altogether, where it is."""
    if refused.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        longest = max(values, key=lambda name: len(values[name]))
        return [{"message": f"{words[longest][0]} is far too long", "field": longest}]
    return in_words(refused.errors, values, words)


def in_words(
    errors: Errors, values: Mapping[str, str], words: Mapping[str, tuple[str, str]] = WORDS
) -> Errors:
    """Return what was wrong with a form so that each sentence tells which field it is about."""
    return [_in_words(error, values, words) for error in errors]


def _in_words(
    error: Mapping[str, str], values: Mapping[str, str], words: Mapping[str, tuple[str, str]]
) -> Mapping[str, str]:
    field, message = error.get("field", ""), error["message"]
    if field not in values:
        return {"message": message}
    subject, empty = words[field]
    if is_blank(values[field]):
        message = empty
    elif message.startswith("This ") and subject.removeprefix("The ") not in message:
        message = subject + message.removeprefix("This")
    return {"message": message, "field": field}
