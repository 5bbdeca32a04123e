"""Who is asking: signed tokens, checked here with keys that every process watches."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry
from starlette.requests import HTTPConnection

from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.settings import Settings
from boxoffice.kit.watch import Watched

ISSUER = AUDIENCE = "boxoffice"
ALGORITHM = "ES256"
KEPT_TOKENS = 10_000  # verified ones kept: 113 us each saved, about 1 kB each spent
LONGEST_TOKEN = 4_096  # characters; ours have about 600
_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])
_CLAIMS = jwt.JWTClaimsRegistry(
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    exp={"essential": True},
    iat={"essential": True},
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, as their token says."""

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    verified: bool
    issued_at: datetime
    expires_at: datetime

    def may(self, role: str) -> bool:
        """Whether this person has a role; an admin has all."""
        return role in self.roles or "admin" in self.roles


def session_cookie(settings: Settings) -> str:
    """Return the name of the cookie that holds the access token."""
    return "__Host-session" if settings.https else "session"


def refresh_cookie(settings: Settings) -> str:
    """Return the name of the cookie that holds the refresh token."""
    return "__Host-refresh" if settings.https else "refresh"


class Doorkeeper:
    """Tells who a request comes from, by its bearer token or else its cookie."""

    def __init__(self, keys: Watched, settings: Settings) -> None:
        self._keys = keys
        self._cookie = session_cookie(settings)
        self._known: OrderedDict[str, Person] = OrderedDict()
        self._key_sets: tuple[int, KeySet] = (-1, KeySet([]))

    def who(self, request: HTTPConnection, at: datetime) -> Person | None:
        """Return the person whose token the request carries; None without a good one."""
        token = bearer(request) or request.cookies.get(self._cookie)
        if not token or len(token) > LONGEST_TOKEN:
            return None
        person = self._known.get(token)
        if person is None:
            person = self._verify(token)
            if person is None:
                return None
            self._keep(token, person)
        return person if at < person.expires_at else None

    def _verify(self, token: str) -> Person | None:
        try:
            claims = jwt.decode(token, self._keys_now(), registry=_REGISTRY).claims
            _CLAIMS.validate(claims)
            return Person(
                id=UUID(claims["sub"]),
                email=claims["email"],
                name=claims["name"],
                roles=tuple(claims["roles"]),
                verified=claims["verified"],
                issued_at=datetime.fromtimestamp(claims["iat"], UTC),
                expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            )
        except (JoseError, ValueError, KeyError, TypeError):
            return None

    def _keep(self, token: str, person: Person) -> None:
        self._known[token] = person
        if len(self._known) > KEPT_TOKENS:
            self._known.popitem(last=False)

    def _keys_now(self) -> KeySet:
        if self._key_sets[0] != self._keys.revision:
            keys = [json.loads(value) for value in self._keys.entries.values()]
            serialised: KeySetSerialization = {"keys": keys}
            self._key_sets = (self._keys.revision, KeySet.import_key_set(serialised))
            self._known.clear()
        return self._key_sets[1]


def bearer(request: HTTPConnection) -> str | None:
    """Return the token of an `Authorization: Bearer` header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def require(person: Person | None) -> Person:
    """Return the person, or refuse: Unauthenticated."""
    if person is None:
        raise Unauthenticated("Sign in first")
    return person
