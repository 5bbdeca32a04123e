"""The keys that sign tokens: sealed where they rest, published by halves, retired in time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from joserfc import jwt

from boxoffice.kit import keys
from boxoffice.kit.auth import ALGORITHM, AUDIENCE, ISSUER
from boxoffice.services.identity.model.people import Person

SealedKey = keys.SealedKey


@dataclass(frozen=True, slots=True)
class SigningKey(keys.SigningKey):
    """A key that signs tokens."""

    label: ClassVar[str] = "boxoffice identity"

    def sign(self, person: Person, sign_in_id: UUID, at: datetime, life: timedelta) -> str:
        """Return an access token: who this is, until `life` has passed or the sign-in ends."""
        issued = int(at.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person.person_id),
            "sid": str(sign_in_id),
            "email": person.email,
            "name": person.name,
            "roles": list(person.roles),
            "verified": person.verified,
            "jti": secrets.token_urlsafe(16),
            "iat": issued,
            "exp": issued + int(life.total_seconds()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.kid}, claims, self.key)
