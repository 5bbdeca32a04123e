"""The SQL that copies what people offer, buy, write and are called: the newest word of each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from boxoffice.kit.database import Tx

Row = tuple[Any, ...]


async def upsert_people(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy names: id, version, name."""
    await tx.execute(
        """
        INSERT INTO people
        SELECT DISTINCT ON (id) * FROM unnest($1::uuid[], $2::int[], $3::text[])
            AS said (id, version, name)
        ORDER BY id, version DESC
        ON CONFLICT (person_id) DO UPDATE SET version = excluded.version, name = excluded.name
        WHERE people.version < excluded.version
        """,
        *_columns(rows),
    )


async def upsert_tickets(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy tickets: id, version, seller, status, order, view."""
    await tx.execute(
        """
        INSERT INTO tickets
        SELECT DISTINCT ON (id) *
        FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::uuid[], $6::jsonb[])
            AS said (id, version, seller_id, status, order_id, view)
        ORDER BY id, version DESC
        ON CONFLICT (ticket_id) DO UPDATE SET
            version = excluded.version, status = excluded.status, order_id = excluded.order_id,
            view = excluded.view
        WHERE tickets.version < excluded.version
        """,
        *_columns(rows),
    )


async def upsert_orders(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy orders: id, version, buyer, performance, status, view."""
    await tx.execute(
        """
        INSERT INTO orders
        SELECT DISTINCT ON (id) *
        FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::text[], $6::jsonb[])
            AS said (id, version, buyer_id, performance_id, status, view)
        ORDER BY id, version DESC
        ON CONFLICT (order_id) DO UPDATE SET
            version = excluded.version, status = excluded.status, view = excluded.view
        WHERE orders.version < excluded.version
        """,
        *_columns(rows),
    )


async def upsert_admissions(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy admissions: id, version, order, performance, holder, whether it is valid, view."""
    await tx.execute(
        """
        INSERT INTO admissions
        SELECT DISTINCT ON (id) *
        FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bool[],
                    $7::jsonb[])
            AS said (id, version, order_id, performance_id, holder_id, is_valid, view)
        ORDER BY id, version DESC
        ON CONFLICT (admission_id) DO UPDATE SET
            version = excluded.version, holder_id = excluded.holder_id,
            is_valid = excluded.is_valid, view = excluded.view
        WHERE admissions.version < excluded.version
        """,
        *_columns(rows),
    )


async def upsert_reviews(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy texts: id, version, author, what it is about and replies to, status, stars, view."""
    await tx.execute(
        """
        INSERT INTO reviews
        SELECT DISTINCT ON (id) *
        FROM unnest($1::uuid[], $2::int[], $3::uuid[], $4::uuid[], $5::uuid[], $6::text[],
                    $7::smallint[], $8::jsonb[])
            AS said (id, version, author_id, about_id, reply_to, status, stars, view)
        ORDER BY id, version DESC
        ON CONFLICT (review_id) DO UPDATE SET
            version = excluded.version, status = excluded.status, stars = excluded.stars,
            view = excluded.view
        WHERE reviews.version < excluded.version
        """,
        *_columns(rows),
    )


async def renew_ratings(tx: Tx, show_ids: Sequence[UUID]) -> None:
    """Count the stars of these shows anew; of two who do, the second sees what the first did."""
    await tx.execute(
        """
        INSERT INTO ratings (show_id, reviews, stars)
        SELECT show_id, 0, 0 FROM unnest($1::uuid[]) AS rated (show_id) ORDER BY show_id
        ON CONFLICT (show_id) DO UPDATE SET show_id = excluded.show_id
        """,
        show_ids,
    )
    await tx.execute(
        """
        UPDATE ratings SET reviews = given.reviews, stars = given.stars
        FROM unnest($1::uuid[]) AS rated (show_id)
        CROSS JOIN LATERAL (
            SELECT count(*) AS reviews, coalesce(sum(stars), 0) AS stars FROM reviews
            WHERE reviews.about_id = rated.show_id AND status = 'approved' AND stars IS NOT NULL
        ) AS given
        WHERE ratings.show_id = rated.show_id
        """,
        show_ids,
    )


async def upsert_cases(tx: Tx, rows: Sequence[Row]) -> None:
    """Copy verdicts: id of the text, version, version of the text, what it waits for, view."""
    await tx.execute(
        """
        INSERT INTO cases
        SELECT DISTINCT ON (id) *
        FROM unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::jsonb[])
            AS said (id, version, text_version, waits_for, view)
        ORDER BY id, version DESC
        ON CONFLICT (review_id) DO UPDATE SET
            version = excluded.version, text_version = excluded.text_version,
            waits_for = excluded.waits_for, view = excluded.view
        WHERE cases.version < excluded.version
        """,
        *_columns(rows),
    )


def _columns(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
