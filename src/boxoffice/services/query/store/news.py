"""The SQL that tells which version of something is known here."""

from uuid import UUID

from boxoffice.kit.database import Queries


async def select_version(db: Queries, service: str, about_id: UUID) -> int | None:
    """Return which version of something is known, by who counts it; None when none is."""
    return await db.fetchval(
        """
        SELECT version FROM (
            SELECT 'identity' AS counts, version FROM people WHERE person_id = $2
            UNION ALL SELECT 'shows', version FROM shows WHERE show_id = $2
            UNION ALL SELECT 'shows', version FROM performances WHERE performance_id = $2
            UNION ALL SELECT 'tickets', version FROM tickets WHERE ticket_id = $2
            UNION ALL SELECT 'tickets', version FROM admissions WHERE admission_id = $2
            UNION ALL SELECT 'orders', version FROM orders WHERE order_id = $2
            UNION ALL SELECT 'reviews', version FROM reviews WHERE review_id = $2
            UNION ALL SELECT 'moderation', version FROM cases WHERE review_id = $2
        ) AS known WHERE counts = $1
        """,
        service,
        about_id,
    )
