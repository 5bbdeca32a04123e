"""What is free, as everybody is shown it: a document with a tag, and news of it as it changes."""

import asyncio

import asyncpg
import pytest

from boxoffice.kit import clock
from boxoffice.kit.database import url_of
from boxoffice.services.orders import commands
from orders.seats import held, schedule, shown, sold, taken_are, watching
from stage import App, Play, Someone
from stage.facts import seated
from stage.rivals import replica


@pytest.fixture
async def app(play: Play) -> App:
    return await play("orders")


async def test_what_is_held_or_sold_is_taken(app: App, alice: Someone, bob: Someone):
    news = await schedule(app)
    await held(app, alice, news.performance_id, "Stalls/A/1")
    await sold(app, bob, news.performance_id, "Stalls/B/9", "Stalls/B/10")

    await taken_are(app, news.performance_id, "Stalls/A/1", "Stalls/B/9", "Stalls/B/10")

    document = await shown(app, news.performance_id)
    rows = await shown(app, news.performance_id, "rows")
    assert (document["total"], document["free"]) == (20, 17)
    assert rows["sections"] == [
        {"name": "Stalls", "free": 17, "rows": ["1000000000", "0000000022"]}
    ]


async def test_who_has_the_newest_document_is_not_sent_it_again(app: App, bob: Someone):
    news = await schedule(app)
    path = f"/api/performances/{news.performance_id}/seats"
    first = await app.get(path)

    same = await app.get(path, headers={"If-None-Match": first.headers["ETag"]})
    await held(app, bob, news.performance_id, "Stalls/A/1")
    await taken_are(app, news.performance_id, "Stalls/A/1")
    other = await app.get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (same.status_code, same.content) == (304, b"")
    assert (other.status_code, other.headers["ETag"] != first.headers["ETag"]) == (200, True)


async def test_an_unknown_performance_has_no_seats(app: App):
    path = f"/api/performances/{clock.new_id()}/seats"

    answers = [await app.get(one) for one in (path, f"{path}/changes", "/api/performances/x/seats")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_who_watches_hears_what_is_taken_and_freed(app: App, alice: Someone):
    news = await schedule(app)
    async with watching(app, news.performance_id) as events:
        kind, _, state = await anext(events)
        order_id = await held(app, alice, news.performance_id, "Stalls/A/1", "Stalls/A/2")
        taken = await anext(events)
        await app.delete(f"/api/orders/{order_id}", alice)
        freed = await anext(events)

    assert (kind, state["taken"], state["free"]) == ("state", [], 20)
    assert (taken[0], sorted(taken[2]["taken"]), taken[2]["free"]) == (
        "seats",
        ["Stalls/A/1", "Stalls/A/2"],
        18,
    )
    assert (sorted(freed[2]["freed"]), freed[2]["free"]) == (["Stalls/A/1", "Stalls/A/2"], 20)


async def test_who_comes_back_hears_only_what_they_missed(app: App, alice: Someone, bob: Someone):
    news = await schedule(app)
    async with watching(app, news.performance_id) as events:
        await anext(events)
        await held(app, alice, news.performance_id, "Stalls/A/1")
        _, last_id, _ = await anext(events)
    await held(app, bob, news.performance_id, "Stalls/A/2")
    await taken_are(app, news.performance_id, "Stalls/A/1", "Stalls/A/2")

    async with watching(app, news.performance_id, last_id) as events:
        kind, _, missed = await anext(events)

    assert (kind, missed["taken"]) == ("seats", ["Stalls/A/2"])


@pytest.mark.parametrize("last_id", ["another.3", "nonsense", "another.", ".", "x" * 100])
async def test_who_comes_from_elsewhere_is_told_everything(app: App, bob: Someone, last_id: str):
    news = await schedule(app)
    await held(app, bob, news.performance_id, "Stalls/A/2")

    async with watching(app, news.performance_id, last_id) as events:
        kind, _, state = await anext(events)

    assert (kind, state["taken"]) == ("state", ["Stalls/A/2"])


async def test_another_replica_shows_the_same(app: App, alice: Someone, bob: Someone):
    news = await schedule(app)
    async with replica(app) as second:
        await taken_are(second, news.performance_id)
        async with watching(second, news.performance_id) as events:
            await anext(events)
            await held(app, alice, news.performance_id, "Stalls/A/1")
            _, _, told = await anext(events)
        await held(second, bob, news.performance_id, "Stalls/A/2")

        await taken_are(app, news.performance_id, "Stalls/A/1", "Stalls/A/2")
        await taken_are(second, news.performance_id, "Stalls/A/1", "Stalls/A/2")

    assert told["taken"] == ["Stalls/A/1"]


async def test_what_was_missed_while_nobody_listened_is_looked_up(app: App, bob: Someone):
    news = await schedule(app)
    await taken_are(app, news.performance_id)

    await _cut_the_lines_of_listeners(app)
    await held(app, bob, news.performance_id, "Stalls/A/1")

    await taken_are(app, news.performance_id, "Stalls/A/1")


async def test_who_watches_is_let_go_when_the_server_stops(app: App):
    news = await schedule(app)
    async with watching(app, news.performance_id) as events:
        await anext(events)

        await app.stop()

        assert [event async for event in events] == []


async def test_a_thousand_who_watch_are_told_from_one_computation(app: App, bob: Someone):
    news = await schedule(app, sections=(seated("Stalls", 100, 20, 20),))
    async with commands.open_box(app.settings, await app.db("orders")) as box:
        board = await box.boards.open(news.performance_id)
        watchers = [board.watch("") for _ in range(1_000)]
        states = {await anext(watcher) for watcher in watchers}

        await held(app, bob, news.performance_id, "Stalls/A/1")
        messages = await asyncio.gather(*(anext(watcher) for watcher in watchers))
        for watcher in watchers:
            await watcher.aclose()

    assert len(states) == 1
    assert len({id(message) for message in messages}) == 1
    assert b"Stalls/A/1" in messages[0]
    assert board.watchers == 0


async def _cut_the_lines_of_listeners(app: App) -> None:
    connection = await asyncpg.connect(url_of("orders", app.settings))
    try:
        cut = await connection.fetch(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query = 'SELECT true'
                AND pid <> pg_backend_pid()
            """
        )
    finally:
        await connection.close()
    assert cut
