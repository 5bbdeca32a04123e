"""Where verified addresses are required: pages lead to verifying, and back."""

import pytest

from boxoffice.events.identity import SendVerification
from identity.office import letters
from stage import App, Play, Someone
from web.browser import Browser
from web.conftest import Browse


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web", require_verified=True)


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up."""
    return await browse(app).sign_up()


async def code(app: App) -> str:
    (letter,) = await letters(app, SendVerification)
    return letter.code


async def test_selling_leads_to_verifying_and_back(app: App, bob: Browser):
    await bob.open("/sell")
    asked = bob.at, bob.words
    await bob.send("/verify", code=await code(app))

    assert asked[0] == "/verify?return_to=%2Fsell"
    assert "Buying and selling take a verified address" in asked[1]
    assert bob.at == "/sell"


async def test_buying_leads_to_verifying_and_back_to_the_ticket(
    app: App, bob: Browser, alice: Someone
):
    listed = await app.post("/api/tickets", alice, json={"title": "Hamlet", "price": 5})
    ticket = f"/tickets/{listed.json()['id']}"
    await bob.open(ticket)

    await bob.send("/orders")
    asked = bob.at, bob.page.status_code
    await bob.send("/verify", code=await code(app))
    back = bob.at
    await bob.send("/orders")

    assert asked == (f"/verify?return_to={ticket.replace('/', '%2F')}", 200)
    assert back == ticket
    assert bob.at.startswith("/orders/")


async def test_a_form_that_was_open_leads_there_too(
    app: App, browse: Browse, bob: Browser, alice: Someone
):
    bob.page = await browse(app, alice).open("/sell")

    await bob.send("/sell", title="Hamlet", price="5")

    assert bob.at == "/verify?return_to=%2Fsell"
    assert (await app.get("/api/tickets")).json() == []


async def test_looking_around_needs_none(bob: Browser):
    for page in ("/", "/my/orders", "/my/tickets", "/account", "/account/email"):
        assert (await bob.open(page)).status_code == 200
        assert bob.at == page
