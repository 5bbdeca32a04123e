"""The SQL of orders themselves."""

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.orders.model import Guest, Item, Order

LARGEST_KEY = 2**63 - 1  # of an advisory lock
COLUMNS = Order.__dataclass_fields__.keys() - {"performance"}
INSERTED: tuple[LiteralString, ...] = (
    *("order_id", "version", "status", "buyer_id", "total_minor", "currency", "placed_at"),
    *("expires_at", "items", "performance_id", "seats", "completed_at"),
)
_ITEMS = TypeAdapter(tuple[Item, ...])


async def insert_orders(tx: Tx, orders: Sequence[Order]) -> None:
    """Save new orders."""
    await tx.copy(
        "orders",
        INSERTED,
        [
            (
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
            for order in orders
        ],
    )


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
    """Keep others from counting what these guests have until the end, always in one order."""
    # Both are UUIDv7, whose last 62 bits are random. Two that fall together wait for each other.
    keys = sorted((one.int ^ other.int) & LARGEST_KEY for one, other in guests)
    await tx.execute(
        "SELECT pg_advisory_xact_lock(key) FROM unnest($1::bigint[]) AS guests (key)", keys
    )


async def select_seats(db: Queries, guests: Sequence[Guest]) -> dict[Guest, int]:
    """Return how many seats these guests hold or have."""
    # Each guest is looked up in the index, however few orders there were when this was planned: as
    # a join it would go through all orders until the database next counts them.
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


def _items_out(order: Order) -> str:
    return _ITEMS.dump_json(order.items).decode()
