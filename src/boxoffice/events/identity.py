"""What identity says: who there is, who may do what, who did what, and which letters to send."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.streams import AUDIT, MAIL, PEOPLE, STANDING, Stream

Action = Literal[
    "signed up",
    "signed in",
    "sign-in refused",
    "signed out",
    "sign-in ended",
    "stolen sign-in ended",
    "e-mail verified",
    "code refused",
    "e-mail changed",
    "password changed",
    "password reset asked",
    "password reset",
    "reset refused",
    "roles changed",
    "banned",
    "ban lifted",
    "exported",
]
Notice = Literal[
    "reset",  # a link that sets a new password
    "password-changed",
    "email-changed",  # to the old address
    "sign-in-stolen",  # a refresh token came back after its use
    "banned",
    "ban-lifted",
]


class PersonSignedUp(Event):
    """Somebody has an account now. Facts are kept for ever, so this is an id alone."""

    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int


class BanState(Event):
    """Whether a person is banned: `banned_until` is None for good, and where nobody banned them."""

    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int
    banned_at: datetime | None
    banned_until: datetime | None


class PersonBanned(BanState):
    """Nothing of this person counts any more: not their sign-in, their orders or their listings."""


class BanLifted(BanState):
    """The person may come back; what was cancelled meanwhile stays so."""


class PersonChanged(Event):
    """How to reach and address a person, as of now."""

    stream: ClassVar[Stream] = PEOPLE
    subjects: ClassVar[str] = "people.*"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int
    email: str
    name: str


class StandingChanged(Event):
    """What counts of a person from now on, whatever their tokens say; every process watches it."""

    stream: ClassVar[Stream] = STANDING
    subjects: ClassVar[str] = "$KV.standing.person.*"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "person_id"

    person_id: UUID
    version: int
    roles: tuple[str, ...]
    verified: bool
    banned_at: datetime | None
    banned_until: datetime | None

    def bans(self, at: datetime) -> bool:
        """Whether the person is banned at this time."""
        return self.banned_at is not None and (self.banned_until is None or at < self.banned_until)


class SignInEnded(Event):
    """No token of this sign-in counts any more; every process watches it."""

    stream: ClassVar[Stream] = STANDING
    subjects: ClassVar[str] = "$KV.standing.sign-in.*"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "sign_in_id"

    sign_in_id: UUID
    ended_at: datetime


class AuditRecorded(Event):
    """Somebody did something that may have to be answered for: who, when and from where."""

    stream: ClassVar[Stream] = AUDIT
    subjects: ClassVar[str] = "audit.*"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "entry_id"

    entry_id: UUID
    action: Action
    at: datetime
    by_id: UUID | None  # who did it, if they were known
    person_id: UUID | None  # whom it befell
    address: str  # IP address that it was asked from; "" for the command line
    device: str  # what the browser calls itself
    detail: str  # for people: the roles, the reason


class SendVerification(Event):
    """Mail these to an address, to see who reads there: a code to type and a link to follow."""

    stream: ClassVar[Stream] = MAIL
    subjects: ClassVar[str] = "mail.verification"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "letter_id"

    letter_id: UUID
    person_id: UUID
    email: str
    code: str  # six digits
    code_until: datetime
    token: str  # of the link, `/verify?token=`
    token_until: datetime
    at: datetime


class SendMessage(Event):
    """Mail somebody what happened to their account. What a kind does not tell is None."""

    stream: ClassVar[Stream] = MAIL
    subjects: ClassVar[str] = "mail.message"
    publisher: ClassVar[str] = "identity"
    about: ClassVar[str] = "letter_id"

    letter_id: UUID
    kind: Notice
    person_id: UUID
    email: str
    name: str
    at: datetime
    token: str | None = None  # of the link, `/reset?token=`
    until: datetime | None = None  # how long the link works, or a ban lasts
    reason: str | None = None  # of a ban
    new_email: str | None = None  # that counts from now on
    address: str | None = None  # IP address that it was asked from
    device: str | None = None  # what the browser calls itself
