"""The paths of the catalogue: venues, shows, and performances from draft to cancellation."""

from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio

from boxoffice.kit import clock
from contract.shapes import is_id, is_recent, refused, sent
from shows.catalogue import (
    PRICES,
    SHOW,
    VENUE,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    publish,
    schedule,
    written,
)
from stage import Market, Someone

WRONG_LINES = ["", "   ", "x" * 201, "a\0b", "a\nb", "a\x1b[31m", 7, True, None, [], {}]
WRONG_TIMES = ["", "tomorrow", "2040-01-01", "2040-01-01T20:00:00", "9999-12-31T23:59:59-23:59"]
WRONG_PRICES = [
    *[-1, 0.001, 12.345, 1_000_000, 1e400, float("nan"), float("inf"), 10**400],
    *["abc", "", "NaN", "Infinity", "1_000", "12,50", "$5", "１２", True, False, None, [], {}],
]


@pytest_asyncio.fixture(scope="module")
async def olivia(market: Market) -> Someone:
    """She puts on shows, with a token that no request can end."""
    olivia = replace(an_organiser(), id=(await market.app.sign_up("olivia")).id)
    return replace(olivia, token=olivia.sign())


@pytest.fixture(scope="module")
def oscar() -> Someone:
    """He puts on other shows."""
    return an_organiser("oscar")


async def test_a_new_venue_is_answered_with_its_map(market: Market, olivia: Someone):
    answer = await market.app.post("/api/venues", olivia, json=VENUE)

    assert answer.status_code == 201
    venue = answer.json()
    assert is_id(venue["id"])
    kept = {"name": "Globe", "city": "London", "timeZone": "Europe/London", "version": 0}
    assert kept.items() <= venue.items()
    assert [(one["name"], one["kind"], one["capacity"]) for one in venue["sections"]] == [
        ("Stalls", "seated", 10),
        ("Floor", "standing", 5),
    ]
    assert (await market.app.get(f"/api/venues/{venue['id']}")).json() == venue
    listed = (await market.app.get("/api/venues?limit=200")).json()
    assert venue["id"] in [one["id"] for one in listed["items"]]


async def test_a_new_show_is_answered_whole(market: Market, olivia: Someone):
    said = {"story": "To be?", "cast": ["Ann Bell"], "runningMinutes": 240, "age": 12}

    answer = await market.app.post("/api/shows", olivia, json=SHOW | said)

    assert answer.status_code == 201
    show = answer.json()
    assert is_id(show["id"])
    assert (SHOW | said | {"version": 0, "organiserId": str(olivia.id)}).items() <= show.items()
    assert (await market.app.get(f"/api/shows/{show['id']}", olivia)).json() == show


async def test_a_new_performance_is_a_draft_until_it_is_published(market: Market, olivia: Someone):
    show, venue = await announce_show(market.app, olivia), await open_venue(market.app, olivia)
    times = {"startsAt": written(in_days(7)), "onSaleAt": written(in_days(1))}
    ids = {"showId": show["id"], "venueId": venue["id"]}

    answer = await market.app.post(
        "/api/performances", olivia, json=times | ids | {"prices": PRICES}
    )
    draft = answer.json()
    hidden = [
        await market.app.get(path)
        for path in (f"/api/performances/{draft['id']}", f"/api/shows/{show['id']}")
    ]
    published = await market.app.put(f"/api/performances/{draft['id']}/publication", olivia)

    assert answer.status_code == 201
    assert is_id(draft["id"])
    assert (times | {"prices": PRICES, "state": "draft"}).items() <= draft.items()
    for one in hidden:
        refused(one, 404)
    assert published.status_code == 200
    assert published.json() == draft | {"state": "published", "version": 1}
    seen = (await market.app.get(f"/api/performances/{draft['id']}")).json()
    assert {name: seen[name] for name in draft} == published.json()
    shown = (await market.app.get(f"/api/shows/{show['id']}")).json()["performances"]
    assert [one["id"] for one in shown] == [draft["id"]]


async def test_without_a_time_the_sale_begins_on_publication(market: Market, olivia: Someone):
    draft = await plan_performance(market.app, olivia)

    published = await publish(market.app, olivia, draft["id"])

    assert draft["onSaleAt"] is None
    assert is_recent(published["onSaleAt"])


