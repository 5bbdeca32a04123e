"""What is found of a show while several batches tell of it at once, and as time passes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import LiteralString, TypeAlias

import pytest

from boxoffice.events.event import Event
from boxoffice.events.shows import PerformanceChanged, ShowAdded
from boxoffice.kit import clock
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.database import Tx
from boxoffice.kit.service import Running
from boxoffice.services.query import handlers, jobs
from query.finding import cards, counted, put_on, titles
from query.told import copy, show_news
from shows.catalogue import an_organiser, in_days
from stage import App, Play, Someone, eventually
from stage.facts import heard, scheduled, tell
from stage.rivals import Swaps, rivals

Work: TypeAlias = Callable[[Tx], Awaitable[None]]

LOCK: LiteralString = "SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))"
NO_LOCK: LiteralString = "SELECT $1::integer"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query")


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


async def test_a_show_that_is_published_at_two_venues_at_once_is_found_by_both(
    app: App, olivia: Someone
):
    first, second = await _at_two_venues(app, olivia)

    await _at_once(app, partial(_copy, first), partial(_copy, second))

    assert await titles(app, q="almeida") == ["The Tempest"]
    assert await titles(app, q="barbican") == ["The Tempest"]
    assert [card["performances"] for card in await cards(app)] == [2]


async def test_without_a_lock_it_would_be_found_by_one_of_them_alone(app: App, olivia: Someone):
    first, second = await _at_two_venues(app, olivia)

    await _at_once(app, partial(_copy, first), partial(_copy, second), {LOCK: NO_LOCK})

    assert await titles(app, q="almeida") == []
    assert await titles(app, q="barbican") == ["The Tempest"]


async def test_what_is_free_is_known_though_the_show_changes_meanwhile(app: App, olivia: Someone):
    count, change = await _count_and_change(app, olivia)

    await _at_once(app, partial(_copy, count), partial(_copy, change))

    assert [card["free"] for card in await cards(app)] == [11]


async def test_without_a_lock_what_is_free_would_be_forgotten_then(app: App, olivia: Someone):
    count, change = await _count_and_change(app, olivia)

    await _at_once(app, partial(_copy, count), partial(_copy, change), {LOCK: NO_LOCK})

    assert [card.get("free") for card in await cards(app)] == [None]


async def test_the_day_after_what_was_sold_too_long_ago_is_forgotten(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")
    await tell(app, counted(hamlet, 1, 4, counted_at=clock.now() - timedelta(days=6)))
    assert [card["seatsSold"] for card in await cards(app)] == [4]
    db = await app.db("query")

    await db.execute("UPDATE sales SET day = day - 1")
    await db.execute("UPDATE ranks SET sold_on = sold_on - 1")
    due = await jobs.rank_anew(await _running(app))

    assert [card["seatsSold"] for card in await cards(app)] == [0]
    assert due is not None
    assert timedelta(0) < due - clock.now() <= timedelta(days=1)


async def test_the_job_wakes_when_the_next_performance_begins(app: App, olivia: Someone):
    await put_on(app, olivia, "Macbeth")
    hamlet = await put_on(app, olivia, "Hamlet", startsAt=_soon())
    await heard(app)

    due = await jobs.pass_on(await _running(app))

    assert due is not None
    assert due.isoformat().replace("+00:00", "Z") == hamlet["startsAt"]


def _soon() -> str:
    return (clock.now() + timedelta(days=1)).isoformat()


async def _at_two_venues(app: App, by: Someone) -> Sequence[Event]:
    """A show, and news of two performances of it, which are its first."""
    show = show_news(by, ShowAdded)
    await copy(app, show)
    return [scheduled(by, show_id=show.show_id, venue=one) for one in ("Almeida", "Barbican")]


async def _count_and_change(app: App, by: Someone) -> Sequence[Event]:
    """News of a performance that is found: how much of it is sold, and that it costs more."""
    show = show_news(by, ShowAdded)
    known = scheduled(by, show_id=show.show_id)
    await copy(app, show, known)
    changed = known.model_dump() | {"version": 2, "starts_at": in_days(4)}
    return [
        counted({"id": str(known.performance_id)}, 1, 4),
        PerformanceChanged.model_validate(changed),
    ]


async def _at_once(app: App, first: Work, second: Work, swaps: Swaps | None = None) -> None:
    """Do both: the second begins in the midst of the first, and has to wait sooner or later."""
    db = await app.db("query")

    async def it_waits() -> None:
        assert await db.fetchval(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        )

    async def follow() -> None:
        async with follower.transaction() as tx:
            await second(tx)

    async with rivals(app, "query") as leader, rivals(app, "query") as follower:
        leader.swaps = follower.swaps = swaps or {}
        async with leader.transaction() as tx:
            await first(tx)
            following = asyncio.create_task(follow())
            await eventually(it_waits)
        await following


async def _copy(news: Event, tx: Tx) -> None:
    await handlers.copy_catalogue(tx, [news])


async def _running(app: App) -> Running:
    doorkeeper = Doorkeeper(watched_keys(), watched_standing(), app.settings)
    return Running("query", app.settings, await app.db("query"), app.client.jetstream(), doorkeeper)
