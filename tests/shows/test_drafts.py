"""Drafts: how performances are planned, what is wrong with them, and who sees them."""

from typing import Any

from boxoffice.events.shows import (
    PerformanceChanged,
    PerformanceScheduled,
)
from boxoffice.kit import clock
from shows.catalogue import (
    PRICES,
    VENUE,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    said,
    written,
)
from stage import Play, Someone


async def test_a_draft_is_answered_whole_with_the_map_and_its_prices(play: Play):
    app, olivia = await play("shows"), an_organiser()
    show = await announce_show(app, olivia)
    venue = await open_venue(
        app, olivia, address="21 New Globe Walk", latitude=51.5, longitude=0, accessibility="Lift"
    )
    times = {"startsAt": written(in_days(9)), "doorsAt": written(in_days(8))}

    draft = await plan_performance(app, olivia, show, venue, **times)

    prices = zip(venue["sections"], (40, 12.5), strict=True)
    assert draft == times | {
        "id": draft["id"],
        "version": 0,
        "state": "draft",
        "onSaleAt": None,
        "venue": {name: venue[name] for name in ("id", "name", "city", "timeZone")},
        "prices": PRICES,
        "currency": "USD",
        "capacity": 15,
        "showId": show["id"],
        "title": "Hamlet",
        "genre": "play",
        "organiserId": str(olivia.id),
        "poster": None,
        "address": "21 New Globe Walk",
        "latitude": 51.5,
        "longitude": 0,
        "accessibility": "Lift",
        "sections": [section | {"price": price} for section, price in prices],
    }
    assert (await app.get(f"/api/performances/{draft['id']}", olivia)).json() == draft


async def test_a_draft_is_nobody_elses_to_see_and_is_not_spoken_of(play: Play, alice: Someone):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    path = f"/api/performances/{draft['id']}"

    hidden = [await app.get(path, by) for by in (None, alice, an_organiser("oscar"))]
    seen = [await app.get(path, by) for by in (olivia, Someone("ada", roles=("admin",)))]

    assert [answer.status_code for answer in hidden] == [404, 404, 404]
    assert [answer.status_code for answer in seen] == [200, 200]
    assert await said(app, PerformanceScheduled) == []


async def test_what_is_wrong_with_a_draft_is_said_of_all_fields_at_once(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    right = {
        "showId": draft["showId"],
        "venueId": draft["venue"]["id"],
        "startsAt": draft["startsAt"],
        "prices": PRICES,
    }
    later = written(in_days(7.1))
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"showId": "seven", "venueId": 7}, {"showId", "venueId"}),
        ({"startsAt": "tomorrow", "prices": {}}, {"startsAt", "prices"}),
        ({"startsAt": "2030-01-01T20:00:00"}, {"startsAt"}),
        ({"startsAt": "2200-01-01T20:00:00Z"}, {"startsAt"}),
        ({"doorsAt": later, "onSaleAt": later}, {"doorsAt", "onSaleAt"}),
        ({"doorsAt": draft["startsAt"], "onSaleAt": draft["startsAt"]}, {"doorsAt", "onSaleAt"}),
        ({"prices": {"Stalls": -1, "Floor": 0.001}}, {"prices.Stalls", "prices.Floor"}),
        ({"prices": {"Stalls": "1_0", "Floor": "Infinity"}}, {"prices.Stalls", "prices.Floor"}),
        ({"prices": {"Stalls": 1_000_000, "Floor": True}}, {"prices.Stalls", "prices.Floor"}),
        ({"currency": "dollars"}, {"currency"}),
        ({"currency": "KWD"}, {"currency"}),
        ({"prices": {"Stalls": 40}}, {"prices"}),
        ({"prices": PRICES | {"Circle": 5}}, {"prices"}),
        ({"currency": "KRW"}, {"prices.Floor"}),
    ]

    answers = [
        (await app.post("/api/performances", olivia, json=right | one), fields)
        for one, fields in wrong
    ]

    for answer, fields in answers:
        assert answer.status_code == 400, answer.text
        assert {error["field"] for error in answer.json()["errors"]} == fields
    assert "no price for Floor" in answers[-3][0].json()["detail"]
    assert "no section Circle" in answers[-2][0].json()["detail"]


