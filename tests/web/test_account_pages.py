"""Signing up, in and out, on the pages."""

import pytest

from boxoffice.events.identity import PersonSignedUp
from identity.office import ban, settle
from stage import PASSWORD, App, Play
from web.browser import forms
from web.conftest import Browse


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web")


async def test_a_person_signs_up_and_out_and_in(app: App, browse: Browse):
    bob = await browse(app).sign_up()
    welcome = bob.words

    await bob.send("/signout")
    goodbye = bob.words
    await bob.open("/signin")
    await bob.send("/signin", email="BOB@example.com", password=PASSWORD)

    assert "Welcome! Your account is ready." in welcome
    assert "bob Sign out" in welcome
    assert "You are signed out." in goodbye
    assert "Sign in Sign up" in goodbye
    assert "You are signed in." in bob.words
    assert "bob Sign out" in bob.words


async def test_signing_out_ends_the_sign_in_everywhere(app: App, browse: Browse):
    bob = await browse(app).sign_up()
    stolen = {"refresh": bob.http.cookies["refresh"]}

    await bob.send("/signout")
    replay = await app.post(
        "/api/users/refresh",
        headers={
            "Cookie": f"refresh={stolen['refresh']}",
            "Origin": app.settings.public_url,
        },
    )

    assert "session" not in bob.http.cookies
    assert "refresh" not in bob.http.cookies
    assert replay.status_code == 401


async def test_an_account_needs_an_address_and_a_password(app: App, browse: Browse):
    newcomer = browse(app)

    await newcomer.open("/signup")
    await newcomer.send("/signup", name="Bob", email="bob", password="short")

    assert newcomer.page.status_code == 400
    assert "This is not an e-mail address" in newcomer.words
    assert "The password needs at least 8 characters" in newcomer.words
    assert 'value="Bob"' in newcomer.page.text
    assert "short" not in newcomer.page.text


async def test_an_address_has_one_account(app: App, browse: Browse):
    await browse(app).sign_up()
    again = browse(app)

    await again.open("/signup")
    await again.send("/signup", email="Bob@Example.com", password=PASSWORD)

    assert again.page.status_code == 409
    assert "This e-mail address has an account already" in again.words


async def test_a_password_that_everybody_knows_is_refused_by_its_field(app: App, browse: Browse):
    newcomer = browse(app)

    await newcomer.open("/signup")
    await newcomer.send("/signup", email="bob@example.com", password="password1")

    assert newcomer.page.status_code == 400
    assert 'href="#password">This is one of the most common passwords;' in newcomer.page.text
    assert 'id="password-wrong"' in newcomer.page.text


async def test_a_wrong_password_and_an_unknown_address_look_the_same(app: App, browse: Browse):
    await browse(app).sign_up()
    stranger = browse(app)
    await stranger.open("/signin")

    wrong = await stranger.post("/signin", email="bob@example.com", password="wrong horse")
    unknown = await stranger.post("/signin", email="eve@example.com", password="wrong horse")

    assert wrong.status_code == unknown.status_code == 400
    assert wrong.text.replace("bob@", "eve@") == unknown.text
    assert "Invalid credentials" in wrong.text


async def test_who_is_banned_is_told_why_when_they_sign_in(app: App, browse: Browse):
    await browse(app).sign_up()
    ada, (joined,) = await settle(app, "ada", "admin"), await app.said(PersonSignedUp)
    await ban(app, ada, joined.person_id, reason="<b>selling air</b>")

    bob = await browse(app).sign_in()

    assert (bob.page.status_code, bob.at) == (403, "/signin")
    assert "This account is banned: <b>selling air</b>" in bob.words
    assert "<b>selling" not in bob.page.text
    assert not bob.http.cookies


async def test_who_tries_too_often_is_told_how_long_to_wait(play: Play, browse: Browse):
    app = await play("identity", "tickets", "web", rate_limits=True)
    bob = browse(app)
    await bob.open("/signin")
    wrong = {"email": "bob@example.com", "password": "wrong horse"}
    while (answer := await bob.post("/signin", **wrong)).status_code == 400:
        pass

    assert answer.status_code == 429
    assert "Too many tries; wait" in answer.text
    assert 0 < int(answer.headers["retry-after"]) <= 60


async def test_an_empty_form_is_asked_for_what_it_lacks(app: App, browse: Browse):
    stranger = browse(app)

    await stranger.open("/signin")
    await stranger.send("/signin", email="", password="")

    assert stranger.page.status_code == 400


@pytest.mark.parametrize("page", ["/my/orders", "/my/tickets", "/sell"])
async def test_a_page_that_needs_somebody_leads_to_signing_in_and_back(
    app: App, browse: Browse, page: str
):
    await browse(app).sign_up()
    bob = browse(app)

    await bob.open(page)
    asked = bob.at
    await bob.send("/signin", email="bob@example.com", password=PASSWORD)

    assert asked == f"/signin?return_to={page.replace('/', '%2F')}"
    assert bob.at == page


async def test_a_newcomer_who_wanted_a_ticket_comes_back_to_it(app: App, browse: Browse):
    alice, bob = await browse(app).sign_up("alice"), browse(app)
    await alice.open("/sell")
    await alice.send("/sell", title="Hamlet", price="5")

    await bob.open(f"/signup?return_to={alice.at}")
    await bob.send("/signup", email="bob@example.com", password=PASSWORD)

    assert bob.at == alice.at
    assert "Buy this ticket" in bob.words


async def test_a_form_that_is_sent_signed_out_leads_to_signing_in_and_back_to_its_page(
    app: App, browse: Browse
):
    bob = await browse(app).sign_up()
    await bob.open("/sell")
    bob.http.cookies.clear()

    await bob.send("/sell", title="Hamlet", price="5")

    assert bob.at == "/signin?return_to=%2Fsell"


async def test_who_is_signed_in_has_no_use_for_the_sign_in_page(app: App, browse: Browse):
    bob = await browse(app).sign_up()

    await bob.open("/signin?return_to=/my/orders")

    assert bob.at == "/my/orders"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "evil.example",
        "javascript:alert(1)",
        "/ok\r\nSet-Cookie: session=evil",
        "",
    ],
)
async def test_signing_in_never_leads_to_another_site(app: App, browse: Browse, elsewhere: str):
    await browse(app).sign_up()
    bob = browse(app)

    page = await bob.http.get("/signin", params={"return_to": elsewhere})
    bob.page = page
    offered = [form.fields["return_to"] for form in forms(page)]
    answer = await bob.post(
        "/signin", email="bob@example.com", password=PASSWORD, return_to=elsewhere
    )

    assert offered == ["/"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
