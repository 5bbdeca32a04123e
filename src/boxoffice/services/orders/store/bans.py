"""The SQL of who may have nothing."""

from collections.abc import Sequence
from datetime import datetime

from boxoffice.kit.database import Tx
from boxoffice.services.orders.model import Ban, Order
from boxoffice.services.orders.store.orders import order_in


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


async def select_of_banned_for_update(tx: Tx, at: datetime, limit: int) -> Sequence[Order]:
    """Return open orders of people who are banned, which nobody else changes until the end.

    Those that somebody else is changing are left out: this waits for nobody. It asks for each ban,
    never for each order, since a hundred thousand of those may be open when an on-sale begins.
    """
    rows = await tx.fetch(
        """
        SELECT open.* FROM bans CROSS JOIN LATERAL (
            SELECT * FROM orders WHERE buyer_id = bans.person_id AND status = 'created'
            LIMIT $2 FOR UPDATE SKIP LOCKED
        ) AS open
        WHERE banned_at IS NOT NULL AND (banned_until IS NULL OR banned_until > $1)
        LIMIT $2
        """,
        at,
        limit,
    )
    return [order_in(row) for row in rows]
