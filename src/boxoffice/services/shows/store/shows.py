"""The SQL of shows."""

from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.shows.model import PICTURES, Show


async def insert_show(tx: Tx, show: Show) -> None:
    """Add a show."""
    await tx.execute(
        """
        INSERT INTO shows (show_id, version, organiser_id, title, genre, story, "cast",
                           running_minutes, age, pictures, source, source_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        show.show_id,
        show.version,
        show.organiser_id,
        show.title,
        show.genre,
        show.story,
        show.cast,
        show.running_minutes,
        show.age,
        PICTURES.dump_json(show.pictures).decode(),
        show.source,
        show.source_id,
    )


async def update_show(tx: Tx, show: Show) -> None:
    """Save the next version of a show. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE shows SET version = $2, title = $3, genre = $4, story = $5, "cast" = $6,
                         running_minutes = $7, age = $8, pictures = $9
        WHERE show_id = $1 AND version = $2 - 1
        RETURNING true
        """,
        show.show_id,
        show.version,
        show.title,
        show.genre,
        show.story,
        show.cast,
        show.running_minutes,
        show.age,
        PICTURES.dump_json(show.pictures).decode(),
    )
    if not saved:
        raise StaleVersion


async def select_show(db: Queries, show_id: UUID) -> Show | None:
    """Return one show."""
    row = await db.fetchrow(
        """
        SELECT shows.*, EXISTS (
            SELECT FROM performances WHERE show_id = $1 AND state <> 'draft'
        ) AS is_announced
        FROM shows WHERE show_id = $1
        """,
        show_id,
    )
    return _show(row) if row else None


async def select_show_for_update(tx: Tx, show_id: UUID) -> Show | None:
    """Return one show, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT shows.*, EXISTS (
            SELECT FROM performances WHERE show_id = $1 AND state <> 'draft'
        ) AS is_announced
        FROM shows WHERE show_id = $1 FOR UPDATE OF shows
        """,
        show_id,
    )
    return _show(row) if row else None


def _show(row: asyncpg.Record) -> Show:
    known: dict[str, Any] = dict(row)
    known["cast"] = tuple(row["cast"])
    known["pictures"] = PICTURES.validate_json(row["pictures"])
    return Show(**known)
