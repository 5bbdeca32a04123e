"""The SQL of pages: one statement each, whose answer is the page as JSON.

`asOf` is until when all news is in it.
"""

from uuid import UUID

from boxoffice.kit.database import Queries

SHELF = 24  # things of a kind on a page
TEXTS = 20  # with their replies, on a page
OWN_TEXTS = 20  # about one thing


async def select_ticket_page(db: Queries, ticket_id: UUID, reader: UUID | None) -> str | None:
    """Return a ticket with its seller and what is written about it; None when it is unknown."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'ticket', tickets.view,
            'seller', jsonb_build_object('id', seller_id, 'name', coalesce(people.name, '')),
            'texts', texts_about(ticket_id, NULL, $3),
            'mine', texts_by($2, ticket_id, $4))::text
        FROM tickets LEFT JOIN people ON person_id = seller_id WHERE ticket_id = $1
        """,
        ticket_id,
        reader,
        TEXTS,
        OWN_TEXTS,
    )


async def select_texts_page(db: Queries, about_id: UUID, before: UUID | None, limit: int) -> str:
    """Return what is written about a show or a ticket, from behind a text."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'items', texts_about($1, $2, $3))::text
        """,
        about_id,
        before,
        limit,
    )


async def select_person_page(
    db: Queries, person_id: UUID, before: UUID | None, limit: int
) -> str | None:
    """Return what somebody sells on the market, the newest first, from behind a ticket.

    None when nobody is known by that id.
    """
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'person', jsonb_build_object('id', person_id, 'name', name),
            'sold', (SELECT count(*) FROM tickets WHERE seller_id = $1 AND status = 'sold'),
            'tickets', (
                SELECT coalesce(jsonb_agg(view ORDER BY ticket_id DESC), '[]')
                FROM (SELECT ticket_id, view FROM tickets
                      WHERE seller_id = $1 AND status IN ('listed', 'locked')
                        AND ($2::uuid IS NULL OR ticket_id < $2)
                      ORDER BY ticket_id DESC LIMIT $3) AS page))::text
        FROM people WHERE person_id = $1
        """,
        person_id,
        before,
        limit,
    )


async def select_queue_page(db: Queries, after: UUID | None, limit: int) -> str:
    """Return what waits for a moderator, the oldest first, from behind a text."""
    return await db.fetchval(
        """
        SELECT jsonb_build_object(
            'asOf', (SELECT min(as_of) FROM freshness),
            'waiting', (SELECT count(*) FROM cases WHERE waits_for IS NOT NULL),
            'items', (
                SELECT coalesce(jsonb_agg(told || jsonb_build_object('case', page.view,
                                          'about', about) ORDER BY review_id), '[]')
                FROM (
                    SELECT review_id, told, cases.view,
                           coalesce(shows.title, tickets.view ->> 'title') AS about
                    FROM cases JOIN texts USING (review_id)
                    LEFT JOIN shows ON show_id = about_id
                    LEFT JOIN tickets ON ticket_id = about_id
                    WHERE waits_for IS NOT NULL AND texts.status <> 'withdrawn'
                      AND ($1::uuid IS NULL OR review_id > $1)
                    ORDER BY review_id LIMIT $2
                ) AS page))::text
        """,
        after,
        limit,
    )
