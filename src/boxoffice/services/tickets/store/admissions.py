"""The SQL of orders of places, and of the admissions that they give."""

from collections.abc import Collection, Sequence
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.tickets.model import Admission, Order


async def upsert_order(tx: Tx, order: Order) -> bool:
    """Copy an order, as orders says; False when what is known is as new."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO orders (order_id, version, status, performance_id, holder_id,
                                total_minor, currency, tell)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (order_id) DO UPDATE SET
                version = excluded.version, status = excluded.status, tell = excluded.tell
            WHERE orders.version < excluded.version
            RETURNING true
            """,
            order.order_id,
            order.version,
            order.status,
            order.performance_id,
            order.holder_id,
            order.total_minor,
            order.currency,
            order.tell,
        )
    )


async def select_untold_for_update(tx: Tx, limit: int) -> Sequence[Order]:
    """Return orders whose tickets are to be mailed for reasons of their own; others take others."""
    rows = await tx.fetch(
        "SELECT * FROM orders WHERE tell IS NOT NULL LIMIT $1 FOR UPDATE SKIP LOCKED", limit
    )
    return [Order(**dict(row)) for row in rows]


async def select_moved_for_update(tx: Tx, limit: int) -> Sequence[Order]:
    """Return orders that have not heard that their performance moved; others take others."""
    rows = await tx.fetch(
        """
        SELECT orders.* FROM performances JOIN orders USING (performance_id)
        WHERE moved_version IS NOT NULL AND state <> 'cancelled'
            AND status = 'complete' AND told_version < moved_version AND tell IS NULL
        LIMIT $1 FOR UPDATE OF orders SKIP LOCKED
        """,
        limit,
    )
    return [Order(**dict(row)) for row in rows]


async def update_told(tx: Tx, orders: Sequence[Order]) -> None:
    """Save of which version of its performance each order has heard, and that its mail is out."""
    await tx.execute(
        """
        UPDATE orders SET tell = NULL, told_version = told.version
        FROM unnest($1::uuid[], $2::integer[]) AS told (order_id, version)
        WHERE orders.order_id = told.order_id
        """,
        [order.order_id for order in orders],
        [order.told_version for order in orders],
    )


async def update_to_tell(tx: Tx, order_id: UUID) -> None:
    """Have an order's tickets mailed again, because one of them has another code."""
    await tx.execute(
        "UPDATE orders SET tell = coalesce(tell, 'reissued') WHERE order_id = $1", order_id
    )


async def insert_admissions(tx: Tx, admissions: Sequence[Admission]) -> Sequence[Admission]:
    """Add admissions; return those that were not issued before."""
    rows = await tx.fetch(
        """
        INSERT INTO admissions (admission_id, version, order_id, performance_id, holder_id,
                                seat, nonce, is_valid, issued_at)
        SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::uuid[],
                             $6::text[], $7::bytea[], $8::boolean[], $9::timestamptz[])
        ON CONFLICT (admission_id) DO NOTHING
        RETURNING *
        """,
        [admission.admission_id for admission in admissions],
        [admission.version for admission in admissions],
        [admission.order_id for admission in admissions],
        [admission.performance_id for admission in admissions],
        [admission.holder_id for admission in admissions],
        [admission.seat for admission in admissions],
        [admission.nonce for admission in admissions],
        [admission.is_valid for admission in admissions],
        [admission.issued_at for admission in admissions],
    )
    return [Admission(**dict(row)) for row in rows]


async def update_admission(tx: Tx, admission: Admission) -> None:
    """Save the next version of an admission. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE admissions SET version = $2, nonce = $3, is_valid = $4
        WHERE admission_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        admission.admission_id,
        admission.version,
        admission.nonce,
        admission.is_valid,
    )
    if not saved:
        raise StaleVersion


async def select_admission(db: Queries, admission_id: UUID) -> Admission | None:
    """Return one admission."""
    row = await db.fetchrow("SELECT * FROM admissions WHERE admission_id = $1", admission_id)
    return Admission(**dict(row)) if row else None


async def select_of_orders(db: Queries, order_ids: Collection[UUID]) -> Sequence[Admission]:
    """Return the valid admissions of these orders, those of one order as people look for them."""
    rows = await db.fetch(
        """
        SELECT * FROM admissions WHERE order_id = ANY($1::uuid[]) AND is_valid
        ORDER BY admission_id DESC
        """,
        list(order_ids),
    )
    return [Admission(**dict(row)) for row in rows]


async def select_of_holder(
    db: Queries, holder_id: UUID, order_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[Admission]:
    """Return what a person may enter with, or of that an order's, the newest order first."""
    rows = await db.fetch(
        """
        SELECT * FROM admissions
        WHERE holder_id = $1 AND ($2::uuid IS NULL OR order_id = $2)
            AND ($3::uuid IS NULL OR admission_id < $3)
        ORDER BY admission_id DESC LIMIT $4
        """,
        holder_id,
        order_id,
        after,
        limit,
    )
    return [Admission(**dict(row)) for row in rows]
