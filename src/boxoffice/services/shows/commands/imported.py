"""What an import does with performances: new ones are published, and others get their new terms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from boxoffice.events.shows import (
    PerformanceChanged,
    PerformanceNews,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import BadInput, Refusal
from boxoffice.services.shows import model, store
from boxoffice.services.shows.model import MOST_TO_COME, Performance, Show, Terms, Venue
from boxoffice.services.shows.model.houses import furnish, spread
from boxoffice.services.shows.model.imports import (
    Fault,
    Import,
    ImportedPerformance,
    ImportedShow,
    KnownPerformance,
)

AT_ONCE = 50  # performances read together; each may have a map of a megabyte
MOST_WRITTEN, PLACES_WRITTEN = 1_000, 200_000  # of performances, and of their places, a statement


@dataclass(frozen=True, slots=True)
class _Listed:
    """A performance as it came, of this show."""

    line: ImportedShow
    show: Show
    nth: int
    performance: ImportedPerformance

    def fault(self, refusal: Refusal) -> Fault:
        """Return what is wrong with it."""
        path = ".".join(filter(None, ("performances", str(self.nth), refusal.field)))
        return Fault(self.line.line, path, refusal.detail, self.line.source_id)


@dataclass(frozen=True, slots=True)
class _Change:
    """A performance that is there, and the terms on which it is from now on."""

    listed: _Listed
    performance_id: UUID
    terms: Terms


async def import_performances(
    tx: Tx, work: Import, shows: Sequence[tuple[ImportedShow, Show]]
) -> None:
    """Write the performances of these shows."""
    listed = [
        _Listed(line, show, nth, one)
        for line, show in shows
        for nth, one in enumerate(line.performances)
    ]
    source = work.origin.source
    source_ids = [one.performance.source_id for one in listed]
    known = await store.select_known_performances(tx, source, source_ids)
    houses = await store.select_imported_venues(
        tx, source, {one.performance.venue for one in listed}
    )
    new, changes = list[Performance](), list[_Change]()
    for one in listed:
        try:
            _sort(work, one, known, houses, new, changes)
        except Refusal as refusal:
            work.outcome.find(one.fault(refusal))
    for some in _slices(new):
        await store.save_performances(tx, some)
        await tx.emit(*(PerformanceScheduled.of(performance) for performance in some))
    work.outcome.count("performances", "new", len(new))
    for first in range(0, len(changes), AT_ONCE):
        await _change(tx, work, changes[first : first + AT_ONCE])
    await _count_others(tx, work, shows, source_ids)


def _sort(
    work: Import,
    one: _Listed,
    known: Mapping[str, KnownPerformance],
    houses: Mapping[str, Venue],
    new: list[Performance],
    changes: list[_Change],
) -> None:
    """Find out what is to be done about a performance. Refusal when it makes no sense."""
    wanted = one.performance
    there, house = known.get(wanted.source_id), houses.get(wanted.venue)
    if house is None:
        raise BadInput(f"There is no venue {wanted.venue}", field="venue")
    if there is None and wanted.terms.starts_at <= work.at:
        over = f"{wanted.source_id}: it is over"
        work.outcome.leave_out("performances", "over", over)
    elif there is None:
        new.append(_plan(work, one, house))
    elif there.is_settled(work.at):
        work.outcome.count("performances", "as before")
    else:
        _require_kept(there, wanted, house)
        terms = _spread(wanted, there.prices)
        if there.is_on(terms):
            work.outcome.count("performances", "as before")
        else:
            model.require_to_come(terms.starts_at, work.at)
            changes.append(_Change(one, there.performance_id, terms))


def _plan(work: Import, one: _Listed, house: Venue) -> Performance:
    """Return a new performance, published. Refusal."""
    wanted = one.performance
    terms = _spread(wanted, [section.name for section in house.sections])
    if wanted.capacity is not None:
        house = furnish(house, terms.prices, wanted.capacity)
    planned = Performance.plan(
        clock.new_id(),
        one.show,
        house,
        terms,
        wanted.currency,
        source=work.origin.source,
        source_id=wanted.source_id,
    )
    return planned.publish(work.at)


def _spread(wanted: ImportedPerformance, sections: Iterable[str]) -> Terms:
    if wanted.capacity is None:
        return wanted.terms
    return replace(wanted.terms, prices=spread(wanted.terms.prices, sections))


def _require_kept(there: KnownPerformance, wanted: ImportedPerformance, house: Venue) -> None:
    if there.venue_id != house.venue_id:
        raise BadInput("It is at another venue already; cancel it, and add one here", field="venue")
    if there.currency != wanted.currency:
        raise BadInput(f"It is sold in {there.currency} already", field="currency")


async def _change(tx: Tx, work: Import, changes: Sequence[_Change]) -> None:
    """Put performances on their new terms."""
    ids = [change.performance_id for change in changes]
    await store.lock_performances(tx, ids)
    found = {one.performance_id: one for one in await store.select_performances(tx, ids)}
    changed, said = list[Performance](), list[PerformanceNews]()
    for change in changes:
        try:
            performance, news = _renew(found[change.performance_id], change.terms)
        except Refusal as refusal:
            work.outcome.find(change.listed.fault(refusal))
        else:
            changed.append(performance)
            said += news
    if changed:
        await store.save_performances(tx, changed)
        await tx.emit(*said)
    work.outcome.count("performances", "changed", len(changed))


def _renew(performance: Performance, terms: Terms) -> tuple[Performance, list[PerformanceNews]]:
    """Return a performance on other terms, and what is said of it. Refusal."""
    news = list[PerformanceNews]()
    if terms.starts_at != performance.starts_at:
        performance = performance.postpone(terms.starts_at, terms.doors_at)
        news.append(PerformancePostponed.of(performance))
    changed = performance.change(terms)
    if changed is not performance:
        news.append(PerformanceChanged.of(changed))
    return changed, news


async def _count_others(
    tx: Tx,
    work: Import,
    shows: Sequence[tuple[ImportedShow, Show]],
    source_ids: Sequence[str],
) -> None:
    """Note what else these shows have: too much in all, and what is not listed any more."""
    lines = {show.show_id: line for line, show in shows}
    unlisted = await store.count_unlisted(tx, list(lines), source_ids, work.at)
    work.outcome.count("performances", "no longer listed", unlisted)
    for show_id in await store.select_crowded(tx, list(lines), work.at, MOST_TO_COME):
        sentence = f"A show has at most {MOST_TO_COME} performances to come"
        line = lines[show_id]
        work.outcome.find(Fault(line.line, "performances", sentence, line.source_id))


def _slices(performances: Iterable[Performance]) -> Iterator[list[Performance]]:
    """Part performances so that what is written together has a bounded size."""
    some, places = list[Performance](), 0
    for performance in performances:
        if some and (len(some) == MOST_WRITTEN or places + performance.capacity > PLACES_WRITTEN):
            yield some
            some, places = [], 0
        some.append(performance)
        places += performance.capacity
    if some:
        yield some
