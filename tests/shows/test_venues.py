"""Venues: who adds and edits them, and how they are listed."""

from typing import Any

import pytest

from boxoffice.kit import clock
from shows.catalogue import VENUE, an_organiser, open_venue
from stage import Play, Someone

FLOOR: dict[str, Any] = {"name": "Floor", "capacity": 5}


async def test_a_new_venue_is_answered_whole_with_every_place_on_its_spot(play: Play):
    app, olivia = await play("shows"), an_organiser()

    venue = await open_venue(app, olivia)

    stalls = {"name": "Stalls", "kind": "seated", "capacity": 10}
    stalls |= {"x": 1, "y": 2, "width": 8, "height": 2}
    rows = [
        {"name": "A", "x": 3, "y": 2, "cells": "ssss", "first": 1, "step": 1},
        {"name": "B", "x": 1, "y": 3, "cells": "sa.crs.s", "first": 1, "step": 1},
    ]
    floor = {"name": "Floor", "kind": "standing", "capacity": 5, "rows": []}
    floor |= {"x": 0, "y": 6, "width": 10, "height": 3}
    assert venue == {
        "id": venue["id"],
        "version": 0,
        "name": "Globe",
        "city": "London",
        "address": "",
        "timeZone": "Europe/London",
        "accessibility": "",
        "organiserId": str(olivia.id),
        "capacity": 15,
        "sections": [stalls | {"rows": rows}, floor],
    }
    assert (await app.get(f"/api/venues/{venue['id']}")).json() == venue


async def test_all_that_can_be_said_of_a_venue_is_kept(play: Play):
    app, olivia = await play("shows"), an_organiser()
    said: dict[str, Any] = {
        "address": "21 New Globe Walk",
        "latitude": 51.508,
        "longitude": -0.097,
        "accessibility": "Lift at the east door.\r\nHearing loop\tin the stalls.",
    }
    row = {"name": "A", "seats": ["1a", " 1é"], "x": 1.5, "y": 7, "first": 5, "step": -1}
    gallery = {"name": "Gallery", "capacity": 9, "x": -3, "y": 1, "width": 4, "height": 2.5}

    venue = await open_venue(
        app, olivia, **said, sections=[{"name": "Stalls", "rows": [row]}, gallery]
    )

    said["accessibility"] = "Lift at the east door.\nHearing loop\tin the stalls."
    assert said.items() <= venue.items()
    kept = {"name": "A", "cells": "ss", "names": ["1a", "1é"], "first": 5, "step": -1}
    assert venue["sections"][0]["rows"] == [kept | {"x": 1.5, "y": 7}]
    assert (gallery | {"kind": "standing", "rows": []}).items() <= venue["sections"][1].items()


async def test_a_stadium_is_built_with_one_request(play: Play):
    app, olivia = await play("shows"), an_organiser()
    stadium = VENUE | {"sections": _stands(200)}

    answer = await app.post("/api/venues", olivia, json=stadium)

    assert (answer.status_code, answer.json()["capacity"]) == (201, 100_000)


async def test_a_stadium_may_name_each_of_its_seats(play: Play):
    app, olivia = await play("shows"), an_organiser()
    names = [f"{seat}" for seat in range(200, 0, -1)]

    answer = await app.post("/api/venues", olivia, json=VENUE | {"sections": _stands(names)})
    beyond = await app.post(
        "/api/venues", olivia, json=VENUE | {"sections": [*_stands(names)[:99], _stand(6, names)]}
    )

    assert (answer.status_code, answer.json()["capacity"]) == (201, 100_000)
    assert answer.json()["sections"][99]["rows"][4]["names"] == names
    assert beyond.status_code == 400
    assert "at most 100,000 places, and not 100,200" in beyond.json()["detail"]


