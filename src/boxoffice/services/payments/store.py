"""The SQL of payments."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.payments import PaymentStatus
from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.kit.telemetry import current_trace
from boxoffice.services.payments.model import News, Order, Payment


async def upsert_order(tx: Tx, order: Order) -> None:
    """Copy an order, as orders says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO orders (order_id, version, status, buyer_id, label, total_minor, currency,
                            expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (order_id) DO UPDATE SET
            version = excluded.version, status = excluded.status
        WHERE orders.version < excluded.version
        """,
        order.order_id,
        order.version,
        order.status,
        order.buyer_id,
        order.label,
        order.total_minor,
        order.currency,
        order.expires_at,
    )


async def select_order(db: Queries, order_id: UUID) -> Order | None:
    """Return one order."""
    row = await db.fetchrow("SELECT * FROM orders WHERE order_id = $1", order_id)
    return Order(**dict(row)) if row else None


async def lock_order(tx: Tx, order_id: UUID) -> Order:
    """Return an order that is known, of which no news is copied until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM orders WHERE order_id = $1 FOR SHARE", order_id)
    return Order(**dict(row or {}))


async def insert_payment(tx: Tx, order: Order) -> Payment:
    """Return the payment of an order: a new one, when there is none yet."""
    row = await tx.fetchrow(
        """
        INSERT INTO payments (order_id, buyer_id, amount_minor, currency)
        VALUES ($1, $2, $3, $4)
        ON CONFLICT (order_id) DO UPDATE SET order_id = excluded.order_id
        RETURNING *
        """,
        order.order_id,
        order.buyer_id,
        order.total_minor,
        order.currency,
    )
    return Payment(**dict(row or {}))


async def select_payment(db: Queries, order_id: UUID) -> Payment | None:
    """Return the payment of an order."""
    row = await db.fetchrow("SELECT * FROM payments WHERE order_id = $1", order_id)
    return Payment(**dict(row)) if row else None


async def claim_payment(tx: Tx, order_id: UUID, at: datetime, until: datetime) -> Payment | None:
    """Take the payment of an order to talk to Stripe about it; None when somebody else does."""
    row = await tx.fetchrow(
        """
        UPDATE payments SET version = version + 1, busy_until = $3, look_at = NULL
        WHERE order_id = $1 AND (busy_until IS NULL OR busy_until <= $2)
        RETURNING *
        """,
        order_id,
        at,
        until,
    )
    return Payment(**dict(row)) if row else None


async def claim_due(tx: Tx, at: datetime, until: datetime, limit: int) -> Sequence[Payment]:
    """Take payments that are worth a look, or whose talk was cut off; others take others."""
    rows = await tx.fetch(
        """
        UPDATE payments SET version = version + 1, busy_until = $2, look_at = NULL
        WHERE payment_id IN (
            SELECT payment_id FROM payments WHERE coalesce(busy_until, look_at) <= $1
            ORDER BY coalesce(busy_until, look_at) LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """,
        at,
        until,
        limit,
    )
    return [Payment(**dict(row)) for row in rows]


async def select_next_due(db: Queries) -> datetime | None:
    """Return when the next payment is worth a look."""
    return await db.fetchval("SELECT min(coalesce(busy_until, look_at)) FROM payments")


async def select_oldest_authorized(db: Queries) -> datetime | None:
    """Return when the oldest payment was begun whose money is promised and not taken."""
    return await db.fetchval(
        """
        SELECT min(uuid_extract_timestamp(payment_id)) FROM payments
        WHERE coalesce(busy_until, look_at) IS NOT NULL AND status = 'authorized'
        """
    )


async def update_payment(tx: Tx, payment: Payment) -> None:
    """Save the next version of a payment. StaleVersion when its claim has passed to another.

    A look that was asked for meanwhile stays asked for.
    """
    saved = await tx.fetchval(
        """
        UPDATE payments SET version = $2, status = $3, reason = $4, turn = $5, cards = $6,
            intent_id = $7, session_id = $8, session_url = $9, looks = $10, busy_until = $11,
            look_at = least(look_at, $12)
        WHERE payment_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        payment.payment_id,
        payment.version,
        payment.status,
        payment.reason,
        payment.turn,
        payment.cards,
        payment.intent_id,
        payment.session_id,
        payment.session_url,
        payment.looks,
        payment.busy_until,
        payment.look_at,
    )
    if not saved:
        raise StaleVersion


async def hurry_payment(
    tx: Tx, order_id: UUID, at: datetime, statuses: Iterable[PaymentStatus]
) -> None:
    """Have the payment of an order looked at by then, if it is in one of these states."""
    await tx.execute(
        """
        UPDATE payments SET look_at = least(look_at, $2), trace = $4
        WHERE order_id = $1 AND status = ANY($3::text[])
        """,
        order_id,
        at,
        list(statuses),
        current_trace().parent,
    )


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many orders are paid, and what was taken for them."""
    rows = await db.fetch(
        """
        WITH paid AS (SELECT amount_minor FROM payments WHERE status = 'captured')
        SELECT 'orders paid' AS what, count(*) AS many FROM paid
        UNION ALL SELECT 'minor units paid', coalesce(sum(amount_minor), 0)::bigint FROM paid
        """
    )
    return {row["what"]: row["many"] for row in rows}


async def insert_webhook(tx: Tx, news: News, at: datetime) -> bool:
    """Record that Stripe told us something; False when it had told us before."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO webhooks (event_id, kind, order_id, heard_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            RETURNING true
            """,
            news.event_id,
            news.kind,
            news.order_id,
            at,
        )
    )


async def delete_webhooks(tx: Tx, before: datetime) -> None:
    """Forget what Stripe told us before this time."""
    await tx.execute("DELETE FROM webhooks WHERE heard_at < $1", before)
