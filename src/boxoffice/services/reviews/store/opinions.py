"""The SQL of what people think of others' texts: votes and reports."""

from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Tx
from boxoffice.services.reviews.model import Review


async def insert_vote(tx: Tx, review_id: UUID, person_id: UUID) -> bool:
    """Note that somebody finds a review helpful; False when that is known."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO votes (review_id, person_id) VALUES ($1, $2)
            ON CONFLICT (review_id, person_id) DO NOTHING
            RETURNING true
            """,
            review_id,
            person_id,
        )
    )


async def delete_vote(tx: Tx, review_id: UUID, person_id: UUID) -> bool:
    """Note that somebody finds a review helpful no more; False when they did not."""
    return bool(
        await tx.fetchval(
            "DELETE FROM votes WHERE review_id = $1 AND person_id = $2 RETURNING true",
            review_id,
            person_id,
        )
    )


async def insert_report(
    tx: Tx, review: Review, person_id: UUID, complaint: str, at: datetime
) -> bool:
    """Keep what somebody says against a text; False when they said something before."""
    return bool(
        await tx.fetchval(
            """
            INSERT INTO reports (review_id, text_version, person_id, complaint, at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (review_id, text_version, person_id) DO NOTHING
            RETURNING true
            """,
            review.review_id,
            review.text_version,
            person_id,
            complaint,
            at,
        )
    )
