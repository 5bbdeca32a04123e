"""Identity's paths, and every way in which they refuse what was sent."""

import json
from typing import Any

import pytest

from identity.conftest import Visit
from identity.visitor import Visitor
from stage import PASSWORD, App

AS_JSON = {"Content-Type": "application/json"}
ALICE = {"email": "alice@example.com", "password": PASSWORD}


async def test_what_is_wrong_with_a_sign_up_is_said_of_all_fields_at_once(app: App):
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"email", "password"}),
        ({"email": "alice", "password": "short", "name": ""}, {"email", "password", "name"}),
        ({"email": "", "password": "x" * 129, "name": "x" * 101}, {"email", "password", "name"}),
        ({"email": 7, "password": ["x"] * 8, "name": {}}, {"email", "password", "name"}),
        ({"email": None, "password": None}, {"email", "password"}),
        ({"email": "al\0ice@example.com", "password": "x", "name": "\x1b[1m"}, {*ALICE, "name"}),
        (ALICE | {"email": "\ud800@example.com"}, {"email"}),
        (ALICE | {"email": "a@" + "b" * 250 + ".com"}, {"email"}),
        (ALICE | {"email": "alice@example.com\nBcc: eve@example.com"}, {"email"}),
        (ALICE | {"name": "Ali\0ce"}, {"name"}),
        (ALICE | {"name": " \t "}, {"name"}),
        (ALICE | {"password": "1234567"}, {"password"}),
    ]

    answers = [
        (await app.post("/api/users/signup", content=json.dumps(body), headers=AS_JSON), fields)
        for body, fields in wrong
    ]

    for answer, fields in answers:
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert {error["field"] for error in answer.json()["errors"]} == fields
        assert "set-cookie" not in answer.headers
    assert await (await app.db("identity")).fetchval("SELECT count(*) FROM people") == 0


async def test_refusals_are_sentences_that_repeat_no_password(app: App):
    answers = [
        await app.post("/api/users/signup", json=ALICE | {"password": "geheim", "name": "x" * 101}),
        await app.post("/api/users/signup", json=ALICE | {"email": "nonsense"}),
    ]

    too_short, too_long, no_address = (
        error["message"] for answer in answers for error in answer.json()["errors"]
    )
    assert "at least 8" in too_short
    assert "at most 100" in too_long
    assert no_address == "This is not an e-mail address, such as alice@example.com"
    assert all("geheim" not in answer.text for answer in answers)


@pytest.mark.parametrize(
    "password",
    [
        "x7#v" * 2,
        "x7#v" * 32,
        "\U0001f3ad\U0001f3a8\U0001f3bb\U0001f3ac" * 32,
        " a b c d",
        "1\x002\n3456",
    ],
    ids=ascii,
)
async def test_passwords_at_the_limits_open_the_account_they_were_chosen_for(
    visit: Visit, password: str
):
    alice = visit("alice@example.com")

    signed_up = await alice.sign_up(password=password)
    signed_in = await alice.sign_in(password=password)

    assert (signed_up.status_code, signed_in.status_code) == (201, 200)


@pytest.mark.parametrize("what", ["signup", "signin"])
async def test_a_body_that_is_no_object_is_refused(app: App, what: str):
    bodies = (b"{", b"", b"[]", b"7", b"null", b"\xff", b'{"email": "a@b.co", "password": "x')

    answers = [
        await app.post(f"/api/users/{what}", content=body, headers=AS_JSON) for body in bodies
    ]

    assert [answer.status_code for answer in answers] == [400] * len(bodies)
    assert [len(answer.json()["errors"]) for answer in answers] == [1] * len(bodies)


@pytest.mark.parametrize("what", ["signup", "signin"])
async def test_a_password_of_a_megabyte_is_refused_unread(app: App, what: str):
    answers = [
        await app.post(f"/api/users/{what}", json=ALICE | {"password": "x" * 1_000_000}),
        await app.post(f"/api/users/{what}", json=ALICE | {"password": "x" * 60_000}),
    ]

    assert [answer.status_code for answer in answers] == [413, 400]


async def test_what_is_wrong_with_a_sign_in_is_said_of_all_fields_at_once(app: App):
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"email", "password"}),
        ({"email": 7, "password": None}, {"email", "password"}),
        ({"email": "a\0b", "password": "x" * 129}, {"email", "password"}),
        ({"email": "a" * 255, "password": "x"}, {"email"}),
    ]

    answers = [(await app.post("/api/users/signin", json=body), fields) for body, fields in wrong]

    for answer, fields in answers:
        assert answer.status_code == 400
        assert {error["field"] for error in answer.json()["errors"]} == fields


async def test_the_same_sign_up_again_under_its_key_makes_one_account_and_gives_no_cookies(
    app: App,
):
    once = {"Idempotency-Key": "the first try"}

    first = await app.http.post("/api/users/signup", json=ALICE, headers=once)
    app.http.cookies.clear()
    again = await app.http.post("/api/users/signup", json=ALICE, headers=once)
    other = await app.http.post("/api/users/signup", json=ALICE | {"name": "Eve"}, headers=once)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert again.json() == first.json()
    assert "set-cookie" not in again.headers


async def test_unknown_paths_and_methods_are_refused_as_problems(alice: Visitor):
    answers = [
        await alice.http.get("/api/users/nobody"),
        await alice.http.get("/api/users/signin"),
        await alice.http.put("/api/users/currentuser"),
    ]

    assert [answer.status_code for answer in answers] == [404, 405, 405]
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
