"""The SQL of imports by the clock: who is at one, when the next is due, and what was seen there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from boxoffice.kit.database import Database, Queries, Tx


async def select_looks(db: Queries, source: str, source_ids: Sequence[str]) -> Mapping[str, str]:
    """Return what a list said of these when they were last fetched from there."""
    rows = await db.fetch(
        "SELECT source_id, look FROM seen WHERE source = $1 AND source_id = ANY($2::text[])",
        source,
        source_ids,
    )
    return {row["source_id"]: row["look"] for row in rows}


async def save_looks(tx: Tx, source: str, looks: Mapping[str, str]) -> None:
    """Keep what a list says of what was fetched."""
    await tx.execute(
        """
        INSERT INTO seen (source, source_id, look)
        SELECT $1, * FROM unnest($2::text[], $3::text[])
        ON CONFLICT (source, source_id) DO UPDATE SET look = excluded.look
        """,
        source,
        list(looks),
        list(looks.values()),
    )


async def claim_import(
    db: Database, source: str, at: datetime, held: timedelta, *, due: bool
) -> bool:
    """Take a source to import from it now; False when somebody does, or it is not `due`."""
    claimed = await db.fetchval(
        """
        INSERT INTO imports (source, next_at, held_until) VALUES ($1, $2, $3)
        ON CONFLICT (source) DO UPDATE SET held_until = excluded.held_until
        WHERE imports.held_until <= $2 AND (NOT $4 OR imports.next_at <= $2)
        RETURNING true
        """,
        source,
        at,
        at + held,
        due,
    )
    return bool(claimed)


async def hold_import(db: Database, source: str, held: timedelta) -> None:
    """Say that somebody is still at work."""
    await db.execute("UPDATE imports SET held_until = now() + $2 WHERE source = $1", source, held)


async def release_import(db: Database, source: str, at: datetime, next_at: datetime) -> None:
    """Let go of a source, which is imported from again at that time."""
    await db.execute(
        "UPDATE imports SET held_until = $2, next_at = $3 WHERE source = $1", source, at, next_at
    )


async def select_next_import(db: Queries, source: str) -> datetime | None:
    """Return when a source is to be imported from next; None when it never was."""
    return await db.fetchval(
        "SELECT greatest(next_at, held_until) FROM imports WHERE source = $1", source
    )
