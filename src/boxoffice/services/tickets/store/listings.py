"""The SQL of what people offer each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.kit.pictures.picture import PICTURE
from boxoffice.services.tickets.model import Ban, Ticket


async def insert_ticket(tx: Tx, ticket: Ticket) -> None:
    """Add a ticket."""
    await tx.execute(
        """
        INSERT INTO tickets (ticket_id, version, seller_id, title, price_minor, currency,
                             status, order_id, hold_version, withdrawn, listed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """,
        ticket.ticket_id,
        ticket.version,
        ticket.seller_id,
        ticket.title,
        ticket.price_minor,
        ticket.currency,
        ticket.status,
        ticket.order_id,
        ticket.hold_version,
        ticket.withdrawn,
        ticket.listed_at,
    )


async def update_ticket(tx: Tx, ticket: Ticket) -> None:
    """Save the next version of a ticket. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE tickets SET version = $2, title = $3, price_minor = $4, status = $5,
                           order_id = $6, hold_version = $7, withdrawn = $8
        WHERE ticket_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        ticket.ticket_id,
        ticket.version,
        ticket.title,
        ticket.price_minor,
        ticket.status,
        ticket.order_id,
        ticket.hold_version,
        ticket.withdrawn,
    )
    if not saved:
        raise StaleVersion


async def select_ticket(db: Queries, ticket_id: UUID) -> Ticket | None:
    """Return one ticket."""
    row = await db.fetchrow("SELECT * FROM tickets WHERE ticket_id = $1", ticket_id)
    return _ticket(row) if row else None


async def select_ticket_for_update(tx: Tx, ticket_id: UUID) -> Ticket | None:
    """Return one ticket, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM tickets WHERE ticket_id = $1 FOR UPDATE", ticket_id)
    return _ticket(row) if row else None


async def select_of_banned_for_update(tx: Tx, at: datetime, limit: int) -> Sequence[Ticket]:
    """Return what people who are banned offer, which nobody else changes until the end.

    Those that somebody else is changing are left out: this waits for nobody. It asks for each ban,
    never for each ticket, of which there may be many more.
    """
    rows = await tx.fetch(
        """
        SELECT open.* FROM bans CROSS JOIN LATERAL (
            SELECT * FROM tickets
            WHERE seller_id = bans.person_id AND NOT withdrawn AND status <> 'sold'
            LIMIT $2 FOR UPDATE SKIP LOCKED
        ) AS open
        WHERE banned_at IS NOT NULL AND (banned_until IS NULL OR banned_until > $1)
        LIMIT $2
        """,
        at,
        limit,
    )
    return [_ticket(row) for row in rows]


async def select_listed(db: Queries, after: UUID | None, limit: int) -> Sequence[Ticket]:
    """Return tickets that can be bought, newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT * FROM tickets
        WHERE status = 'listed' AND ($1::uuid IS NULL OR ticket_id < $1)
        ORDER BY ticket_id DESC LIMIT $2
        """,
        after,
        limit,
    )
    return [_ticket(row) for row in rows]


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many tickets are held, how many sold, and how many seats can be taken."""
    rows = await db.fetch(
        """
        SELECT 'tickets held' AS what, count(*) AS many FROM tickets WHERE status = 'locked'
        UNION ALL SELECT 'tickets sold', count(*) FROM tickets WHERE status = 'sold'
        UNION ALL SELECT 'seats sold', count(*) FROM admissions WHERE is_valid
        """
    )
    return {row["what"]: row["many"] for row in rows}


async def select_of_seller(
    db: Queries, seller_id: UUID, after: UUID | None, limit: int
) -> Sequence[Ticket]:
    """Return all that a person ever offered, newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT * FROM tickets
        WHERE seller_id = $1 AND ($2::uuid IS NULL OR ticket_id < $2)
        ORDER BY ticket_id DESC LIMIT $3
        """,
        seller_id,
        after,
        limit,
    )
    return [_ticket(row) for row in rows]


async def upsert_ban(tx: Tx, ban: Ban) -> None:
    """Copy whether a person is banned, as identity says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO bans (person_id, version, banned_at, banned_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (person_id) DO UPDATE SET
            version = excluded.version, banned_at = excluded.banned_at,
            banned_until = excluded.banned_until
        WHERE bans.version < excluded.version
        """,
        ban.person_id,
        ban.version,
        ban.banned_at,
        ban.banned_until,
    )


def _ticket(row: asyncpg.Record) -> Ticket:
    known: dict[str, Any] = dict(row)
    if row["picture"]:
        known["picture"] = PICTURE.validate_json(row["picture"])
    return Ticket(**known)