async def test_what_is_wrong_with_a_venue_is_said_of_all_fields_at_once(play: Play):
    app, olivia = await play("shows"), an_organiser()
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"name": " ", "city": "x" * 101}, {"name", "city"}),
        ({"timeZone": "London", "sections": []}, {"timeZone", "sections"}),
        ({"latitude": 91, "longitude": -181}, {"latitude", "longitude"}),
        ({"address": "a\nb", "accessibility": "\0"}, {"address", "accessibility"}),
        ({"version": -1, "sections": [FLOOR] * 101}, {"version", "sections"}),
    ]

    answers = [
        (await app.post("/api/venues", olivia, json=VENUE | one), fields) for one, fields in wrong
    ]
    nothing = await app.post("/api/venues", olivia, json={})

    for answer, fields in answers:
        assert answer.status_code == 400
        assert {error["field"] for error in answer.json()["errors"]} == fields
    required = {error["field"] for error in nothing.json()["errors"]}
    assert required == {"name", "city", "timeZone", "sections"}


@pytest.mark.parametrize(
    ("sections", "field", "said"),
    [
        ([{"name": "A/B", "capacity": 5}], "sections.name", "slash"),
        ([{"name": "x" * 41, "capacity": 5}], "sections.name", "at most 40"),
        ([{"name": "Floor", "capacity": 100_001}], "sections.capacity", ""),
        ([{"name": "Floor", "capacity": 0}], "sections.capacity", ""),
        ([{"name": "Floor"}], "sections", "Floor needs either rows or a capacity"),
        ([FLOOR | {"rows": [{"name": "A", "seats": 3}]}], "sections", "Floor needs either"),
        ([FLOOR, FLOOR | {"name": "FLOOR"}], "sections", "Two sections are called floor"),
        ([FLOOR | {"x": 1e9}], "sections.x", ""),
        ([FLOOR | {"width": 5e-324}], "sections.width", ""),
        ([FLOOR | {"height": 10_001}], "sections.height", ""),
        ([FLOOR | {"rows": [{"name": "A", "seats": 1}] * 501}], "sections.rows", "at most 500"),
    ],
)
async def test_what_is_wrong_with_a_section_is_said(
    play: Play, sections: list[dict[str, Any]], field: str, said: str
):
    app, olivia = await play("shows"), an_organiser()

    answer = await app.post("/api/venues", olivia, json=VENUE | {"sections": sections})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (400, field)
    assert said in error["message"]


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ({}, "sections", "Stalls, row A needs seats or cells"),
        ({"seats": 3, "cells": "s.s"}, "sections", "Stalls, row A has 3 seats, but 2"),
        ({"seats": 0}, "sections.rows.seats", "A row has 1 to 200 seats"),
        ({"seats": 201}, "sections.rows.seats", "A row has 1 to 200 seats"),
        ({"seats": []}, "sections.rows.seats", "A row has 1 to 200 seats"),
        ({"seats": True}, "sections.rows.seats", "how many seats"),
        ({"seats": 1.5}, "sections.rows.seats", "how many seats"),
        ({"seats": "ten"}, "sections.rows.seats", "how many seats"),
        ({"seats": {"1": 2}}, "sections.rows.seats", "how many seats"),
        ({"seats": [1, 2]}, "sections.rows.seats", "The name of a seat is a text"),
        ({"seats": ["1", " "]}, "sections.rows.seats", "1 to 40 characters"),
        ({"seats": ["x" * 41]}, "sections.rows.seats", "1 to 40 characters"),
        ({"seats": ["1/2"]}, "sections.rows.seats", "slash"),
        ({"seats": ["1\n2"]}, "sections.rows.seats", "Control characters"),
        ({"seats": ["1", "1 "]}, "sections", "Stalls, row A has two seats 1"),
        ({"cells": "sxs"}, "sections.rows.cells", "s, a, c, r"),
        ({"cells": "s" * 201}, "sections.rows.cells", "at most 200"),
        ({"seats": 2, "first": -1}, "sections.rows.first", ""),
        ({"seats": 2, "step": 101}, "sections.rows.step", ""),
        ({"seats": 2, "name": "/"}, "sections.rows.name", "slash"),
    ],
)
async def test_what_is_wrong_with_a_row_is_said(
    play: Play, row: dict[str, Any], field: str, said: str
):
    app, olivia = await play("shows"), an_organiser()
    stalls = {"name": "Stalls", "rows": [{"name": "A"} | row]}

    answer = await app.post("/api/venues", olivia, json=VENUE | {"sections": [stalls]})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (400, field)
    assert said in error["message"]


