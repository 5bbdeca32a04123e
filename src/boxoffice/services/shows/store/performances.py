"""The SQL of performances."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.shows.model import MAP, PICTURES, Performance, PerformanceEntry, State


async def insert_performance(tx: Tx, performance: Performance) -> None:
    """Add a draft."""
    await tx.execute(
        """
        INSERT INTO performances (performance_id, version, show_id, venue_id, organiser_id, state,
                                  starts_at, doors_at, on_sale_at, currency, prices, capacity,
                                  source, source_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        performance.performance_id,
        performance.version,
        performance.show_id,
        performance.venue_id,
        performance.organiser_id,
        performance.state,
        performance.starts_at,
        performance.doors_at,
        performance.on_sale_at,
        performance.currency,
        json.dumps(dict(performance.prices)),
        performance.capacity,
        performance.source,
        performance.source_id,
    )


async def update_performance(tx: Tx, performance: Performance) -> None:
    """Save the next version of a performance. StaleVersion when another came first."""
    is_draft = performance.state == "draft"
    saved = await tx.fetchval(
        """
        UPDATE performances SET version = $2, state = $3, starts_at = $4, doors_at = $5,
                                on_sale_at = $6, prices = $7, sections = $8, capacity = $9
        WHERE performance_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        performance.performance_id,
        performance.version,
        performance.state,
        performance.starts_at,
        performance.doors_at,
        performance.on_sale_at,
        json.dumps(dict(performance.prices)),
        None if is_draft else MAP.dump_json(performance.sections, exclude_defaults=True).decode(),
        performance.capacity,
    )
    if not saved:
        raise StaleVersion


async def delete_performance(tx: Tx, performance_id: UUID) -> None:
    """Forget a draft; what is published stays."""
    await tx.execute(
        "DELETE FROM performances WHERE performance_id = $1 AND state = 'draft'", performance_id
    )


async def lock_performance(tx: Tx, performance_id: UUID) -> None:
    """Have nobody else change a performance, its venue or its show until the transaction ends.

    In the order in which all lock them: who changes a show or a venue then goes on to performances.
    """
    for sql in (
        """
        SELECT FROM venues WHERE venue_id =
            (SELECT venue_id FROM performances WHERE performance_id = $1) FOR SHARE
        """,
        """
        SELECT FROM shows WHERE show_id =
            (SELECT show_id FROM performances WHERE performance_id = $1) FOR SHARE
        """,
        "SELECT FROM performances WHERE performance_id = $1 FOR UPDATE",
    ):
        await tx.execute(sql, performance_id)


async def lock_to_come(
    tx: Tx,
    states: Collection[State],
    *,
    show_id: UUID | None = None,
    venue_id: UUID | None = None,
    at: datetime,
    limit: int,
) -> Sequence[UUID]:
    """Return which performances of a show or at a venue are in these states and still to come.

    So many at the most, in the order of their ids; nobody else changes them until the end.
    """
    rows = await tx.fetch(
        """
        SELECT performance_id FROM performances
        WHERE (show_id = $1 OR venue_id = $2)
          AND state = ANY($5::text[]) AND (state = 'postponed' OR starts_at > $3)
        ORDER BY performance_id LIMIT $4 FOR UPDATE
        """,
        show_id,
        venue_id,
        at,
        limit,
        list(states),
    )
    return [row["performance_id"] for row in rows]


async def raise_versions(tx: Tx, performance_ids: Sequence[UUID]) -> None:
    """Raise the versions of performances by one."""
    await tx.execute(
        "UPDATE performances SET version = version + 1 WHERE performance_id = ANY($1::uuid[])",
        performance_ids,
    )


async def count_to_come(db: Queries, show_id: UUID, at: datetime) -> int:
    """Return how many performances of a show are published and still to come."""
    return await db.fetchval(
        """
        SELECT count(*) FROM performances
        WHERE show_id = $1 AND (state = 'postponed' OR state = 'published' AND starts_at > $2)
        """,
        show_id,
        at,
    )


async def select_performance(db: Queries, performance_id: UUID) -> Performance | None:
    """Return one performance, with its map."""
    found = await select_performances(db, [performance_id])
    return found[0] if found else None


async def select_performances(db: Queries, performance_ids: Sequence[UUID]) -> list[Performance]:
    """Return these performances, with their maps, in the order of their ids."""
    rows = await db.fetch(
        """
        SELECT performance_id, performances.version, show_id, venue_id, performances.organiser_id,
               state, starts_at, doors_at, on_sale_at, currency, prices,
               coalesce(performances.sections, venues.sections) AS sections,
               CASE state WHEN 'draft' THEN venues.capacity ELSE performances.capacity END
                   AS capacity,
               performances.source, performances.source_id,
               title, genre, pictures,
               name AS venue, city, time_zone, address, latitude, longitude, accessibility
        FROM performances JOIN shows USING (show_id) JOIN venues USING (venue_id)
        WHERE performance_id = ANY($1::uuid[])
        ORDER BY performance_id
        """,
        performance_ids,
    )
    return [_performance(row) for row in rows]


async def select_performances_of(
    db: Queries, show_id: UUID, *, all_of_them: bool, at: datetime, limit: int
) -> list[PerformanceEntry]:
    """Return performances of a show: those to come by date, then those that are past, last first.

    Drafts and what is past are among them only where `all_of_them` is asked for.
    """
    rows = await db.fetch(
        """
        SELECT performance_id, state, starts_at, doors_at, on_sale_at, currency, prices,
               CASE state WHEN 'draft' THEN venues.capacity ELSE performances.capacity END
                   AS capacity,
               venue_id, name AS venue, city, time_zone
        FROM performances JOIN venues USING (venue_id)
        CROSS JOIN LATERAL (SELECT starts_at < $3 AND state <> 'postponed' AS is_past) AS time
        WHERE show_id = $1 AND ($2 OR state <> 'draft' AND NOT is_past)
        ORDER BY is_past, CASE WHEN is_past THEN starts_at END DESC, starts_at, performance_id
        LIMIT $4
        """,
        show_id,
        all_of_them,
        at,
        limit,
    )
    return [_entry(row) for row in rows]


def _entry(row: asyncpg.Record) -> PerformanceEntry:
    known: dict[str, Any] = dict(row)
    known["prices"] = json.loads(row["prices"])
    return PerformanceEntry(**known)


def _performance(row: asyncpg.Record) -> Performance:
    known: dict[str, Any] = dict(row)
    known["prices"] = json.loads(row["prices"])
    known["sections"] = MAP.validate_json(row["sections"])
    known["pictures"] = PICTURES.validate_json(row["pictures"])
    return Performance(**known)
