"""The SQL of venues."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.shows.model import MAP, Venue, VenueEntry


async def insert_venue(tx: Tx, venue: Venue) -> None:
    """Add a venue."""
    await tx.execute(
        """
        INSERT INTO venues (venue_id, version, organiser_id, name, city, address, time_zone,
                            latitude, longitude, accessibility, sections, capacity, source,
                            source_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """,
        venue.venue_id,
        venue.version,
        venue.organiser_id,
        venue.name,
        venue.city,
        venue.address,
        venue.time_zone,
        venue.latitude,
        venue.longitude,
        venue.accessibility,
        MAP.dump_json(venue.sections, exclude_defaults=True).decode(),
        venue.capacity,
        venue.source,
        venue.source_id,
    )


async def update_venue(tx: Tx, venue: Venue) -> None:
    """Save the next version of a venue. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE venues SET version = $2, name = $3, city = $4, address = $5, time_zone = $6,
                          latitude = $7, longitude = $8, accessibility = $9, sections = $10,
                          capacity = $11
        WHERE venue_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        venue.venue_id,
        venue.version,
        venue.name,
        venue.city,
        venue.address,
        venue.time_zone,
        venue.latitude,
        venue.longitude,
        venue.accessibility,
        MAP.dump_json(venue.sections, exclude_defaults=True).decode(),
        venue.capacity,
    )
    if not saved:
        raise StaleVersion


async def select_venue(db: Queries, venue_id: UUID) -> Venue | None:
    """Return one venue, with its map."""
    row = await db.fetchrow("SELECT * FROM venues WHERE venue_id = $1", venue_id)
    return _venue(row) if row else None


async def select_venues(
    db: Queries, organiser_id: UUID | None, after: UUID | None, limit: int
) -> Sequence[VenueEntry]:
    """Return venues, of one organiser or of all, the newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT venue_id, version, organiser_id, name, city, address, time_zone, latitude,
               longitude, accessibility, capacity
        FROM venues
        WHERE ($1::uuid IS NULL OR organiser_id = $1) AND ($2::uuid IS NULL OR venue_id < $2)
        ORDER BY venue_id DESC LIMIT $3
        """,
        organiser_id,
        after,
        limit,
    )
    return [VenueEntry(**dict(row)) for row in rows]


def _venue(row: asyncpg.Record) -> Venue:
    known: dict[str, Any] = dict(row)
    del known["capacity"]
    known["sections"] = MAP.validate_json(row["sections"])
    return Venue(**known)
