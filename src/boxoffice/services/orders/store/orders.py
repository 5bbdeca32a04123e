"""The SQL of orders themselves."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import Conflict, StaleVersion
from boxoffice.services.orders.model import Guest, Item, Order

LARGEST_KEY = 2**63 - 1  # of an advisory lock
COLUMNS = Order.__dataclass_fields__.keys() - {"performance"}
_ITEMS = TypeAdapter(tuple[Item, ...])
_INSERT_ORDERS = """
    WITH held AS (
        UPDATE offers SET order_id = hold.order_id, is_sold = hold.is_sold,
                          hold_version = hold_version + 1
        FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS hold (offer_id, order_id, is_sold)
        WHERE offers.offer_id = hold.offer_id AND offers.order_id IS NULL
        RETURNING true
    ), saved AS (
        INSERT INTO orders (order_id, version, status, buyer_id, total_minor, currency, placed_at,
                            expires_at, items, performance_id, seats, completed_at)
        SELECT * FROM unnest($6::uuid[], $7::int[], $8::text[], $9::uuid[], $10::bigint[],
                             $11::text[], $12::timestamptz[], $13::timestamptz[], $14::jsonb[],
                             $15::uuid[], $16::smallint[], $17::timestamptz[])
    )
    SELECT (SELECT count(*) FROM held),
           (SELECT count(pg_notify($4, notice)) FROM unnest($5::text[]) AS notice)
"""


async def insert_orders(
    tx: Tx, orders: Sequence[Order], channel: str, notices: Sequence[str]
) -> None:
    """Save new orders, have them hold their offers, and tell every replica once it commits.

    Conflict when somebody else has an offer already.
    """
    held = [
        (item.offer_id, order.order_id, order.status == "complete")
        for order in orders
        for item in order.items
    ]
    many = await tx.fetchval(
        _INSERT_ORDERS,
        *zip(*held, strict=True),
        channel,
        notices,
        *zip(*(_row(order) for order in orders), strict=True),
    )
    if many != len(held):
        raise Conflict("Somebody else was faster: this ticket is reserved or sold")


async def update_order(tx: Tx, order: Order) -> None:
    """Save the next version of an order. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE orders SET version = $2, status = $3, cancelled_because = $4, items = $5,
                          completed_at = $6
        WHERE order_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        order.order_id,
        order.version,
        order.status,
        order.cancelled_because,
        _items_out(order),
        order.completed_at,
    )
    if not saved:
        raise StaleVersion


async def select_order(db: Queries, order_id: UUID) -> Order | None:
    """Return one order."""
    row = await db.fetchrow("SELECT * FROM orders WHERE order_id = $1", order_id)
    return order_in(row) if row else None


async def select_order_for_update(tx: Tx, order_id: UUID) -> Order | None:
    """Return one order, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM orders WHERE order_id = $1 FOR UPDATE", order_id)
    return order_in(row) if row else None


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
    return [order_in(row) for row in rows]


async def lock_guests(tx: Tx, guests: Sequence[Guest]) -> None:
    """Keep others from counting what these guests have until the end, always in one order.

    Until then indexes are used even where a statement was planned while there were few orders: it
    would go through all of them, in every batch, until the database next counts them.
    """
    # Both are UUIDv7, whose last 62 bits are random. Two that fall together wait for each other.
    keys = sorted((one.int ^ other.int) & LARGEST_KEY for one, other in guests)
    await tx.execute(
        """
        SELECT pg_advisory_xact_lock(key), (SELECT set_config('enable_seqscan', 'off', true))
        FROM unnest($1::bigint[]) AS guests (key)
        """,
        keys,
    )


async def select_seats(db: Queries, guests: Sequence[Guest]) -> dict[Guest, int]:
    """Return how many seats these guests hold or have."""
    rows = await db.fetch(
        """
        SELECT performance_id, buyer_id, had.seats
        FROM unnest($1::uuid[], $2::uuid[]) AS guests (performance_id, buyer_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(seats), 0)::int AS seats FROM orders
            WHERE orders.performance_id = guests.performance_id
                AND orders.buyer_id = guests.buyer_id AND status <> 'cancelled'
        ) AS had
        """,
        [performance_id for performance_id, _ in guests],
        [buyer_id for _, buyer_id in guests],
    )
    return {(row["performance_id"], row["buyer_id"]): row["seats"] for row in rows}


def order_in(row: asyncpg.Record) -> Order:
    """Return the order that a row of the table `orders` is."""
    fields: dict[str, Any] = {name: row[name] for name in COLUMNS}
    fields["items"] = _ITEMS.validate_json(row["items"])
    return Order(**fields)


def _row(order: Order) -> tuple[Any, ...]:
    return (
        order.order_id,
        order.version,
        order.status,
        order.buyer_id,
        order.total_minor,
        order.currency,
        order.placed_at,
        order.expires_at,
        _items_out(order),
        order.performance_id,
        len(order.items) if order.performance_id else 0,
        order.completed_at,
    )


def _items_out(order: Order) -> str:
    return _ITEMS.dump_json(order.items).decode()
