"""The paths of people: signing up, in and out, who one is, and going on."""

from typing import Any

import httpx
import pytest

from contract.shapes import is_id, refused, sent
from stage import PASSWORD, Market, Someone, eventually

LONG_EMAIL = f"{'x' * 64}@{'y' * 63}.{'z' * 63}.{'w' * 63}.example"
WRONG_SIGN_UPS: list[tuple[Any, list[str]]] = [
    ({}, ["email", "password"]),
    ({"email": "", "password": ""}, ["email", "password"]),
    ({"email": None, "password": None}, ["email", "password"]),
    ({"email": 7, "password": ["x" * 8]}, ["email", "password"]),
    ({"email": "alice", "password": "x" * 7}, ["email", "password"]),
    ({"email": "alice@", "password": "x" * 129}, ["email", "password"]),
    ({"email": "a b@example.com", "password": PASSWORD}, ["email"]),
    ({"email": "a@b@example.com", "password": PASSWORD}, ["email"]),
    ({"email": "alice@example.com\r\nBcc: all@example.com", "password": PASSWORD}, ["email"]),
    ({"email": "al\0ice@example.com", "password": PASSWORD}, ["email"]),
    ({"email": "al\ud800ice@example.com", "password": PASSWORD}, ["email"]),
    ({"email": LONG_EMAIL, "password": PASSWORD}, ["email"]),
    ({"email": "a@example.com", "password": PASSWORD, "name": ""}, ["name"]),
    ({"email": "a@example.com", "password": PASSWORD, "name": "x" * 101}, ["name"]),
    ({"email": "a@example.com", "password": PASSWORD, "name": "a\nb"}, ["name"]),
]


async def test_a_newcomer_is_answered_whole_and_signed_in(visitor: httpx.AsyncClient):
    signing = {"email": "Grace@Example.com", "password": PASSWORD}

    answer = await visitor.post("/api/users/signup", json=signing)

    assert answer.status_code == 201
    person = answer.json()
    assert is_id(person["id"])
    assert person == {
        "id": person["id"],
        "email": "Grace@Example.com",
        "name": "Grace",
        "roles": ["member"],
        "verified": False,
    }
    assert PASSWORD not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    for cookie in answer.headers.get_list("set-cookie"):
        assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    current = (await visitor.get("/api/users/currentuser")).json()["currentUser"]
    assert current == person | {"iat": current["iat"], "exp": current["iat"] + 900}


@pytest.mark.parametrize(("body", "fields"), WRONG_SIGN_UPS)
async def test_all_that_is_wrong_with_a_sign_up_is_said_at_once(
    visitor: httpx.AsyncClient, body: dict[str, Any], fields: list[str]
):
    answer = await visitor.post("/api/users/signup", **sent(body))

    refused(answer, 400, *fields)
    assert not visitor.cookies


async def test_passwords_at_the_limits_are_taken_and_repeated_by_nobody(
    visitor: httpx.AsyncClient,
):
    passwords = ["p7#v" * 2, "🎭🎨🎻🎬" * 32]

    answers = [
        await visitor.post(
            "/api/users/signup", json={"email": f"limit{len(one)}@example.com", "password": one}
        )
        for one in passwords
    ]
    short = await visitor.post(
        "/api/users/signup", json={"email": "short@example.com", "password": "secret7"}
    )

    assert [answer.status_code for answer in answers] == [201, 201]
    assert "secret7" not in short.text


async def test_an_address_is_taken_in_any_letter_case(visitor: httpx.AsyncClient, alice: Someone):
    spellings = [alice.email, alice.email.upper(), f"  {alice.email.title()} "]

    answers = [
        await visitor.post("/api/users/signup", json={"email": one, "password": PASSWORD})
        for one in spellings
    ]

    for answer in answers:
        refused(answer, 409, "email")
    assert not visitor.cookies


async def test_signing_in_gives_the_same_person(visitor: httpx.AsyncClient, alice: Someone):
    shown = {"email": alice.email.upper(), "password": PASSWORD}

    answer = await visitor.post("/api/users/signin", json=shown)

    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["email"]) == (str(alice.id), alice.email)
    assert set(visitor.cookies) == {"session", "refresh"}


async def test_a_wrong_password_and_an_unknown_address_are_answered_alike(
    visitor: httpx.AsyncClient, alice: Someone
):
    wrong = {"email": alice.email, "password": "wrong horse battery"}
    unknown = {"email": "nobody@example.com", "password": PASSWORD}

    answers = [await visitor.post("/api/users/signin", json=one) for one in (wrong, unknown)]

    for answer in answers:
        assert refused(answer, 400)["detail"] == "Invalid credentials"
    assert answers[0].json() == answers[1].json()
    assert not visitor.cookies


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["email", "password"]),
        ({"email": 1, "password": True}, ["email", "password"]),
        ({"email": "alice@example.com"}, ["password"]),
        ({"email": "alice\0@example.com", "password": PASSWORD}, ["email"]),
        ({"email": "alice@example.com", "password": "x" * 129}, ["password"]),
        ({"email": "alice@example.com", "password": "\ud800" * 8}, ["password"]),
    ],
)
async def test_what_is_no_credentials_is_refused_by_field(
    visitor: httpx.AsyncClient, body: dict[str, Any], fields: list[str]
):
    answer = await visitor.post("/api/users/signin", **sent(body))

    refused(answer, 400, *fields)


