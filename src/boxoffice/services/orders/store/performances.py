"""The SQL of performances and their places."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from boxoffice.events.shows import Section
from boxoffice.kit.database import Queries, Tx
from boxoffice.services.orders.model import (
    Count,
    HourSales,
    Order,
    Performance,
    Place,
    SectionSales,
)
from boxoffice.services.orders.store.orders import LARGEST_KEY, order_in

_SECTIONS = TypeAdapter(tuple[Section, ...])


async def upsert_performance(
    tx: Tx, performance: Performance, sections: Sequence[Section], at: datetime
) -> bool | None:
    """Copy a performance, as shows says; None when nothing of it is newer than what is known.

    Returns whether it was unknown.
    """
    return await tx.fetchval(
        """
        INSERT INTO performances (performance_id, version, organiser_id, title, venue, city,
                                  time_zone, starts_at, on_sale_at, currency, state, sections,
                                  total, heard_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, title = excluded.title, venue = excluded.venue,
            city = excluded.city, time_zone = excluded.time_zone, state = excluded.state,
            starts_at = excluded.starts_at, on_sale_at = excluded.on_sale_at,
            sections = excluded.sections, heard_at = excluded.heard_at
        WHERE performances.version < excluded.version
        RETURNING xmax = 0
        """,
        *(getattr(performance, name) for name in Performance.__dataclass_fields__),
        _SECTIONS.dump_json(tuple(sections)).decode(),
        sum(section.capacity for section in sections),
        at,
    )


async def select_held_and_sold(db: Queries, after: datetime) -> tuple[int, int]:
    """Return how many places of performances after then are held and sold, as last counted."""
    row = await db.fetchrow(
        """
        SELECT coalesce(sum(held), 0)::bigint, coalesce(sum(sold), 0)::bigint
        FROM performances WHERE starts_at > $1
        """,
        after,
    )
    return tuple(row) if row else (0, 0)


async def insert_seats(
    tx: Tx, performance: Performance, section: Section, offer_ids: Sequence[UUID]
) -> None:
    """Offer every place of a section, in the order of its labels."""
    await tx.execute(
        """
        INSERT INTO offers (offer_id, version, seller_id, label, price_minor, currency, on_sale,
                            performance_id)
        SELECT offer_id, $3, $4, label, $5, $6, true, $7
        FROM unnest($1::uuid[], $2::text[]) AS places (offer_id, label)
        """,
        offer_ids,
        section.labels(),
        performance.version,
        performance.organiser_id,
        section.price_minor,
        performance.currency,
        performance.performance_id,
    )


async def update_prices(tx: Tx, performance: Performance, sections: Sequence[Section]) -> None:
    """Have every place of a performance cost what its section costs; orders keep their prices."""
    await tx.execute(
        """
        UPDATE offers SET price_minor = prices.minor, version = $4
        FROM unnest($2::text[], $3::bigint[]) AS prices (section, minor)
        WHERE performance_id = $1 AND split_part(label, '/', 1) = section AND price_minor <> minor
        """,
        performance.performance_id,
        [section.name for section in sections],
        [section.price_minor for section in sections],
        performance.version,
    )


async def select_performances(
    db: Queries, performance_ids: Sequence[UUID]
) -> Mapping[UUID, Performance]:
    """Return those of these performances that are known, by their ids."""
    rows = await db.fetch(
        """
        SELECT performance_id, version, organiser_id, title, venue, city, time_zone, starts_at,
               on_sale_at, currency, state
        FROM performances WHERE performance_id = ANY($1::uuid[])
        """,
        performance_ids,
    )
    return {row["performance_id"]: Performance(**dict(row)) for row in rows}


async def select_sections(db: Queries, performance_id: UUID) -> tuple[Section, ...] | None:
    """Return the sections of a performance, with their prices; None when it is unknown."""
    found = await db.fetchval(
        "SELECT sections FROM performances WHERE performance_id = $1", performance_id
    )
    return _SECTIONS.validate_json(found) if found else None


async def select_places(db: Queries, performance_id: UUID) -> Sequence[Place]:
    """Return all places of a performance that anybody ever held."""
    rows = await db.fetch(
        """
        SELECT label, hold_version,
               CASE WHEN is_sold THEN '2' WHEN order_id IS NULL THEN '0' ELSE '1' END AS state
        FROM offers WHERE performance_id = $1 AND hold_version > 0
        """,
        performance_id,
    )
    return [Place(*row) for row in rows]


async def notify_places(tx: Tx, channel: str, told: Sequence[str]) -> None:
    """Tell every replica this once the transaction commits, in the order of commits."""
    await tx.execute("SELECT pg_notify($1, told) FROM unnest($2::text[]) AS told", channel, told)


async def select_to_empty_for_update(tx: Tx, limit: int) -> Sequence[Order]:
    """Return orders of cancelled performances, which nobody else changes until the end.

    Those that somebody else is changing, and those whose payment is being taken, are left out.
    """
    rows = await tx.fetch(
        """
        SELECT left_over.* FROM performances CROSS JOIN LATERAL (
            SELECT * FROM orders
            WHERE orders.performance_id = performances.performance_id
                AND status IN ('created', 'complete')
            LIMIT $1 FOR UPDATE SKIP LOCKED
        ) AS left_over
        WHERE state = 'cancelled' AND emptied_at IS NULL LIMIT $1
        """,
        limit,
    )
    return [order_in(row) for row in rows]


async def update_emptied(tx: Tx, at: datetime, heard_before: datetime) -> None:
    """Note which cancelled performances have no order left, if that was so long ago."""
    await tx.execute(
        """
        UPDATE performances SET emptied_at = $1
        WHERE state = 'cancelled' AND emptied_at IS NULL AND heard_at < $2 AND NOT EXISTS (
            SELECT FROM orders WHERE orders.performance_id = performances.performance_id
                AND status <> 'cancelled'
        )
        """,
        at,
        heard_before,
    )


async def select_ordered_since(db: Queries, first_order_id: UUID) -> Sequence[UUID]:
    """Return the performances of all orders from this one on (UUIDv7: that were placed then)."""
    rows = await db.fetch(
        """
        SELECT DISTINCT performance_id FROM orders
        WHERE order_id >= $1 AND performance_id IS NOT NULL
        """,
        first_order_id,
    )
    return [row["performance_id"] for row in rows]


async def update_count(tx: Tx, performance_id: UUID, at: datetime) -> Count | None:
    """Count the places of a performance; None when that is what was last said of it."""
    row = await tx.fetchrow(
        """
        WITH counted AS (
            SELECT count(*) FILTER (WHERE order_id IS NOT NULL AND NOT is_sold)::int AS held,
                   count(*) FILTER (WHERE is_sold)::int AS sold
            FROM offers WHERE performance_id = $1
        )
        UPDATE performances SET count_version = count_version + 1,
                                held = counted.held, sold = counted.sold
        FROM counted
        WHERE performance_id = $1 AND (performances.held, performances.sold)
            IS DISTINCT FROM (counted.held, counted.sold)
        RETURNING count_version, total, performances.held, performances.sold
        """,
        performance_id,
    )
    if row is None:
        return None
    return Count(
        performance_id=performance_id,
        version=row["count_version"],
        total=row["total"],
        held=row["held"],
        sold=row["sold"],
        counted_at=at,
    )


async def try_lock(tx: Tx, performance_id: UUID) -> bool:
    """Whether no other transaction has locked this performance so; it is locked until the end."""
    key = performance_id.int & LARGEST_KEY
    return await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", key)


async def select_sales_by_section(db: Queries, performance_id: UUID) -> Mapping[str, SectionSales]:
    """Return how the sections of a performance sell, by their names."""
    rows = await db.fetch(
        """
        WITH places AS (
            SELECT split_part(label, '/', 1) AS section, count(*)::int AS total,
                   count(*) FILTER (WHERE order_id IS NOT NULL AND NOT is_sold)::int AS held,
                   count(*) FILTER (WHERE is_sold)::int AS sold
            FROM offers WHERE performance_id = $1 GROUP BY 1
        ), money AS (
            SELECT split_part(item ->> 'label', '/', 1) AS section,
                   sum((item ->> 'price_minor')::bigint)::bigint AS income_minor
            FROM orders, jsonb_array_elements(items) AS item
            WHERE performance_id = $1 AND status = 'complete' GROUP BY 1
        )
        SELECT section AS name, total, held, sold, coalesce(income_minor, 0) AS income_minor
        FROM places LEFT JOIN money USING (section)
        """,
        performance_id,
    )
    return {row["name"]: SectionSales(**dict(row)) for row in rows}


async def select_sales_by_hour(
    db: Queries, performance_id: UUID, since: datetime
) -> Sequence[HourSales]:
    """Return the hours since then in which something was sold: how many, for how much."""
    rows = await db.fetch(
        """
        SELECT date_trunc('hour', completed_at) AS at, sum(seats)::int AS seats,
               sum(total_minor)::bigint AS income_minor
        FROM orders WHERE performance_id = $1 AND status = 'complete' AND completed_at >= $2
        GROUP BY 1 ORDER BY 1
        """,
        performance_id,
        since,
    )
    return [HourSales(**dict(row)) for row in rows]
