"""Sign-ins that ended elsewhere: people are sent to sign in, and no page leads in a circle."""

from uuid import UUID

import pytest

from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.http.routing import Router, allow
from boxoffice.kit.service import Service
from identity.office import ban, lift, settle
from stage import App, Play, Someone, eventually
from web.browser import Browser
from web.conftest import Browse

PAGES = ["/", "/sell", "/my/tickets", "/account", "/verify", "/signin", "/forgot", "/nowhere"]
strict = Router()


@strict.get("/api/tickets")
@allow("anyone")
async def get_tickets() -> None:
    """Take every sign-in for over, as a service does that heard of it before the pages did."""
    raise Unauthenticated("Sign in first")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up."""
    return await browse(app).sign_up()


async def whose(bob: Browser) -> UUID:
    return UUID((await bob.http.get("/api/users/currentuser")).json()["currentUser"]["id"])


async def is_asked_to_sign_in(bob: Browser) -> None:
    """The next page of his is the one to sign in, without an error on it."""

    async def look() -> None:
        await bob.open("/my/tickets")
        assert bob.at == "/signin?return_to=%2Fmy%2Ftickets"

    await eventually(look)
    assert bob.page.status_code == 200
    assert "That did not work" not in bob.words


async def test_who_is_banned_is_sent_to_sign_in_and_every_page_still_answers(
    app: App, bob: Browser
):
    ada, kept = await settle(app, "ada", "admin"), bob.http.cookies["refresh"]

    await ban(app, ada, await whose(bob))
    await is_asked_to_sign_in(bob)
    statuses = {path: (await bob.open(path)).status_code for path in PAGES}

    assert {path for path, status in statuses.items() if status != 200} == {"/nowhere"}
    assert bob.http.cookies["refresh"] == kept


async def test_who_is_banned_no_more_is_still_signed_in(app: App, bob: Browser):
    ada, person = await settle(app, "ada", "admin"), await whose(bob)
    await ban(app, ada, person)
    await is_asked_to_sign_in(bob)

    await lift(app, ada, person)

    async def he_is_back():
        await bob.open("/my/tickets")
        assert bob.at == "/my/tickets"

    await eventually(he_is_back)


async def test_a_form_of_who_is_banned_leads_to_signing_in(app: App, bob: Browser):
    ada = await settle(app, "ada", "admin")
    await bob.open("/account/password")
    form = bob.page
    await ban(app, ada, await whose(bob))
    await is_asked_to_sign_in(bob)

    bob.page = form
    await bob.send("/account/password", current="x", password="y")

    assert bob.at == "/signin?return_to=%2Faccount%2Fpassword"


async def test_where_a_service_knows_first_that_a_sign_in_is_over_it_leads_to_signing_in(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("identity", Service("tickets", "knows first", strict), "web")
    visitor = browse(app, alice)

    await visitor.open("/my/tickets")

    assert visitor.at == "/signin?return_to=%2Fmy%2Ftickets"
    assert "session" not in visitor.http.cookies


async def test_where_a_service_takes_no_sign_in_at_all_it_is_out_of_order(
    play: Play, browse: Browse
):
    app = await play("identity", Service("tickets", "takes nobody", strict), "web")
    bob = await browse(app).sign_up(way="/verify")

    await bob.open("/my/tickets")

    assert bob.at == "/my/tickets"
    assert bob.page.status_code == 503
    assert "session" in bob.http.cookies
