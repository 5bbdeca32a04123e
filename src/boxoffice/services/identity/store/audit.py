"""The SQL of the audit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.identity.model import Entry, Named, Sought


async def insert_entry(tx: Tx, entry: Entry) -> None:
    """Add an entry."""
    await tx.execute(
        """
        INSERT INTO audit_entries (entry_id, action, at, by_id, person_id, address, device, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        entry.entry_id,
        entry.action,
        entry.at,
        entry.by_id,
        entry.person_id,
        entry.address,
        entry.device,
        entry.detail,
    )


async def select_entries(
    db: Queries, sought: Sought, after: UUID | None, limit: int
) -> Sequence[Named]:
    """Return the entries that are sought, the newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT audit_entries.*, actor.email AS by_email, target.email AS person_email
        FROM audit_entries
        LEFT JOIN people AS actor ON actor.person_id = by_id
        LEFT JOIN people AS target ON target.person_id = audit_entries.person_id
        WHERE ($1::text IS NULL OR action = $1)
          AND ($2::uuid IS NULL OR audit_entries.person_id = $2
               OR by_id = $2 AND by_id IS DISTINCT FROM audit_entries.person_id)
          AND ($3::text IS NULL OR audit_entries.address = $3)
          AND ($4::timestamptz IS NULL OR at >= $4)
          AND ($5::timestamptz IS NULL OR at < $5)
          AND ($6::uuid IS NULL OR entry_id < $6)
        ORDER BY entry_id DESC LIMIT $7
        """,
        sought.action,
        sought.person_id,
        sought.address,
        sought.since,
        sought.until,
        after,
        limit,
    )
    return [_named(dict(row)) for row in rows]


async def delete_old_entries(tx: Tx, before: datetime, limit: int) -> int:
    """Forget entries of before this time; return how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM audit_entries WHERE entry_id IN (
                SELECT entry_id FROM audit_entries WHERE at < $1 ORDER BY at LIMIT $2
            ) RETURNING true
        )
        SELECT count(*) FROM gone
        """,
        before,
        limit,
    )


def _named(row: dict[str, Any]) -> Named:
    by_email, person_email = row.pop("by_email"), row.pop("person_email")
    return Named(Entry(**row), by_email, person_email)
