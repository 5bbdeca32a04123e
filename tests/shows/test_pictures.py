"""Pictures of shows: the poster, further ones, whose they are, and when they are gone."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from boxoffice.kit import clock
from boxoffice.kit.pictures.album import LOOSE, Album
from boxoffice.services.shows import commands
from boxoffice.services.shows.model.shows import MOST_PICTURES
from query.finding import cards
from shows.catalogue import an_organiser, announce_show, schedule
from stage import App, Play, Someone
from stage.pictures import CORNERS, drawn, kept, names, seen

Made = dict[str, Any]


@pytest.fixture
async def app(play: Play, tmp_path: Path) -> App:
    return await play("shows", "query", pictures_url=tmp_path.as_uri())


async def hang(app: App, show: Made, by: Someone, raw: bytes | None = None) -> Made:
    """Give a show a further picture, and return it."""
    path = f"/api/shows/{show['id']}/pictures"
    answer = await app.post(path, by, content=drawn(150, 150) if raw is None else raw)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def hang_poster(app: App, show: Made, by: Someone, raw: bytes | None = None) -> Made:
    """Give a show a poster, and return it."""
    path = f"/api/shows/{show['id']}/poster"
    answer = await app.put(path, by, content=drawn(600, 800) if raw is None else raw)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def shown(app: App, show: Made, by: Someone | None = None) -> Made:
    """A show as somebody sees it."""
    return (await app.get(f"/api/shows/{show['id']}", by)).json()


async def sweep(app: App) -> int:
    """Sweep as the job does some days later; return how many files were looked at."""
    album, later = Album("shows", app.settings.pictures_url), datetime.now(UTC) + 2 * LOOSE
    return await commands.sweep_pictures(album, await app.db("shows"), later, limit=50)


async def test_a_show_has_a_poster_before_its_other_pictures(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)

    scene = await hang(app, show, olivia, drawn(800, 600))
    poster = await hang_poster(app, show, olivia)
    after = await shown(app, show, olivia)

    assert [(size["width"], size["height"]) for size in poster["sizes"]] == [(320, 427), (600, 800)]
    assert poster["url"] == poster["sizes"][-1]["url"]
    assert poster["url"].startswith("/api/pictures/shows/")
    assert [await seen(app, picture) for picture in (poster, scene)] == [[*CORNERS]] * 2
    assert after["poster"] == poster
    assert after["pictures"] == [poster, scene]
    assert after["version"] == show["version"] + 2


async def test_everyone_sees_the_poster_where_the_show_is_found(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    performance = await schedule(app, olivia, show)
    poster = await hang_poster(app, show, olivia)

    found = await cards(app)
    of_performance = (await app.get(f"/api/performances/{performance['id']}")).json()

    assert [card["poster"] for card in found] == [poster]
    assert of_performance["poster"] == poster
    assert (await shown(app, show))["poster"] == poster


async def test_another_poster_takes_the_place_of_the_first(app: App, tmp_path: Path):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    scene = await hang(app, show, olivia)
    first = await hang_poster(app, show, olivia)

    second = await hang_poster(app, show, olivia, drawn(300, 400))
    after = await shown(app, show, olivia)
    await sweep(app)

    assert first["id"] != second["id"]
    assert (after["poster"], after["pictures"]) == (second, [second, scene])
    assert kept(tmp_path) == names(second, scene)


async def test_a_picture_can_be_taken_down_and_so_can_the_poster(app: App, tmp_path: Path):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    scene, poster = await hang(app, show, olivia), await hang_poster(app, show, olivia)
    path = f"/api/shows/{show['id']}/pictures"

    answers = [await app.delete(f"{path}/{one['id']}", olivia) for one in (scene, poster, poster)]
    after = await shown(app, show, olivia)
    before_sweep = kept(tmp_path)
    await sweep(app)

    assert [answer.status_code for answer in answers] == [204, 204, 404]
    assert (after["poster"], after["pictures"], after["version"]) == (None, [], 4)
    assert before_sweep == names(scene, poster)
    assert kept(tmp_path) == set()


async def test_only_its_organiser_hangs_pictures_or_takes_them_down(app: App, bob: Someone):
    olivia, otto = an_organiser(), an_organiser("otto")
    show = await announce_show(app, olivia)
    scene = await hang(app, show, olivia)
    path, raw = f"/api/shows/{show['id']}", drawn(200, 200)
    unknown = f"/api/shows/{clock.new_id()}"

    statuses = [
        [
            (await app.put(f"{path}/poster", by, content=raw)).status_code,
            (await app.post(f"{path}/pictures", by, content=raw)).status_code,
            (await app.delete(f"{path}/pictures/{scene['id']}", by)).status_code,
        ]
        for by in (None, bob, otto)
    ]
    missing = [
        await app.put(f"{unknown}/poster", olivia, content=raw),
        await app.post(f"{unknown}/pictures", olivia, content=raw),
        await app.delete(f"{unknown}/pictures/{scene['id']}", olivia),
        await app.delete(f"{path}/pictures/{clock.new_id()}", olivia),
    ]

    assert statuses == [[401] * 3, [403] * 3, [403] * 3]
    assert [answer.status_code for answer in missing] == [404] * 4
    assert (await shown(app, show, olivia))["pictures"] == [scene]


@pytest.mark.parametrize(
    ("raw", "status"),
    [(b"", 400), (b"<html>", 400), (drawn()[:900], 400), (drawn(7000, 5000), 413)],
    ids=["nothing", "page", "damaged", "huge"],
)
async def test_what_is_no_picture_is_refused(app: App, raw: bytes, status: int, tmp_path: Path):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    path = f"/api/shows/{show['id']}"

    poster = await app.put(f"{path}/poster", olivia, content=raw)
    picture = await app.post(f"{path}/pictures", olivia, content=raw)

    assert [poster.status_code, picture.status_code] == [status, status]
    assert await shown(app, show, olivia) == show
    assert kept(tmp_path) == set()


async def test_a_show_has_so_many_pictures_and_no_more(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    path, raw = f"/api/shows/{show['id']}", drawn(120, 120)

    for _ in range(MOST_PICTURES - 1):
        await hang(app, show, olivia, raw)

    answers = await asyncio.gather(
        *(app.post(f"{path}/pictures", olivia, content=raw) for _ in range(3))
    )
    poster = await app.put(f"{path}/poster", olivia, content=raw)

    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert poster.status_code == 409
    assert "at most 10 pictures" in poster.json()["detail"]
    assert len((await shown(app, show, olivia))["pictures"]) == MOST_PICTURES


async def test_a_poster_may_be_replaced_where_there_is_no_room_for_more(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    await hang_poster(app, show, olivia)
    for _ in range(MOST_PICTURES - 1):
        await hang(app, show, olivia, drawn(120, 120))

    poster = await hang_poster(app, show, olivia, drawn(300, 400))

    assert (await shown(app, show, olivia))["poster"] == poster


async def test_a_picture_that_is_sent_twice_with_one_key_hangs_once(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    path = f"/api/shows/{show['id']}/pictures"

    answers = [
        await app.post(path, olivia, content=drawn(), headers={"Idempotency-Key": "scene"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert (await shown(app, show, olivia))["pictures"] == [answers[0].json()]


async def test_an_edit_keeps_the_pictures_and_must_know_of_them(app: App):
    olivia = an_organiser()
    show = await announce_show(app, olivia)
    poster = await hang_poster(app, show, olivia)
    path = f"/api/shows/{show['id']}"

    stale = await app.put(path, olivia, json={"title": "Macbeth", "genre": "play", "version": 0})
    edited = await app.put(path, olivia, json={"title": "Macbeth", "genre": "play", "version": 1})

    assert (stale.status_code, edited.status_code) == (409, 200)
    assert edited.json()["poster"] == poster


async def test_a_file_that_two_pictures_share_stays_until_both_are_gone(app: App, tmp_path: Path):
    olivia = an_organiser()
    show, other = await announce_show(app, olivia), await announce_show(app, olivia)
    first, second = (
        await hang(app, show, olivia),
        await hang_poster(app, other, olivia, drawn(150, 150)),
    )

    await app.delete(f"/api/shows/{show['id']}/pictures/{first['id']}", olivia)
    await sweep(app)
    with_one = kept(tmp_path)
    await app.delete(f"/api/shows/{other['id']}/pictures/{second['id']}", olivia)
    await sweep(app)

    assert names(first) == names(second)
    assert with_one == names(second)
    assert kept(tmp_path) == set()
