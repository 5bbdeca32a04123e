"""The SQL of pictures of what people offer each other."""

from collections.abc import Sequence
from datetime import datetime

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.kit.pictures.picture import PICTURE
from boxoffice.services.tickets.model import Ticket


async def update_picture(tx: Tx, ticket: Ticket) -> None:
    """Save the next version of a ticket, with its picture. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE tickets SET version = $2, picture = $3
        WHERE ticket_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        ticket.ticket_id,
        ticket.version,
        PICTURE.dump_json(ticket.picture).decode() if ticket.picture else None,
    )
    if not saved:
        raise StaleVersion


async def upsert_loose_pictures(db: Queries, files: Sequence[str], due_at: datetime) -> None:
    """Note files that perhaps no ticket names, and when to look whether one does."""
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
    """Forget so many loose files that are due; return them, and whether a ticket names each.

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
            SELECT FROM tickets WHERE picture @> jsonb_build_object(
                'sizes', jsonb_build_array(jsonb_build_object('file', file)))
        ) AS is_named
        FROM taken
        """,
        at,
        limit,
    )
    return [(row["file"], row["is_named"]) for row in rows]
