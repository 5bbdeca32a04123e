"""The keys that sign tokens: sealed where they rest, published by halves, retired in time."""

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey

from boxoffice.kit.auth import ALGORITHM, AUDIENCE, ISSUER
from boxoffice.services.identity.model.people import Person

SEALING = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key as it rests in the database."""

    kid: str
    sealed: str = field(repr=False)
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs tokens until it is retired, and is published until `retires_at`."""

    kid: str
    key: ECKey = field(repr=False)
    retires_at: datetime | None = None

    @classmethod
    def new(cls) -> Self:
        """Return a fresh key, named by its thumbprint (RFC 7638)."""
        key = ECKey.generate_key("P-256", {"alg": ALGORITHM, "use": "sig"}, auto_kid=True)
        return cls(key.thumbprint(), key)

    @classmethod
    def opened(cls, kept: SealedKey, secret: str) -> Self:
        """Return a key that was sealed with this secret; JoseError with any other."""
        plain = jwe.decrypt_compact(kept.sealed, _sealing_key(secret)).plaintext
        return cls(kept.kid, ECKey.import_key(json.loads(plain or b"")), kept.retires_at)

    def seal(self, secret: str) -> SealedKey:
        """Return it encrypted, to rest in the database."""
        plain = json.dumps(self.key.as_dict(private=True))
        header = SEALING | {"kid": self.kid}
        return SealedKey(self.kid, jwe.encrypt_compact(header, plain, _sealing_key(secret)))

    @property
    def public(self) -> Mapping[str, Any]:
        """The half that everyone may have, as a JWK."""
        return self.key.as_dict(private=False)

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


def _sealing_key(secret: str) -> OctKey:
    # HKDF with SHA-256 (RFC 5869); its first block is all that A256GCM takes.
    extracted = hmac.digest(b"boxoffice identity", secret.encode(), "sha256")
    return OctKey.import_key(hmac.digest(extracted, b"signing keys\x01", "sha256"))
