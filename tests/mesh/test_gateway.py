"""The mesh's rules, run for real: routes, tokens, forged headers, and a canary's share."""

import time
from collections import Counter
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from boxoffice.kit.clock import new_id
from boxoffice.kit.http.visitor import VISITOR
from boxoffice.services import NAMES
from boxoffice.services.identity import commands
from identity.forging import bearer, signed
from mesh.gateway import Gateway, gateway
from stage import App, Play, Someone, eventually
from stage.people import PASSWORD
from stage.place import free_port, fresh_settings, open_play
from stage.rivals import replica
from stage.servers import Servers

ASKED = 400  # for a tenth of it to be told from a fifth, or from nothing
ORDERS = "/api/orders"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "shows", "tickets", "orders")


@pytest.fixture
async def finding(servers: Servers) -> AsyncGenerator[App]:
    """The service query, elsewhere."""
    with free_port() as sock:
        async with open_play(servers, fresh_settings(servers, sock), sock) as play:
            yield await play("query")


@pytest.fixture
async def door(app: App, finding: App, tmp_path: Path) -> AsyncGenerator[Gateway]:
    places = {name: finding if name == "query" else app for name in NAMES}
    async with gateway(tmp_path, places) as door:
        await eventually(lambda: _knows_keys(door))
        yield door


@pytest.fixture
async def alice(app: App) -> Someone:
    return await app.sign_up("alice")


async def _knows_keys(door: Gateway) -> None:
    """Envoy has asked identity for what checks tokens."""
    assert await door.asked("identity") > 0


async def _status(door: Gateway, **options: dict[str, str]) -> int:
    return (await door.http.get(ORDERS, **options)).status_code  # pyright: ignore[reportArgumentType]


async def test_a_token_counts_in_a_header_and_in_a_cookie(door: Gateway, alice: Someone):
    by_header = await _status(door, headers=alice.headers)
    by_cookie = await _status(door, headers={"Cookie": f"session={alice.token}"})
    by_strict_cookie = await _status(
        door, headers={"Cookie": f"__Host-session={alice.token}", **alice.headers}
    )

    assert (by_header, by_cookie, by_strict_cookie) == (200, 200, 200)


async def test_who_has_no_token_gets_no_further_than_the_gateway(door: Gateway):
    before = await door.asked("orders")

    answer = await door.http.get(ORDERS)

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Sign in first",
        "errors": [{"message": "Sign in first"}],
    }
    assert await door.asked("orders") == before


async def test_who_has_a_bad_token_gets_no_further_than_the_gateway(
    app: App, door: Gateway, alice: Someone
):
    # What is bad of them is not their key: it is identity's own.
    (key,) = await commands.load_keys(await app.db("identity"), app.settings)
    good = signed(key.key, alice.token)
    head, body, signature = good.split(".")
    bad = {
        "expired": signed(key.key, alice.token, exp=int(time.time()) - 60),
        "of another house": signed(key.key, alice.token, aud="elsewhere"),
        "by another": signed(key.key, alice.token, iss="elsewhere"),
        "by another's key": alice.sign(),
        "tampered with": f"{head}.{body}.{signature[::-1]}",
        "no token": "nonsense",
    }
    before = await door.asked("orders")

    answers = {name: await _status(door, headers=bearer(token)) for name, token in bad.items()}

    assert answers == dict.fromkeys(bad, 401)
    assert await door.asked("orders") == before
    assert await _status(door, headers=bearer(good)) == 200


async def test_what_anyone_may_ask_is_answered_whatever_token_comes_along(
    door: Gateway, alice: Someone
):
    expired = alice.sign(exp=int(time.time()) - 60)

    bare = await door.http.get("/api/tickets")
    late = await door.http.get("/api/tickets", headers=bearer(expired))
    again = await door.http.post(
        "/api/users/signin", json={"email": alice.email, "password": PASSWORD}
    )

    assert (bare.status_code, late.status_code, again.status_code) == (200, 200, 200)


async def test_a_path_and_its_method_say_whose_a_request_is(door: Gateway, alice: Someone):
    counts = {name: await door.asked(name) for name in ("shows", "query")}

    found = await door.http.get("/api/shows")
    refused = await door.http.post("/api/shows", json={}, headers=alice.headers)
    unknown = await door.http.get(f"/api/shows/{new_id()}")
    nobodys = await door.http.delete("/api/shows")

    assert (found.status_code, refused.status_code) == (200, 403)
    assert (unknown.status_code, nobodys.status_code) == (404, 405)
    assert await door.asked("query") == counts["query"] + 1
    assert await door.asked("shows") == counts["shows"] + 3


@pytest.mark.parametrize("path", ["//api/orders", "/api/./orders", "/x/../api/orders"])
async def test_a_path_that_is_written_otherwise_is_no_way_around(door: Gateway, path: str):
    assert (await door.http.get(_raw(door, path))).status_code == 401


async def test_a_path_with_a_hidden_slash_is_refused(door: Gateway):
    assert (await door.http.get(_raw(door, "/api%2Forders"))).status_code == 400


def _raw(door: Gateway, path: str) -> httpx.URL:
    return door.http.base_url.copy_with(raw_path=path.encode())


async def test_a_forged_word_about_a_visitor_does_not_get_in(door: Gateway, alice: Someone):
    for forged in (VISITOR, "X-User-Id", "X-Forwarded-User", "X-Jwt-Payload"):
        answer = await door.http.get(ORDERS, headers={forged: str(alice.id)})
        assert answer.status_code == 401, forged

    listed = await door.http.post(
        "/api/tickets",
        headers={**alice.headers, "X-User-Id": str(new_id()), VISITOR: "6.6.6.6 forged"},
        json={"title": "Hamlet", "price": 12.5},
    )

    assert listed.json()["userId"] == str(alice.id)


async def test_a_canary_gets_its_share(app: App, tmp_path: Path, alice: Someone):
    async with (
        replica(app) as canary,
        gateway(
            tmp_path, dict.fromkeys(NAMES, app) | {"orders-canary": canary}, {"orders": 10}
        ) as door,
    ):
        await eventually(lambda: _knows_keys(door))

        answers = Counter([await _status(door, headers=alice.headers) for _ in range(ASKED)])

        stable, few = await door.asked("orders"), await door.asked("orders-canary")
        assert answers == {200: ASKED}
        assert stable + few == ASKED
        assert 12 <= few <= 76  # six deviations to either side of 40