async def test_its_organiser_edits_a_venue(play: Play):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/venues/{(await open_venue(app, olivia))['id']}"

    edited = await app.put(path, olivia, json=VENUE | {"sections": [FLOOR], "version": 0})
    again = await app.put(path, olivia, json=VENUE | {"sections": [FLOOR]})

    assert (edited.status_code, edited.json()["version"], edited.json()["capacity"]) == (200, 1, 5)
    assert again.json() == edited.json()
    assert (await app.get(path)).json() == edited.json()


async def test_an_edit_of_a_version_that_is_past_is_refused(play: Play):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/venues/{(await open_venue(app, olivia))['id']}"
    await app.put(path, olivia, json=VENUE | {"name": "Rose"})

    stale = await app.put(path, olivia, json=VENUE | {"name": "Swan", "version": 0})
    ahead = await app.put(path, olivia, json=VENUE | {"name": "Swan", "version": 2})

    assert (stale.status_code, ahead.status_code) == (409, 409)
    assert (await app.get(path)).json()["name"] == "Rose"


async def test_everyone_may_look_at_a_venue_and_only_its_organiser_edits_it(
    play: Play, alice: Someone
):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/venues/{(await open_venue(app, olivia))['id']}"

    refused = [
        await app.put(path, json={}),
        await app.put(path, alice, json=VENUE),
        await app.put(path, an_organiser("oscar"), json=VENUE | {"version": 7}),
        await app.post("/api/venues", alice, json=VENUE),
    ]

    assert [answer.status_code for answer in refused] == [401, 403, 403, 403]
    assert (await app.get(path)).json()["version"] == 0


async def test_a_venue_that_is_not_there_is_not_found(play: Play):
    app, olivia = await play("shows"), an_organiser()

    for path in (f"/api/venues/{clock.new_id()}", "/api/venues/globe"):
        assert (await app.get(path)).status_code == 404
        assert (await app.put(path, olivia, json=VENUE)).status_code == 404
        assert (await app.put(path, olivia, json={})).status_code == 400


async def test_venues_are_listed_without_their_maps_newest_first_a_page_at_a_time(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    venues = [
        await open_venue(app, by, name=name)
        for by, name in ((olivia, "Globe"), (oscar, "Rose"), (olivia, "Swan"))
    ]

    first = (await app.get("/api/venues?limit=2")).json()
    last = (await app.get(f"/api/venues?limit=2&after={first['next']}")).json()
    own = (await app.get("/api/venues?organiser=me", olivia)).json()

    assert [venue["name"] for venue in first["items"] + last["items"]] == ["Swan", "Rose", "Globe"]
    assert (last["next"], own["next"]) == (None, None)
    assert [venue["name"] for venue in own["items"]] == ["Swan", "Globe"]
    listed = {name: value for name, value in venues[0].items() if name != "sections"}
    assert last["items"] == [listed]


async def test_a_list_of_ones_own_venues_needs_a_person(play: Play):
    app, olivia = await play("shows"), an_organiser()

    answers = [
        await app.get("/api/venues?organiser=me"),
        await app.get("/api/venues?organiser=olivia", olivia),
        await app.get("/api/venues?limit=201", olivia),
    ]

    assert [answer.status_code for answer in answers] == [401, 400, 400]
    assert (await app.get("/api/venues")).json() == {"items": [], "next": None}


def _stands(seats: object) -> list[dict[str, Any]]:
    """Five hundred rows of these seats, in a hundred stands."""
    return [_stand(5, seats) | {"name": f"Stand {stand}"} for stand in range(1, 101)]


def _stand(rows: int, seats: object) -> dict[str, Any]:
    return {
        "name": "Stand",
        "rows": [{"name": f"{row}", "seats": seats} for row in range(1, rows + 1)],
    }
