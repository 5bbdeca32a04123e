"""Many who publish, change and cancel one performance in the same moment."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import LiteralString
from uuid import UUID

from boxoffice.events.shows import PerformanceChanged, PerformanceScheduled
from boxoffice.kit import clock
from boxoffice.services.shows import commands
from boxoffice.services.shows.model import Terms
from shows.catalogue import an_organiser, plan_performance, said, schedule
from stage import App, Play, Someone
from stage.rivals import Rivals, Swaps, rivals

MANY = 6
LOCK: LiteralString = "SELECT FROM performances WHERE performance_id = $1 FOR UPDATE"
NO_LOCK: LiteralString = "SELECT FROM performances WHERE performance_id = $1"
VERSION: LiteralString = "AND version = $2 - 1"
SAVE: LiteralString = "UPDATE performances SET version = $2"


async def test_however_many_publish_a_performance_it_is_said_once(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)

    async with rivals(app, "shows", MANY) as several:
        states = await _publish_at_once(several, olivia, draft["id"])

    assert states == ["published"] * MANY
    assert [news.version for news in await said(app, PerformanceScheduled)] == [1]


async def test_without_lock_and_version_it_would_be_said_several_times(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)

    async with _unguarded(app) as several:
        await _publish_at_once(several, olivia, draft["id"])

    assert len(await said(app, PerformanceScheduled)) > 1


async def test_of_many_changes_of_one_version_one_is_made(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)

    async with rivals(app, "shows", MANY) as several:
        outcomes = await _change_at_once(several, olivia, made["id"])

    assert outcomes.count("StaleVersion") == MANY - 1
    assert [news.version for news in await said(app, PerformanceChanged)] == [2]


async def test_without_lock_and_version_several_would_be_made(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)

    async with _unguarded(app) as several:
        outcomes = await _change_at_once(several, olivia, made["id"])

    assert outcomes.count("StaleVersion") < MANY - 1
    assert len(await said(app, PerformanceChanged)) > 1


def _unguarded(app: App) -> AbstractAsyncContextManager[Rivals]:
    swaps: Swaps = {LOCK: NO_LOCK}
    return rivals(app, "shows", MANY, without=(VERSION,), swaps=swaps, meet_at=SAVE)


async def _publish_at_once(several: Rivals, by: Someone, performance_id: str) -> list[str]:
    published = await asyncio.gather(
        *(
            commands.publish_performance(several, UUID(performance_id), by.id, clock.now())
            for _ in range(MANY)
        )
    )
    return [performance.state for performance in published]


async def _change_at_once(several: Rivals, by: Someone, performance_id: str) -> list[str]:
    """Ask for as many prices as there are rivals; return what came of each."""
    performance = await commands.get_performance(several, UUID(performance_id))
    changes = [
        commands.change_performance(
            several,
            performance.performance_id,
            by.id,
            Terms(starts_at=performance.starts_at, prices={"Stalls": price, "Floor": 0}),
            performance.version,
        )
        for price in range(1, MANY + 1)
    ]
    outcomes = await asyncio.gather(*changes, return_exceptions=True)
    return [type(outcome).__name__ for outcome in outcomes]
