"""Access tokens: what ours say, for how long, and where they count."""

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from boxoffice.kit import clock
from boxoffice.services.identity.model import LONGEST_EMAIL
from identity.conftest import Visit
from identity.forging import HAMLET, bearer, claims_of, is_refused, signed
from identity.visitor import Visitor
from stage import App, Play, eventually

ELSEWHERE: dict[str, tuple[str, dict[str, str]]] = {
    "query": ("?access_token={}&token={}&session={}", {}),
    "basic": ("", {"Authorization": "Basic {}"}),
    "no scheme": ("", {"Authorization": "{}"}),
    "other scheme": ("", {"Authorization": "JWT {}"}),
    "other headers": ("", {"X-Access-Token": "{}", "X-Auth-Token": "{}", "Token": "{}"}),
    "other cookies": ("", {"Cookie": "access_token={}; __Host-session={}; refresh={}"}),
    "proxy": ("", {"Proxy-Authorization": "Bearer {}"}),
}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets")


async def test_a_token_says_who_it_is_for_a_quarter_of_an_hour(app: App, alice: Visitor):
    at = clock.now().timestamp()
    published = (await app.get("/.well-known/jwks.json")).json()
    (session,) = await alice.sessions()

    token = jwt.decode(alice.token, KeySet.import_key_set(published), algorithms=["ES256"])

    claims = token.claims
    assert token.header == {"typ": "JWT", "alg": "ES256", "kid": published["keys"][0]["kid"]}
    assert at - 10 < claims["iat"] <= at
    assert claims == {
        "iss": "boxoffice",
        "aud": "boxoffice",
        "sub": (await alice.who() or {})["id"],
        "sid": session["id"],
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
    first = claims_of(alice.token)

    await alice.refresh()

    others = [claims_of(visitor.token) for visitor in (alice, phone)]
    assert len({first["jti"], *(claims["jti"] for claims in others)}) == 3
    assert [claims["sid"] == first["sid"] for claims in others] == [True, False]


async def test_whoever_shows_a_token_is_told_who_they_are(app: App, alice: Visitor):
    claims = claims_of(alice.token)

    by_cookie = await alice.who()
    by_bearer = await app.get("/api/users/currentuser", headers=bearer(alice.token))
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
    again = signed(key, alice.token)

    own = await app.post("/api/tickets", headers=bearer(alice.token), json=HAMLET)
    same = await app.post("/api/tickets", headers=bearer(again), json=HAMLET)

    assert (own.status_code, same.status_code) == (201, 201)


async def test_a_token_that_was_believed_is_refused_once_its_time_is_over(
    app: App, alice: Visitor, key: ECKey
):
    brief = signed(key, alice.token, exp=int(clock.now().timestamp()) + 3)

    believed_at_first = not await is_refused(app, brief)

    async def it_is_over():
        assert await is_refused(app, brief)

    assert believed_at_first
    await eventually(it_is_over)
    assert not await is_refused(app, alice.token)


@pytest.mark.parametrize("where", ELSEWHERE)
async def test_a_good_token_counts_as_a_bearers_or_in_its_own_cookie_and_nowhere_else(
    app: App, alice: Visitor, where: str
):
    query, headers = ELSEWHERE[where]
    query = query.replace("{}", alice.token)
    headers = {name: value.replace("{}", alice.token) for name, value in headers.items()}

    who = await app.get(f"/api/users/currentuser{query}", headers=headers)
    sold = await app.post(f"/api/tickets{query}", headers=headers, json=HAMLET)

    assert who.json() == {"currentUser": None}
    assert sold.status_code in (401, 403)  # 403: a cookie of ours, and no page of ours


async def test_a_bad_bearer_token_is_not_made_good_by_a_cookie(app: App, alice: Visitor):
    both = bearer("nobody's") | {"Cookie": f"session={alice.token}"}

    answer = await app.get("/api/users/currentuser", headers=both)

    assert answer.json() == {"currentUser": None}


async def test_the_longest_name_and_address_fit_into_a_token(app: App, visit: Visit):
    email = "é" * 32 + "@" + "ü" * 31 + ".例え" * 16 + ".boxoff.example"
    name = "\U0001f3ad" * 100
    visitor = visit(email)

    answer = await visitor.sign_up(name=name)

    who = await visitor.who() or {}
    assert (answer.status_code, len(email.encode())) == (201, LONGEST_EMAIL)
    assert (who["email"], who["name"]) == (email, name)
    assert not await is_refused(app, visitor.token)


async def test_a_service_that_starts_while_identity_is_down_knows_everybody(
    play: Play, app: App, visit: Visit
):
    alice, bob = visit("alice@example.com"), visit("bob@example.com")
    for visitor in (alice, bob):
        await visitor.sign_up()
    left = bob.bearer
    await bob.sign_out()
    await app.stop()

    alone = await play("tickets")
    sold = await alone.post("/api/tickets", alice.bearer, json=HAMLET)
    refused = await alone.post("/api/tickets", left, json=HAMLET)
    who = await alone.get("/api/users/currentuser", alice.bearer)

    assert (sold.status_code, refused.status_code) == (201, 401)
    assert sold.json()["userId"] == claims_of(alice.token)["sub"]
    assert who.status_code == 404  # identity is not there
