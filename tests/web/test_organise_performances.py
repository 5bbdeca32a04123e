"""Performances on the organisers' pages: planned in the venue's time, priced, published."""

from typing import Any

import pytest

from shows.catalogue import (
    PRICES,
    VENUE,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    schedule,
    written,
)
from stage import App, Someone, shared_app
from web.browser import Browser, forms
from web.conftest import Browse

SEOUL = {"name": "Seoul Arts Center", "city": "Seoul", "timeZone": "Asia/Seoul"}
FILLED = {"startsAt": "2031-01-10T19:30", "price.0": "40", "price.1": "12,50"}


app = shared_app("shows", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


async def choose(desk: Browser, app: App, olga: Someone, **changes: Any) -> str:
    """Open the form of a new performance of a new show at a new venue; return its action."""
    show, venue = await announce_show(app, olga), await open_venue(app, olga, **changes)
    path = f"/organise/performances/new?show={show['id']}"
    await desk.open(path)
    assert f'href="{path.replace("&", "&amp;")}&amp;venue={venue["id"]}"' in desk.page.text
    await desk.open(f"{path}&venue={venue['id']}")
    return f"{path}&venue={venue['id']}"


async def shown(app: App, desk: Browser, olga: Someone) -> dict[str, Any]:
    """The performance whose page is open."""
    return (await app.get(f"/api{desk.at.removeprefix('/organise')}", olga)).json()


async def test_a_performance_is_planned_in_the_time_of_its_venue(
    app: App, olga: Someone, desk: Browser
):
    action = await choose(desk, app, olga, **SEOUL)
    said = desk.words

    await desk.send(action, **FILLED, doorsAt="2031-01-10T18:45", do="save")

    assert "those of the clocks at the venue, in Asia/Seoul" in said
    performance = await shown(app, desk, olga)
    assert performance["state"] == "draft"
    assert performance["startsAt"] == "2031-01-10T10:30:00Z"
    assert performance["doorsAt"] == "2031-01-10T09:45:00Z"
    assert performance["onSaleAt"] is None
    assert performance["prices"] == {"Stalls": 40, "Floor": 12.5}
    assert "Fri 10 Jan 2031, 19:30" in desk.words


async def test_it_is_published_with_the_same_button_press(app: App, olga: Someone, desk: Browser):
    action = await choose(desk, app, olga)

    await desk.send(action, **FILLED, do="publish")

    assert "It is published." in desk.words
    assert (await shown(app, desk, olga))["state"] == "published"


async def test_a_draft_that_cannot_be_published_is_kept_and_says_why(
    app: App, olga: Someone, desk: Browser
):
    action = await choose(desk, app, olga)

    await desk.send(action, **FILLED | {"startsAt": "2020-01-10T19:30"}, do="publish")

    assert desk.page.status_code == 409
    assert "Its start is past" in desk.words
    (draft,) = (await app.get(f"/api/shows/{action.split('=')[1].split('&')[0]}", olga)).json()[
        "performances"
    ]
    assert draft["state"] == "draft"


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ({"startsAt": ""}, ["Say when it starts"]),
        (
            {"startsAt": "2031-03-30T01:30", "onSaleAt": "2030-10-27T01:30"},
            [
                "There is no 01:30 on 30 Mar 2031 in Europe/London",
                "01:30 comes twice on 27 Oct 2030 in Europe/London",
            ],
        ),
        ({"doorsAt": "2031-01-10T19:30"}, ["must be before the start"]),
        ({"onSaleAt": "2031-01-11T19:30"}, ["The start of the sale must be before the start"]),
        (
            {"price.0": "", "price.1": " "},
            ["Say what a place in Stalls costs", "Say what a place in Floor costs"],
        ),
        ({"price.0": "a lot"}, ["The price of Stalls must be a number"]),
        ({"price.1": "-1"}, ["The price of Floor"]),
        ({"price.1": "1.005"}, ["The price of Floor takes at most 2 decimals"]),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(
    app: App, olga: Someone, desk: Browser, typed: dict[str, str], sentences: list[str]
):
    action = await choose(desk, app, olga)

    await desk.send(action, **FILLED | typed, do="save")

    assert desk.page.status_code == 400
    for sentence in sentences:
        assert sentence in desk.words
    (form,) = [form for form in forms(desk.page) if form.action == action]
    assert (FILLED | typed).items() <= form.fields.items()
    assert desk.page.text.count('aria-invalid="true"') == len(sentences)


async def test_free_of_charge_is_a_price(app: App, olga: Someone, desk: Browser):
    action = await choose(desk, app, olga)

    await desk.send(action, **FILLED | {"price.1": "0"}, do="save")

    assert (await shown(app, desk, olga))["prices"] == {"Stalls": 40, "Floor": 0}


async def test_saving_a_draft_that_nobody_touched_changes_nothing(
    app: App, olga: Someone, desk: Browser
):
    draft = await plan_performance(
        app, olga, startsAt="2030-10-27T01:30:59Z", onSaleAt="2030-10-27T00:30:00Z"
    )
    path = f"/organise/performances/{draft['id']}"

    await desk.open(path)
    await desk.send(path, do="save")

    assert "Your changes are saved." in desk.words
    assert await shown(app, desk, olga) == draft


async def test_the_price_of_what_is_published_changes_and_its_date_stays(
    app: App, olga: Someone, desk: Browser
):
    performance = await schedule(app, olga, startsAt="2031-01-10T19:30:15Z")
    path = f"/organise/performances/{performance['id']}"

    await desk.open(path)
    await desk.send(path, **{"price.0": "44", "startsAt": "2033-01-01T00:00"})

    changed = await shown(app, desk, olga)
    assert (changed["prices"], changed["startsAt"]) == (
        PRICES | {"Stalls": 44},
        "2031-01-10T19:30:15Z",
    )
    assert changed["onSaleAt"] == performance["onSaleAt"]


async def test_the_sale_of_what_is_published_begins_later_if_wanted(
    app: App, olga: Someone, desk: Browser
):
    performance = await schedule(app, olga, startsAt="2031-01-10T19:30:00Z")
    path = f"/organise/performances/{performance['id']}"

    await desk.open(path)
    await desk.send(path, onSaleAt="2030-12-01T10:00")

    assert (await shown(app, desk, olga))["onSaleAt"] == "2030-12-01T10:00:00Z"
    assert "On sale from Sun 1 Dec 2030, 10:00 on" in desk.words


async def test_a_price_stays_with_its_section_when_the_map_changed_meanwhile(
    app: App, olga: Someone, desk: Browser
):
    action = await choose(desk, app, olga)
    venue = action.partition("venue=")[2]
    other = [{"name": "Floor", "capacity": 9}, {"name": "Gods", "capacity": 3}]
    answer = await app.put(f"/api/venues/{venue}", olga, json=VENUE | {"sections": other})

    await desk.send(action, **FILLED, do="save")

    assert answer.status_code == 200
    assert "Say what a place in Gods costs" in desk.words
    (form,) = [form for form in forms(desk.page) if form.action == action]
    assert (form.fields["section.0"], form.fields["price.0"]) == ("Floor", "12,50")
    assert (form.fields["section.1"], form.fields["price.1"]) == ("Gods", "")


async def test_other_organisers_venues_can_be_chosen_below_ones_own(
    app: App, olga: Someone, desk: Browser
):
    rita = an_organiser("rita")
    await open_venue(app, rita, name="Odeon")
    show = await announce_show(app, olga)
    here = f"/organise/performances/new?show={show['id']}"

    await desk.open(here)
    alone = desk.words
    await open_venue(app, olga)
    await desk.open(here)

    assert "Venues Odeon London" in alone
    assert "Your venues Globe" in desk.words
    assert "Other venues Odeon" in desk.words


async def test_a_draft_is_deleted_and_what_is_published_is_not(
    app: App, olga: Someone, desk: Browser
):
    draft = await plan_performance(app, olga)
    path = f"/organise/performances/{draft['id']}"
    await desk.open(path)
    await desk.send(f"{path}/deletion")
    gone = (await app.get(f"/api/performances/{draft['id']}", olga)).status_code

    published = await schedule(app, olga)
    late = await plan_performance(app, olga)
    await desk.open(f"/organise/performances/{late['id']}")
    await app.put(f"/api/performances/{late['id']}/publication", olga)
    await desk.send(f"/organise/performances/{late['id']}/deletion")

    assert gone == 404
    assert desk.page.status_code == 409
    assert "cannot be deleted; cancel it" in desk.words
    assert (await app.get(f"/api/performances/{published['id']}")).status_code == 200


async def test_what_begins_in_the_past_is_told_so_in_the_list(
    app: App, olga: Someone, desk: Browser
):
    draft = await plan_performance(app, olga, startsAt=written(in_days(-1)))

    await desk.open(f"/organise/shows/{draft['showId']}")

    assert "Draft Past" in desk.words
