"""Routes that let each address ask so often, and no oftener."""

import re

import httpx
import pytest

from boxoffice.kit.http.visitor import VISITOR, vouch
from kit.bells import SERVICE
from kit.door import KNOCKS, Door
from stage import App, Play, Someone
from stage.rivals import replica

HERE = "127.0.0.1"
HOME = "198.51.100.4"


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
async def app(play: Play, door: Door) -> App:
    return await play(door.service, rate_limits=True)


@pytest.fixture
async def behind(play: Play, door: Door) -> App:
    """The same behind a proxy on this machine."""
    return await play(door.service, rate_limits=True, trusted_proxies="127.0.0.0/8")


async def test_who_asks_too_often_is_told_when_to_come_back(app: App, door: Door):
    answers = [await app.post("/api/knocks") for _ in range(KNOCKS.at_once + 1)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    _is_refused(answers[-1])
    assert len(door.knocks) == KNOCKS.at_once


async def test_another_address_is_another_visitor(behind: App):
    for _ in range(KNOCKS.at_once):
        await behind.post("/api/knocks", headers={"X-Forwarded-For": HOME})

    same = await behind.post("/api/knocks", headers={"X-Forwarded-For": HOME})
    other = await behind.post("/api/knocks", headers={"X-Forwarded-For": "198.51.100.5"})

    assert (same.status_code, other.status_code) == (429, 200)


async def test_who_has_a_whole_network_is_one_visitor(behind: App):
    answers = [
        await behind.post("/api/knocks", headers={"X-Forwarded-For": f"2001:db8:0:1::{number}"})
        for number in range(KNOCKS.at_once + 1)
    ]
    next_door = await behind.post("/api/knocks", headers={"X-Forwarded-For": "2001:db8:0:2::1"})

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert next_door.status_code == 200


async def test_nobody_gets_round_it_by_a_forged_header(app: App, door: Door):
    forged = [
        {"X-Forwarded-For": HOME},
        {"X-Real-IP": HOME},
        {"Forwarded": f"for={HOME}"},
        {VISITOR: HOME},
        {VISITOR: f"{HOME} {'0' * 64}"},
        {VISITOR: f"{HOME} {vouch('198.51.100.5', app.settings).partition(' ')[2]}"},
    ]

    answers = [await app.post("/api/knocks", headers=headers) for headers in forged]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429, 429, 429]
    assert door.knocks == [HERE, HERE]


async def test_a_visitor_of_our_own_pages_counts_as_themselves(app: App, door: Door):
    for number in range(KNOCKS.at_once + 1):
        headers = {VISITOR: vouch(f"198.51.100.{number}", app.settings)}
        assert (await app.post("/api/knocks", headers=headers)).status_code == 200

    assert door.knocks == ["198.51.100.0", "198.51.100.1", "198.51.100.2"]


async def test_replicas_count_visitors_together(app: App):
    async with replica(app) as second:
        answers = [await one.post("/api/knocks") for one in (app, second, app, second)]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]


async def test_the_same_key_again_counts_like_any_other_request(app: App):
    headers = {"Idempotency-Key": "a key"}

    answers = [await app.post("/api/knocks", headers=headers) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


async def test_what_is_not_limited_can_be_asked_all_the_time(app: App):
    answers = [await app.get("/api/caller") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


async def test_nobody_is_refused_where_limits_are_off(play: Play, door: Door):
    app = await play(door.service)

    answers = [await app.post("/api/knocks") for _ in range(20)]

    assert {answer.status_code for answer in answers} == {200}


async def test_every_refusal_is_counted(app: App):
    before = await _counted(app)

    for _ in range(KNOCKS.at_once + 3):
        await app.post("/api/knocks")

    assert await _counted(app) == before + 3


async def test_the_document_says_which_routes_are_limited(app: App):
    document = (await app.get("/api/openapi.json")).json()

    limited = {
        path
        for path, operations in document["paths"].items()
        for operation in operations.values()
        if "429" in operation["responses"]
    }
    assert limited == {"/api/knocks"}
    assert document["components"]["responses"]["TooMany"]


async def test_the_document_says_where_a_role_or_a_verified_address_is_asked_for(app: App):
    paths = (await app.get("/api/openapi.json")).json()["paths"]

    refuses = {path for path in paths if "403" in paths[path].get("get", {}).get("responses", {})}

    assert refuses == {"/api/vault", "/api/shelves"}


async def test_a_verified_address_is_asked_for_where_that_is_wanted(
    play: Play, door: Door, alice: Someone
):
    app = await play(door.service, require_verified=True)
    unverified = {"Authorization": f"Bearer {alice.sign(verified=False)}"}

    refused = await app.get("/api/shelves", headers=unverified)

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Verify your e-mail address first"
    assert (await app.get("/api/shelves", alice)).status_code == 200
    assert (await app.get("/api/hall", headers=unverified)).status_code == 200
    assert (await app.get("/api/shelves")).status_code == 401


async def test_elsewhere_an_address_need_not_be_verified(app: App, alice: Someone):
    unverified = {"Authorization": f"Bearer {alice.sign(verified=False)}"}

    assert (await app.get("/api/shelves", headers=unverified)).status_code == 200


@pytest.mark.parametrize(
    ("said", "device"),
    [
        ("Boxes/1.0 (X11)", "Boxes/1.0 (X11)"),
        ("x" * 500, "x" * 300),
        ("tab\there\x80", "tabhere"),
        ("", ""),
    ],
    ids=["plain", "long", "unprintable", "silent"],
)
async def test_a_device_is_what_it_says_it_is_as_far_as_that_can_be_shown(
    app: App, said: str, device: str
):
    caller = (await app.get("/api/caller", headers={"User-Agent": said.encode("latin-1")})).json()

    assert caller["device"] == device
    assert caller["address"] == HERE


def _is_refused(answer: httpx.Response) -> None:
    assert answer.headers["Content-Type"] == "application/problem+json"
    wait = int(answer.headers["Retry-After"])
    assert 0 < wait <= KNOCKS.every.total_seconds()
    assert answer.json()["detail"] == f"Too many tries; wait {wait} s and try again"


async def _counted(app: App) -> float:
    metrics = (await app.get("/metrics")).text
    counted = rf'boxoffice_limited_total{{limit="knocks",service="{SERVICE}"}} (\S+)'
    found = re.search(counted, metrics)
    return float(found[1]) if found else 0
