"""Postponing and cancelling on the organisers' pages: first it is said what that does."""

from typing import Any

import pytest

from shows.catalogue import an_organiser, plan_performance, schedule
from stage import App, Play, Someone, eventually, shared_app
from web.browser import Browser
from web.conftest import Browse

app = shared_app("shows", "orders", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


async def state(app: App, performance_id: str) -> tuple[str, str]:
    """How a performance stands, and when it starts."""
    performance = (await app.get(f"/api/performances/{performance_id}")).json()
    return performance["state"], performance["startsAt"]


async def on_sale(app: App, olga: Someone, **changes: Any) -> str:
    """A performance whose seats can be ordered."""
    performance = await schedule(app, olga, startsAt="2031-01-10T19:30:00Z", **changes)

    async def look() -> None:
        answer = await app.get(f"/api/performances/{performance['id']}/seats")
        assert answer.status_code == 200

    await eventually(look)
    return performance["id"]


async def order(app: App, person: Someone, performance_id: str, *seats: str) -> None:
    """Hold seats for somebody."""
    body = {"performanceId": performance_id, "seats": seats}
    answer = await app.post("/api/orders", person, json=body)
    assert answer.status_code == 201, answer.text


async def test_before_it_is_cancelled_it_is_said_what_that_does(
    app: App, olga: Someone, bob: Someone, desk: Browser
):
    performance_id = await on_sale(app, olga)
    await order(app, bob, performance_id, "Stalls/A/1", "Stalls/A/2")
    path = f"/organise/performances/{performance_id}/cancellation"

    await desk.open(path)

    assert "Nobody can buy a seat any more." in desk.words
    assert "No ticket is sold so far, so no money goes back." in desk.words
    assert "2 seats that somebody is paying for are given up; no money is taken." in desk.words
    assert "This cannot be undone." in desk.words
    assert (await state(app, performance_id))[0] == "published"


async def test_it_says_how_many_tickets_are_sold_and_what_goes_back(
    app: App, olga: Someone, bob: Someone, desk: Browser
):
    performance_id = await on_sale(app, olga, prices={"Stalls": 40, "Floor": 0})
    await order(app, bob, performance_id, "Floor/1", "Floor/2", "Floor/3")

    await desk.open(f"/organise/performances/{performance_id}/cancellation")

    assert "3 tickets will open no door any more. Nobody paid for them" in desk.words
    assert "A mail goes to everyone who has one of the 3 tickets." in desk.words


async def test_it_is_cancelled_by_who_knows_what_that_does(app: App, olga: Someone, desk: Browser):
    performance_id = await on_sale(app, olga)
    path = f"/organise/performances/{performance_id}"
    await desk.open(f"{path}/cancellation")

    await desk.send(f"{path}/cancellation")
    unsure = (desk.page.status_code, desk.words, await state(app, performance_id))
    await desk.send(f"{path}/cancellation", sure="yes")

    assert unsure[0] == 400
    assert "Tick that you know what it does" in unsure[1]
    assert unsure[2][0] == "published"
    assert desk.at == path
    assert "It is cancelled." in desk.words
    assert (await state(app, performance_id))[0] == "cancelled"
    assert f"{path}/cancellation" not in desk.page.text


async def test_it_is_moved_to_another_day_in_the_time_of_its_venue(
    app: App, olga: Someone, desk: Browser
):
    performance_id = await on_sale(app, olga)
    path = f"/organise/performances/{performance_id}"
    await desk.open(f"{path}/postponement")
    said = desk.words

    await desk.send(f"{path}/postponement", startsAt="2031-07-01T19:30", doorsAt="2031-07-01T19:00")

    assert "Every ticket stays good, for the new date." in said
    assert "It is postponed." in desk.words
    assert await state(app, performance_id) == ("published", "2031-07-01T18:30:00Z")


async def test_its_new_date_may_be_unknown_and_set_later(app: App, olga: Someone, desk: Browser):
    performance_id = await on_sale(app, olga)
    path = f"/organise/performances/{performance_id}"
    await desk.open(f"{path}/postponement")
    await desk.send(f"{path}/postponement", date="unknown")
    without = (await state(app, performance_id), desk.words)

    await desk.open(f"{path}/postponement")
    await desk.send(f"{path}/postponement", startsAt="2031-02-01T19:30")

    assert without[0][0] == "postponed"
    assert "Set the new date" in without[1]
    assert await state(app, performance_id) == ("published", "2031-02-01T19:30:00Z")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"startsAt": ""}, "Say when it starts, or that nobody knows yet"),
        ({"startsAt": "2031-03-30T01:30"}, "There is no 01:30 on 30 Mar 2031 in Europe/London"),
        ({"startsAt": "2021-01-01T10:00"}, "A new date is in the future"),
        ({"startsAt": "2031-02-01T10:00", "doorsAt": "2031-02-01T11:00"}, "before the start"),
    ],
)
async def test_a_date_that_makes_no_sense_is_refused_with_a_sentence(
    app: App, olga: Someone, desk: Browser, typed: dict[str, str], sentence: str
):
    performance_id = await on_sale(app, olga)
    path = f"/organise/performances/{performance_id}/postponement"
    await desk.open(path)

    await desk.send(path, **typed)

    assert desk.page.status_code in {400, 409}
    assert sentence in desk.words
    assert await state(app, performance_id) == ("published", "2031-01-10T19:30:00Z")


@pytest.mark.parametrize("change", ["cancellation", "postponement"])
async def test_what_is_a_draft_or_cancelled_is_neither_postponed_nor_cancelled(
    app: App, olga: Someone, desk: Browser, change: str
):
    draft = (await plan_performance(app, olga))["id"]
    gone = await on_sale(app, olga)
    await app.put(f"/api/performances/{gone}/cancellation", olga)

    for performance_id in (draft, gone):
        await desk.open(f"/organise/performances/{performance_id}/{change}")
        assert desk.at == f"/organise/performances/{performance_id}"


async def test_what_it_does_is_said_without_numbers_while_orders_are_away(
    play: Play, olga: Someone, browse: Browse
):
    app = await play("shows", "web")
    performance = await schedule(app, olga)
    desk = browse(app, olga)

    await desk.open(f"/organise/performances/{performance['id']}/cancellation")

    assert desk.page.status_code == 200
    assert "Every ticket that is sold will open no door any more." in desk.words
    assert "A mail goes to everyone who has a ticket." in desk.words
