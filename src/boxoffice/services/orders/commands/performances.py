"""What can be done with performances: offer their places, empty them, count them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from boxoffice.events.orders import SeatsCounted
from boxoffice.events.shows import Section
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import Forbidden, NotFound
from boxoffice.services.orders import store
from boxoffice.services.orders.commands.orders import cancel_whole
from boxoffice.services.orders.model import Performance, SectionSales, offer_of

LAST_ORDERS = timedelta(seconds=30)  # one that was on its way when it was cancelled is in by then
SHOWN_HOURS = timedelta(days=14)


async def copy_performance(
    tx: Tx, performance: Performance, sections: Sequence[Section], at: datetime
) -> None:
    """Know a performance as it is now; offer its places when it is new."""
    is_new = await store.upsert_performance(tx, performance, sections, at)
    if is_new is None:
        return
    if not is_new:
        await store.update_prices(tx, performance, sections)
    else:
        for section in sections:
            ids = [offer_of(performance.performance_id, label) for label in section.labels()]
            await store.insert_seats(tx, performance, section, ids)
    if performance.state == "cancelled":
        tx.wake_jobs()


async def empty_cancelled(db: Database, at: datetime, limit: int) -> int:
    """Cancel so many orders of performances that are cancelled; return how many.

    What somebody else is changing is left for later, and so is what is being paid right now.
    """
    async with db.transaction() as tx:
        found = await store.select_to_empty_for_update(tx, limit)
        done = await cancel_whole(tx, found, "performance cancelled")
        if not found:
            await store.update_emptied(tx, at, at - LAST_ORDERS)
    return done


async def count_seats(db: Database, touched: Collection[UUID], at: datetime) -> set[UUID]:
    """Say how many places of these performances are held and sold; return those that were counted.

    One replica counts a performance at a time, so that of two counts the later is the newer.
    """
    counted: set[UUID] = set()
    for performance_id in touched:
        async with db.transaction() as tx:
            if not await store.try_lock(tx, performance_id):
                continue
            if count := await store.update_count(tx, performance_id, at):
                await tx.emit(SeatsCounted.of(count))
        counted.add(performance_id)
    return counted


async def get_own_performance(
    db: Queries, performance_id: UUID, person_id: UUID, *, is_admin: bool
) -> Performance:
    """Return a performance to its organiser, or to an admin. NotFound, Forbidden to others."""
    found = await store.select_performances(db, [performance_id])
    if performance_id not in found:
        raise NotFound("There is no such performance")
    performance = found[performance_id]
    if performance.organiser_id != person_id and not is_admin:
        raise Forbidden("This performance is somebody else's")
    return performance


async def get_sales(db: Queries, performance_id: UUID) -> Sequence[SectionSales]:
    """Return how each section sells, in the order of the plan."""
    sections = await store.select_sections(db, performance_id) or ()
    sales = await store.select_sales_by_section(db, performance_id)
    return [sales[section.name] for section in sections if section.name in sales]
