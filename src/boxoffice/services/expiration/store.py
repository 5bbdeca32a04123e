"""The SQL of expiration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries, Tx


@dataclass(frozen=True, slots=True)
class Timer:
    """When the time of an order is over."""

    order_id: UUID
    due_at: datetime


async def insert_timer(tx: Tx, timer: Timer) -> None:
    """Set a timer, unless one was set or stopped before."""
    await tx.execute(
        "INSERT INTO timers (order_id, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        timer.order_id,
        timer.due_at,
    )


async def stop_timer(tx: Tx, timer: Timer) -> None:
    """Have a timer ring no more, even if the news that sets it is still on its way."""
    await tx.execute(
        """
        INSERT INTO timers (order_id, due_at, done) VALUES ($1, $2, true)
        ON CONFLICT (order_id) DO UPDATE SET done = true
        """,
        timer.order_id,
        timer.due_at,
    )


async def take_due(tx: Tx, at: datetime, limit: int) -> Sequence[Timer]:
    """Mark the timers that are due as rung and return them; other replicas take others."""
    rows = await tx.fetch(
        """
        UPDATE timers SET done = true
        WHERE order_id IN (
            SELECT order_id FROM timers WHERE NOT done AND due_at <= $1
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
        )
        RETURNING order_id, due_at
        """,
        at,
        limit,
    )
    return [Timer(**dict(row)) for row in rows]


async def select_next_due(db: Queries) -> datetime | None:
    """Return when the next timer rings."""
    return await db.fetchval("SELECT min(due_at) FROM timers WHERE NOT done")


async def count_set(db: Queries) -> int:
    """Return how many timers are still to ring."""
    return await db.fetchval("SELECT count(*) FROM timers WHERE NOT done")


async def delete_done(tx: Tx, before: datetime) -> None:
    """Forget timers that were due before this time and are done with."""
    await tx.execute("DELETE FROM timers WHERE done AND due_at < $1", before)
