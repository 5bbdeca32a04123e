"""The SQL of what can be bought. The column `order_id` decides every race."""

from collections.abc import Sequence
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.orders.model import Offer, Order


async def select_free_for_update(tx: Tx, offer_ids: Sequence[UUID]) -> Sequence[Offer]:
    """Return those of these offers that nobody holds, and keep others from them until the end.

    Rows are locked in the order of their ids, so that two batches never wait for each other. Held
    ones are not: the news that frees or sells many of them comes in an order of its own.
    """
    rows = await tx.fetch(
        """
        SELECT offer_id, version, seller_id, label, price_minor, currency, on_sale, order_id,
               hold_version, performance_id, is_sold
        FROM offers WHERE offer_id = ANY($1::uuid[]) AND order_id IS NULL
        ORDER BY offer_id FOR UPDATE
        """,
        offer_ids,
    )
    return [Offer(*row) for row in rows]


async def select_held(tx: Tx, offer_ids: Sequence[UUID]) -> Sequence[Offer]:
    """Return those of these offers that somebody holds or has."""
    rows = await tx.fetch(
        """
        SELECT offer_id, version, seller_id, label, price_minor, currency, on_sale, order_id,
               hold_version, performance_id, is_sold
        FROM offers WHERE offer_id = ANY($1::uuid[]) AND order_id IS NOT NULL
        """,
        offer_ids,
    )
    return [Offer(*row) for row in rows]


async def free_offers(tx: Tx, order: Order) -> None:
    """Let go of what this order holds or has, and of nothing else."""
    await tx.execute(
        """
        UPDATE offers SET order_id = NULL, is_sold = false, hold_version = hold_version + 1
        WHERE offer_id = ANY($2::uuid[]) AND order_id = $1
        """,
        order.order_id,
        [item.offer_id for item in order.items],
    )


async def keep_offers(tx: Tx, order: Order) -> None:
    """Record that what this order holds is sold: it stays the order's."""
    await tx.execute(
        """
        UPDATE offers SET is_sold = true, hold_version = hold_version + 1
        WHERE offer_id = ANY($2::uuid[]) AND order_id = $1
        """,
        order.order_id,
        [item.offer_id for item in order.items],
    )


async def lock_held(tx: Tx, orders: Sequence[Order]) -> dict[UUID, int]:
    """Keep the offers of these orders from others until the end; return how many of each.

    Those that news is changing are left out: this waits for nobody.
    """
    rows = await tx.fetch(
        """
        WITH held AS (
            SELECT order_id FROM offers
            WHERE offer_id = ANY($1::uuid[]) AND order_id = ANY($2::uuid[]) FOR UPDATE SKIP LOCKED
        )
        SELECT order_id, count(*) AS many FROM held GROUP BY order_id
        """,
        [item.offer_id for order in orders for item in order.items],
        [order.order_id for order in orders],
    )
    return {row["order_id"]: row["many"] for row in rows}


async def upsert_offer(tx: Tx, offer: Offer) -> None:
    """Copy what is offered, as its own service says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO offers (offer_id, version, seller_id, label, price_minor, currency, on_sale)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (offer_id) DO UPDATE SET
            version = excluded.version, label = excluded.label,
            price_minor = excluded.price_minor, on_sale = excluded.on_sale
        WHERE offers.version < excluded.version
        """,
        offer.offer_id,
        offer.version,
        offer.seller_id,
        offer.label,
        offer.price_minor,
        offer.currency,
        offer.on_sale,
    )


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many tickets and seats are held and sold, and what was paid for."""
    rows = await db.fetch(
        """
        WITH held AS (SELECT is_sold, performance_id IS NULL AS is_ticket FROM offers
                      WHERE order_id IS NOT NULL),
             paid AS (SELECT total_minor FROM orders WHERE status = 'complete' AND total_minor > 0)
        SELECT 'tickets held' AS what, count(*) AS many FROM held WHERE is_ticket AND NOT is_sold
        UNION ALL SELECT 'tickets sold', count(*) FROM held WHERE is_ticket AND is_sold
        UNION ALL SELECT 'seats held', count(*) FROM held WHERE NOT is_ticket AND NOT is_sold
        UNION ALL SELECT 'seats sold', count(*) FROM held WHERE NOT is_ticket AND is_sold
        UNION ALL SELECT 'orders paid', count(*) FROM paid
        UNION ALL SELECT 'minor units paid', coalesce(sum(total_minor), 0)::bigint FROM paid
        """
    )
    return {row["what"]: row["many"] for row in rows}
