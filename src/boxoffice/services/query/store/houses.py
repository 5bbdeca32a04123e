"""The SQL of pages about shows, and of what is somebody's own: one statement each, as in pages.py."""

from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries
from boxoffice.services.query.store.pages import OWN_TEXTS, SHELF, TEXTS

MOST_PERFORMANCES = 200  # of a show, as on its page


async def select_home_page(db: Queries, at: datetime) -> str:
    """Return what sells best today (UTC), what comes next, and what is new on the market."""
    return await db.fetchval("SELECT home_page($1)", at)


async def select_show_page(
    db: Queries, show_id: UUID, reader: UUID | None, at: datetime
) -> str | None:
    """Return a show with what is to come of it and what is written about it.

    None when it is unknown, or was never announced and is not the reader's own.
    """
    return await db.fetchval(
        "SELECT show_page($1, $2, $3, $4, $5)", show_id, reader, at, TEXTS, OWN_TEXTS
    )


async def select_own_page(db: Queries, person_id: UUID) -> str:
    """Return what is somebody's own: orders, places, listings, texts; the newest of each first."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'orders', (
                SELECT coalesce(jsonb_agg(told ORDER BY order_id DESC), '[]')
                FROM (
                    SELECT order_id, orders.view || CASE WHEN performances IS NULL THEN '{}'
                        ELSE jsonb_build_object('performance', performances.seen::jsonb
                             || jsonb_build_object('title', title)) END AS told
                    FROM orders LEFT JOIN performances USING (performance_id)
                    LEFT JOIN shows USING (show_id)
                    WHERE buyer_id = $1 ORDER BY order_id DESC LIMIT $2) AS page),
            'places', (
                SELECT coalesce(jsonb_agg(view ORDER BY admission_id DESC), '[]')
                FROM (SELECT admission_id, view FROM admissions
                      WHERE holder_id = $1 AND is_valid
                      ORDER BY admission_id DESC LIMIT $2) AS page),
            'tickets', (
                SELECT coalesce(jsonb_agg(view ORDER BY ticket_id DESC), '[]')
                FROM (SELECT ticket_id, view FROM tickets WHERE seller_id = $1
                      ORDER BY ticket_id DESC LIMIT $2) AS page),
            'texts', (
                SELECT coalesce(jsonb_agg(view || jsonb_build_object('about', about)
                                ORDER BY review_id DESC), '[]')
                FROM (SELECT review_id, reviews.view,
                             coalesce(title, tickets.view ->> 'title') AS about
                      FROM reviews LEFT JOIN shows ON show_id = about_id
                      LEFT JOIN tickets ON ticket_id = about_id
                      WHERE author_id = $1 AND reviews.status <> 'withdrawn'
                      ORDER BY review_id DESC LIMIT $2) AS page))::text
        """,
        person_id,
        SHELF,
    )


async def select_organiser_page(
    db: Queries, organiser_id: UUID, before: UUID | None, limit: int, at: datetime
) -> str:
    """Return an organiser's shows, the newest first, with all their performances.

    Of these, those to come are first, by date, then those that are past, the last first.
    """
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', (
                SELECT coalesce(jsonb_agg((told).seen::jsonb || jsonb_build_object(
                    'rating', seen_rating((told).show_id),
                    'performances', (
                        SELECT coalesce(jsonb_agg(seen ORDER BY nth), '[]')
                        FROM (
                            SELECT told_performance(seen, availability)::jsonb AS seen,
                                   row_number() OVER (
                                       ORDER BY is_past, CASE WHEN is_past THEN starts_at END DESC,
                                                starts_at, performance_id) AS nth
                            FROM performances LEFT JOIN availability USING (performance_id)
                            CROSS JOIN LATERAL (
                                SELECT starts_at < $5 AND state <> 'postponed' AS is_past) AS time
                            WHERE show_id = (told).show_id AND state <> 'dropped'
                            ORDER BY nth LIMIT $4) AS playing))
                    ORDER BY (told).show_id DESC), '[]')
                FROM (SELECT shows AS told FROM shows
                      WHERE organiser_id = $1 AND ($2::uuid IS NULL OR show_id < $2)
                      ORDER BY show_id DESC LIMIT $3) AS page))::text
        """,
        organiser_id,
        before,
        limit,
        MOST_PERFORMANCES,
        at,
    )
