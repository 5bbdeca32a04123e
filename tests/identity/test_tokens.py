"""Access tokens: what ours say, and the forged ones that nobody believes."""

import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from boxoffice.kit import clock
from boxoffice.kit.auth import LONGEST_TOKEN
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import LONGEST_EMAIL
from identity.conftest import Visit
from identity.visitor import Visitor
from stage import App, Play

HAMLET = {"title": "Hamlet", "price": 5}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets")


@pytest.fixture
async def key(app: App) -> ECKey:
    """The key that signs, as only identity has it."""
    keys = await commands.load_keys(await app.db("identity"), app.settings)
    return keys[0].key


async def test_a_token_says_who_it_is_for_a_quarter_of_an_hour(app: App, alice: Visitor):
    at = clock.now().timestamp()
    published = (await app.get("/.well-known/jwks.json")).json()

    token = jwt.decode(alice.token, KeySet.import_key_set(published), algorithms=["ES256"])

    claims = token.claims
    assert token.header == {"typ": "JWT", "alg": "ES256", "kid": published["keys"][0]["kid"]}
    assert at - 10 < claims["iat"] <= at
    assert claims == {
        "iss": "boxoffice",
        "aud": "boxoffice",
        "sub": (await alice.who() or {})["id"],
        "email": "alice@example.com",
        "name": "alice",
        "roles": ["member"],
        "verified": False,
        "jti": claims["jti"],
        "iat": claims["iat"],
        "exp": claims["iat"] + 900,
    }


async def test_no_two_tokens_are_the_same(alice: Visitor, visit: Visit):
    phone = visit(alice.email)
    await phone.sign_in()

    first, second = (_claims(visitor.token) for visitor in (alice, phone))

    assert first["jti"] != second["jti"]


async def test_whoever_shows_a_token_is_told_who_they_are(app: App, alice: Visitor):
    claims = _claims(alice.token)

    by_cookie = await alice.who()
    by_bearer = await app.get("/api/users/currentuser", headers=_bearer(alice.token))
    nobody = await app.get("/api/users/currentuser")

    assert by_cookie == {
        "id": claims["sub"],
        **{name: claims[name] for name in ("email", "name", "roles", "verified", "iat", "exp")},
    }
    assert by_bearer.json() == {"currentUser": by_cookie}
    assert nobody.json() == {"currentUser": None}


async def test_a_members_route_believes_our_token_and_identitys_own_key(
    app: App, alice: Visitor, key: ECKey
):
    own = await app.post("/api/tickets", headers=_bearer(alice.token), json=HAMLET)
    same = await app.post("/api/tickets", headers=_bearer(_signed(key, alice)), json=HAMLET)

    assert (own.status_code, same.status_code) == (201, 201)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another product"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"sub": "alice"},
        {"sub": None},
    ],
    ids=str,
)
async def test_even_our_key_signs_in_nobody_with_other_claims(
    app: App, alice: Visitor, key: ECKey, claims: dict[str, object]
):
    token = _signed(key, alice, **claims)

    assert await _is_refused(app, token)


async def test_a_token_that_was_tampered_with_is_refused(app: App, alice: Visitor):
    head, _, signature = alice.token.split(".")
    promoted = _part(_claims(alice.token) | {"roles": ["admin"]})
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]

    assert await _is_refused(app, f"{head}.{promoted}.{signature}")
    assert await _is_refused(app, alice.token.replace(signature, flipped))
    assert await _is_refused(app, alice.token.replace(signature, ""))
    assert await _is_refused(app, alice.token[:-1])
    assert await _is_refused(app, f"{alice.token}.{signature}")


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", ""])
async def test_a_token_that_nobody_signed_is_refused(app: App, alice: Visitor, alg: str):
    _, claims, signature = alice.token.split(".")
    head = _part({"typ": "JWT", "alg": alg})

    assert await _is_refused(app, f"{head}.{claims}.")
    assert await _is_refused(app, f"{head}.{claims}.{signature}")


async def test_a_token_signed_with_our_public_key_as_a_password_is_refused(
    app: App, alice: Visitor, key: ECKey
):
    head = _part({"typ": "JWT", "alg": "HS256", "kid": key.kid})
    signed = f"{head}.{_part(_claims(alice.token))}"
    guesses = [key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode(), b""]

    forged = [
        f"{signed}.{_text(hmac.digest(guess, signed.encode(), 'sha256'))}" for guess in guesses
    ]

    assert [await _is_refused(app, token) for token in forged] == [True] * len(guesses)


async def test_a_token_signed_with_anybody_elses_key_is_refused(
    app: App, alice: Visitor, key: ECKey
):
    theirs = ECKey.generate_key("P-256")
    larger = ECKey.generate_key("P-384")

    heads: list[tuple[ECKey, dict[str, Any]]] = [
        (theirs, {"alg": "ES256", "kid": key.kid}),
        (theirs, {"alg": "ES256", "kid": "theirs"}),
        (theirs, {"alg": "ES256", "kid": "../../etc/passwd"}),
        (theirs, {"alg": "ES256", "jwk": theirs.as_dict(private=False)}),
        (theirs, {"alg": "ES256", "jku": "https://evil.example/keys", "kid": key.kid}),
        (larger, {"alg": "ES384", "kid": key.kid}),
    ]

    forged = [_forged(signer, head, _claims(alice.token)) for signer, head in heads]

    assert [await _is_refused(app, token) for token in forged] == [True] * len(heads)


async def test_a_token_that_is_too_long_or_none_at_all_is_refused(
    app: App, alice: Visitor, key: ECKey
):
    endless = _signed(key, alice, name="x" * LONGEST_TOKEN)

    assert await _is_refused(app, endless)
    assert await _is_refused(app, "x")
    assert await _is_refused(app, "..")
    assert await _is_refused(app, alice.refresh_token)


async def test_the_longest_name_and_address_fit_into_a_token(app: App, visit: Visit):
    email = "é" * 32 + "@" + "ü" * 31 + ".例え" * 16 + ".boxoff.example"
    name = "\U0001f3ad" * 100
    visitor = visit(email)

    answer = await visitor.sign_up(name=name)

    who = await visitor.who() or {}
    assert (answer.status_code, len(email.encode())) == (201, LONGEST_EMAIL)
    assert (who["email"], who["name"]) == (email, name)
    assert not await _is_refused(app, visitor.token)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def _part(of_token: Mapping[str, Any]) -> str:
    return _text(json.dumps(of_token).encode())


def _text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _signed(key: ECKey, person: Visitor, **changes: object) -> str:
    """A person's token, signed anew; `changes` stand in place of its claims, None takes one out."""
    claims = (_claims(person.token) | changes).items()
    return _forged(
        key, {"alg": "ES256", "kid": key.kid}, dict(c for c in claims if c[1] is not None)
    )


def _forged(key: ECKey, head: dict[str, Any], claims: dict[str, Any]) -> str:
    return jwt.encode(head, claims, key, algorithms=[head["alg"]])


async def _is_refused(app: App, token: str) -> bool:
    """Whether neither a members' route nor identity takes this token for anybody's."""
    sold = await app.post("/api/tickets", headers=_bearer(token), json=HAMLET)
    by_cookie = await app.get("/api/users/currentuser", headers={"Cookie": f"session={token}"})
    believed = {sold.status_code == 201, by_cookie.json()["currentUser"] is not None}
    assert len(believed) == 1
    assert sold.status_code in (201, 401)
    return believed == {False}
