"""What an import does: batch by batch, whatever is new or changed is written and said."""

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from boxoffice.events.shows import ShowAdded, ShowChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import Conflict
from boxoffice.services.shows import store
from boxoffice.services.shows.commands.imported import import_performances
from boxoffice.services.shows.commands.performances import say_title_anew, say_venue_anew
from boxoffice.services.shows.model import Show, Venue
from boxoffice.services.shows.model.imports import (
    Fault,
    Import,
    ImportedShow,
    ImportedVenue,
    ImportRefused,
    Origin,
)

ANOTHERS = "This is another organiser's; name a source of your own"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of what comes; what its shows need of venues is in it, or came before."""

    venues: Sequence[ImportedVenue] = ()
    shows: Sequence[ImportedShow] = ()


async def import_all(db: Database, work: Import, batches: Iterable[Batch]) -> None:
    """Import all of it or nothing. What became of it is in the outcome.

    ImportRefused when the outcome has a fault, also one of who reads the batches; Conflict when
    somebody imports from there just now.
    """
    async with db.transaction() as tx:
        for batch in batches:
            await import_batch(tx, work, batch)
        if work.outcome.faults.count:
            raise ImportRefused(work.outcome.faults)


async def import_batch(tx: Tx, work: Import, batch: Batch) -> None:
    """Import what has no fault; the others are left as they are, and noted in the outcome.

    Conflict when somebody imports from there just now.
    """
    if not await store.try_import_lock(tx, work.origin.source):
        raise Conflict(f"Another import from {work.origin.source} is at work; wait for its end")
    if batch.venues:
        await _import_venues(tx, work, batch.venues)
    if batch.shows:
        await _import_shows(tx, work, batch.shows)


async def _import_venues(tx: Tx, work: Import, listed: Sequence[ImportedVenue]) -> None:
    """Write venues, and say what is new of them."""
    origin, outcome = work.origin, work.outcome
    known = await store.select_imported_venues(tx, origin.source, [one.source_id for one in listed])
    new, changed = list[Venue](), list[tuple[ImportedVenue, Venue, Venue]]()
    for one in listed:
        venue = known.get(one.source_id)
        if venue is None:
            new.append(_open(origin, one))
        elif venue.organiser_id != origin.organiser_id:
            outcome.find(Fault(one.line, "sourceId", ANOTHERS, one.source_id))
        elif (edited := venue.edit(one.premises)) is not venue:
            changed.append((one, venue, edited))
        else:
            outcome.count("venues", "as before")
    if new or changed:
        await store.save_venues(tx, [*new, *(edited for _, _, edited in changed)])
    outcome.count("venues", "new", len(new))
    outcome.count("venues", "changed", len(changed))
    for one, before, edited in changed:
        with _noting_faults(work, one):
            await say_venue_anew(tx, before, edited, work.at)


async def _import_shows(tx: Tx, work: Import, listed: Sequence[ImportedShow]) -> None:
    """Write shows with their performances, and say what is new of them."""
    origin, outcome = work.origin, work.outcome
    known = await store.select_imported_shows(tx, origin.source, [one.source_id for one in listed])
    kept, new = list[tuple[ImportedShow, Show]](), list[Show]()
    changed = list[tuple[ImportedShow, Show, Show]]()
    for one in listed:
        before = known.get(one.source_id)
        if before is None:
            show = _bill(origin, one)
            new.append(show)
        elif before.organiser_id != origin.organiser_id:
            outcome.find(Fault(one.line, "sourceId", ANOTHERS, one.source_id))
            continue
        elif (show := before.edit(one.billing)) is not before:
            changed.append((one, before, show))
        else:
            outcome.count("shows", "as before")
        kept.append((one, show))
    if new or changed:
        await store.save_shows(tx, [*new, *(show for _, _, show in changed)])
        await tx.emit(*map(ShowAdded.of, new), *(ShowChanged.of(show) for _, _, show in changed))
    outcome.count("shows", "new", len(new))
    outcome.count("shows", "changed", len(changed))
    for one, before, show in changed:
        if show.title != before.title:
            with _noting_faults(work, one):
                await say_title_anew(tx, show.show_id, work.at)
    await import_performances(tx, work, kept)


@contextmanager
def _noting_faults(work: Import, one: ImportedVenue | ImportedShow) -> Generator[None]:
    try:
        yield
    except Conflict as refusal:
        work.outcome.find(Fault(one.line, "", refusal.detail, one.source_id))


def _open(origin: Origin, one: ImportedVenue) -> Venue:
    return Venue.open(
        clock.new_id(),
        origin.organiser_id,
        one.premises,
        source=origin.source,
        source_id=one.source_id,
    )


def _bill(origin: Origin, one: ImportedShow) -> Show:
    return Show.bill(
        clock.new_id(),
        origin.organiser_id,
        one.billing,
        source=origin.source,
        source_id=one.source_id,
    )
