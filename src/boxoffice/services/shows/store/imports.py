"""The SQL of imports: many rows a statement, known by where they came from."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.shows.model import MAP, PICTURES, Performance, Show, Venue
from boxoffice.services.shows.model.imports import KnownPerformance

LOCK = 0x496D70  # "Imp": one import of a source at a time in each database


async def try_import_lock(tx: Tx, source: str) -> bool:
    """Keep others from importing from there until the transaction ends; False: somebody does."""
    return await tx.fetchval("SELECT pg_try_advisory_xact_lock($1, hashtext($2))", LOCK, source)


async def select_imported_venues(
    tx: Tx, source: str, source_ids: Collection[str]
) -> Mapping[str, Venue]:
    """Return the venues that came from there as these; nobody changes them until the end."""
    rows = await tx.fetch(
        """
        SELECT venue_id, version, organiser_id, name, city, address, time_zone, latitude,
               longitude, accessibility, sections, source, source_id
        FROM venues WHERE source = $1 AND source_id = ANY($2::text[])
        ORDER BY venue_id FOR SHARE
        """,
        source,
        sorted(source_ids),
    )
    return {row["source_id"]: _venue(row) for row in rows}


async def select_venues_known(
    db: Queries, source: str, source_ids: Collection[str]
) -> frozenset[str]:
    """Return which of these venues came from there before."""
    rows = await db.fetch(
        "SELECT source_id FROM venues WHERE source = $1 AND source_id = ANY($2::text[])",
        source,
        sorted(source_ids),
    )
    return frozenset(row["source_id"] for row in rows)


async def save_venues(tx: Tx, venues: Sequence[Venue]) -> None:
    """Add venues, or save the next versions of those that are there."""
    await tx.execute(
        """
        INSERT INTO venues (venue_id, version, organiser_id, name, city, address, time_zone,
                            latitude, longitude, accessibility, sections, capacity, source,
                            source_id)
        SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::text[], $5::text[],
                             $6::text[], $7::text[], $8::float8[], $9::float8[], $10::text[],
                             $11::jsonb[], $12::integer[], $13::text[], $14::text[])
        ON CONFLICT (venue_id) DO UPDATE SET
            version = excluded.version, name = excluded.name, city = excluded.city,
            address = excluded.address, time_zone = excluded.time_zone,
            latitude = excluded.latitude, longitude = excluded.longitude,
            accessibility = excluded.accessibility, sections = excluded.sections,
            capacity = excluded.capacity
        """,
        [venue.venue_id for venue in venues],
        [venue.version for venue in venues],
        [venue.organiser_id for venue in venues],
        [venue.name for venue in venues],
        [venue.city for venue in venues],
        [venue.address for venue in venues],
        [venue.time_zone for venue in venues],
        [venue.latitude for venue in venues],
        [venue.longitude for venue in venues],
        [venue.accessibility for venue in venues],
        [_map(venue) for venue in venues],
        [venue.capacity for venue in venues],
        [venue.source for venue in venues],
        [venue.source_id for venue in venues],
    )


async def select_imported_shows(
    tx: Tx, source: str, source_ids: Collection[str]
) -> Mapping[str, Show]:
    """Return the shows that came from there as these; nobody changes them until the end."""
    rows = await tx.fetch(
        """
        SELECT show_id, version, organiser_id, title, genre, story, "cast", running_minutes, age,
               pictures, source, source_id
        FROM shows WHERE source = $1 AND source_id = ANY($2::text[])
        ORDER BY show_id FOR UPDATE
        """,
        source,
        sorted(source_ids),
    )
    return {row["source_id"]: _show(row) for row in rows}


async def save_shows(tx: Tx, shows: Sequence[Show]) -> None:
    """Add shows, or save the next versions of those that are there, but for their pictures."""
    await tx.execute(
        """
        INSERT INTO shows (show_id, version, organiser_id, title, genre, story, "cast",
                           running_minutes, age, source, source_id)
        SELECT show_id, version, organiser_id, title, genre, story,
               ARRAY(SELECT jsonb_array_elements_text(names)), running_minutes, age, source,
               source_id
        FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                    $7::jsonb[], $8::integer[], $9::integer[], $10::text[], $11::text[])
            AS saved (show_id, version, organiser_id, title, genre, story, names,
                      running_minutes, age, source, source_id)
        ON CONFLICT (show_id) DO UPDATE SET
            version = excluded.version, title = excluded.title, genre = excluded.genre,
            story = excluded.story, "cast" = excluded."cast",
            running_minutes = excluded.running_minutes, age = excluded.age
        """,
        [show.show_id for show in shows],
        [show.version for show in shows],
        [show.organiser_id for show in shows],
        [show.title for show in shows],
        [show.genre for show in shows],
        [show.story for show in shows],
        [json.dumps(show.cast) for show in shows],
        [show.running_minutes for show in shows],
        [show.age for show in shows],
        [show.source for show in shows],
        [show.source_id for show in shows],
    )


async def select_known_performances(
    tx: Tx, source: str, source_ids: Collection[str]
) -> Mapping[str, KnownPerformance]:
    """Return the performances that came from there as these, without their maps."""
    rows = await tx.fetch(
        """
        SELECT performance_id, source_id, venue_id, state, starts_at, doors_at, on_sale_at,
               currency, prices
        FROM performances WHERE source = $1 AND source_id = ANY($2::text[])
        """,
        source,
        sorted(source_ids),
    )
    return {
        row["source_id"]: KnownPerformance(**dict(row) | {"prices": json.loads(row["prices"])})
        for row in rows
    }


async def lock_performances(tx: Tx, performance_ids: Sequence[UUID]) -> None:
    """Have nobody else change these performances until the transaction ends."""
    await tx.execute(
        """
        SELECT FROM performances WHERE performance_id = ANY($1::uuid[])
        ORDER BY performance_id FOR UPDATE
        """,
        performance_ids,
    )


async def save_performances(tx: Tx, performances: Sequence[Performance]) -> None:
    """Add published performances, or save the next versions of those that are there."""
    await tx.execute(
        """
        INSERT INTO performances (performance_id, version, show_id, venue_id, organiser_id, state,
                                  starts_at, doors_at, on_sale_at, currency, prices, sections,
                                  capacity, source, source_id)
        SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::uuid[],
                             $6::text[], $7::timestamptz[], $8::timestamptz[],
                             $9::timestamptz[], $10::text[], $11::jsonb[], $12::jsonb[],
                             $13::integer[], $14::text[], $15::text[])
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, state = excluded.state, starts_at = excluded.starts_at,
            doors_at = excluded.doors_at, on_sale_at = excluded.on_sale_at,
            prices = excluded.prices, sections = excluded.sections
        """,
        [performance.performance_id for performance in performances],
        [performance.version for performance in performances],
        [performance.show_id for performance in performances],
        [performance.venue_id for performance in performances],
        [performance.organiser_id for performance in performances],
        [performance.state for performance in performances],
        [performance.starts_at for performance in performances],
        [performance.doors_at for performance in performances],
        [performance.on_sale_at for performance in performances],
        [performance.currency for performance in performances],
        [json.dumps(dict(performance.prices)) for performance in performances],
        [_map(performance) for performance in performances],
        [performance.capacity for performance in performances],
        [performance.source for performance in performances],
        [performance.source_id for performance in performances],
    )


async def select_crowded(
    tx: Tx, show_ids: Sequence[UUID], at: datetime, most: int
) -> Sequence[UUID]:
    """Return those of these shows that have more than so many performances to come."""
    rows = await tx.fetch(
        """
        SELECT show_id FROM performances
        WHERE show_id = ANY($1::uuid[])
          AND (state = 'postponed' OR state = 'published' AND starts_at > $2)
        GROUP BY show_id HAVING count(*) > $3
        """,
        show_ids,
        at,
        most,
    )
    return [row["show_id"] for row in rows]


async def count_unlisted(
    tx: Tx, show_ids: Sequence[UUID], source_ids: Sequence[str], at: datetime
) -> int:
    """Return how many imported performances of these shows are on sale, but none of these."""
    return await tx.fetchval(
        """
        SELECT count(*) FROM performances
        WHERE show_id = ANY($1::uuid[]) AND state = 'published' AND starts_at > $2
          AND source_id <> ALL($3::text[])
        """,
        show_ids,
        at,
        source_ids,
    )


def _map(place: Venue | Performance) -> str:
    return MAP.dump_json(place.sections, exclude_defaults=True).decode()


def _venue(row: asyncpg.Record) -> Venue:
    known: dict[str, Any] = dict(row)
    known["sections"] = MAP.validate_json(row["sections"])
    return Venue(**known)


def _show(row: asyncpg.Record) -> Show:
    known: dict[str, Any] = dict(row)
    known["cast"] = tuple(row["cast"])
    known["pictures"] = PICTURES.validate_json(row["pictures"])
    return Show(**known)
