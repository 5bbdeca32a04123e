"""The SQL of performances."""

from collections.abc import Collection, Mapping
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.tickets.model import Performance


async def upsert_performance(tx: Tx, performance: Performance) -> None:
    """Copy a performance, as shows says, when that is newer than what is known.

    With its `moved_version` its holders are to be told from now on.
    """
    await tx.execute(
        """
        INSERT INTO performances (performance_id, version, organiser_id, title, venue, city,
                                  time_zone, starts_at, doors_at, state, moved_version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, organiser_id = excluded.organiser_id,
            title = excluded.title, venue = excluded.venue, city = excluded.city,
            time_zone = excluded.time_zone, starts_at = excluded.starts_at,
            doors_at = excluded.doors_at, state = excluded.state,
            moved_version = coalesce(excluded.moved_version, performances.moved_version)
        WHERE performances.version < excluded.version
        """,
        performance.performance_id,
        performance.version,
        performance.organiser_id,
        performance.title,
        performance.venue,
        performance.city,
        performance.time_zone,
        performance.starts_at,
        performance.doors_at,
        performance.state,
        performance.moved_version,
    )


async def select_performance(db: Queries, performance_id: UUID) -> Performance | None:
    """Return one performance."""
    row = await db.fetchrow("SELECT * FROM performances WHERE performance_id = $1", performance_id)
    return Performance(**dict(row)) if row else None


async def select_performance_for_update(tx: Tx, performance_id: UUID) -> Performance | None:
    """Return one performance, of which no news is copied until the transaction ends."""
    row = await tx.fetchrow(
        "SELECT * FROM performances WHERE performance_id = $1 FOR UPDATE", performance_id
    )
    return Performance(**dict(row)) if row else None


async def select_performances(db: Queries, ids: Collection[UUID]) -> Mapping[UUID, Performance]:
    """Return performances by their ids."""
    rows = await db.fetch(
        "SELECT * FROM performances WHERE performance_id = ANY($1::uuid[])", list(set(ids))
    )
    return {row["performance_id"]: Performance(**dict(row)) for row in rows}


async def end_moves(db: Queries) -> None:
    """Note for which performances that moved everybody was told, or nobody is to be any more."""
    await db.execute(
        """
        UPDATE performances SET moved_version = NULL
        WHERE moved_version IS NOT NULL AND (state = 'cancelled' OR NOT EXISTS (
            SELECT FROM orders
            WHERE orders.performance_id = performances.performance_id AND status = 'complete'
                AND told_version < moved_version
        ))
        """
    )
