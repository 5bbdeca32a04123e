"""The SQL of orders."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import Conflict, StaleVersion
from boxoffice.services.orders.model import Ban, Item, Offer, Order

_ITEMS = TypeAdapter(tuple[Item, ...])


async def select_free_for_update(tx: Tx, offer_ids: Sequence[UUID]) -> Sequence[Offer]:
    """Return those of these offers that nobody holds, and keep others from them until the end.

    Rows are locked in the order of their ids, so that two batches never wait for each other. Held
    ones are not: the news that frees or sells many of them comes in an order of its own.
    """
    rows = await tx.fetch(
        """
        SELECT * FROM offers WHERE offer_id = ANY($1::uuid[]) AND order_id IS NULL
        ORDER BY offer_id FOR UPDATE
        """,
        offer_ids,
    )
    return [Offer(**dict(row)) for row in rows]


async def select_held(tx: Tx, offer_ids: Sequence[UUID]) -> Sequence[Offer]:
    """Return those of these offers that somebody holds or has."""
    rows = await tx.fetch(
        "SELECT * FROM offers WHERE offer_id = ANY($1::uuid[]) AND order_id IS NOT NULL", offer_ids
    )
    return [Offer(**dict(row)) for row in rows]


async def insert_orders(tx: Tx, orders: Sequence[Order]) -> None:
    """Save new orders and have them hold their offers. Conflict when one is held already."""
    held = await tx.fetch(
        """
        UPDATE offers SET order_id = held.order_id, hold_version = held.hold_version
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS held (offer_id, order_id, hold_version)
        WHERE offers.offer_id = held.offer_id AND offers.order_id IS NULL
        RETURNING offers.offer_id
        """,
        [item.offer_id for order in orders for item in order.items],
        [order.order_id for order in orders for _ in order.items],
        [item.hold_version for order in orders for item in order.items],
    )
    if len(held) != sum(len(order.items) for order in orders):
        raise Conflict("Somebody else was faster: this ticket is reserved or sold")
    await tx.execute(
        """
        INSERT INTO orders (order_id, version, status, buyer_id, total_minor, currency,
                            placed_at, expires_at, items)
        SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::uuid[], $5::bigint[],
                             $6::text[], $7::timestamptz[], $8::timestamptz[], $9::jsonb[])
        """,
        [order.order_id for order in orders],
        [order.version for order in orders],
        [order.status for order in orders],
        [order.buyer_id for order in orders],
        [order.total_minor for order in orders],
        [order.currency for order in orders],
        [order.placed_at for order in orders],
        [order.expires_at for order in orders],
        [_items_out(order) for order in orders],
    )


async def update_order(tx: Tx, order: Order) -> None:
    """Save the next version of an order. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE orders SET version = $2, status = $3, cancelled_because = $4, items = $5
        WHERE order_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        order.order_id,
        order.version,
        order.status,
        order.cancelled_because,
        _items_out(order),
    )
    if not saved:
        raise StaleVersion


async def free_offers(tx: Tx, order_id: UUID) -> None:
    """Let go of what this order holds, and of nothing else."""
    await tx.execute(
        """
        UPDATE offers SET order_id = NULL, hold_version = hold_version + 1
        WHERE order_id = $1
        """,
        order_id,
    )


async def keep_offers(tx: Tx, order_id: UUID) -> None:
    """Record that what this order holds is sold: it stays the order's for good."""
    await tx.execute(
        "UPDATE offers SET hold_version = hold_version + 1 WHERE order_id = $1", order_id
    )


async def select_order(db: Queries, order_id: UUID) -> Order | None:
    """Return one order."""
    row = await db.fetchrow("SELECT * FROM orders WHERE order_id = $1", order_id)
    return _order_in(row) if row else None


async def select_order_for_update(tx: Tx, order_id: UUID) -> Order | None:
    """Return one order, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM orders WHERE order_id = $1 FOR UPDATE", order_id)
    return _order_in(row) if row else None


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
    return [_order_in(row) for row in rows]


async def lock_held(tx: Tx, order_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Keep the offers of these orders from others until the end; return how many of each.

    Those that news is changing are left out: this waits for nobody.
    """
    rows = await tx.fetch(
        """
        WITH held AS (
            SELECT order_id FROM offers WHERE order_id = ANY($1::uuid[]) FOR UPDATE SKIP LOCKED
        )
        SELECT order_id, count(*) AS many FROM held GROUP BY order_id
        """,
        order_ids,
    )
    return {row["order_id"]: row["many"] for row in rows}


async def select_of_buyer(
    db: Queries, buyer_id: UUID, after: UUID | None, limit: int
) -> Sequence[Order]:
    """Return a person's orders, newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT * FROM orders
        WHERE buyer_id = $1 AND ($2::uuid IS NULL OR order_id < $2)
        ORDER BY order_id DESC LIMIT $3
        """,
        buyer_id,
        after,
        limit,
    )
    return [_order_in(row) for row in rows]


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many tickets are held and sold, and what the complete orders cost."""
    rows = await db.fetch(
        """
        WITH held AS (SELECT status FROM offers JOIN orders USING (order_id)),
             paid AS (SELECT total_minor FROM orders WHERE status = 'complete')
        SELECT 'tickets held' AS what, count(*) AS many FROM held WHERE status <> 'complete'
        UNION ALL SELECT 'tickets sold', count(*) FROM held WHERE status = 'complete'
        UNION ALL SELECT 'orders paid', count(*) FROM paid
        UNION ALL SELECT 'minor units paid', coalesce(sum(total_minor), 0)::bigint FROM paid
        """
    )
    return {row["what"]: row["many"] for row in rows}


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


def _order_in(row: asyncpg.Record) -> Order:
    fields: dict[str, Any] = dict(row)
    fields["items"] = _ITEMS.validate_json(row["items"])
    return Order(**fields)


def _items_out(order: Order) -> str:
    return json.dumps([asdict(item) for item in order.items], default=str)
