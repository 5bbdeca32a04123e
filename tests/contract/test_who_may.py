"""Every route of the API, asked by every kind of person: who may, and who may not."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from http import HTTPMethod

import httpx
import pytest
import pytest_asyncio

from boxoffice.events.identity import SignInEnded, StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.clock import new_id
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.services import load
from stage import App, Market, Someone, eventually
from stage.market import open_market
from stage.place import free_port, fresh_settings, open_play
from stage.servers import Servers

ROUTES = [
    route
    for service in load()
    for route in (service.routes.guarded() if service.routes else [])
    if service.name != "web"  # its pages let anyone in, and send who is nobody to sign in
]
ASKED = [(method, route) for route in ROUTES for method in sorted(route.methods or ())]
ROLES = ("member", "organiser", "moderator", "admin")
SIGN_IN, ROLE, VERIFY = "Sign in first", "This needs the role", "Verify your e-mail address first"


@pytest_asyncio.fixture(scope="module")
async def market(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Market]:
    """The whole product, which asks for a verified address."""
    folder = tmp_path_factory.mktemp("market")
    with free_port() as sock:
        settings = fresh_settings(servers, sock)
        async with (
            open_play(servers, settings, sock) as play,
            open_market(play, settings, folder, require_verified=True) as market,
        ):
            yield market


@pytest.fixture(scope="module")
def app(market: Market) -> App:
    return market.app


async def test_nobody_gets_in_where_somebody_must_be(app: App):
    for method, route in ASKED:
        answer = await _ask(app, method, route, None)
        assert _is_refused(answer, SIGN_IN) == (route.allows != "anyone"), (method, route.path)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_opens_what_asks_for_it_and_nothing_else(app: App, role: str):
    somebody = Someone("somebody", roles=(role,))

    for method, route in ASKED:
        answer = await _ask(app, method, route, somebody)

        open_to = role == "admin" or route.allows in ("anyone", "member", role)
        assert not _is_refused(answer, SIGN_IN), (method, route.path)
        assert _is_refused(answer, ROLE) != open_to, (method, route.path)


async def test_what_asks_for_a_verified_address_is_closed_to_who_has_none(app: App):
    newcomer = Someone("newcomer", roles=("admin",))
    newcomer = replace(newcomer, token=newcomer.sign(verified=False))

    for method, route in ASKED:
        answer = await _ask(app, method, route, newcomer)
        assert _is_refused(answer, VERIFY) == route.needs_verified, (method, route.path)


async def test_selling_buying_writing_and_putting_on_ask_for_a_verified_address():
    wanted = {
        ("POST", "/api/tickets"),
        ("PUT", "/api/tickets/{ticket_id}"),
        ("PUT", "/api/tickets/{ticket_id}/picture"),
        ("POST", "/api/orders"),
        ("POST", "/api/payments"),
        ("POST", "/api/payments/checkout"),
        ("POST", "/api/reviews"),
        ("PUT", "/api/reviews/{review_id}"),
        ("POST", "/api/reviews/{review_id}/replies"),
    }

    asked = {(method, route.path) for method, route in ASKED if route.needs_verified}
    puts_on = {
        (method, route.path)
        for method, route in ASKED
        if route.allows == "organiser" and route.service == "shows"
        if method in {"POST", "PUT"} and not route.path.endswith("/cancellation")
    }
    assert asked == wanted | puts_on


async def test_a_banned_admin_is_nobody_everywhere(app: App):
    mallory = Someone("mallory", roles=("admin",))
    at = clock.now()
    await app.say(
        StandingChanged(
            person_id=mallory.id,
            version=1,
            roles=("admin",),
            verified=True,
            banned_at=at,
            banned_until=None,
        )
    )
    await eventually(lambda: _is_nobody(app, mallory))

    for method, route in ASKED:
        answer = await _ask(app, method, route, mallory)
        assert _is_refused(answer, SIGN_IN) == (route.allows != "anyone"), (method, route.path)


async def test_a_token_whose_sign_in_has_ended_is_nobodys_everywhere(app: App):
    sign_in_id = new_id()
    alice = Someone("alice", roles=("admin",))
    alice = replace(alice, token=alice.sign(sid=str(sign_in_id)))
    await app.say(SignInEnded(sign_in_id=sign_in_id, ended_at=clock.now()))
    await eventually(lambda: _is_nobody(app, alice))

    for method, route in ASKED:
        answer = await _ask(app, method, route, alice)
        assert _is_refused(answer, SIGN_IN) == (route.allows != "anyone"), (method, route.path)


async def test_every_kind_of_route_is_walked():
    assert {route.allows for route in ROUTES} >= {"anyone", "member", "admin"}
    assert len(ASKED) > len(ROLES) * 5


async def _ask(app: App, method: str, route: GuardedRoute, by: Someone | None) -> httpx.Response:
    """Ask for what there is not, so that whoever is let in changes nothing."""
    path = route.path_format
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", str(new_id()))
    body = None if method in (HTTPMethod.GET, HTTPMethod.DELETE) else {}
    return await app.ask(method, path, by, json=body)


def _is_refused(answer: httpx.Response, because: str) -> bool:
    """Whether it was refused at the door, for this reason."""
    if answer.status_code not in (401, 403):
        return False
    return answer.json()["detail"].startswith(because)


async def _is_nobody(app: App, somebody: Someone) -> None:
    assert (await app.get("/api/users/currentuser", somebody)).json() == {"currentUser": None}
