"""What query does with news of shows, performances and seats: copies, and what follows from them."""

from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol, TypeVar
from uuid import UUID

from boxoffice.kit import rebuild
from boxoffice.kit.database import Database, Tx
from boxoffice.services.query import store
from boxoffice.services.query.model.catalogue import Performance, Show
from boxoffice.services.query.model.sales import Availability


class _Versioned(Protocol):
    @property
    def version(self) -> int: ...


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=_Versioned)


async def copy_catalogue(
    tx: Tx,
    shows: Sequence[Show],
    performances: Sequence[Performance],
    counts: Sequence[Availability],
    at: datetime,
) -> None:
    """Copy what is newer than what is known, and have all it touches found as it is then.

    In whichever order news comes, and however often, the end is the same.
    """
    await store.lock_catalogue(tx)
    touched = set[UUID]()
    if shows:
        touched.update(await store.upsert_shows(tx, _newest((one.show_id, one) for one in shows)))
    copied = list[UUID]()
    if performances:
        newest = _newest((one.performance_id, one) for one in performances)
        for performance_id, show_id in await store.upsert_performances(tx, newest):
            copied.append(performance_id)
            touched.add(show_id)
    counted = await _note(tx, counts) if counts else ()
    if touched:
        await store.refresh_finds(tx, touched, at)
    touched.update(await _count(tx, counts, counted, copied))
    if touched:
        await store.refresh_cards(tx, touched, at)


async def pass_on_begun(db: Database, at: datetime, limit: int) -> None:
    """Let performances go that have begun, of so many shows at the most."""
    async with db.transaction() as tx:
        await rebuild.share(tx)
        await store.lock_catalogue(tx)
        begun = await store.select_begun(tx, at, limit)
        if begun:
            await store.refresh_finds(tx, begun, at)
            await store.refresh_cards(tx, begun, at)


async def rank_outdated(db: Database, at: datetime, limit: int) -> int:
    """Count anew what so many shows have sold in seven days; return how many these were."""
    async with db.transaction() as tx:
        await rebuild.share(tx)
        await store.lock_catalogue(tx)
        outdated = await store.select_outdated(tx, at.astimezone(UTC).date(), limit)
        if outdated:
            await store.refresh_cards(tx, outdated, at)
    return len(outdated)


async def _note(tx: Tx, counts: Sequence[Availability]) -> Sequence[UUID]:
    """Note how many seats are held and sold; return of which performances that is news."""
    of_days = _newest(((one.performance_id, one.day), one) for one in counts)
    await store.upsert_sold_by_day(tx, of_days)
    newest = _newest((one.performance_id, one) for one in counts)
    return await store.upsert_availability(tx, newest)


async def _count(
    tx: Tx, counts: Sequence[Availability], counted: Sequence[UUID], copied: Sequence[UUID]
) -> set[UUID]:
    """Count what is free and sold; return of which shows that is news.

    What was counted of a performance before it was known counts from when it is.
    """
    touched = set(await store.update_free(tx, counted)) if counted else set[UUID]()
    noted = {(one.performance_id, one.day) for one in counts}
    if copied:
        noted.update(await store.select_days_noted(tx, copied))
    if noted:
        touched.update(await store.upsert_sales(tx, sorted(noted)))
    return touched


def _newest(copies: Iterable[tuple[K, V]]) -> Sequence[V]:
    """Return the newest version of each of these."""
    found: dict[K, V] = {}
    for key, one in copies:
        if key not in found or found[key].version < one.version:
            found[key] = one
    return list(found.values())
