"""The SQL of what shows tells: many rows a statement, the newest version of each."""

import json
from collections.abc import Sequence
from uuid import UUID

from pydantic import TypeAdapter

from boxoffice.events.shows import ShowPicture
from boxoffice.kit.database import Tx
from boxoffice.kit.money import minor_per_major
from boxoffice.kit.pictures.picture import Picture, PictureView, Size
from boxoffice.services.query.model.catalogue import Performance, Show

LOCK = 0x436174  # "Cat": one who writes the catalogue at a time in each model
PICTURES: TypeAdapter[tuple[ShowPicture, ...]] = TypeAdapter(tuple[ShowPicture, ...])


async def lock_catalogue(tx: Tx) -> None:
    """Have nobody else copy news of the catalogue, or what follows from it, until the end.

    News of one show, of its performances and of their seats changes the same rows. A batch takes
    milliseconds.
    """
    await tx.execute("SELECT pg_advisory_xact_lock($1, hashtext(current_schema()))", LOCK)


async def upsert_shows(tx: Tx, shows: Sequence[Show]) -> Sequence[UUID]:
    """Copy shows, each once, where they are newer than what is known; return which were."""
    rows = await tx.fetch(
        """
        INSERT INTO shows AS known (show_id, version, organiser_id, title, genre, story, "cast",
                                    running_minutes, age, pictures, poster)
        SELECT show_id, version, organiser_id, title, genre, story,
               ARRAY(SELECT jsonb_array_elements_text(names)), running_minutes, age, pictures,
               poster
        FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::text[], $5::text[], $6::text[],
                    $7::jsonb[], $8::integer[], $9::integer[], $10::jsonb[], $11::json[])
            AS told (show_id, version, organiser_id, title, genre, story, names,
                     running_minutes, age, pictures, poster)
        ON CONFLICT (show_id) DO UPDATE SET
            version = excluded.version, organiser_id = excluded.organiser_id,
            title = excluded.title, genre = excluded.genre, story = excluded.story,
            "cast" = excluded."cast", running_minutes = excluded.running_minutes,
            age = excluded.age, pictures = excluded.pictures, poster = excluded.poster
        WHERE known.version < excluded.version
        RETURNING show_id
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
        [PICTURES.dump_json(show.pictures).decode() for show in shows],
        [_written(show.poster) for show in shows],
    )
    return [row["show_id"] for row in rows]


async def upsert_performances(
    tx: Tx, performances: Sequence[Performance]
) -> Sequence[tuple[UUID, UUID]]:
    """Copy performances, each once, where they are newer than what is known.

    Return which were, each with its show.
    """
    rows = await tx.fetch(
        """
        INSERT INTO performances AS known (
            performance_id, version, show_id, organiser_id, state, venue_id, venue, city,
            time_zone, starts_at, doors_at, on_sale_at, currency, minor_per_major, prices, capacity)
        SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::uuid[], $5::text[],
                             $6::uuid[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
                             $11::timestamptz[], $12::timestamptz[], $13::text[], $14::integer[],
                             $15::jsonb[], $16::integer[])
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, organiser_id = excluded.organiser_id,
            state = excluded.state, venue_id = excluded.venue_id, venue = excluded.venue,
            city = excluded.city, time_zone = excluded.time_zone, starts_at = excluded.starts_at,
            doors_at = excluded.doors_at, on_sale_at = excluded.on_sale_at,
            currency = excluded.currency, minor_per_major = excluded.minor_per_major,
            prices = excluded.prices, capacity = excluded.capacity
        WHERE known.version < excluded.version
        RETURNING performance_id, show_id
        """,
        [performance.performance_id for performance in performances],
        [performance.version for performance in performances],
        [performance.show_id for performance in performances],
        [performance.organiser_id for performance in performances],
        [performance.state for performance in performances],
        [performance.venue_id for performance in performances],
        [performance.venue for performance in performances],
        [performance.city for performance in performances],
        [performance.time_zone for performance in performances],
        [performance.starts_at for performance in performances],
        [performance.doors_at for performance in performances],
        [performance.on_sale_at for performance in performances],
        [performance.currency for performance in performances],
        [minor_per_major(performance.currency) for performance in performances],
        [json.dumps(dict(performance.prices)) for performance in performances],
        [performance.capacity for performance in performances],
    )
    return [(row["performance_id"], row["show_id"]) for row in rows]


def _written(poster: ShowPicture | None) -> str | None:
    """Return a poster as answers have it."""
    if poster is None:
        return None
    sizes = tuple(Size(file=one.file, width=one.width, height=one.height) for one in poster.sizes)
    picture = Picture(
        picture_id=poster.picture_id,
        file=poster.file,
        width=poster.width,
        height=poster.height,
        sizes=sizes,
    )
    return PictureView.of(picture).model_dump_json(by_alias=True)
