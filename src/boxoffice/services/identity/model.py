"""People and their passwords, sign-ins that go on by tokens, and the keys that sign for them."""

import hashlib
import hmac
import json
import os
import re
import secrets
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Self, TypeAlias
from uuid import UUID

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, OctKey

from boxoffice.kit.auth import ALGORITHM, AUDIENCE, ISSUER

Role: TypeAlias = Literal["member", "organiser", "moderator", "admin"]

LONGEST_EMAIL = 254  # octets of an address that SMTP carries (RFC 5321, 4.5.3.1.3)
LONGEST_NAME = 100
OVERLAP = timedelta(seconds=10)  # two tabs refresh at once, over a slow phone network
REFRESH_BYTES = 32  # nobody guesses 256 bits
SCRYPT_LOG_COST, SCRYPT_BLOCK, SCRYPT_LANES = 15, 8, 3  # 243 ms and 32 MiB; OWASP's advice
SALT_BYTES, HASH_BYTES = 16, 32
SEALING = {"alg": "dir", "enc": "A256GCM"}

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
    """Somebody who has an account."""

    person_id: UUID
    version: int
    email: str
    name: str
    password_hash: str = field(repr=False)
    roles: tuple[Role, ...]
    verified: bool
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person, with the tokens that show who they are."""

    person: Person
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is known of a refresh token, and of the sign-in that it continues."""

    sign_in_id: UUID
    used_at: datetime | None
    ended_at: datetime | None

    def overlaps(self, at: datetime) -> bool:
        """Whether another tab used it a moment ago: no reason to suspect anybody."""
        return self.used_at is not None and not self.ended_at and at - self.used_at <= OVERLAP

    def is_replayed(self, at: datetime) -> bool:
        """Whether it comes back after its use: two people hold it, and one of them stole it."""
        return self.used_at is not None and at - self.used_at > OVERLAP


def is_email(text: str) -> bool:
    """Whether this is an address as people have them: a name, an @ and a domain with a dot."""
    return len(text.encode()) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def name_of(email: str) -> str:
    """Return what to call somebody who gave no name: the part before the @."""
    return email.partition("@")[0]


def new_refresh_token() -> str:
    """Return a secret that nobody can guess."""
    return secrets.token_urlsafe(REFRESH_BYTES)


def digest_of(refresh_token: str) -> bytes:
    """Return what is kept of a refresh token: enough to know it again, not enough to use it."""
    return hashlib.sha256(refresh_token.encode()).digest()


def hash_password(password: str) -> str:
    """Return what is kept of a password: scrypt's parameters, salt and hash (PHC string)."""
    salt = os.urandom(SALT_BYTES)
    hashed = _scrypt(password, salt, SCRYPT_LOG_COST, SCRYPT_BLOCK, SCRYPT_LANES)
    return _spell(salt, hashed)


def fits(password: str, password_hash: str) -> bool:
    """Whether this is the password that was hashed, by the parameters of that time."""
    _, _, parameters, salt, hashed = password_hash.split("$")
    log_cost, block, lanes = (int(one.partition("=")[2]) for one in parameters.split(","))
    tried = _scrypt(password, b64decode(salt), log_cost, block, lanes)
    return hmac.compare_digest(tried, b64decode(hashed))


def _scrypt(password: str, salt: bytes, log_cost: int, block: int, lanes: int) -> bytes:
    # Composed (RFC 8265): keyboards differ in how they send an é.
    typed = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    cost = 2**log_cost
    return hashlib.scrypt(
        typed,
        salt=salt,
        n=cost,
        r=block,
        p=lanes,
        maxmem=256 * cost * block,  # twice what it needs: 64 MiB
        dklen=HASH_BYTES,
    )


def _spell(salt: bytes, hashed: bytes) -> str:
    parameters = f"ln={SCRYPT_LOG_COST},r={SCRYPT_BLOCK},p={SCRYPT_LANES}"
    return f"$scrypt${parameters}${b64encode(salt).decode()}${b64encode(hashed).decode()}"


# Whoever tries a password on an unknown address waits as long as on a known one.
NOBODYS_HASH = _spell(os.urandom(SALT_BYTES), os.urandom(HASH_BYTES))


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

    def sign(self, person: Person, at: datetime, life: timedelta) -> str:
        """Return an access token: who this is, until `life` has passed."""
        issued = int(at.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person.person_id),
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
