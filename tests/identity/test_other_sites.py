"""Other sites: what they plant in a browser is nobody's session, and what they post does nothing."""

import json
from typing import Any

import pytest

from boxoffice.kit.http.front import SAFE
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.services import load
from identity.conftest import Visit
from identity.forging import claims_of
from identity.office import gets_out
from identity.visitor import Visitor
from stage import PASSWORD, App

ALICE = {"email": "alice@example.com", "password": PASSWORD}
FROM_ELSEWHERE = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "https://127.0.0.1"},  # another scheme, another port
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "http://127.0.0.1/"},
    {"X-HTTP-Method-Override": "GET", "X-Requested-With": "XMLHttpRequest"},
]
FORMS = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]


def _unsafe() -> list[tuple[str, GuardedRoute]]:
    (identity,) = load(["identity"])
    routes = identity.routes.guarded() if identity.routes else []
    return [(method, route) for route in routes for method in {*(route.methods or ())} - SAFE]


async def test_a_planted_cookie_becomes_nobodys_session(alice: Visitor, visit: Visit):
    victim = visit("victim@example.com")
    for cookie in ("session", "refresh"):
        victim.give(cookie, "planted")

    who, refreshed = await victim.who(), await victim.refresh()
    victim.give("refresh", "planted")
    victim.give("session", "planted")
    await victim.sign_up()

    assert who is None
    assert refreshed.status_code == 401
    assert {victim.token, victim.refresh_token}.isdisjoint({"planted", alice.refresh_token})
    assert (await visit("eve@example.com").refresh("planted")).status_code == 401


@pytest.mark.parametrize("how", ["sign_in", "sign_up"])
async def test_coming_in_takes_over_no_session_that_was_planted_and_ends_it(
    app: App, alice: Visitor, visit: Visit, how: str
):
    eve = visit("eve@example.com")
    victim = visit(alice.email if how == "sign_in" else "victim@example.com")
    await eve.sign_up()
    planted = eve.bearer
    victim.give("refresh", eve.refresh_token)
    victim.give("session", eve.token)

    await getattr(victim, how)()

    assert victim.refresh_token != eve.refresh_token
    assert claims_of(victim.token)["sid"] != claims_of(eve.token)["sid"]
    assert (await victim.who() or {})["email"] == victim.email
    await gets_out(planted, app)
    assert (await eve.refresh()).status_code == 401
    assert (await victim.refresh()).status_code == 200


async def test_signing_in_again_ends_what_the_browser_had_before_and_no_other_device(
    app: App, alice: Visitor, visit: Visit
):
    phone, before = visit(alice.email), alice.bearer
    await phone.sign_in()

    await alice.sign_in()

    await gets_out(before, app)
    assert [one["current"] for one in await alice.sessions()] == [True, False]
    assert (await phone.refresh()).status_code == 200


async def test_who_gives_a_wrong_password_stays_signed_in_as_before(alice: Visitor):
    before = alice.refresh_token

    answer = await alice.sign_in(password="not hers at all")

    assert answer.status_code == 400
    assert alice.refresh_token == before
    assert (await alice.refresh()).status_code == 200


@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
async def test_another_sites_form_does_nothing_with_our_cookies(
    app: App, alice: Visitor, headers: dict[str, str]
):
    alice.http.headers.pop("Origin")
    cookies = dict(alice.http.cookies)
    rows = await _rows(app)

    for method, route in _unsafe():
        path = route.path_format.replace("{person_id}", claims_of(alice.token)["sub"])
        path = path.replace("{session_id}", claims_of(alice.token)["sid"])
        answer = await alice.http.request(method, path, headers=headers, data=ALICE)

        assert answer.status_code == 403, (method, path)
        assert answer.json()["detail"] == "This must be asked from our own pages"
        assert "set-cookie" not in answer.headers

    assert dict(alice.http.cookies) == cookies
    assert await _rows(app) == rows
    alice.http.headers["Sec-Fetch-Site"] = "same-origin"
    assert (await alice.refresh()).status_code == 200


@pytest.mark.parametrize("cookie", ["session", "refresh"])
async def test_one_of_the_two_cookies_is_enough_to_ask_where_a_form_comes_from(
    alice: Visitor, cookie: str
):
    alice.http.cookies.delete(cookie)

    answer = await alice.http.post("/api/users/signout", headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", FORMS)
async def test_no_form_of_another_site_signs_a_visitor_in_as_somebody_else(
    alice: Visitor, visit: Visit, kind: str
):
    victim = visit(alice.email)
    body = json.dumps(ALICE | {"x": "="})

    answer = await victim.http.post(
        "/api/users/signin",
        content=body,
        headers={"Origin": "https://evil.example", "Content-Type": kind},
    )

    assert answer.status_code == 400
    assert await victim.who() is None


async def test_every_unsafe_route_is_walked():
    walked = {(method, route.path_format) for method, route in _unsafe()}

    assert walked >= {
        ("POST", "/api/users/signin"),
        ("POST", "/api/users/refresh"),
        ("DELETE", "/api/users/sessions"),
        ("DELETE", "/api/users/sessions/{session_id}"),
        ("PUT", "/api/users/password"),
        ("PUT", "/api/users/email"),
        ("PUT", "/api/users/{person_id}/ban"),
        ("PUT", "/api/users/{person_id}/roles"),
    }


async def _rows(app: App) -> Any:
    """How much identity keeps."""
    return await (await app.db("identity")).fetch(
        """
        SELECT (SELECT count(*) FROM people), (SELECT sum(version) FROM people),
               (SELECT count(*) FROM sign_ins), (SELECT count(ended_at) FROM sign_ins),
               (SELECT count(*) FROM refresh_tokens), (SELECT count(*) FROM challenges),
               (SELECT count(*) FROM reset_requests), (SELECT count(*) FROM audit_entries)
        """
    )
