"""What shows says of shows and drafts: each once, in the right version, when it changes."""

import asyncio

from boxoffice.events.shows import (
    PerformanceChanged,
    PerformanceDrafted,
    PerformanceDropped,
    PerformanceScheduled,
    ShowAdded,
    ShowChanged,
)
from shows.catalogue import (
    SHOW,
    VENUE,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    publish,
    said,
    written,
)
from shows.files import an_account, bring, played, show, venue
from stage import Play, eventually
from stage.pictures import drawn

FLOOR = [{"name": "Floor", "capacity": 3}]


async def test_a_show_is_said_when_it_is_added_and_when_it_is_edited(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await announce_show(app, olivia, cast=["Ada", "Bo"], story="To be.", age=12)
    path, told = f"/api/shows/{made['id']}", SHOW | {"title": "Macbeth", "runningMinutes": 100}

    edited = await app.put(path, olivia, json=told)
    again = await app.put(path, olivia, json=told)

    (added,), (changed,) = await said(app, ShowAdded), await said(app, ShowChanged)
    assert (str(added.show_id), added.version, added.organiser_id) == (made["id"], 0, olivia.id)
    assert (added.title, added.cast, added.story, added.age) == (
        "Hamlet",
        ("Ada", "Bo"),
        "To be.",
        12,
    )
    assert (changed.title, changed.running_minutes, changed.version) == ("Macbeth", 100, 1)
    assert edited.headers["Boxoffice-After"] == f"shows.{made['id']}.1"
    assert "Boxoffice-After" not in again.headers


async def test_the_pictures_of_a_show_are_said_with_it(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await announce_show(app, olivia)
    path = f"/api/shows/{made['id']}"

    poster = (await app.put(f"{path}/poster", olivia, content=drawn())).json()
    await app.delete(f"{path}/pictures/{poster['id']}", olivia)

    hung, taken = await said(app, ShowChanged)
    assert (hung.version, taken.version, taken.pictures) == (1, 2, ())
    assert [(str(one.picture_id), one.is_poster) for one in hung.pictures] == [(poster["id"], True)]
    assert hung.pictures[0].sizes


async def test_a_draft_is_said_when_it_is_planned_changed_and_dropped(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    path = f"/api/performances/{draft['id']}"
    moved_to = in_days(20)
    terms = {"startsAt": written(moved_to), "prices": {"Stalls": 50, "Floor": 0}}

    for _ in range(2):
        await app.put(path, olivia, json=terms)
    for _ in range(2):
        await app.delete(path, olivia)

    first, second = await said(app, PerformanceDrafted)
    (dropped,) = await said(app, PerformanceDropped)
    assert [one.version for one in (first, second, dropped)] == [0, 1, 2]
    assert (first.venue, first.city, first.capacity) == ("Globe", "London", 15)
    assert (first.prices, second.prices) == (
        {"Stalls": 4000, "Floor": 1250},
        {"Stalls": 5000, "Floor": 0},
    )
    assert (second.starts_at, second.on_sale_at) == (moved_to, None)
    assert dropped.prices == second.prices


async def test_what_is_published_is_said_as_that_alone(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)

    await publish(app, olivia, draft["id"])
    refused = await app.delete(f"/api/performances/{draft['id']}", olivia)

    assert refused.status_code == 409
    assert [one.version for one in await said(app, PerformanceDrafted)] == [0]
    assert [one.version for one in await said(app, PerformanceScheduled)] == [1]
    assert await said(app, PerformanceDropped) == []


async def test_a_new_name_or_size_of_a_venue_is_said_of_drafts_that_are_to_come(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    house = await open_venue(app, oscar)
    draft = await plan_performance(app, olivia, venue=house)
    await plan_performance(app, olivia, venue=house, startsAt=written(in_days(-1)))
    path = f"/api/venues/{house['id']}"

    await app.put(path, oscar, json=VENUE | {"name": "Rose"})
    await app.put(path, oscar, json=VENUE | {"name": "Rose", "sections": FLOOR})
    await app.put(path, oscar, json=VENUE | {"name": "Rose", "sections": FLOOR, "address": "Here"})

    news = [
        one for one in await said(app, PerformanceDrafted) if str(one.performance_id) == draft["id"]
    ]
    assert [(one.version, one.venue, one.capacity) for one in news] == [
        (0, "Globe", 15),
        (1, "Rose", 15),
        (2, "Rose", 3),
    ]
    assert len(await said(app, PerformanceDrafted)) == len(news) + 1
    assert await said(app, PerformanceChanged) == []


async def test_a_new_title_of_a_show_is_said_of_no_draft_which_tells_none(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)

    await app.put(f"/api/shows/{draft['showId']}", olivia, json=SHOW | {"title": "Macbeth"})

    assert [one.version for one in await said(app, PerformanceDrafted)] == [0]


async def test_a_draft_that_is_planned_while_its_venue_is_renamed_tells_the_new_name(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made, house = await announce_show(app, olivia), await open_venue(app, olivia)
    db = await app.db("shows")

    async def it_waits() -> None:
        assert await db.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")

    async with db.transaction() as renaming:
        await renaming.execute("UPDATE venues SET name = 'Rose', version = 1")
        planning = asyncio.create_task(plan_performance(app, olivia, made, house))
        await eventually(it_waits)
    draft = await planning

    (news,) = await said(app, PerformanceDrafted)
    assert (news.venue, draft["venue"]["name"]) == ("Rose", "Rose")


async def test_an_import_says_its_shows_in_one_go_and_nothing_twice(play: Play):
    app = await play("identity", "shows")
    olivia = await an_account(app)
    shows = [show(f"S{n}", played(f"P{n}")) for n in range(3)]

    await bring(app, olivia, venue(), *shows)
    await bring(app, olivia, venue(), *shows)
    await bring(app, olivia, venue(), *shows[:2], show("S2", played("P2"), title="Macbeth"))

    assert [one.version for one in await said(app, ShowAdded)] == [0, 0, 0]
    assert [(one.title, one.version) for one in await said(app, ShowChanged)] == [("Macbeth", 1)]
    db = await app.db("shows")
    times = await db.fetch("SELECT DISTINCT said_at FROM outbox WHERE name = 'ShowAdded'")
    assert len(times) == 1
    assert [one.title for one in await said(app, PerformanceChanged)] == ["Macbeth"]
