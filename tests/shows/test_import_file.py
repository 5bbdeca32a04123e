"""Importing shows from a file: all of it or nothing, and again as often as one likes."""

import pytest

from boxoffice.events.shows import (
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.kit.errors import Conflict, Forbidden, NotFound
from boxoffice.services.shows import store
from query.finding import cards, titles
from shows.catalogue import PRICES, in_days, said, written
from shows.files import an_account, bring, counted, fates, faults, played, show, venue
from stage import App, Play, Someone


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "shows", "query")


async def test_a_file_of_shows_is_on_sale_as_if_it_had_been_made_by_hand(app: App):
    olivia = await an_account(app)
    first, second = in_days(7), in_days(8)

    outcome = await bring(
        app,
        olivia,
        show(
            "S1",
            played("P1", startsAt=written(first), doorsAt=written(in_days(6.9))),
            played("P2", startsAt=written(second), prices={"Stalls": 0, "Floor": 7}),
            story="To be.",
            cast=["Ada", "Bo"],
            runningMinutes=200,
            age=12,
        ),
        venue("V1"),
    )

    assert fates(outcome) == {"venues new": 1, "shows new": 1, "performances new": 2}
    (listed,) = await cards(app)
    found = (await app.get(f"/api/shows/{listed['id']}")).json()
    assert (found["title"], found["cast"], found["age"]) == ("Hamlet", ["Ada", "Bo"], 12)
    assert found["organiserId"] == str(olivia.id)
    assert [(one["state"], one["startsAt"]) for one in found["performances"]] == [
        ("published", written(first)),
        ("published", written(second)),
    ]
    assert [one["prices"] for one in found["performances"]] == [PRICES, {"Stalls": 0, "Floor": 7}]
    assert {one["capacity"] for one in found["performances"]} == {15}


async def test_what_is_imported_is_said_once_it_is_there(app: App):
    olivia = await an_account(app)

    await bring(app, olivia, venue(), show())

    (news,) = await said(app, PerformanceScheduled)
    db = await app.db("shows")
    (known,) = await store.select_performances(db, [news.performance_id])
    assert news == PerformanceScheduled.of(known)
    assert (news.organiser_id, news.title, news.venue) == (olivia.id, "Hamlet", "Globe")
    assert [(one.name, one.price_minor, one.capacity) for one in news.sections] == [
        ("Stalls", 4000, 10),
        ("Floor", 1250, 5),
    ]


async def test_the_same_file_again_changes_nothing_and_says_nothing(app: App):
    olivia = await an_account(app)
    lines = [venue(), show("S1", played("P1"), played("P2", 8)), show("S2", cast="Ada, Bo")]
    await bring(app, olivia, *lines)
    before = await counted(app)

    outcome = await bring(app, olivia, *lines)

    assert fates(outcome) == {
        "venues as before": 1,
        "shows as before": 2,
        "performances as before": 3,
    }
    assert await counted(app) == before
    db = await app.db("shows")
    assert await db.fetchval("SELECT max(version) FROM venues") == 0
    assert await db.fetchval("SELECT max(version) FROM shows") == 0
    assert await db.fetchval("SELECT max(version) FROM performances") == 1


async def test_a_line_that_changed_changes_what_it_says_and_nothing_else(app: App):
    olivia = await an_account(app)
    lines = [venue(), show("S1", played("P1"), played("P2", 8)), show("S2")]
    await bring(app, olivia, *lines)
    cheaper = {"Stalls": 30, "Floor": 10}

    outcome = await bring(
        app, olivia, show("S1", played("P1"), played("P2", 8, prices=cheaper)), show("S2")
    )

    assert fates(outcome) == {
        "shows as before": 2,
        "performances as before": 2,
        "performances changed": 1,
    }
    (news,) = await said(app, PerformanceChanged)
    assert (news.version, [one.price_minor for one in news.sections]) == (2, [3000, 1000])


async def test_a_new_title_is_said_of_each_performance_and_found(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show("S1", played("P1"), played("P2", 8)))

    outcome = await bring(
        app, olivia, show("S1", played("P1"), played("P2", 8), title="Prince of Denmark")
    )

    assert fates(outcome) == {"shows changed": 1, "performances as before": 2}
    news = await said(app, PerformanceChanged)
    assert [(one.title, one.version) for one in news] == [("Prince of Denmark", 2)] * 2
    assert await titles(app, q="denmark") == ["Prince of Denmark"]
    assert await titles(app, q="hamlet") == []


async def test_a_venue_that_moved_is_told_and_found_where_it_is(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show())

    outcome = await bring(app, olivia, venue(city="Bristol"))

    assert fates(outcome) == {"venues changed": 1}
    (news,) = await said(app, PerformanceChanged)
    assert news.city == "Bristol"
    assert await titles(app, city="Bristol") == ["Hamlet"]


async def test_what_is_on_sale_keeps_its_map_when_the_venue_gets_another(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show())
    smaller = venue(sections=[{"name": "Stalls", "rows": [{"name": "A", "seats": 2}]}])
    later = show("S1", played("P1"), played("P2", 9, prices={"Stalls": 5}))

    outcome = await bring(app, olivia, smaller, later)

    assert fates(outcome)["performances new"] == 1
    capacities = [news.sections[0].capacity for news in await said(app, PerformanceScheduled)]
    assert capacities == [10, 2]
    assert await said(app, PerformanceChanged) == []


