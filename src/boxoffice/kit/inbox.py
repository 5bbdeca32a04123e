"""The inbox: what a service has heard, so that twice is once; and the dead letters it kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from boxoffice.kit.database import Queries, Tx

KEPT = timedelta(days=30)  # longer than any outage; what comes later is told by its version


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a service gave up on, with the error of the last try."""

    id: UUID
    subject: str
    name: str
    body: str
    error: str
    tries: int
    died_at: datetime | None = None


async def insert_heard(tx: Tx, ids: Sequence[UUID]) -> set[UUID]:
    """Record these events as heard; return those that are new."""
    rows = await tx.fetch(
        "INSERT INTO inbox (id) SELECT DISTINCT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING id",
        ids,
    )
    return {row["id"] for row in rows}


async def delete_heard(tx: Tx, before: datetime) -> None:
    """Forget what was heard before this time."""
    await tx.execute("DELETE FROM inbox WHERE heard_at < $1", before)


async def insert_dead_letter(tx: Tx, letter: DeadLetter) -> None:
    """Keep an event that was given up; the same one again only renews its error."""
    await tx.execute(
        """
        INSERT INTO dead_letters (id, subject, name, body, error, tries)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET error = excluded.error, tries = excluded.tries
        """,
        letter.id,
        letter.subject,
        letter.name,
        letter.body,
        letter.error,
        letter.tries,
    )


async def select_dead_letters(db: Queries, limit: int) -> list[DeadLetter]:
    """Return the newest dead letters."""
    rows = await db.fetch(
        """
        SELECT id, subject, name, body, error, tries, died_at
        FROM dead_letters ORDER BY died_at DESC LIMIT $1
        """,
        limit,
    )
    return [DeadLetter(**dict(row)) for row in rows]


async def select_dead_letter(db: Queries, letter_id: UUID) -> DeadLetter | None:
    """Return one dead letter."""
    row = await db.fetchrow(
        """
        SELECT id, subject, name, body, error, tries, died_at
        FROM dead_letters WHERE id = $1 FOR UPDATE
        """,
        letter_id,
    )
    return DeadLetter(**dict(row)) if row else None


async def count_dead_letters(db: Queries) -> int:
    """Return how many events were given up."""
    return await db.fetchval("SELECT count(*) FROM dead_letters")


async def delete_dead_letter(tx: Tx, letter_id: UUID) -> None:
    """Drop one that has been dealt with."""
    await tx.execute("DELETE FROM dead_letters WHERE id = $1", letter_id)
