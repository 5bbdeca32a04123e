"""Pictures of what people offer: whose they are, who sees them, and when they are gone."""

import asyncio
from pathlib import Path

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.tickets import TicketEdited
from boxoffice.kit import clock
from boxoffice.services.tickets.routes.pictures import UPLOADS
from stage import App, Play, Someone, eventually
from stage.facts import order_news, tell
from stage.pictures import CORNERS, drawn, kept, seen
from tickets.wall import hang, listed


@pytest.fixture
async def app(play: Play, tmp_path: Path) -> App:
    return await play("tickets", pictures_url=tmp_path.as_uri())


async def test_a_ticket_shows_its_picture(app: App, alice: Someone):
    path = await listed(app, alice)

    picture = await hang(app, path, alice)
    ticket = (await app.get(path)).json()
    on_sale = (await app.get("/api/tickets")).json()

    assert picture.keys() == {"id", "url", "width", "height", "sizes"}
    assert (picture["width"], picture["height"]) == (800, 600)
    assert [(size["width"], size["height"]) for size in picture["sizes"]] == [
        (320, 240),
        (640, 480),
        (800, 600),
    ]
    assert picture["sizes"][-1]["url"] == picture["url"]
    assert picture["url"].startswith("/api/pictures/tickets/")
    assert await seen(app, picture) == [*CORNERS]
    assert (ticket["picture"], ticket["version"]) == (picture, 1)
    assert on_sale == [ticket]


async def test_a_new_picture_is_a_new_version_for_all_who_keep_a_copy(app: App, alice: Someone):
    path = await listed(app, alice)

    await hang(app, path, alice)
    await app.delete(f"{path}/picture", alice)

    async def both_were_said():
        assert [one.version for one in await app.said(TicketEdited)] == [1, 2]

    await eventually(both_were_said)


async def test_a_ticket_without_a_picture_names_none(app: App, alice: Someone):
    path = await listed(app, alice)
    await hang(app, path, alice)

    removed = [await app.delete(f"{path}/picture", alice) for _ in range(2)]
    ticket = (await app.get(path)).json()

    assert [answer.status_code for answer in removed] == [204, 204]
    assert "picture" not in ticket
    assert ticket["version"] == 2


async def test_an_edit_leaves_the_picture_as_it_is(app: App, alice: Someone):
    path = await listed(app, alice)
    picture = await hang(app, path, alice)

    edited = await app.put(path, alice, json={"title": "Macbeth", "price": 6, "version": 1})

    assert edited.json()["picture"] == picture
    assert (await app.get(path)).json() == edited.json()


async def test_only_its_seller_gives_a_ticket_a_picture_or_takes_it_away(
    app: App, alice: Someone, bob: Someone
):
    path = await listed(app, alice)
    picture = await hang(app, path, alice)
    unknown = f"/api/tickets/{clock.new_id()}/picture"

    refused = [
        await app.put(f"{path}/picture", content=drawn()),
        await app.put(f"{path}/picture", bob, content=drawn()),
        await app.delete(f"{path}/picture"),
        await app.delete(f"{path}/picture", bob),
        await app.put(unknown, bob, content=drawn()),
        await app.delete(unknown, bob),
    ]

    assert [answer.status_code for answer in refused] == [401, 403, 401, 403, 404, 404]
    assert (await app.get(path)).json()["picture"] == picture


@pytest.mark.parametrize(
    ("raw", "status", "sentence"),
    [
        (b"", 400, "Send the picture"),
        (b"<svg onload='alert(1)'/>", 400, "no picture that we can read"),
        (drawn()[:900], 400, "damaged"),
        (drawn(90, 90), 400, "100 pixels"),
        (drawn(7000, 5000), 413, "25 million pixels"),
        (b"\xff\xd8\xff" + bytes(8_000_000), 413, "8000000 bytes"),
    ],
    ids=["nothing", "svg", "damaged", "tiny", "huge", "heavy"],
)
async def test_what_is_no_picture_is_refused_with_a_sentence(
    app: App, alice: Someone, tmp_path: Path, raw: bytes, status: int, sentence: str
):
    path = await listed(app, alice)

    answer = await app.put(f"{path}/picture", alice, content=raw)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert sentence in answer.json()["detail"]
    assert "picture" not in (await app.get(path)).json()
    assert kept(tmp_path) == set()


async def test_what_is_no_picture_is_said_before_whose_ticket_it_is(app: App, bob: Someone):
    answer = await app.put(f"/api/tickets/{clock.new_id()}/picture", bob, content=b"<svg/>")

    assert answer.status_code == 400


async def test_a_ticket_that_somebody_pays_for_keeps_its_picture(app: App, alice: Someone):
    path = await listed(app, alice)
    picture = await hang(app, path, alice)
    ticket_id = (await app.get(path)).json()["id"]
    await tell(app, order_news(OrderPlaced, ticket_id, 1, clock.new_id()))

    refused = [
        await app.put(f"{path}/picture", alice, content=drawn(700, 700)),
        await app.delete(f"{path}/picture", alice),
    ]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert "paying" in refused[0].json()["detail"]
    assert (await app.get(path)).json()["picture"] == picture


async def test_uploads_of_one_address_are_limited(play: Play, alice: Someone, tmp_path: Path):
    app = await play("tickets", rate_limits=True, pictures_url=tmp_path.as_uri())
    path = await listed(app, alice)

    answers = [
        await app.put(f"{path}/picture", alice, content=b"<svg/>")
        for _ in range(UPLOADS.at_once + 1)
    ]

    assert [answer.status_code for answer in answers] == [400] * UPLOADS.at_once + [429]


async def test_an_edit_meanwhile_does_not_lose_the_picture(app: App, alice: Someone):
    path = await listed(app, alice)

    hanging = asyncio.create_task(hang(app, path, alice, drawn(2000, 2000)))
    edited = await app.put(path, alice, json={"title": "Macbeth", "price": 6})
    picture = await hanging

    ticket = (await app.get(path)).json()
    assert edited.status_code == 200
    assert (ticket["title"], ticket["picture"], ticket["version"]) == ("Macbeth", picture, 2)