@pytest.mark.parametrize("password", ["\0" * 8, "\u202e" * 8, " " * 8])
async def test_a_password_may_be_any_text(visitor: httpx.AsyncClient, password: str):
    shown = {"email": "nobody@example.com", "password": password}

    answer = await visitor.post("/api/users/signin", **sent(shown))

    assert refused(answer, 400)["detail"] == "Invalid credentials"


async def test_signing_out_clears_the_cookies_and_ends_the_sign_in(visitor: httpx.AsyncClient):
    await visitor.post(
        "/api/users/signup", json={"email": "leaver@example.com", "password": PASSWORD}
    )
    kept, token = visitor.cookies["refresh"], visitor.cookies["session"]

    answer = await visitor.post("/api/users/signout")

    assert (answer.status_code, answer.json()) == (200, {})
    assert not visitor.cookies
    assert (await visitor.get("/api/users/currentuser")).json() == {"currentUser": None}
    again = await visitor.post("/api/users/refresh", headers={"Cookie": f"refresh={kept}"})
    refused(again, 401)

    async def its_token_is_refused():
        answer = await visitor.get("/api/orders", headers={"Authorization": f"Bearer {token}"})
        refused(answer, 401)

    await eventually(its_token_is_refused)


async def test_signing_out_once_more_is_no_mistake(visitor: httpx.AsyncClient):
    answer = await visitor.post("/api/users/signout", headers={"Cookie": "refresh=of-nobody"})

    assert (answer.status_code, answer.json()) == (200, {})


async def test_who_one_is_is_told_by_cookie_and_by_bearer_token(market: Market, alice: Someone):
    by_cookie = {"Cookie": f"session={alice.token}"}

    answers = [
        await market.app.get("/api/users/currentuser", alice),
        await market.app.get("/api/users/currentuser", headers=by_cookie),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["currentUser"].keys() == {
        "id", "email", "name", "roles", "verified", "iat", "exp"
    }  # fmt: skip


async def test_whoever_shows_no_good_token_is_nobody(market: Market, charlie: Someone):
    tokens = [
        "x",
        "a.b.c",
        "x" * 10_000,
        charlie.sign(exp=1),
        charlie.sign(aud="others"),
        charlie.sign(iss="others"),
        charlie.sign(sub="not an id"),
        charlie.sign()[:-4] + "AAAA",
    ]

    answers = [
        await market.app.get("/api/users/currentuser", headers={"Authorization": f"Bearer {one}"})
        for one in tokens
    ]

    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"currentUser": None})
    ] * len(tokens)


async def test_a_sign_in_goes_on_with_new_cookies(visitor: httpx.AsyncClient, alice: Someone):
    await visitor.post("/api/users/signin", json={"email": alice.email, "password": PASSWORD})
    before = dict(visitor.cookies)

    answer = await visitor.post("/api/users/refresh")

    assert answer.status_code == 200
    assert answer.json()["id"] == str(alice.id)
    assert visitor.cookies["refresh"] != before["refresh"]
    assert visitor.cookies["session"] != before["session"]
    spent = await visitor.post(
        "/api/users/refresh", headers={"Cookie": f"refresh={before['refresh']}"}
    )
    refused(spent, 409)  # another tab, a moment later; a replay is refused for good


async def test_one_sees_where_one_is_signed_in_and_ends_it(visitor: httpx.AsyncClient):
    signing = {"email": "somewhere@example.com", "password": PASSWORD}
    await visitor.post("/api/users/signup", json=signing)
    kept = visitor.cookies["session"]

    listed = await visitor.get("/api/users/sessions")
    (session,) = listed.json()["items"]
    ended = await visitor.delete(f"/api/users/sessions/{session['id']}")

    assert (listed.status_code, listed.json()["next"]) == (200, None)
    assert is_id(session["id"])
    assert session.keys() == {"id", "device", "address", "begunAt", "seenAt", "current"}
    assert (ended.status_code, ended.content) == (204, b"")

    async def nobody_is_signed_in_with_it():
        answer = await visitor.get(
            "/api/users/sessions", headers={"Authorization": f"Bearer {kept}"}
        )
        refused(answer, 401)

    await eventually(nobody_is_signed_in_with_it)


async def test_one_signs_out_everywhere_and_takes_along_what_is_kept(visitor: httpx.AsyncClient):
    signing = {"email": "everywhere@example.com", "password": PASSWORD}
    await visitor.post("/api/users/signup", json=signing)

    taken = await visitor.get("/api/users/export")
    ended = await visitor.delete("/api/users/sessions")

    assert taken.status_code == 200
    assert taken.json().keys() == {"account", "sessions", "audit"}
    assert taken.json()["account"]["email"] == signing["email"]
    assert ended.status_code == 204
    assert not visitor.cookies


@pytest.mark.parametrize("cookie", ["", "refresh=", "refresh=of-nobody", "session=x"])
async def test_nothing_goes_on_without_a_refresh_cookie(visitor: httpx.AsyncClient, cookie: str):
    answer = await visitor.post("/api/users/refresh", headers={"Cookie": cookie})

    refused(answer, 401)
