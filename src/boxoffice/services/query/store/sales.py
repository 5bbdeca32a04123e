"""The SQL of what is free, and of what sells: all of it as orders says."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.query.model.sales import Availability


async def upsert_availability(tx: Tx, counts: Sequence[Availability]) -> Sequence[UUID]:
    """Copy how many places are held and sold, each performance once, where that is newer.

    Return of which performances it was.
    """
    rows = await tx.fetch(
        """
        INSERT INTO availability AS known (performance_id, version, total, held, sold)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::integer[], $5::integer[])
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, total = excluded.total, held = excluded.held,
            sold = excluded.sold
        WHERE known.version < excluded.version
        RETURNING performance_id
        """,
        [count.performance_id for count in counts],
        [count.version for count in counts],
        [count.total for count in counts],
        [count.held for count in counts],
        [count.sold for count in counts],
    )
    return [row["performance_id"] for row in rows]


async def upsert_sold_by_day(tx: Tx, counts: Sequence[Availability]) -> None:
    """Note how many seats were sold in all on each day, where that is the newest word of the day.

    Each performance and day once.
    """
    await tx.execute(
        """
        INSERT INTO sold_by_day AS known (performance_id, day, version, sold)
        SELECT * FROM unnest($1::uuid[], $2::date[], $3::bigint[], $4::integer[])
        ON CONFLICT (performance_id, day) DO UPDATE SET
            version = excluded.version, sold = excluded.sold
        WHERE known.version < excluded.version
        """,
        [count.performance_id for count in counts],
        [count.day for count in counts],
        [count.version for count in counts],
        [count.sold for count in counts],
    )


async def update_free(tx: Tx, performance_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Have performances found, or not, by how many of their places are known to be free.

    Return of which shows they are, where that is news.
    """
    rows = await tx.fetch(
        """
        UPDATE showings SET free = total - held - sold
        FROM availability
        WHERE showings.performance_id = ANY($1::uuid[])
          AND availability.performance_id = showings.performance_id
          AND free IS DISTINCT FROM total - held - sold
        RETURNING show_id
        """,
        performance_ids,
    )
    return [row["show_id"] for row in rows]


async def select_days_noted(tx: Tx, performance_ids: Sequence[UUID]) -> Sequence[tuple[UUID, date]]:
    """Return on which days seats of these performances were counted."""
    rows = await tx.fetch(
        "SELECT performance_id, day FROM sold_by_day WHERE performance_id = ANY($1::uuid[])",
        performance_ids,
    )
    return [(row["performance_id"], row["day"]) for row in rows]


async def upsert_sales(tx: Tx, noted: Sequence[tuple[UUID, date]]) -> Sequence[UUID]:
    """Count how many seats the shows of these performances have sold on these days.

    Of the next day that is noted too: what was sold until then counts from this day on. Return of
    which shows that is news.
    """
    rows = await tx.fetch(
        """
        INSERT INTO sales AS known (show_id, day, seats)
        SELECT show_id, touched.day, sum(noted.sold - coalesce(earlier.sold, 0))
        FROM (
            SELECT DISTINCT counted.show_id, next.day
            FROM unnest($1::uuid[], $2::date[]) AS heard (performance_id, day)
            JOIN performances AS counted USING (performance_id)
            CROSS JOIN LATERAL (
                SELECT day FROM sold_by_day
                WHERE sold_by_day.performance_id = heard.performance_id
                  AND sold_by_day.day >= heard.day
                ORDER BY sold_by_day.day LIMIT 2
            ) AS next
        ) AS touched
        JOIN performances AS played USING (show_id)
        JOIN sold_by_day AS noted
            ON noted.performance_id = played.performance_id AND noted.day = touched.day
        LEFT JOIN LATERAL (
            SELECT sold FROM sold_by_day AS before
            WHERE before.performance_id = noted.performance_id AND before.day < noted.day
            ORDER BY before.day DESC LIMIT 1
        ) AS earlier ON true
        GROUP BY show_id, touched.day
        ON CONFLICT (show_id, day) DO UPDATE SET seats = excluded.seats
        WHERE known.seats <> excluded.seats
        RETURNING show_id
        """,
        [performance_id for performance_id, _ in noted],
        [day for _, day in noted],
    )
    return [row["show_id"] for row in rows]


async def select_outdated(db: Queries, today: date, limit: int) -> Sequence[UUID]:
    """Return so many shows that sold something in the seven days until an earlier day (UTC)."""
    rows = await db.fetch(
        "SELECT show_id FROM ranks WHERE sold <> 0 AND sold_on < $1 LIMIT $2", today, limit
    )
    return [row["show_id"] for row in rows]


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many seats are held and sold, as orders last said."""
    row = await db.fetchrow(
        "SELECT coalesce(sum(held), 0)::bigint AS held, coalesce(sum(sold), 0)::bigint AS sold FROM availability"
    )
    return {"seats held": row["held"], "seats sold": row["sold"]} if row else {}
