"""The form of a venue without scripts: its rows are typed, and sentences say what is wrong."""

from typing import Any

import pytest

from shows.catalogue import VENUE, an_organiser, open_venue
from stage import App, Play, Someone
from web.browser import Browser, forms
from web.conftest import Browse

NEW = "/organise/venues/new"
PARTICULARS = {"name": "Globe", "city": "London", "timeZone": "Europe/London"}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


def fields(browser: Browser) -> dict[str, str]:
    """What the form of the page holds."""
    (form,) = [form for form in forms(browser.page) if form.action.startswith("/organise/venues/")]
    return form.fields


async def only_venue(app: App, olga: Someone) -> dict[str, Any]:
    """The one venue that there is."""
    (venue,) = (await app.get("/api/venues?organiser=me", olga)).json()["items"]
    return (await app.get(f"/api/venues/{venue['id']}")).json()


async def add(desk: Browser, **typed: str) -> None:
    """Fill in the form of a new venue and send it; dots of names are written as `__`."""
    await desk.open(NEW)
    sent = {name.replace("__", "."): text for name, text in typed.items()}
    await desk.send(NEW, **PARTICULARS | {"section.0.name": "Stalls"} | sent)


async def test_rows_that_are_typed_become_a_venue(app: App, olga: Someone, desk: Browser):
    await add(desk, section__0__rows="A ssss.ssss\n-\nB-C aacc.rs from 101 by 2")

    venue = await only_venue(app, olga)
    assert desk.at == "/organise"
    assert "The venue is ready." in desk.words
    assert (venue["name"], venue["capacity"]) == ("Globe", 8 + 6 + 6)
    rows = venue["sections"][0]["rows"]
    assert [(row["name"], row["cells"], row["first"], row["step"]) for row in rows] == [
        ("A", "ssss.ssss", 1, 1),
        ("B", "aacc.rs", 101, 2),
        ("C", "aacc.rs", 101, 2),
    ]
    assert [(row["x"], row["y"]) for row in rows] == [(0, 2), (1, 4), (1, 5)]


async def test_an_opened_venue_holds_what_was_typed(app: App, olga: Someone, desk: Browser):
    await add(desk, section__0__rows="A ssss.ssss\r\n-\r\nB 3 = 1/2/2a\r\nC-D 2")
    venue = await only_venue(app, olga)

    await desk.open(f"/organise/venues/{venue['id']}")

    held = fields(desk)
    assert held["section.0.rows"] == "A ssss.ssss\n-\nB sss = 1/2/2a\nC ss\nD ss"
    assert (held["section.0.x"], held["section.0.y"]) == ("", "")
    assert PARTICULARS.items() <= held.items()


ROUND = [
    {"name": "A", "cells": "s.sas", "x": 1.25, "y": 3, "first": 7, "step": 2},
    {"name": "B-D", "seats": ["1", "2 a", "3,5"], "x": 0, "y": 4.5},
]
HOUSES = {
    "as it is made": VENUE["sections"],
    "in a round": [{"name": "Round", "rows": ROUND}],
    "with boxes at the side": [
        {"name": "Stalls", "rows": [{"name": "A", "seats": 9}, {"name": "B", "seats": 8, "y": 5}]},
        {"name": "Box", "rows": [{"name": "1", "seats": 3, "x": -6, "y": 3}]},
        {"name": "Circle", "rows": [{"name": "A", "seats": 20}]},
    ],
    "of floors": [
        {"name": "Pit", "capacity": 300},
        {"name": "Ring", "capacity": 40, "x": -3.5, "y": 9, "width": 7.25, "height": 4},
        {"name": "Bar", "capacity": 10, "height": 8},
    ],
}


@pytest.mark.parametrize("sections", [pytest.param(it, id=name) for name, it in HOUSES.items()])
async def test_saving_a_venue_that_nobody_touched_changes_nothing(
    app: App, olga: Someone, desk: Browser, sections: Any
):
    venue = await open_venue(
        app, olga, sections=sections, latitude=51.508, longitude=-0.097, accessibility="A\n\nlift"
    )
    path = f"/organise/venues/{venue['id']}"

    await desk.open(path)
    await desk.send(path)

    assert "Your changes are saved." in desk.words
    assert await only_venue(app, olga) == venue


async def test_a_section_is_moved_by_its_place(app: App, olga: Someone, desk: Browser):
    await desk.open(NEW)
    await desk.send(
        NEW, **PARTICULARS | {"section.0.name": "Stalls", "section.0.rows": "A 10"}, do="add"
    )
    box = {
        "section.1.name": "Box",
        "section.1.rows": "A 2\nB 4",
        "section.1.x": "-5,5",
        "section.1.y": "7",
    }
    await desk.send(NEW, **box)

    box_rows = (await only_venue(app, olga))["sections"][1]["rows"]
    assert [(row["x"], row["y"]) for row in box_rows] == [(-4.5, 7), (-5.5, 8)]


