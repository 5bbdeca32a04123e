"""Cookies: out of reach of scripts, of other sites and of the wire."""

from http.cookies import Morsel, SimpleCookie

import httpx
import pytest

from identity.conftest import Visit
from identity.visitor import Visitor
from stage import PASSWORD, Play

ALICE = {"email": "alice@example.com", "password": PASSWORD}
ELSEWHERE = [
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


async def test_both_cookies_are_kept_from_scripts_and_other_sites_and_last_as_their_tokens(
    alice: Visitor,
):
    answers = [await alice.sign_in(), await alice.refresh()]

    for answer in answers:
        session, refresh = _cookies(answer)
        assert (session.key, session["max-age"]) == ("session", "900")
        assert (refresh.key, refresh["max-age"]) == ("refresh", str(30 * 24 * 60 * 60))
        for cookie in (session, refresh):
            assert cookie["httponly"]
            assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")
            assert not cookie["secure"]
        assert answer.headers["cache-control"] == "no-store"


async def test_over_tls_they_are_bound_to_the_host_and_never_sent_without(play: Play):
    app = await play("identity")
    plain = app.settings.public_url
    await app.stop()
    await play("identity", public_url="https://boxoffice.example", token_seconds=60, refresh_days=7)

    async with httpx.AsyncClient(base_url=plain, timeout=30) as http:
        answer = await http.post("/api/users/signup", json=ALICE)
        left = await http.post("/api/users/signout")

    session, refresh = _cookies(answer)
    assert (session.key, session["max-age"]) == ("__Host-session", "60")
    assert (refresh.key, refresh["max-age"]) == ("__Host-refresh", str(7 * 24 * 60 * 60))
    for cookie in (session, refresh, *_cookies(left)):
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("lax", "/", "")


async def test_signing_out_takes_both_cookies_back(alice: Visitor):
    answer = await alice.sign_out()

    session, refresh = _cookies(answer)
    assert (session.key, session.value, session["max-age"]) == ("session", "", "0")
    assert (refresh.key, refresh.value, refresh["max-age"]) == ("refresh", "", "0")
    assert not alice.http.cookies


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
@pytest.mark.parametrize("what", ["refresh", "signout", "signin", "signup"])
async def test_another_sites_form_does_nothing_with_our_cookies(
    alice: Visitor, what: str, headers: dict[str, str]
):
    alice.http.headers.pop("Origin")

    answer = await alice.http.post(f"/api/users/{what}", headers=headers, data=ALICE)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    alice.http.headers["Sec-Fetch-Site"] = "same-origin"
    assert (await alice.refresh()).status_code == 200


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]
)
async def test_no_form_of_another_site_signs_a_visitor_in_as_somebody_else(
    alice: Visitor, visit: Visit, kind: str
):
    victim = visit(alice.email)
    body = b'{"email": "alice@example.com", "password": "correct horse battery", "x": "="}'

    answer = await victim.http.post(
        "/api/users/signin",
        content=body,
        headers={"Origin": "https://evil.example", "Content-Type": kind},
    )

    assert answer.status_code == 400
    assert await victim.who() is None


def _cookies(answer: httpx.Response) -> list[Morsel[str]]:
    jars = [SimpleCookie(line) for line in answer.headers.get_list("set-cookie")]
    return [morsel for jar in jars for morsel in jar.values()]
