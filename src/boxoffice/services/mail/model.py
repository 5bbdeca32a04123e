"""A letter: what it tells, and how long its sending is tried."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal, Self, TypeAlias
from uuid import UUID

OrderKind: TypeAlias = Literal["receipt", "sale", "expired", "refused", "show-cancelled"]
TicketsKind: TypeAlias = Literal["tickets", "reissued", "postponed"]
AccountKind: TypeAlias = Literal[
    "verification",
    "reset",
    "password-changed",
    "email-changed",
    "sign-in-stolen",
    "banned",
    "ban-lifted",
]
Kind: TypeAlias = OrderKind | TicketsKind | AccountKind
Fate = Literal["waiting", "sent", "given up"]

FIRST_PAUSE = timedelta(seconds=2)  # a mail server that is restarting is back soon
LAST_PAUSE = timedelta(hours=1)  # one that is down for a day needs no more
PATIENCE = timedelta(days=3)  # later the letter would only confuse


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to write to."""

    person_id: UUID
    version: int
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Performance:
    """What a letter calls a performance."""

    performance_id: UUID
    version: int
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a letter is about."""

    offer_id: UUID
    label: str
    price_minor: int


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a letter tells of an order; `performance` is None for tickets of the market."""

    lines: Sequence[Line]
    total_minor: int
    currency: str
    at: datetime
    performance: Performance | None = None
    is_paid: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a performance, and the code that opens it."""

    admission_id: UUID
    seat: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What a letter with tickets tells: where, when, and all places of one order."""

    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime  # the old date, while the new one is not known
    is_date_known: bool
    doors_at: datetime | None
    total_minor: int
    currency: str
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a letter tells of an account. What its kind does not tell is None."""

    at: datetime
    code: str | None = field(default=None, repr=False)
    code_until: datetime | None = None
    token: str | None = field(default=None, repr=False)
    until: datetime | None = None
    reason: str | None = None
    new_email: str | None = None
    address: str | None = None
    device: str | None = None


Facts: TypeAlias = OrderFacts | TicketFacts | AccountFacts


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to tell a person, once. `due_at` is when to try next, None when that is over."""

    letter_id: UUID
    kind: Kind
    order_id: UUID | None
    person_id: UUID
    email: str
    name: str
    facts: Facts
    written_at: datetime
    due_at: datetime | None
    useless_at: datetime | None = None  # when nobody can use any more what it tells
    tries: int = 0
    sent_at: datetime | None = None
    error: str | None = None

    @property
    def fate(self) -> Fate:
        """What has become of it so far."""
        if self.sent_at:
            return "sent"
        return "waiting" if self.due_at else "given up"

    @property
    def is_urgent(self) -> bool:
        """Whether somebody waits for it at the screen."""
        return self.kind in ("verification", "reset")

    @property
    def is_blank(self) -> bool:
        """Whether what it told is to be forgotten at once: it opens something, and is over."""
        if isinstance(self.facts, AccountFacts):
            return self.facts.token is not None and self.due_at is None
        return isinstance(self.facts, TicketFacts) and self.due_at is None

    def is_useless(self, at: datetime) -> bool:
        """Whether nobody can use any more what it tells."""
        return self.useless_at is not None and self.useless_at <= at

    def sent(self, at: datetime) -> Self:
        """Return it as taken by the mail server."""
        return replace(self, due_at=None, sent_at=at, error=None)

    def postponed(self, error: str, at: datetime) -> Self:
        """Return it to be tried again later, or given up: after three days, or when it is useless."""
        pause = min(FIRST_PAUSE * 2 ** min(self.tries - 1, 16), LAST_PAUSE)
        if at - self.written_at > PATIENCE or self.is_useless(at):
            return self.given_up(error)
        due_at = at + pause
        return replace(self, due_at=min(due_at, self.useless_at or due_at), error=error)

    def given_up(self, error: str) -> Self:
        """Return it as never to be tried again."""
        return replace(self, due_at=None, error=error)


def one_line(text: str) -> str:
    """Return text on one line, without what steers instead of being read: nothing gets out of it."""
    kept = (letter if unicodedata.category(letter)[0] != "C" else " " for letter in text)
    return " ".join("".join(kept).split())
