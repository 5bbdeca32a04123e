"""Tokens as only identity can make them, and as others would: taken apart, changed, signed anew."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from boxoffice.kit.auth import ALGORITHM
from stage import App

HAMLET = {"title": "Hamlet", "price": 5}


def bearer(token: str) -> dict[str, str]:
    """The header that shows a token."""
    return {"Authorization": f"Bearer {token}"}


def head_of(token: str) -> dict[str, Any]:
    """What a token says of how it was signed."""
    return _read(token.split(".", maxsplit=1)[0])


def claims_of(token: str) -> dict[str, Any]:
    """What a token says of its person."""
    return _read(token.split(".")[1])


def part(of_token: Mapping[str, Any]) -> str:
    """Head or claims as they stand in a token."""
    return text(json.dumps(of_token).encode())


def text(octets: bytes) -> str:
    """Octets as they stand in a token."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def signed(key: ECKey, token: str, **changes: object) -> str:
    """A token signed anew; `changes` stand in place of its claims, None takes one out."""
    claims = (claims_of(token) | changes).items()
    head = {"alg": ALGORITHM, "kid": key.kid}
    return forged(key, head, dict(claim for claim in claims if claim[1] is not None))


def forged(key: ECKey, head: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token with any head and claims, signed with any key."""
    return jwt.encode(head, claims, key, algorithms=[head["alg"]])


async def is_refused(app: App, token: str) -> bool:
    """Whether neither a members' route nor identity takes this token for anybody's."""
    sold = await app.post("/api/tickets", headers=bearer(token), json=HAMLET)
    by_cookie = await app.get("/api/users/currentuser", headers={"Cookie": f"session={token}"})
    believed = {sold.status_code == 201, by_cookie.json()["currentUser"] is not None}
    assert len(believed) == 1
    assert sold.status_code in (201, 401)
    return believed == {False}


def _read(octets: str) -> dict[str, Any]:
    return json.loads(base64.urlsafe_b64decode(octets + "=" * (-len(octets) % 4)))
