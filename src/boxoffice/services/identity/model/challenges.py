"""Challenges: what somebody must show who claims to read the mail of an address."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from boxoffice.services.identity.model.people import Person
from boxoffice.services.identity.model.sign_ins import digest_of, new_secret

Purpose = Literal["address", "password"]

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=5)  # to look into the mail and back
CODE_TRIES = 5  # of a million codes: one guess in 200,000 letters comes true
LINK_LIFE: dict[Purpose, timedelta] = {
    "address": timedelta(hours=24),  # it shows only that the mail is read
    "password": timedelta(minutes=30),  # it opens the account
}


@dataclass(frozen=True, slots=True)
class Challenge:
    """What is kept of a letter that asks for an answer. A person has one for each purpose."""

    challenge_id: UUID
    person_id: UUID
    purpose: Purpose
    email: str
    token: bytes = field(repr=False)
    token_until: datetime
    code: bytes = field(repr=False)
    code_until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A new challenge, and the secrets of its letter, which are kept nowhere."""

    challenge: Challenge
    token: str = field(repr=False)
    code: str = field(repr=False)

    @classmethod
    def new(
        cls,
        challenge_id: UUID,
        person: Person,
        email: str,
        purpose: Purpose,
        key: str,
        at: datetime,
    ) -> Self:
        """Return what to ask a person who claims this address; `key` seals the code."""
        token, code = new_secret(), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
        challenge = Challenge(
            challenge_id=challenge_id,
            person_id=person.person_id,
            purpose=purpose,
            email=email,
            token=digest_of(token),
            token_until=at + LINK_LIFE[purpose],
            code=seal_code(code, person.person_id, key),
            code_until=at + CODE_LIFE,
        )
        return cls(challenge, token, code)


def seal_code(code: str, person_id: UUID, key: str) -> bytes:
    """Return what is kept of a code; a million of them are soon tried, so it takes a key as well."""
    return hmac.digest(key.encode(), f"code {person_id} {code}".encode(), "sha256")
