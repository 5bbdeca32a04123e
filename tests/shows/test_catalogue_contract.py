"""What holds for every path of the catalogue: the order of checks, limits, repeats."""

from typing import Any

import pytest

from boxoffice.kit import clock
from shows.catalogue import (
    PRICES,
    SHOW,
    VENUE,
    an_organiser,
    in_days,
    open_venue,
    plan_performance,
    schedule,
    written,
)
from stage import Play, Someone

JSON = {"Content-Type": "application/json"}
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "venue": ("/api/venues/{}", VENUE),
    "show": ("/api/shows/{}", SHOW),
    "performance": ("/api/performances/{}", {"startsAt": "2040-01-01T20:00:00Z", "prices": PRICES}),
    "postponement": ("/api/performances/{}/postponement", {"startsAt": "2040-01-01T20:00:00Z"}),
}
CHANGES = [
    ("POST", "/api/venues"),
    ("POST", "/api/shows"),
    ("POST", "/api/performances"),
    ("PUT", "/api/venues/{}"),
    ("PUT", "/api/shows/{}"),
    ("PUT", "/api/performances/{}"),
    ("DELETE", "/api/performances/{}"),
    ("PUT", "/api/performances/{}/publication"),
    ("PUT", "/api/performances/{}/postponement"),
    ("PUT", "/api/performances/{}/cancellation"),
]


async def test_who_asks_is_checked_before_what_is_asked(play: Play, alice: Someone):
    app = await play("shows")

    for method, path in CHANGES:
        for by, status in ((None, 401), (alice, 403)):
            answer = await app.ask(
                method, path.format(clock.new_id()), by, content=b"{", headers=JSON
            )
            assert answer.status_code == status, path
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("what", BODIES)
async def test_what_is_sent_comes_before_what_there_is(play: Play, what: str):
    app, olivia = await play("shows"), an_organiser()
    path, body = BODIES[what]
    wrong: dict[str, Any] = {"startsAt": 7} if what == "postponement" else {}

    answers = [
        await app.put(path.format(clock.new_id()), olivia, json=one) for one in (wrong, body)
    ]

    assert [answer.status_code for answer in answers] == [400, 404]


@pytest.mark.parametrize("what", BODIES)
async def test_a_body_that_is_no_object_is_refused(play: Play, what: str):
    app, olivia = await play("shows"), an_organiser()
    path = BODIES[what][0].format(clock.new_id())

    answers = [
        await app.put(path, olivia, content=body, headers=JSON)
        for body in (b"", b"{", b"[]", b"7", b"null", b"\xff")
    ]

    assert [answer.status_code for answer in answers] == [400] * 6


async def test_a_new_date_in_the_past_is_wrong_whosever_performance_it_is(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    made = await schedule(app, olivia)
    past = {"startsAt": written(in_days(-1))}

    answers = [
        await app.put(f"/api/performances/{one}/postponement", oscar, json=past)
        for one in (made["id"], clock.new_id())
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


async def test_whose_it_is_comes_before_whether_it_may_be(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    made = await schedule(app, olivia)
    await app.put(f"/api/performances/{made['id']}/cancellation", olivia)
    path = f"/api/performances/{made['id']}"
    terms = {"startsAt": written(in_days(8)), "prices": {"Nowhere": 5}, "version": 9}

    answers = [
        await app.ask(method, path + what, by, json=body)
        for by in (oscar, olivia)
        for method, what, body in (
            ("PUT", "/publication", None),
            ("PUT", "/postponement", {}),
            ("PUT", "", terms),
            ("DELETE", "", None),
        )
    ]

    assert [answer.status_code for answer in answers] == [403] * 4 + [409] * 4


async def test_a_malformed_id_is_nothing_that_there_is(play: Play):
    app, olivia = await play("shows"), an_organiser()

    for method, path in CHANGES:
        if method == "DELETE" or path.endswith(("publication", "cancellation")):
            answer = await app.ask(method, path.format("seven"), olivia)
            assert answer.status_code == 404, path
    for kind in ("venues", "shows", "performances"):
        assert (await app.get(f"/api/{kind}/seven", olivia)).status_code == 404


async def test_a_venue_may_be_described_at_length_and_nothing_else(play: Play):
    app, olivia = await play("shows"), an_organiser()
    long = b" " * (app.settings.body_limit_bytes + 1)
    longest = b" " * (1024 * 1024 + 1)
    venue = (await open_venue(app, olivia))["id"]

    for method, path in CHANGES:
        is_venue = path.startswith("/api/venues")
        for body, status in ((long, 400 if is_venue else 413), (longest, 413)):
            answer = await app.ask(method, path.format(venue), olivia, content=body, headers=JSON)
            assert answer.status_code == status, (method, path)


async def test_the_same_venue_sent_again_under_its_key_is_one_venue(play: Play):
    app, olivia = await play("shows"), an_organiser()
    key = {"Idempotency-Key": "a key"}

    first, again = [
        await app.post("/api/venues", olivia, json=VENUE, headers=key) for _ in range(2)
    ]
    other = await app.post("/api/venues", olivia, json=VENUE | {"name": "Rose"}, headers=key)

    assert (first.status_code, again.json()) == (201, first.json())
    assert other.status_code == 409
    assert len((await app.get("/api/venues")).json()["items"]) == 1


async def test_what_nobody_knows_of_is_passed_over(play: Play):
    app, olivia = await play("shows"), an_organiser()

    draft = await plan_performance(app, olivia, state="published", id="mine", organiserId="oscar")

    assert (draft["state"], draft["organiserId"]) == ("draft", str(olivia.id))
