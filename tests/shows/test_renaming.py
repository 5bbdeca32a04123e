"""A show or a venue with another name: everybody who has a ticket hears of it."""

import asyncio
from uuid import UUID

from boxoffice.events.shows import PerformanceChanged, PerformanceScheduled
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.services.shows import commands, store
from boxoffice.services.shows.commands.performances import AT_ONCE
from boxoffice.services.shows.model import MOST_TO_COME, Billing
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
    schedule,
    written,
)
from stage import App, Play, eventually
from stage.rivals import rivals

MACBETH = SHOW | {"title": "Macbeth"}


async def test_a_new_title_is_said_of_every_performance_that_is_still_to_come(play: Play):
    app, olivia = await play("shows"), an_organiser()
    show, venue = await announce_show(app, olivia), await open_venue(app, olivia)
    to_come, postponed, over, cancelled = [
        await schedule(app, olivia, show, venue) for _ in range(4)
    ]
    await plan_performance(app, olivia, show, venue)
    await schedule(app, olivia, venue=venue)
    await app.put(f"/api/performances/{postponed['id']}/postponement", olivia, json={})
    await app.put(f"/api/performances/{cancelled['id']}/cancellation", olivia)
    await _put_in_the_past(app, over["id"], postponed["id"])

    await app.put(f"/api/shows/{show['id']}", olivia, json=MACBETH)

    news = await said(app, PerformanceChanged)
    assert {(str(one.performance_id), one.version, one.state, one.title) for one in news} == {
        (to_come["id"], 2, "published", "Macbeth"),
        (postponed["id"], 3, "postponed", "Macbeth"),
    }
    shown = (await app.get(f"/api/performances/{to_come['id']}")).json()
    assert shown == to_come | {"title": "Macbeth", "version": 2}


async def test_what_else_changes_of_a_show_is_said_of_no_performance(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)

    await app.put(f"/api/shows/{made['showId']}", olivia, json=SHOW | {"story": "He hesitates."})

    assert await said(app, PerformanceChanged) == []
    assert (await app.get(f"/api/performances/{made['id']}")).json() == made


async def test_a_new_name_of_a_venue_is_said_and_a_new_map_is_not(play: Play):
    app, olivia, oscar = await play("shows"), an_organiser(), an_organiser("oscar")
    venue = await open_venue(app, oscar)
    made = await schedule(app, olivia, venue=venue)
    floor = [{"name": "Floor", "capacity": 3}]

    await app.put(f"/api/venues/{venue['id']}", oscar, json=VENUE | {"sections": floor})
    after_the_map = await said(app, PerformanceChanged)
    rose = VENUE | {"name": "Rose", "city": "Paris", "timeZone": "Europe/Paris"}
    await app.put(f"/api/venues/{venue['id']}", oscar, json=rose)

    (news,) = await said(app, PerformanceChanged)
    assert after_the_map == []
    assert (str(news.performance_id), news.version) == (made["id"], 2)
    assert (news.venue, news.city, news.time_zone) == ("Rose", "Paris", "Europe/Paris")
    assert written(news.starts_at) == made["startsAt"]


async def test_a_new_title_reaches_more_performances_than_are_read_at_once(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    await _repeat(app, made["id"], AT_ONCE)

    await app.put(f"/api/shows/{made['showId']}", olivia, json=MACBETH)

    news = await said(app, PerformanceChanged)
    assert len({one.performance_id for one in news}) == len(news) == AT_ONCE + 1
    assert {(one.title, one.version) for one in news} == {("Macbeth", 2)}


async def test_a_show_has_so_many_performances_to_come_that_one_transaction_can_name_them(
    play: Play,
):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    show, venue = {"id": made["showId"]}, made["venue"]
    await _repeat(app, made["id"], MOST_TO_COME - 1)
    draft = await plan_performance(app, olivia, show, venue)

    refused = await app.put(f"/api/performances/{draft['id']}/publication", olivia)
    await app.put(f"/api/performances/{made['id']}/cancellation", olivia)
    published = await app.put(f"/api/performances/{draft['id']}/publication", olivia)

    assert (refused.status_code, published.status_code) == (409, 200)
    assert "at most 1000 performances to come" in refused.json()["detail"]


async def test_a_venue_with_too_many_performances_to_come_keeps_its_name(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    path = f"/api/venues/{made['venue']['id']}"
    await _repeat(app, made["id"], 2 * MOST_TO_COME)

    renamed = await app.put(path, olivia, json=VENUE | {"name": "Rose"})
    described = await app.put(path, olivia, json=VENUE | {"accessibility": "Lift"})

    assert (renamed.status_code, described.status_code) == (409, 200)
    assert described.json()["name"] == "Globe"
    assert await said(app, PerformanceChanged) == []


async def test_what_is_published_while_its_show_is_renamed_is_said_under_the_new_name(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    db = await app.db("shows")

    async with db.transaction() as renaming:
        await _rename(renaming, draft["showId"])
        publishing = asyncio.create_task(publish(app, olivia, draft["id"]))
        await eventually(lambda: _somebody_waits(app))
    published = await publishing

    (news,) = await said(app, PerformanceScheduled)
    assert (news.title, published["title"]) == ("Macbeth", "Macbeth")


async def test_without_a_lock_on_the_show_it_would_be_said_under_the_old_name(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    db = await app.db("shows")

    without_lock = rivals(app, "shows", without=("FOR SHARE",))
    async with without_lock as unguarded, db.transaction() as renaming:
        await _rename(renaming, draft["showId"])
        await commands.publish_performance(unguarded, UUID(draft["id"]), olivia.id, clock.now())

    (news,) = await said(app, PerformanceScheduled)
    shown = (await app.get(f"/api/performances/{draft['id']}")).json()
    assert (news.title, shown["title"]) == ("Hamlet", "Macbeth")


async def _rename(tx: Tx, show_id: str) -> None:
    show = await commands.get_show(tx, UUID(show_id))
    await store.update_show(tx, show.edit(Billing(title="Macbeth", genre="play")))


async def _somebody_waits(app: App) -> None:
    db = await app.db("shows")
    assert await db.fetchval(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
    )


async def _repeat(app: App, performance_id: str, times: int) -> None:
    """Play it so many more times, all of them published."""
    db = await app.db("shows")
    await db.execute(
        """
        INSERT INTO performances (performance_id, version, show_id, venue_id, organiser_id, state,
                                  starts_at, on_sale_at, currency, prices, sections, capacity)
        SELECT uuidv7(), version, show_id, venue_id, organiser_id, state,
               starts_at + nth * interval '1 hour', on_sale_at, currency, prices, sections, capacity
        FROM performances, generate_series(1, $2) AS nth WHERE performance_id = $1
        """,
        UUID(performance_id),
        times,
    )


async def _put_in_the_past(app: App, *performance_ids: str) -> None:
    db = await app.db("shows")
    await db.execute(
        "UPDATE performances SET starts_at = $2 WHERE performance_id = ANY($1::uuid[])",
        [UUID(one) for one in performance_ids],
        in_days(-1),
    )
