"""Who has an account, what they may do, and whether they are banned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, Self, TypeAlias
from uuid import UUID

from boxoffice.kit.errors import BadInput, Conflict, Forbidden

Role: TypeAlias = Literal["member", "organiser", "moderator", "admin"]

LONGEST_EMAIL = 254  # octets of an address that SMTP carries (RFC 5321, 4.5.3.1.3)
LONGEST_NAME = 100
LONGEST_REASON = 500

_WORD = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(rf"(?=.{{1,64}}@){_WORD}(?:\.{_WORD})*@(?:{_LABEL}\.)+{_LABEL}")


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What makes an account."""

    email: str
    name: str
    password_hash: str = field(repr=False)
    roles: tuple[Role, ...] = ("member",)
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has an account. Banned from `banned_at` to `banned_until`; None is for good."""

    person_id: UUID
    version: int
    email: str
    name: str
    password_hash: str = field(repr=False)
    roles: tuple[Role, ...]
    verified: bool
    joined_at: datetime
    banned_at: datetime | None
    banned_until: datetime | None
    ban_reason: str | None
    standing_at: datetime  # when roles, verification or ban last changed

    def is_banned(self, at: datetime) -> bool:
        """Whether they may not come in at this time."""
        return self.banned_at is not None and (self.banned_until is None or at < self.banned_until)

    def require_welcome(self, at: datetime) -> None:
        """Forbidden to who is banned, with the reason, for they have shown who they are."""
        if self.is_banned(at):
            until = f" until {self.banned_until:%d %B %Y, %H:%M} UTC" if self.banned_until else ""
            raise Forbidden(f"This account is banned{until}: {self.ban_reason}")

    def ban(self, reason: str, until: datetime | None, at: datetime) -> Self:
        """Return them banned; unchanged when they are, for this reason and until then.

        BadInput when that would be over already.
        """
        if until is not None and until <= at:
            raise BadInput("A ban ends in the future", field="until")
        if self.banned_at and (self.ban_reason, self.banned_until) == (reason, until):
            return self
        banned = {"banned_at": at, "banned_until": until, "ban_reason": reason}
        return replace(self, **self._next(at), **banned)

    def lift_ban(self, at: datetime) -> Self:
        """Return them welcome; unchanged when nobody banned them."""
        if self.banned_at is None:
            return self
        welcome = {"banned_at": None, "banned_until": None, "ban_reason": None}
        return replace(self, **self._next(at), **welcome)

    def take_roles(self, roles: Sequence[Role], at: datetime) -> Self:
        """Return them with these roles and no other; unchanged when they have them."""
        taken = tuple(sorted(set(roles)))
        return self if taken == self.roles else replace(self, **self._next(at), roles=taken)

    def verify(self, email: str, at: datetime) -> Self:
        """Return them as who reads the mail of this address, which is theirs from now on."""
        return replace(self, **self._next(at), email=email, verified=True)

    def take_password(self, password_hash: str) -> Self:
        """Return them with another password."""
        return replace(self, version=self.version + 1, password_hash=password_hash)

    def _next(self, at: datetime) -> dict[str, int | datetime]:
        return {"version": self.version + 1, "standing_at": at}


def require_another_admin(admins: Sequence[Person], person_id: UUID, at: datetime) -> None:
    """Conflict when nobody else could undo what is about to happen to this admin."""
    if all(admin.person_id == person_id or admin.is_banned(at) for admin in admins):
        raise Conflict("This is the last admin; somebody else must be one first")


def is_email(text: str) -> bool:
    """Whether this is an address as people have them: a name, an @ and a domain with a dot."""
    return len(text.encode()) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def name_of(email: str) -> str:
    """Return what to call somebody who gave no name: the part before the @."""
    return email.partition("@")[0]
