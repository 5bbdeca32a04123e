"""The SQL of what people write."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import Conflict, StaleVersion
from boxoffice.services.reviews.model import ONE_WITH_STARS, Past, Review


async def insert_review(tx: Tx, review: Review) -> None:
    """Add a review. Conflict when its author has given that show stars."""
    added = await tx.fetchval(
        """
        INSERT INTO reviews (review_id, version, author_id, show_id, ticket_id, reply_to, text,
                             text_version, text_since, stars, status, helpful, written_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (author_id, show_id) WHERE stars IS NOT NULL DO NOTHING
        RETURNING true
        """,
        review.review_id,
        review.version,
        review.author_id,
        review.show_id,
        review.ticket_id,
        review.reply_to,
        review.text,
        review.text_version,
        review.text_since,
        review.stars,
        review.status,
        review.helpful,
        review.written_at,
    )
    if not added:
        raise Conflict(ONE_WITH_STARS)


async def update_review(tx: Tx, review: Review) -> None:
    """Save the next version of a review. StaleVersion when another came first.

    Conflict when it has stars now, as another of its author's has that is about the same show.
    """
    try:
        saved = await tx.fetchval(
            """
            UPDATE reviews SET version = $2, text = $3, text_version = $4, text_since = $5,
                               stars = $6, status = $7, reason = $8, verdict_version = $9,
                               helpful = $10, edited_at = $11
            WHERE review_id = $1 AND version = $2 - 1
            RETURNING true
            """,
            review.review_id,
            review.version,
            review.text,
            review.text_version,
            review.text_since,
            review.stars,
            review.status,
            review.reason,
            review.verdict_version,
            review.helpful,
            review.edited_at,
        )
    except asyncpg.UniqueViolationError:
        raise Conflict(ONE_WITH_STARS) from None
    if not saved:
        raise StaleVersion


async def update_verdict_version(tx: Tx, review: Review) -> None:
    """Note moderation's newest word about a text, which changed nothing that people see."""
    await tx.execute(
        "UPDATE reviews SET verdict_version = $2 WHERE review_id = $1",
        review.review_id,
        review.verdict_version,
    )


async def insert_text(tx: Tx, review: Review) -> None:
    """Keep what a review says now."""
    await tx.execute(
        """
        INSERT INTO texts (review_id, text_version, text, stars, at) VALUES ($1, $2, $3, $4, $5)
        """,
        review.review_id,
        review.text_version,
        review.text,
        review.stars,
        review.edited_at or review.written_at,
    )


async def delete_texts(tx: Tx, review_id: UUID) -> None:
    """Erase all that a review said, and what people thought of it."""
    await tx.execute(
        """
        WITH past AS (DELETE FROM texts WHERE review_id = $1),
             votes AS (DELETE FROM votes WHERE review_id = $1)
        DELETE FROM reports WHERE review_id = $1
        """,
        review_id,
    )


async def select_review(db: Queries, review_id: UUID) -> Review | None:
    """Return one review."""
    row = await db.fetchrow(
        """
        SELECT review.*, parent.status AS parent_status
        FROM reviews AS review LEFT JOIN reviews AS parent ON parent.review_id = review.reply_to
        WHERE review.review_id = $1
        """,
        review_id,
    )
    return Review(**dict(row)) if row else None


async def select_review_for_update(tx: Tx, review_id: UUID) -> Review | None:
    """Return one review, which nobody else changes until the transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT review.*, parent.status AS parent_status
        FROM reviews AS review LEFT JOIN reviews AS parent ON parent.review_id = review.reply_to
        WHERE review.review_id = $1 FOR UPDATE OF review
        """,
        review_id,
    )
    return Review(**dict(row)) if row else None


async def select_of_subject(
    db: Queries,
    subject_id: UUID,
    person_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Review]:
    """Return what everybody sees about a show or a ticket, and a person's own, newest first.

    Own ones are asked for by themselves: what others wrote and is not approved is never read.
    """
    rows = await db.fetch(
        """
        (SELECT review.*, parent.status AS parent_status
         FROM reviews AS review LEFT JOIN reviews AS parent ON parent.review_id = review.reply_to
         WHERE coalesce(review.show_id, review.ticket_id) = $1 AND review.status = 'approved'
             AND (review.reply_to IS NULL OR parent.status = 'approved')
             AND ($3::uuid IS NULL OR review.review_id < $3)
         ORDER BY review.review_id DESC LIMIT $4)
        UNION
        (SELECT review.*, parent.status
         FROM reviews AS review LEFT JOIN reviews AS parent ON parent.review_id = review.reply_to
         WHERE review.author_id = $2 AND coalesce(review.show_id, review.ticket_id) = $1
             AND review.status <> 'withdrawn' AND ($3::uuid IS NULL OR review.review_id < $3)
         ORDER BY review.review_id DESC LIMIT $4)
        ORDER BY review_id DESC LIMIT $4
        """,
        subject_id,
        person_id,
        after,
        limit,
    )
    return [Review(**dict(row)) for row in rows]


async def select_texts(db: Queries, review_id: UUID, limit: int) -> Sequence[Past]:
    """Return what a review says and said, newest first."""
    rows = await db.fetch(
        """
        SELECT text_version, text, stars, at FROM texts
        WHERE review_id = $1 ORDER BY text_version DESC LIMIT $2
        """,
        review_id,
        limit,
    )
    return [Past(**dict(row)) for row in rows]


async def select_tally(db: Queries) -> dict[str, int]:
    """Return how many texts are pending, approved and rejected."""
    row = await db.fetchrow(
        """
        SELECT count(*) FILTER (WHERE status = 'pending') AS "texts pending",
               count(*) FILTER (WHERE status = 'approved') AS "texts approved",
               count(*) FILTER (WHERE status = 'rejected') AS "texts rejected"
        FROM reviews
        """
    )
    return dict(row or {})
