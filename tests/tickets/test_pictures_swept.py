"""Pictures that no ticket has any more: they go, and nothing that one has goes with them."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from boxoffice.kit import clock
from boxoffice.kit.pictures.album import LOOSE, Album
from boxoffice.services.tickets import commands, store
from stage import App, Play, Someone, eventually
from stage.pictures import CORNERS, drawn, kept, names, seen
from tickets.wall import AT_ONCE, LATER, hang, listed, sweep


@pytest.fixture
async def app(play: Play, tmp_path: Path) -> App:
    return await play("tickets", pictures_url=tmp_path.as_uri())


async def test_a_picture_that_no_ticket_has_is_gone_a_day_later(
    app: App, alice: Someone, tmp_path: Path
):
    path, other = await listed(app, alice), await listed(app, alice, "Macbeth")
    replaced = await hang(app, path, alice, drawn(700, 500))
    shown = await hang(app, path, alice, drawn(701, 501))
    removed = await hang(app, other, alice, drawn(702, 502))
    await app.delete(f"{other}/picture", alice)

    early = await sweep(app, LOOSE / 2)
    before = kept(tmp_path)
    looked_at = await sweep(app)

    assert (early, before) == (0, names(replaced, shown, removed))
    assert (looked_at, kept(tmp_path)) == (len(before), names(shown))
    assert await sweep(app) == 0
    assert (await app.get(removed["url"])).status_code == 404
    assert (await app.get(shown["url"])).status_code == 200


async def test_a_picture_that_two_tickets_have_stays_until_neither_has_it(
    app: App, alice: Someone, bob: Someone, tmp_path: Path
):
    hamlet, macbeth = await listed(app, alice), await listed(app, bob)
    picture = await hang(app, hamlet, alice)
    await hang(app, macbeth, bob)

    await app.delete(f"{hamlet}/picture", alice)
    await sweep(app)
    with_one = kept(tmp_path)
    await app.delete(f"{macbeth}/picture", bob)
    await sweep(app)

    assert with_one == names(picture)
    assert kept(tmp_path) == set()


async def test_what_an_upload_left_that_came_to_nothing_is_swept(
    app: App, alice: Someone, tmp_path: Path
):
    path = await listed(app, alice)
    album, db = Album("tickets", app.settings.pictures_url), await app.db("tickets")
    upload = await album.develop(clock.new_id(), drawn())
    await store.upsert_loose_pictures(db, upload.picture.files, clock.now() + LOOSE)
    await album.keep(upload)  # and here the process dies

    await sweep(app)

    assert kept(tmp_path) == set()
    assert "picture" not in (await app.get(path)).json()


async def test_a_picture_that_comes_once_more_is_not_swept(
    app: App, alice: Someone, tmp_path: Path
):
    path = await listed(app, alice)
    await hang(app, path, alice)
    await app.delete(f"{path}/picture", alice)
    db = await app.db("tickets")
    await db.execute("UPDATE loose_pictures SET due_at = now() - interval '1 hour'")

    picture = await hang(app, path, alice)
    await app.delete(f"{path}/picture", alice)
    looked_at = await sweep(app, timedelta(0))

    assert looked_at == 0
    assert kept(tmp_path) == names(picture)


async def test_who_uploads_a_picture_while_it_is_swept_gets_it_all_the_same(
    app: App, alice: Someone, tmp_path: Path
):
    path = await listed(app, alice)
    await hang(app, path, alice)
    await app.delete(f"{path}/picture", alice)
    album, db = Album("tickets", app.settings.pictures_url), await app.db("tickets")

    async def uploading_waits():
        waiting = await db.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        assert waiting == 1

    async with db.transaction() as tx:
        due = await store.take_loose_pictures(tx, clock.now() + LATER, AT_ONCE)
        uploading = asyncio.create_task(hang(app, path, alice))
        await eventually(uploading_waits)
        await album.drop([file for file, is_named in due if not is_named])
        dropped = kept(tmp_path)
    picture = await uploading

    assert [is_named for _, is_named in due] == [False] * 3
    assert dropped == set()
    assert kept(tmp_path) == names(picture)
    assert await seen(app, picture) == [*CORNERS]


async def test_a_sweep_that_cannot_reach_the_pictures_looks_again(
    play: Play, alice: Someone, tmp_path: Path
):
    app = await play("tickets", pictures_url=(tmp_path / "here").as_uri())
    path = await listed(app, alice)
    await hang(app, path, alice)
    await app.delete(f"{path}/picture", alice)
    (tmp_path / "a file").write_text("no folder")
    lost = Album("tickets", (tmp_path / "a file").as_uri())
    db = await app.db("tickets")

    with pytest.raises(Exception, match="out of order"):
        await commands.sweep_pictures(lost, db, clock.now() + LATER, AT_ONCE)
    looked_at = await sweep(app)

    assert (looked_at, kept(tmp_path)) == (3, set())
