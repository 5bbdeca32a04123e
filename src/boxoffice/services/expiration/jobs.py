"""What expiration does by the clock."""

from datetime import datetime, timedelta

from boxoffice.events.expiration import HoldExpired
from boxoffice.kit import clock
from boxoffice.kit.database import Queries
from boxoffice.kit.service import Running
from boxoffice.services.expiration import store

AT_ONCE = 500  # timers a transaction
KEPT = timedelta(days=30)  # done ones; later news rings once more, and orders passes it over


async def ring_due(running: Running) -> datetime | None:
    """Say whose time is up; return when the next one's is."""
    at = clock.now()
    async with running.db.transaction() as tx:
        due = await store.take_due(tx, at, AT_ONCE)
        await tx.emit(*(HoldExpired(order_id=one.order_id, due_at=one.due_at) for one in due))
    return await store.select_next_due(running.db)


async def count_holds(db: Queries, _: datetime) -> float:
    """Return how many orders hold something for now."""
    return await store.count_set(db)


async def measure_lateness(db: Queries, at: datetime) -> float:
    """Return since how many seconds the oldest timer should have rung."""
    due_at = await store.select_next_due(db)
    return max(0.0, (at - due_at).total_seconds()) if due_at else 0


async def forget_done(running: Running) -> datetime | None:
    """Delete timers that nobody can need any more."""
    async with running.db.transaction() as tx:
        await store.delete_done(tx, clock.now() - KEPT)
    return None
