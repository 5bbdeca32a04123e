"""Sign-ins last: a token that runs out is renewed by the way."""

import asyncio
import time

import httpx
import pytest

from stage import PASSWORD, App, Play, Someone
from web.browser import Browser
from web.conftest import Browse

TABS = 6


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Signed in, with a token that has run out."""
    browser = browse(app)
    await browser.open("/signup")
    await browser.send("/signup", name="bob", email="bob@example.com", password=PASSWORD)
    browser.http.cookies.delete("session")
    return browser


async def renew(app: App, token: str) -> httpx.Response:
    """Renew a sign-in as another process of the pages would."""
    headers = {"Cookie": f"refresh={token}", "Origin": app.settings.public_url}
    return await app.post("/api/users/refresh", headers=headers)


async def test_a_page_renews_a_sign_in_whose_token_is_gone(bob: Browser):
    spent = bob.http.cookies["refresh"]

    await bob.open("/my/orders")

    assert bob.at == "/my/orders"
    assert "bob Sign out" in bob.words
    assert bob.http.cookies["session"]
    assert bob.http.cookies["refresh"] != spent


async def test_a_page_renews_a_sign_in_whose_token_is_about_to_run_out(bob: Browser):
    nearly = Someone("bob").sign(exp=int(time.time()) + 1)
    bob.give("session", nearly)

    await bob.open("/my/orders")

    assert bob.at == "/my/orders"
    assert bob.http.cookies["session"] != nearly


async def test_a_form_renews_it_too_and_is_carried_out(bob: Browser):
    await bob.open("/sell")
    bob.http.cookies.delete("session")

    await bob.send("/sell", title="Hamlet", price="5")

    assert bob.at.startswith("/tickets/")
    assert "Your ticket is on sale." in bob.words


async def test_a_good_token_is_left_alone(bob: Browser):
    await bob.open("/")
    token = bob.http.cookies["refresh"]

    await bob.open("/my/orders")

    assert bob.http.cookies["refresh"] == token


async def test_many_tabs_at_once_sign_nobody_out(bob: Browser):
    pages = ["/my/orders", "/my/tickets"] * (TABS // 2)

    answers = await asyncio.gather(*(bob.http.get(page) for page in pages))
    bob.http.cookies.delete("session")
    await bob.open("/my/orders")

    assert [answer.status_code for answer in answers] == [200] * TABS
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1
    assert bob.at == "/my/orders"


async def test_identity_alone_would_turn_all_tabs_but_one_away(app: App, bob: Browser):
    token = bob.http.cookies["refresh"]

    answers = await asyncio.gather(*(renew(app, token) for _ in range(TABS)))

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (TABS - 1)


async def test_a_tab_that_another_process_outran_keeps_its_cookies_and_finds_its_way_back(
    app: App, bob: Browser
):
    outran = await renew(app, bob.http.cookies["refresh"])

    turned_away = await bob.http.get("/my/orders")
    bob.http.cookies.update(outran.cookies)  # the answer of the first tab comes in
    await bob.open(turned_away.headers["location"])

    assert turned_away.headers.get("set-cookie") is None
    assert turned_away.headers["location"] == "/signin?return_to=%2Fmy%2Forders"
    assert bob.at == "/my/orders"


async def test_a_sign_in_that_has_ended_is_over_on_the_pages(app: App, browse: Browse):
    stranger = browse(app)
    stranger.give("refresh", "made up")

    await stranger.open("/")

    assert stranger.page.status_code == 200
    assert "Sign in Sign up" in stranger.words
    assert "refresh" not in stranger.http.cookies
