"""The SQL of files with pictures."""

from collections.abc import Sequence
from datetime import datetime

from boxoffice.kit.database import Queries, Tx


async def upsert_loose_pictures(db: Queries, files: Sequence[str], due_at: datetime) -> None:
    """Note files that perhaps no show names, and when to look whether one does."""
    await db.execute(
        """
        INSERT INTO loose_pictures AS known (file, due_at)
        SELECT DISTINCT file, $2::timestamptz FROM unnest($1::text[]) AS files (file) ORDER BY file
        ON CONFLICT (file) DO UPDATE SET due_at = greatest(known.due_at, excluded.due_at)
        """,
        files,
        due_at,
    )


async def take_loose_pictures(tx: Tx, at: datetime, limit: int) -> Sequence[tuple[str, bool]]:
    """Forget so many loose files that are due; return them, and whether a show names each.

    Who uploads one of them once more waits until the transaction ends, and then keeps it anew.
    """
    rows = await tx.fetch(
        """
        WITH due AS (
            SELECT file FROM loose_pictures WHERE due_at <= $1
            ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
        ), taken AS (
            DELETE FROM loose_pictures AS known USING due WHERE known.file = due.file
            RETURNING known.file
        )
        SELECT file, EXISTS (
            SELECT FROM shows WHERE pictures <> '[]' AND pictures @> jsonb_build_array(
                jsonb_build_object('sizes', jsonb_build_array(jsonb_build_object('file', file))))
        ) AS is_named
        FROM taken
        """,
        at,
        limit,
    )
    return [(row["file"], row["is_named"]) for row in rows]