async def test_sections_are_added_removed_and_put_in_order_before_anything_is_saved(
    app: App, olga: Someone, desk: Browser
):
    await desk.open(NEW)
    await desk.send(NEW, **{"section.0.name": "Stalls"}, do="add")
    await desk.send(NEW, **{"section.1.name": "Circle"}, do="add")
    await desk.send(NEW, **{"section.2.name": "Gods"}, do="earlier.2")
    before = fields(desk)
    await desk.send(NEW, do="remove.0")

    names = [before[f"section.{nth}.name"] for nth in range(3)]
    assert names == ["Stalls", "Gods", "Circle"]
    left = fields(desk)
    assert [left["section.0.name"], left["section.1.name"]] == ["Gods", "Circle"]
    assert "section.2.name" not in left
    assert (await app.get("/api/venues?organiser=me", olga)).json()["items"] == []


async def test_the_plan_is_drawn_again_on_demand(desk: Browser):
    await desk.open(NEW)

    await desk.send(NEW, **{"section.0.name": "Stalls", "section.0.rows": "A 3\nB 4"}, do="preview")

    assert "7 places" in desk.words
    assert desk.page.text.count("h0.84v0.84") == 7
    assert fields(desk)["section.0.rows"] == "A 3\nB 4"


async def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_is_kept(desk: Browser):
    await desk.open(NEW)
    await desk.send(NEW, do="add")

    await desk.send(
        NEW,
        **{
            "city": "London",
            "timeZone": "",
            "section.0.rows": "A ssx\nB 2\nB 3",
            "section.1.name": "Pit",
            "section.1.kind": "standing",
            "section.1.capacity": "many",
            "section.1.x": "left",
        },
    )

    assert desk.page.status_code == 400
    for sentence in (
        "Say what the venue is called",
        "Choose the time zone of the venue",
        "Name the section, such as Stalls",
        "Line 1: “x” is no kind of place",
        "Line 3: two rows are called “B”",
        "Say how many may stand there: 1 to 100,000",
        "Say it in widths of a seat, such as 12 or 7.5",
    ):
        assert sentence in desk.words
    assert fields(desk)["section.0.rows"] == "A ssx\nB 2\nB 3"
    assert fields(desk)["city"] == "London"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"timeZone": "Mars/Olympus"}, "is no time zone"),
        ({"latitude": "91"}, "The latitude must be at most 90"),
        ({"section.0.rows": ""}, "Type at least one row"),
        ({"section.0.rows": "A 2 from 99999 by 100"}, ""),
        ({"section.0.name": "a/b"}, "1 to 40 characters and no /"),
        ({"section.0.name": "x" * 41}, "1 to 40 characters and no /"),
        ({"section.0.name": "a\u200bb\x01"}, "Control characters are not text"),
        ({"section.0.kind": "standing", "section.0.capacity": "100.000"}, ""),
        ({"section.0.kind": "standing", "section.0.capacity": "100001"}, "1 to 100,000"),
    ],
)
async def test_what_shows_refuses_is_told_on_the_form(
    desk: Browser, typed: dict[str, str], sentence: str
):
    await desk.open(NEW)

    await desk.send(
        NEW, **PARTICULARS | {"section.0.name": "Stalls", "section.0.rows": "A 2"} | typed
    )

    assert sentence in desk.words
    assert (desk.page.status_code == 400) is bool(sentence)


async def test_a_change_that_came_in_between_is_not_undone(app: App, olga: Someone, desk: Browser):
    venue = await open_venue(app, olga)
    path = f"/organise/venues/{venue['id']}"
    await desk.open(path)
    await app.put(f"/api/venues/{venue['id']}", olga, json=VENUE | {"name": "New Globe"})

    await desk.send(path, name="Old Globe")

    assert desk.page.status_code == 409
    assert "This changed while you were looking at it" in desk.words
    assert (await only_venue(app, olga))["name"] == "New Globe"


async def test_the_largest_house_fits_into_the_form(app: App, olga: Someone, desk: Browser):
    sections = {
        f"section.{nth}.{key}": text
        for nth in range(100)
        for key, text in (
            ("name", f"Block {nth}"),
            ("kind", "seated"),
            ("rows", "1-20 50"),
            ("capacity", ""),
            ("x", ""),
            ("y", ""),
            ("width", ""),
            ("depth", ""),
        )
    }
    await desk.open(NEW)

    await desk.send(NEW, **PARTICULARS | sections)
    venue = await only_venue(app, olga)
    await desk.open(f"/organise/venues/{venue['id']}")
    await desk.send(f"/organise/venues/{venue['id']}", name="Stadium")

    assert "Your changes are saved." in desk.words
    changed = await only_venue(app, olga)
    assert (changed["name"], changed["capacity"]) == ("Stadium", 100_000)
    assert changed["sections"] == venue["sections"]
