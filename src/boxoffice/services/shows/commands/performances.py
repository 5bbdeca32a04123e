"""What can be done with performances."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.shows import (
    DraftState,
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceDrafted,
    PerformanceDropped,
    PerformanceNews,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import Conflict, NotFound, StaleVersion
from boxoffice.services.shows import model, store
from boxoffice.services.shows.model import MOST_TO_COME, Performance, State, Terms, Venue

AT_ONCE = 50  # performances read together; each may have a map of a megabyte
SEEN: Sequence[State] = ("published", "postponed")  # by everyone, and to come


async def plan_performance(db: Database, performance: Performance) -> Performance:
    """Add a draft and return it, of its show and at its venue as these are by then."""
    async with db.transaction() as tx:
        await store.insert_performance(tx, performance)
        planned = await _get_for_update(tx, performance.performance_id, performance.organiser_id)
        await tx.emit(PerformanceDrafted.of(planned))
    return planned


async def publish_performance(
    db: Database, performance_id: UUID, person_id: UUID, at: datetime
) -> Performance:
    """Put a performance of this person's on sale and return it; once is enough.

    NotFound, Forbidden. Conflict as `Performance.publish` says, and when its show has
    MOST_TO_COME of them.
    """
    async with db.transaction() as tx:
        draft = await _get_for_update(tx, performance_id, person_id)
        published = draft.publish(at)
        if published is draft:
            return draft
        if await store.count_to_come(tx, draft.show_id, at) >= MOST_TO_COME:
            raise Conflict(f"A show has at most {MOST_TO_COME} performances to come")
        await store.update_performance(tx, published)
        await tx.emit(PerformanceScheduled.of(published))
    return published


async def change_performance(
    db: Database,
    performance_id: UUID,
    person_id: UUID,
    terms: Terms,
    version: int | None,
) -> Performance:
    """Give a performance of this person's other terms and return it.

    NotFound, Forbidden, StaleVersion; BadInput and Conflict as `Performance.change` says.
    """

    def change(performance: Performance) -> Performance:
        if version is not None and version != performance.version:
            raise StaleVersion
        return performance.change(terms)

    return await _decide(db, performance_id, person_id, change, PerformanceChanged)


async def postpone_performance(
    db: Database,
    performance_id: UUID,
    person_id: UUID,
    starts_at: datetime | None,
    doors_at: datetime | None,
    at: datetime,
) -> Performance:
    """Move a performance of this person's to another date, or to none yet, and return it.

    BadInput for a date that is past, NotFound, Forbidden; Conflict as `Performance.postpone` says.
    """
    model.require_to_come(starts_at, at)
    return await _decide(
        db,
        performance_id,
        person_id,
        lambda performance: performance.postpone(starts_at, doors_at),
        PerformancePostponed,
    )


async def cancel_performance(db: Database, performance_id: UUID, person_id: UUID) -> Performance:
    """Cancel a performance of this person's, for good, and return it; once is enough.

    NotFound, Forbidden, Conflict for a draft.
    """
    return await _decide(db, performance_id, person_id, Performance.cancel, PerformanceCancelled)


async def delete_draft(db: Database, performance_id: UUID, person_id: UUID) -> None:
    """Forget a draft of this person's. NotFound, Forbidden, Conflict for what is published."""
    async with db.transaction() as tx:
        draft = await _get_for_update(tx, performance_id, person_id)
        dropped = draft.drop()
        await store.delete_performance(tx, performance_id)
        await tx.emit(PerformanceDropped.of(dropped))


async def say_title_anew(tx: Tx, show_id: UUID, at: datetime) -> None:
    """Say the new title of a show of each of its performances that are to come.

    Drafts tell none. Conflict when there are too many.
    """
    await _say_anew(tx, at, SEEN, show_id=show_id)


async def say_venue_anew(tx: Tx, before: Venue, venue: Venue, at: datetime) -> None:
    """Say what is new of a venue of each of its performances that tells it and is to come.

    Those that are published have a map of their own; drafts have the venue's. Conflict when there
    are too many.
    """
    if not venue.is_billed_as(before):
        await _say_anew(tx, at, (*SEEN, "draft"), venue_id=venue.venue_id)
    elif venue.capacity != before.capacity:
        await _say_anew(tx, at, ("draft",), venue_id=venue.venue_id)


async def get_performance(db: Queries, performance_id: UUID) -> Performance:
    """Return a performance, draft or not. NotFound."""
    performance = await store.select_performance(db, performance_id)
    if performance is None:
        raise NotFound("There is no such performance")
    return performance


async def get_own_performance(db: Queries, performance_id: UUID, person_id: UUID) -> Performance:
    """Return a performance to its organiser. NotFound, Forbidden to others."""
    performance = await get_performance(db, performance_id)
    performance.require_organiser(person_id)
    return performance


async def _decide(
    db: Database,
    performance_id: UUID,
    person_id: UUID,
    decide: Callable[[Performance], Performance],
    says: type[PerformanceNews],
) -> Performance:
    """Save what is decided of a performance, and say it: of a draft that it is planned so."""
    async with db.transaction() as tx:
        performance = await _get_for_update(tx, performance_id, person_id)
        decided = decide(performance)
        if decided is not performance:
            await store.update_performance(tx, decided)
            if decided.state == "draft":
                await tx.emit(PerformanceDrafted.of(decided))
            else:
                await tx.emit(says.of(decided))
    return decided


async def _say_anew(
    tx: Tx,
    at: datetime,
    states: Sequence[State],
    *,
    show_id: UUID | None = None,
    venue_id: UUID | None = None,
) -> None:
    """Say performances in these states anew.

    Their number is bounded, so that one transaction can do it. Conflict when there are too many.
    """
    ids = await store.lock_to_come(
        tx, states, show_id=show_id, venue_id=venue_id, at=at, limit=2 * MOST_TO_COME
    )
    if len(ids) == 2 * MOST_TO_COME:
        raise Conflict("Too many performances are still to come to tell everybody; try it later")
    await store.raise_versions(tx, ids)
    for first in range(0, len(ids), AT_ONCE):
        renewed = await store.select_performances(tx, ids[first : first + AT_ONCE])
        await tx.emit(*map(_as_changed, renewed))


def _as_changed(performance: Performance) -> PerformanceNews | DraftState:
    is_draft = performance.state == "draft"
    return (PerformanceDrafted if is_draft else PerformanceChanged).of(performance)


async def _get_for_update(tx: Tx, performance_id: UUID, person_id: UUID) -> Performance:
    await store.lock_performance(tx, performance_id)
    return await get_own_performance(tx, performance_id, person_id)
