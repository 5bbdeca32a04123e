"""The daily import of the performing-arts open API: what is new there, and what looks different."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import holidays

from boxoffice.kit.database import Database
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.telemetry import log
from boxoffice.services.shows import store
from boxoffice.services.shows.commands.imports import Batch, import_batch
from boxoffice.services.shows.gateway import Kopis, Listed
from boxoffice.services.shows.model.imports import Import, ImportedShow, ImportedVenue
from boxoffice.services.shows.model.kopis import COUNTRY, ZONE, Unusable
from boxoffice.services.shows.model.translation import translate_show, translate_venue

KOPIS = "kopis"
AT_ONCE = 20  # shows fetched and written together: what a crash repeats
HELD = timedelta(minutes=30)  # without a sign of life: reading slow lists may take as long
AGAIN = timedelta(days=1)
AFTER_A_FAILURE = timedelta(hours=1)  # the open API has its nights off
SEOUL = ZoneInfo(ZONE)

T = TypeVar("T")
Tell = Callable[[int, int], None]


async def claim_kopis(db: Database, at: datetime, *, due: bool) -> bool:
    """Take the open API to import from it; False when somebody does, or it is not `due` yet."""
    return await store.claim_import(db, KOPIS, at, HELD, due=due)


async def import_kopis(
    db: Database, kopis: Kopis, work: Import, capacity: int, tell: Tell = lambda _done, _of: None
) -> None:
    """Import what is new at the open API; what became of it is in the outcome.

    Who calls this has claimed the source, and it is let go of at the end. `tell` is told how many
    shows are done, of how many. A section that no map has gets so many places. Unavailable when
    the open API does not answer, Conflict when a file is imported as from there just now; what was
    written before stays.
    """
    try:
        await _import(db, kopis, work, capacity, tell)
    except Exception:
        await store.release_import(db, KOPIS, work.at, work.at + AFTER_A_FAILURE)
        raise
    await store.release_import(db, KOPIS, work.at, work.at + AGAIN)
    counts = {f"{kind} {fate}": number for (kind, fate), number in work.outcome.fates.items()}
    log.info("imported", source=KOPIS, faults=work.outcome.faults.count, **counts)
    if work.outcome.reasons:
        log.warning("left out", source=KOPIS, **work.outcome.reasons)
    for fault in work.outcome.faults.first():
        log.warning("left as it is", source=KOPIS, id=fault.source_id, reason=fault.sentence)


async def _import(db: Database, kopis: Kopis, work: Import, capacity: int, tell: Tell) -> None:
    listed = await kopis.list_shows(work.at.astimezone(SEOUL).date())
    looks = await store.select_looks(db, KOPIS, [one.show_id for one in listed])
    fresh = [one for one in listed if looks.get(one.show_id) != one.seen]
    work.outcome.count("shows", "as before", len(listed) - len(fresh))
    for first in range(0, len(fresh), AT_ONCE):
        tell(first, len(fresh))
        await _import_some(db, kopis, work, fresh[first : first + AT_ONCE], capacity)
        await store.hold_import(db, KOPIS, HELD)
    tell(len(fresh), len(fresh))


async def _import_some(
    db: Database, kopis: Kopis, work: Import, listed: Sequence[Listed], capacity: int
) -> None:
    """Fetch some shows with their venues, then write them in one transaction."""
    found = await _all(_fetch_show(kopis, work, one.show_id, capacity) for one in listed)
    shows = [show for show in found if show is not None]
    wanted = {_venue_of(show) for show in shows}
    known = await store.select_venues_known(db, KOPIS, wanted)
    fetched = await _all(_fetch_venue(kopis, one, capacity) for one in sorted(wanted - known))
    venues = [one for one in fetched if isinstance(one, ImportedVenue)]
    there = known | {venue.source_id for venue in venues}
    for show in shows:
        if _venue_of(show) not in there:
            _leave_out(work, show.source_id, Unusable("no venue", _venue_of(show)))
    shows = [show for show in shows if _venue_of(show) in there]
    async with db.transaction() as tx:
        await import_batch(tx, work, Batch(venues=venues, shows=shows))
        faulty = work.outcome.faults.source_ids
        written = {show.source_id for show in shows} - faulty
        looks = {one.show_id: one.seen for one in listed if one.show_id in written}
        await store.save_looks(tx, KOPIS, looks)


async def _fetch_show(
    kopis: Kopis, work: Import, show_id: str, capacity: int
) -> ImportedShow | None:
    try:
        text = await kopis.get_show(show_id)
        return translate_show(text, capacity, work.at, _public_holidays().__contains__)
    except Unusable as why:
        _leave_out(work, show_id, why)
        return None


async def _fetch_venue(kopis: Kopis, venue_id: str, capacity: int) -> ImportedVenue | None:
    try:
        return translate_venue(await kopis.get_venue(venue_id), capacity)
    except Unusable as why:
        log.info("left out", source=KOPIS, id=venue_id, reason=why.detail)
        return None


async def _all(asked: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return all answers; Unavailable at the first that there is not, and the others are let go."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one) for one in asked]
    except* Unavailable as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]


@cache
def _public_holidays() -> holidays.HolidayBase:
    """Return the calendar, which takes a quarter of a second that only an import needs."""
    return holidays.country_holidays(COUNTRY)


def _venue_of(show: ImportedShow) -> str:
    return show.performances[0].venue


def _leave_out(work: Import, show_id: str, why: Unusable) -> None:
    work.outcome.leave_out("shows", why.reason, f"{show_id}: {why.detail}")
    log.info("left out", source=KOPIS, id=show_id, reason=why.detail)
