"""Cookies: out of reach of scripts and of the wire, and taken back."""

from http.cookies import Morsel, SimpleCookie

import httpx

from identity.visitor import Visitor
from stage import PASSWORD, Play

ALICE = {"email": "alice@example.com", "password": PASSWORD}


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


def _cookies(answer: httpx.Response) -> list[Morsel[str]]:
    jars = [SimpleCookie(line) for line in answer.headers.get_list("set-cookie")]
    return [morsel for jar in jars for morsel in jar.values()]