async def test_another_date_postpones_a_performance(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show())
    later = in_days(20)

    outcome = await bring(app, olivia, show("S1", played("P1", startsAt=written(later))))

    assert fates(outcome) == {"shows as before": 1, "performances changed": 1}
    (news,) = await said(app, PerformancePostponed)
    assert (news.starts_at, news.state, news.version) == (later, "published", 2)
    assert await said(app, PerformanceChanged) == []


async def test_another_date_and_other_prices_are_two_pieces_of_news(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show())

    await bring(app, olivia, show("S1", played("P1", 20, prices={"Stalls": 1, "Floor": 1})))

    (postponed,), (changed,) = (
        await said(app, PerformancePostponed),
        await said(app, PerformanceChanged),
    )
    assert (postponed.version, changed.version) == (2, 3)
    assert postponed.sections[0].price_minor == 4000
    assert changed.sections[0].price_minor == 100
    db = await app.db("shows")
    assert await db.fetchval("SELECT version FROM performances") == 3


async def test_what_its_organiser_cancelled_or_postponed_stays_so(app: App):
    olivia = await an_account(app)
    lines = [venue(), show("S1", played("P1"), played("P2", 8))]
    await bring(app, olivia, *lines)
    first, second = [news.performance_id for news in await said(app, PerformanceScheduled)]
    await app.put(f"/api/performances/{first}/cancellation", olivia)
    await app.put(f"/api/performances/{second}/postponement", olivia, json={})
    before = await counted(app)

    outcome = await bring(app, olivia, *lines)

    assert fates(outcome)["performances as before"] == 2
    assert await counted(app) == before


async def test_a_performance_that_a_file_leaves_out_stays_on_sale_and_is_counted(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show("S1", played("P1"), played("P2", 8)))

    outcome = await bring(app, olivia, show("S1", played("P1")))

    assert fates(outcome)["performances no longer listed"] == 1
    db = await app.db("shows")
    assert await db.fetchval("SELECT count(*) FROM performances WHERE state = 'published'") == 2


async def test_a_performance_that_is_over_is_left_out_and_counted(app: App):
    olivia = await an_account(app)

    outcome = await bring(app, olivia, venue(), show("S1", played("P1", -1), played("P2", 8)))

    assert fates(outcome)["performances new"] == 1
    assert fates(outcome)["performances left out"] == 1
    assert outcome.reasons == {"over": 1}


async def test_performances_without_an_id_are_known_by_their_start(app: App):
    olivia = await an_account(app)
    lines = [venue(), show("S1", played(None, 7), played(None, 8))]
    await bring(app, olivia, *lines)

    outcome = await bring(app, olivia, *lines)

    assert fates(outcome)["performances as before"] == 2


async def test_a_show_without_performances_waits_for_them(app: App):
    olivia = await an_account(app)

    outcome = await bring(app, olivia, show("S1", performances=[]))

    assert fates(outcome) == {"shows new": 1}
    assert await titles(app) == []


async def test_one_bad_line_and_nothing_is_imported(app: App):
    olivia = await an_account(app)

    found = await faults(app, olivia, venue(), show("S1"), show("S2", genre="opera"), show("S3"))

    assert [(fault.line, fault.field) for fault in found] == [(3, "genre")]
    assert await counted(app) == (0, 0, 0, 0)


async def test_what_another_organiser_imported_is_not_touched(app: App):
    olivia, oscar = await an_account(app), await an_account(app, "oscar")
    await bring(app, olivia, venue(), show())

    found = await faults(app, oscar, venue(name="Mine"), show("S1", title="Mine"))
    own = await bring(app, oscar, venue(name="Mine"), show(title="Mine"), source="oscar")

    assert [(fault.line, fault.field) for fault in found] == [(1, "sourceId"), (2, "sourceId")]
    assert all("another organiser's" in fault.message for fault in found)
    assert fates(own) == {"venues new": 1, "shows new": 1, "performances new": 1}
    titles = {news.title: news.organiser_id for news in await said(app, PerformanceScheduled)}
    assert titles == {"Hamlet": olivia.id, "Mine": oscar.id}


async def test_while_somebody_imports_from_there_nobody_else_does(app: App):
    olivia = await an_account(app)
    db = await app.db("shows")

    async with db.transaction() as rival:
        assert await store.try_import_lock(rival, "file")
        with pytest.raises(Conflict, match="Another import from file"):
            await bring(app, olivia, venue())
        elsewhere = await bring(app, olivia, venue(), source="other")
    afterwards = await bring(app, olivia, venue())

    assert fates(elsewhere) == fates(afterwards) == {"venues new": 1}


async def test_nobody_imports_who_may_not_organise(app: App):
    await an_account(app, "bob", "member")

    with pytest.raises(NotFound, match=r"charlie@example\.com"):
        await bring(app, Someone("charlie"), venue())
    with pytest.raises(Forbidden, match="no organiser"):
        await bring(app, Someone("bob"), venue())

    assert await counted(app) == (0, 0, 0, 0)