async def test_what_is_published_is_postponed_and_cancelled(market: Market, olivia: Someone):
    path = f"/api/performances/{(await schedule(market.app, olivia))['id']}"
    later = {"startsAt": written(in_days(30))}

    answers = [
        await market.app.put(f"{path}/{what}", olivia, json=body)
        for what, body in (
            ("publication", None),
            ("postponement", {}),
            ("postponement", later),
            ("cancellation", None),
            ("cancellation", None),
        )
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    states = [answer.json()["state"] for answer in answers]
    assert states == ["published", "postponed", "published", "cancelled", "cancelled"]
    assert answers[2].json()["startsAt"] == later["startsAt"]
    refused(await market.app.put(f"{path}/postponement", olivia, json=later), 409)
    refused(await market.app.delete(path, olivia), 409)


async def test_each_wrong_field_of_a_venue_and_a_show_is_named(market: Market, olivia: Someone):
    names = [
        await market.app.post("/api/venues", olivia, **sent(VENUE | {"name": one}))
        for one in WRONG_LINES
    ]
    titles = [
        await market.app.post("/api/shows", olivia, **sent(SHOW | {"title": one}))
        for one in WRONG_LINES
    ]
    venue, show = [
        await market.app.post(f"/api/{one}", olivia, json={}) for one in ("venues", "shows")
    ]
    no_text = await market.app.post("/api/shows", olivia, **sent(SHOW | {"title": "\ud800"}))

    for answer in names:
        refused(answer, 400, "name")
    for answer in titles:
        refused(answer, 400, "title")
    assert no_text.status_code == 400
    refused(venue, 400, "name", "city", "timeZone", "sections")
    refused(show, 400, "title", "genre")


async def test_each_wrong_time_and_price_of_a_performance_is_named(market: Market, olivia: Someone):
    path = f"/api/performances/{(await plan_performance(market.app, olivia))['id']}"
    terms: dict[str, Any] = {"startsAt": written(in_days(7)), "prices": PRICES}

    times = [
        await market.app.put(path, olivia, **sent(terms | {"startsAt": one})) for one in WRONG_TIMES
    ]
    prices = [
        await market.app.put(path, olivia, **sent(terms | {"prices": PRICES | {"Stalls": one}}))
        for one in WRONG_PRICES
    ]
    empty = await market.app.post("/api/performances", olivia, json={})

    for answer in times:
        refused(answer, 400, "startsAt")
    for answer in prices:
        refused(answer, 400, "prices.Stalls")
    refused(empty, 400, "showId", "venueId", "startsAt", "prices")


async def test_organisers_alone_organise_and_only_what_is_theirs(
    market: Market, olivia: Someone, oscar: Someone, bob: Someone
):
    made = await schedule(market.app, olivia)
    performance = f"/api/performances/{made['id']}"
    changes: list[tuple[str, str, Any]] = [
        ("PUT", f"/api/venues/{made['venue']['id']}", VENUE),
        ("PUT", f"/api/shows/{made['showId']}", SHOW),
        ("PUT", performance, {"startsAt": made["startsAt"], "prices": PRICES}),
        ("PUT", f"{performance}/publication", None),
        ("PUT", f"{performance}/postponement", {}),
        ("PUT", f"{performance}/cancellation", None),
        ("DELETE", performance, None),
    ]
    new: list[tuple[str, str, Any]] = [
        ("POST", "/api/venues", VENUE),
        ("POST", "/api/shows", SHOW),
        ("POST", "/api/performances", {}),
    ]

    for method, path, body in changes + new:
        refused(await market.app.ask(method, path, json=body), 401)
        refused(await market.app.ask(method, path, bob, json=body), 403)
    for method, path, body in changes:
        refused(await market.app.ask(method, path, oscar, json=body), 403)
    shown = (await market.app.get(performance)).json()
    assert (shown["version"], shown["state"]) == (1, "published")


async def test_what_is_not_there_is_not_found(market: Market, olivia: Someone):
    unknown = [clock.new_id(), "seven", "7", "%00", "%ff", "x" * 300, "null", f"{clock.new_id()}0"]

    for one in unknown:
        for kind in ("venues", "shows", "performances"):
            refused(await market.app.get(f"/api/{kind}/{one}"), 404)
        refused(await market.app.put(f"/api/venues/{one}", olivia, json=VENUE), 404)
        refused(await market.app.put(f"/api/shows/{one}", olivia, json=SHOW), 404)
        path = f"/api/performances/{one}"
        refused(await market.app.put(f"{path}/publication", olivia), 404)
        refused(await market.app.put(f"{path}/postponement", olivia, json={}), 404)
        refused(await market.app.put(f"{path}/cancellation", olivia), 404)
        refused(await market.app.delete(path, olivia), 404)


@pytest.mark.parametrize("path", ["/api/venues", "/api/venues?organiser=me"])
async def test_a_list_of_venues_has_limits(market: Market, olivia: Someone, path: str):
    mark = "&" if "?" in path else "?"
    wrong = {"limit": ["0", "-1", "201", "1e9", "ten", "", "1.5"], "after": ["7", "", "x" * 36]}
    for _ in range(3):
        await open_venue(market.app, olivia)

    first = (await market.app.get(f"{path}{mark}limit=2", olivia)).json()
    after = first["next"]
    second = (await market.app.get(f"{path}{mark}limit=1&after={after}", olivia)).json()

    assert after == first["items"][-1]["id"]
    ids = [one["id"] for one in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3
    for name, values in wrong.items():
        for value in values:
            refused(await market.app.get(f"{path}{mark}{name}={value}", olivia), 400, name)


async def test_ones_own_venues_need_a_person(market: Market):
    refused(await market.app.get("/api/venues?organiser=me"), 401)
    refused(await market.app.get("/api/venues?organiser=olivia"), 400, "organiser")
