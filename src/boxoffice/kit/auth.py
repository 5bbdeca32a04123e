"""Who is asking: signed tokens, checked here with what every process watches.

A token says who somebody was when it was signed. What has changed since (a ban, a role, a sign-out)
stands in the bucket `standing`, and counts instead.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry
from starlette.requests import HTTPConnection

from boxoffice.events.identity import SignInEnded, StandingChanged
from boxoffice.events.streams import STANDING
from boxoffice.kit import clock
from boxoffice.kit.bus import KEYS
from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import BAN_HEARD, BAN_REFUSED
from boxoffice.kit.watch import Watched

ISSUER = AUDIENCE = "boxoffice"
ALGORITHM = "ES256"
KEPT_TOKENS = 10_000  # verified ones kept: 113 us each saved, about 1 kB each spent
LONGEST_TOKEN = 4_096  # characters; ours have about 600
LEEWAY_SECONDS = 5  # by which the clock of another host may be ahead
_REGISTRY = JWSRegistry(algorithms=[ALGORITHM])
_CLAIMS = jwt.JWTClaimsRegistry(
    leeway=LEEWAY_SECONDS,
    iss={"essential": True, "value": ISSUER},
    aud={"essential": True, "value": AUDIENCE},
    sub={"essential": True},
    exp={"essential": True},
    iat={"essential": True},
)

Standing: TypeAlias = StandingChanged | SignInEnded


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in, as their token says, or what has changed since."""

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    verified: bool
    issued_at: datetime
    expires_at: datetime
    sign_in_id: UUID | None = None

    def may(self, role: str) -> bool:
        """Whether this person has a role; an admin has all."""
        return role in self.roles or "admin" in self.roles


def session_cookie(settings: Settings) -> str:
    """Return the name of the cookie that holds the access token."""
    return "__Host-session" if settings.https else "session"


def refresh_cookie(settings: Settings) -> str:
    """Return the name of the cookie that holds the refresh token."""
    return "__Host-refresh" if settings.https else "refresh"


def watched_keys() -> Watched[Mapping[str, Any]]:
    """Return the public keys that check tokens, to be watched."""
    return Watched(KEYS, _read_key)


def watched_standing() -> Watched[Standing]:
    """Return what counts instead of tokens, to be watched."""
    return Watched(STANDING.bucket or "", _read_standing, _note_ban)


class Doorkeeper:
    """Tells who a request comes from, by its bearer token or else its cookie."""

    def __init__(
        self, keys: Watched[Mapping[str, Any]], standing: Watched[Standing], settings: Settings
    ) -> None:
        self._keys = keys
        self._standing = standing
        self._cookie = session_cookie(settings)
        self._known: OrderedDict[str, Person] = OrderedDict()
        self._key_sets: tuple[int, KeySet] = (-1, KeySet([]))
        self._refused: OrderedDict[tuple[UUID, datetime], None] = OrderedDict()

    def who(self, request: HTTPConnection, at: datetime) -> Person | None:
        """Return the person whose token the request carries, as they stand now.

        None without a good token, with one whose sign-in has ended, and for who is banned.
        """
        token = bearer(request) or request.cookies.get(self._cookie)
        if not token or len(token) > LONGEST_TOKEN:
            return None
        key_set = self._keys_now()
        person = self._known.get(token)
        if person is None:
            person = _verify(token, key_set)
            if person is None:
                return None
            self._keep(token, person)
        return self._as_of_now(person, at) if at < person.expires_at else None

    def _as_of_now(self, person: Person, at: datetime) -> Person | None:
        entries = self._standing.entries
        if person.sign_in_id and f"sign-in.{person.sign_in_id}" in entries:
            return None
        standing = entries.get(f"person.{person.id}")
        if not isinstance(standing, StandingChanged):
            return person
        if standing.bans(at):
            self._note_refusal(standing)
            return None
        return replace(person, roles=standing.roles, verified=standing.verified)

    def _note_refusal(self, standing: StandingChanged) -> None:
        """Measure how long after its ban a person was first refused in this process."""
        if standing.banned_at is None:
            return
        ban = (standing.person_id, standing.banned_at)  # the version counts other changes too
        if ban not in self._refused:
            BAN_REFUSED.observe((clock.now() - standing.banned_at).total_seconds())
            self._refused[ban] = None
            if len(self._refused) > KEPT_TOKENS:
                self._refused.popitem(last=False)

    def _keep(self, token: str, person: Person) -> None:
        self._known[token] = person
        if len(self._known) > KEPT_TOKENS:
            self._known.popitem(last=False)

    def _keys_now(self) -> KeySet:
        if self._key_sets[0] != self._keys.revision:
            keys = [JWKRegistry.import_key(dict(key)) for key in self._keys.entries.values()]
            self._key_sets = (self._keys.revision, KeySet(keys))
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


def _verify(token: str, key_set: KeySet) -> Person | None:
    try:
        claims = jwt.decode(token, key_set, registry=_REGISTRY).claims
        _CLAIMS.validate(claims)
        return Person(
            id=UUID(claims["sub"]),
            email=claims["email"],
            name=claims["name"],
            roles=tuple(claims["roles"]),
            verified=claims["verified"],
            issued_at=datetime.fromtimestamp(claims["iat"], UTC),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            sign_in_id=UUID(claims["sid"]) if "sid" in claims else None,
        )
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read_key(_: str, value: bytes) -> Mapping[str, Any]:
    """Return a key as it is published. ValueError when it could check no token."""
    key = json.loads(value)
    try:
        JWKRegistry.import_key(dict(key))
    except (JoseError, TypeError, LookupError) as error:
        raise ValueError(repr(error)) from error
    return key


def _read_standing(key: str, value: bytes) -> Standing:
    kind = SignInEnded if key.startswith("sign-in.") else StandingChanged
    return kind.model_validate_json(value)


def _note_ban(before: Standing | None, standing: Standing) -> None:
    """Measure how long after it was said a ban is in force in this process."""
    banned_at = getattr(standing, "banned_at", None)
    if banned_at and banned_at != getattr(before, "banned_at", None):
        BAN_HEARD.observe((clock.now() - banned_at).total_seconds())
