"""What keeps people safe on the pages."""

import httpx
import pytest

from boxoffice.services.web.gateway import open_neighbours
from stage import PASSWORD, App, Play, Someone
from web.conftest import Browse

MARKUP = "<script>alert(1)</script>"
PAGES = ("/", "/signin", "/forgot", "/reset?token=a", "/verify?token=a", "/nowhere", "/api/docs")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web")


async def test_a_title_with_markup_is_text(app: App, browse: Browse, alice: Someone, bob: Someone):
    seller, buyer = browse(app, alice), browse(app, bob)
    await seller.open("/sell")
    await seller.send("/sell", title=MARKUP, price="5")
    ticket = seller.at

    shown = [await seller.open(page) for page in ("/", "/market", f"{ticket}/edit")]
    shown += [await seller.open("/my/tickets")]
    shown += [await buyer.open(ticket), await buyer.send("/orders"), await buyer.open("/my/orders")]

    for page in shown:
        assert MARKUP not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


async def test_every_page_has_a_strict_policy(app: App, browse: Browse):
    visitor = browse(app)

    pages = [await visitor.open(path) for path in PAGES]

    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert " style=" not in page.text
        assert " onclick=" not in page.text


async def test_a_persons_pages_are_kept_nowhere(app: App, browse: Browse, bob: Someone):
    mine, anyones = browse(app, bob), browse(app)

    personal = [await mine.open(page) for page in ("/", "/my/orders", "/sell")]
    public = await anyones.open("/")

    assert [page.headers["cache-control"] for page in personal] == ["no-store"] * 3
    assert public.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
async def test_another_sites_form_is_refused_with_and_without_a_cookie(
    app: App, browse: Browse, bob: Someone, headers: dict[str, str]
):
    victim, visitor = browse(app, bob), browse(app)

    sold = await victim.http.post("/sell", data={"title": "x", "price": "1"}, headers=headers)
    signed_in = await visitor.http.post(
        "/signin", data={"email": "eve@example.com", "password": PASSWORD}, headers=headers
    )

    assert sold.status_code == signed_in.status_code == 403
    assert (await app.get("/api/tickets")).json() == []


async def test_a_form_without_an_origin_is_refused_where_there_is_a_cookie(
    app: App, browse: Browse, bob: Someone
):
    answer = await browse(app, bob).http.post("/sell", data={"title": "x", "price": "1"})

    assert answer.status_code == 403


async def test_a_session_does_not_stick_to_the_next_visitors_questions(app: App):
    credentials = {"email": "bob@example.com", "password": PASSWORD}
    async with open_neighbours(app.settings, await app.db("web")) as neighbours:
        mine = await neighbours.ask(
            "identity", "POST", "/api/users/signup", headers={}, body=credentials
        )
        next_one = await neighbours.ask("identity", "GET", "/api/users/currentuser", headers={})

    assert mine.cookies
    assert next_one.body == {"currentUser": None}


async def test_a_client_that_keeps_cookies_would_mix_visitors_up(app: App):
    credentials = {"email": "bob@example.com", "password": PASSWORD}
    async with httpx.AsyncClient(base_url=app.settings.public_url) as keeping:
        await keeping.post("/api/users/signup", json=credentials)
        next_one = await keeping.get("/api/users/currentuser")

    assert next_one.json()["currentUser"]["email"] == "bob@example.com"


async def test_session_cookies_are_out_of_scripts_reach(app: App, browse: Browse):
    newcomer = browse(app)
    await newcomer.open("/signup")

    answer = await newcomer.post("/signup", email="bob@example.com", password=PASSWORD)

    cookies = answer.headers.get_list("set-cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"session", "refresh", "flash"}
    for cookie in cookies:
        assert "httponly" in cookie.lower()
        assert "samesite=lax" in cookie.lower()


async def test_what_a_cookie_says_is_shown_only_if_we_have_said_it(app: App, browse: Browse):
    visitor = browse(app)
    visitor.give("flash", "You have won")

    await visitor.open("/")

    assert "You have won" not in visitor.page.text


@pytest.mark.parametrize("odd", ["\xe9", '"\\012Evil: 1"', "a" * 5000])
async def test_odd_cookies_are_nobodys_and_break_nothing(app: App, browse: Browse, odd: str):
    cookie = f"session={odd}; refresh={odd}; other={odd}".encode("latin-1")

    answer = await browse(app).http.get("/", headers={b"Cookie": cookie})

    assert answer.status_code == 200
    assert "Sign in" in answer.text


async def test_a_page_and_what_it_asked_for_have_one_trace(
    app: App, browse: Browse, alice: Someone
):
    seller = browse(app, alice)
    await seller.open("/sell")

    answer = await seller.post("/sell", title="Hamlet", price="5")

    tickets = await app.db("tickets")
    trace = await tickets.fetchval("SELECT trace FROM outbox")
    assert answer.headers["x-trace-id"] in trace
