"""Forged tokens, and headers that say who one is: nobody believes them."""

import hmac
import json
from typing import Any

import pytest
from joserfc.jwk import ECKey

from boxoffice.kit.auth import LONGEST_TOKEN
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import SigningKey
from identity.conftest import Visit
from identity.forging import HAMLET, claims_of, forged, head_of, is_refused, part, signed, text
from identity.visitor import Visitor
from stage import App, Play, eventually

WHO_I_AM = (
    "X-User",
    "X-User-Id",
    "X-User-Email",
    "X-User-Roles",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Remote-User",
    "Remote-User",
    "X-Auth-Request-Email",
    "X-Authenticated-Userid",
    "Visitor",
)


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another product"},
        {"aud": ["another product"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"sub": "alice"},
        {"sub": None},
        {"sid": "not a sign-in"},
    ],
    ids=str,
)
async def test_even_our_key_signs_in_nobody_with_other_claims(
    app: App, alice: Visitor, key: ECKey, claims: dict[str, object]
):
    token = signed(key, alice.token, **claims)

    assert await is_refused(app, token)
    assert not await is_refused(app, signed(key, alice.token))


async def test_a_token_that_was_tampered_with_is_refused(app: App, alice: Visitor):
    head, claims, signature = alice.token.split(".")
    promoted = part(claims_of(alice.token) | {"roles": ["admin"]})
    lasting = part(claims_of(alice.token) | {"exp": 4_000_000_000})
    renamed = part(head_of(alice.token) | {"typ": "at+jwt"})
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]

    assert await is_refused(app, f"{head}.{promoted}.{signature}")
    assert await is_refused(app, f"{head}.{lasting}.{signature}")
    assert await is_refused(app, f"{renamed}.{claims}.{signature}")
    assert await is_refused(app, alice.token.replace(signature, flipped))
    assert await is_refused(app, alice.token.replace(signature, ""))
    assert await is_refused(app, alice.token[:-1])
    assert await is_refused(app, f"{alice.token}.{signature}")
    assert not await is_refused(app, alice.token)


async def test_the_signature_of_one_token_is_good_for_no_other(
    app: App, alice: Visitor, visit: Visit
):
    bob = visit("bob@example.com")
    await bob.sign_up()

    head, claims, _ = alice.token.split(".")
    _, _, signature = bob.token.split(".")

    assert await is_refused(app, f"{head}.{claims}.{signature}")
    assert await is_refused(app, f"{head}.{claims}.{text(bytes(64))}")  # r = s = 0


@pytest.mark.parametrize("alg", ["none", "None", "nOnE", ""])
async def test_a_token_that_nobody_signed_is_refused(app: App, alice: Visitor, alg: str):
    _, claims, signature = alice.token.split(".")
    head = part({"typ": "JWT", "alg": alg})
    named = part(head_of(alice.token) | {"alg": alg})

    assert await is_refused(app, f"{head}.{claims}.")
    assert await is_refused(app, f"{named}.{claims}.")
    assert await is_refused(app, f"{named}.{claims}.{signature}")


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
async def test_a_token_signed_with_our_public_key_as_a_password_is_refused(
    app: App, alice: Visitor, key: ECKey, alg: str
):
    head = part({"typ": "JWT", "alg": alg, "kid": key.kid})
    words = f"{head}.{part(claims_of(alice.token))}"
    digest = alg.replace("HS", "sha")
    public = key.as_dict(private=False)
    guesses = [key.as_pem(private=False), json.dumps(public).encode(), str(public["x"]).encode()]

    by_guess = [
        f"{words}.{text(hmac.digest(guess, words.encode(), digest))}" for guess in (*guesses, b"")
    ]

    assert [await is_refused(app, token) for token in by_guess] == [True] * len(by_guess)


async def test_a_token_signed_with_anybody_elses_key_is_refused(
    app: App, alice: Visitor, key: ECKey
):
    theirs = ECKey.generate_key("P-256")
    larger = ECKey.generate_key("P-384")

    heads: list[tuple[ECKey, dict[str, Any]]] = [
        (theirs, {"alg": "ES256"}),
        (theirs, {"alg": "ES256", "kid": key.kid}),
        (theirs, {"alg": "ES256", "kid": "theirs"}),
        (theirs, {"alg": "ES256", "kid": "../../etc/passwd"}),
        (theirs, {"alg": "ES256", "jwk": theirs.as_dict(private=False)}),
        (theirs, {"alg": "ES256", "jku": "https://evil.example/keys", "kid": key.kid}),
        (theirs, {"alg": "ES256", "x5u": "https://evil.example/keys", "kid": key.kid}),
        (larger, {"alg": "ES384", "kid": key.kid}),
    ]

    tokens = [forged(signer, head, claims_of(alice.token)) for signer, head in heads]

    assert [await is_refused(app, token) for token in tokens] == [True] * len(heads)


async def test_a_token_of_a_key_to_come_is_refused_until_the_key_is_known(app: App, alice: Visitor):
    to_come = SigningKey.new()
    early = signed(to_come.key, alice.token)
    bucket = await app.client.jetstream().key_value("keys")

    before = await is_refused(app, early)
    await commands.publish_key(bucket, to_come)

    async def it_is_known():
        assert not await is_refused(app, early)

    assert before
    await eventually(it_is_known)


async def test_a_token_that_is_too_long_or_none_at_all_is_refused(
    app: App, alice: Visitor, key: ECKey
):
    endless = signed(key, alice.token, name="x" * LONGEST_TOKEN)

    assert await is_refused(app, endless)
    assert await is_refused(app, alice.token + "A" * LONGEST_TOKEN)
    assert await is_refused(app, "x")
    assert await is_refused(app, "..")
    assert await is_refused(app, alice.refresh_token)


async def test_no_header_makes_anybody_somebody(app: App, alice: Visitor):
    person = await alice.who() or {}
    names = [person["id"], alice.email, "admin", json.dumps(person), f"127.0.0.1 {'0' * 64}"]

    for said in ({header: name} for header in WHO_I_AM for name in names):
        who = await app.get("/api/users/currentuser", headers=said)
        sold = await app.post("/api/tickets", headers=said, json=HAMLET)
        listed = await alice.http.get("/api/users", headers=said)

        assert who.json() == {"currentUser": None}, said
        assert (sold.status_code, listed.status_code) == (401, 403), said
