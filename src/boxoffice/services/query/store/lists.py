"""The SQL of lists, a page at a time from behind `before`, the newest first: as in pages.py."""

from uuid import UUID

from boxoffice.kit.database import Queries


async def select_market_page(db: Queries, before: UUID | None, limit: int) -> str:
    """Return tickets of the market that can be bought."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', (
                SELECT coalesce(jsonb_agg(view ORDER BY ticket_id DESC), '[]')
                FROM (SELECT ticket_id, view FROM tickets
                      WHERE status = 'listed' AND ($1::uuid IS NULL OR ticket_id < $1)
                      ORDER BY ticket_id DESC LIMIT $2) AS page))::text
        """,
        before,
        limit,
    )


async def select_own_orders(db: Queries, buyer_id: UUID, before: UUID | None, limit: int) -> str:
    """Return somebody's orders, each with what it is for: a ticket, or a performance."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', (
                SELECT coalesce(jsonb_agg(told ORDER BY order_id DESC), '[]')
                FROM (
                    SELECT order_id, orders.view || CASE
                        WHEN orders.performance_id IS NULL THEN jsonb_build_object(
                            'ticket', jsonb_build_object(
                                'id', orders.view #> '{items,0,offerId}',
                                'title', orders.view #> '{items,0,label}'))
                        WHEN title IS NULL THEN '{}'  -- a show of which nothing is known yet
                        ELSE jsonb_build_object('performance', jsonb_build_object(
                            'id', orders.performance_id, 'title', title, 'venue', venue,
                            'city', city, 'timeZone', time_zone, 'startsAt', written(starts_at),
                            'state', state)) END AS told
                    FROM orders LEFT JOIN performances USING (performance_id)
                    LEFT JOIN shows USING (show_id)
                    WHERE buyer_id = $1 AND ($2::uuid IS NULL OR order_id < $2)
                    ORDER BY order_id DESC LIMIT $3) AS page))::text
        """,
        buyer_id,
        before,
        limit,
    )


async def select_own_tickets(db: Queries, seller_id: UUID, before: UUID | None, limit: int) -> str:
    """Return all that somebody ever offered on the market."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', (
                SELECT coalesce(jsonb_agg(view ORDER BY ticket_id DESC), '[]')
                FROM (SELECT ticket_id, view FROM tickets
                      WHERE seller_id = $1 AND ($2::uuid IS NULL OR ticket_id < $2)
                      ORDER BY ticket_id DESC LIMIT $3) AS page))::text
        """,
        seller_id,
        before,
        limit,
    )


async def select_own_texts(db: Queries, author_id: UUID, before: UUID | None, limit: int) -> str:
    """Return what somebody wrote, replies among it, with the titles of what it is about."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', (
                SELECT coalesce(jsonb_agg(view || jsonb_build_object('about', about)
                                ORDER BY review_id DESC), '[]')
                FROM (SELECT review_id, reviews.view,
                             coalesce(title, tickets.view ->> 'title') AS about
                      FROM reviews LEFT JOIN shows ON show_id = about_id
                      LEFT JOIN tickets ON ticket_id = about_id
                      WHERE author_id = $1 AND reviews.status <> 'withdrawn'
                        AND ($2::uuid IS NULL OR review_id < $2)
                      ORDER BY review_id DESC LIMIT $3) AS page))::text
        """,
        author_id,
        before,
        limit,
    )


async def select_replies_page(
    db: Queries, review_id: UUID, before: UUID | None, limit: int
) -> str | None:
    """Return a text that everybody sees with replies to it; None when there is no such text."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'text', told,
            'items', replies_to($1, $2, $3))::text
        FROM texts WHERE review_id = $1 AND status = 'approved'
        """,
        review_id,
        before,
        limit,
    )