async def test_names_of_sections_that_no_answer_could_repeat_are_refused(play: Play):
    app, olivia = await play("shows"), an_organiser()
    body = '{"startsAt": "2030-01-01T20:00:00Z", "prices": {"\\ud800": -1}}'

    answer = await app.put(
        f"/api/performances/{clock.new_id()}",
        olivia,
        content=body,
        headers={"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "prices")


async def test_a_price_may_be_nothing_and_is_found_however_its_section_is_typed(play: Play):
    app, olivia = await play("shows"), an_organiser()
    venue = await open_venue(app, olivia, sections=[{"name": "Café", "capacity": 5}])

    draft = await plan_performance(app, olivia, venue=venue, prices={" Cafe\u0301": "0.00"})

    assert draft["prices"] == {"Café": 0}


async def test_a_performance_may_be_sold_in_a_currency_without_cents(play: Play):
    app, olivia = await play("shows"), an_organiser()

    draft = await plan_performance(
        app, olivia, currency="KRW", prices={"Stalls": 110_000, "Floor": 88_000}
    )

    assert (draft["currency"], draft["prices"]["Stalls"]) == ("KRW", 110_000)
    db = await app.db("shows")
    assert await db.fetchval("SELECT prices->>'Floor' FROM performances") == "88000"


async def test_a_show_or_venue_that_is_not_there_is_not_found_and_anothers_show_is_refused(
    play: Play,
):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    show, venue = await announce_show(app, olivia), await open_venue(app, oscar)
    draft = {"startsAt": written(in_days(7)), "prices": {"Circle": 5}}
    show_id, venue_id, nowhere = show["id"], venue["id"], str(clock.new_id())

    answers = [
        await app.post("/api/performances", by, json=draft | {"showId": one, "venueId": other})
        for by, one, other in (
            (olivia, nowhere, venue_id),
            (olivia, show_id, nowhere),
            (oscar, show_id, nowhere),
            (oscar, show_id, venue_id),
            (olivia, show_id, venue_id),
        )
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 403, 400]


async def test_a_venue_of_somebody_else_may_be_used(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    venue = await open_venue(app, oscar)

    draft = await plan_performance(app, olivia, venue=venue)

    assert (draft["organiserId"], draft["venue"]["id"]) == (str(olivia.id), venue["id"])


async def test_everything_of_a_draft_can_be_changed(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia, doorsAt=written(in_days(6)))
    path = f"/api/performances/{draft['id']}"
    terms = {
        "startsAt": written(in_days(20)),
        "onSaleAt": written(in_days(10)),
        "prices": {"Stalls": 50, "Floor": 0},
    }

    changed = await app.put(path, olivia, json=terms | {"version": 0})
    again = await app.put(path, olivia, json=terms)

    assert (changed.status_code, changed.json()["version"]) == (200, 1)
    assert (terms | {"state": "draft"}).items() <= changed.json().items()
    assert "doorsAt" not in changed.json()
    assert again.json() == changed.json() == (await app.get(path, olivia)).json()
    assert await said(app, PerformanceChanged) == []


async def test_a_draft_shows_the_map_of_its_venue_as_it_is_now(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    smaller = VENUE | {"sections": [{"name": "Floor", "capacity": 3}]}

    (await app.put(f"/api/venues/{draft['venue']['id']}", olivia, json=smaller)).raise_for_status()

    shown = (await app.get(f"/api/performances/{draft['id']}", olivia)).json()
    show = (await app.get(f"/api/shows/{draft['showId']}", olivia)).json()
    assert (shown["capacity"], show["performances"][0]["capacity"]) == (3, 3)
    assert [section["name"] for section in shown["sections"]] == ["Floor"]
    assert shown["prices"] == PRICES
