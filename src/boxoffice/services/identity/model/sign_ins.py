"""Sign-ins: a family of refresh tokens each, on one device, until it ends."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from ua_parser import parse

from boxoffice.services.identity.model.people import Person

OVERLAP = timedelta(seconds=10)  # two tabs refresh at once, over a slow phone network
LONGEST_WORDS = 40  # characters of what nobody can read anyway
SECRET_BYTES = 32  # nobody guesses 256 bits


@dataclass(frozen=True, slots=True)
class Asker:
    """Where a request comes from: an IP address, and what the browser calls itself."""

    address: str
    device: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person, with the tokens that show who they are."""

    person: Person
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One device on which a person is signed in, and where it was seen last."""

    sign_in_id: UUID
    person_id: UUID
    begun_at: datetime
    seen_at: datetime
    address: str
    device: str


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is known of a refresh token, and of the sign-in that it continues."""

    sign_in_id: UUID
    person_id: UUID
    used_at: datetime | None
    ended_at: datetime | None

    def overlaps(self, at: datetime) -> bool:
        """Whether another tab used it a moment ago: no reason to suspect anybody."""
        return self.used_at is not None and not self.ended_at and at - self.used_at <= OVERLAP

    def is_replayed(self, at: datetime) -> bool:
        """Whether it comes back after its use: two people hold it, and one of them stole it."""
        return self.used_at is not None and at - self.used_at > OVERLAP


@lru_cache(maxsize=1_000)
def device_of(agent: str) -> str:
    """Return in words what a browser calls itself."""
    found = parse(agent)
    words = [part.family for part in (found.user_agent, found.os) if part]
    return " on ".join(words) or agent[:LONGEST_WORDS] or "An unknown device"


def new_secret() -> str:
    """Return a secret that nobody can guess: a refresh token, or what a link in a mail shows."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """Return what is kept of a secret: enough to know it again, not enough to use it."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
