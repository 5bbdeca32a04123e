"""Keys that sign: made by a service, sealed where they rest, published by halves."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self

from joserfc import jwe
from joserfc.jwk import ECKey, OctKey

from boxoffice.kit.auth import ALGORITHM

SEALING = {"alg": "dir", "enc": "A256GCM"}


@dataclass(frozen=True, slots=True)
class SealedKey:
    """A signing key as it rests in the database."""

    kid: str
    sealed: str = field(repr=False)
    retires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs until it is retired, and is published until `retires_at`.

    Who has one derives from this. `label` keeps its seals apart from those of others under the
    same secret: what one has sealed opens for no other.
    """

    label: ClassVar[str]

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
        """Return a key that was sealed with this secret and label; JoseError with any other."""
        plain = jwe.decrypt_compact(kept.sealed, _sealing_key(secret, cls.label)).plaintext
        return cls(kept.kid, ECKey.import_key(json.loads(plain or b"")), kept.retires_at)

    def seal(self, secret: str) -> SealedKey:
        """Return it encrypted, to rest in the database."""
        plain = json.dumps(self.key.as_dict(private=True))
        header = SEALING | {"kid": self.kid}
        sealing_key = _sealing_key(secret, self.label)
        return SealedKey(self.kid, jwe.encrypt_compact(header, plain, sealing_key))

    @property
    def public(self) -> Mapping[str, Any]:
        """The half that everyone may have, as a JWK."""
        return self.key.as_dict(private=False)


def _sealing_key(secret: str, label: str) -> OctKey:
    # HKDF with SHA-256 (RFC 5869); its first block is all that A256GCM takes.
    extracted = hmac.digest(label.encode(), secret.encode(), "sha256")
    return OctKey.import_key(hmac.digest(extracted, b"signing keys\x01", "sha256"))
