"""The SQL that answers lists of shows: one statement each, which makes the body of the answer.

How shows are found stands in the schema: `find_shows` and `best_sellers`.
"""

from datetime import date, datetime
from uuid import UUID

from boxoffice.kit.database import Queries
from boxoffice.services.query.model.search import Search, Sort, Spot

MOST_CITIES = 200  # that one chooses from


async def select_shows(
    db: Queries, search: Search, by: Sort, after: Spot | None, limit: int
) -> str:
    """Return a page of shows that are wanted, in this order, from behind `after`, as JSON."""
    spaced = sorted(search.words.spaced) if search.words else []
    pairs = sorted(search.words.pairs) if search.words else []
    return await db.fetchval(
        """
        SELECT find_shows($1, $2, $3::text::tsquery, $4, $5::text::bit(256), $6, $7, $8, $9, $10,
                          $11, $12, $13, $14, $15, $16)
        """,
        by,
        search.at,
        " & ".join(f"'{word}':*" for word in spaced) or None,
        pairs or None,
        search.words.marks if search.words else None,
        search.genre,
        search.city,
        search.first_day,
        search.last_day,
        search.lowest,
        search.highest,
        search.available,
        after and after.show_id,
        after and after.starts_at,
        after and after.sold,
        limit,
    )


async def select_own_shows(
    db: Queries, organiser_id: UUID, at: datetime, after: UUID | None, limit: int
) -> str:
    """Return a page of all shows of an organiser with drafts, the newest first, as JSON."""
    return await db.fetchval(
        """
        SELECT page_of(array_agg(card ORDER BY nth) FILTER (WHERE nth <= $4),
                       CASE WHEN count(*) > $4 THEN cursor_at(
                           'newest', (array_agg(show_id ORDER BY nth))[$4], 'infinity', 0) END)
        FROM (
            SELECT show_id, row_number() OVER (ORDER BY show_id DESC) AS nth, written_card(
                shows, next.venue, next.city, next.time_zone, first_at, last_at, performances,
                lowest, next.currency, free, coalesce(ranks.sold, 0)) AS card
            FROM shows LEFT JOIN ranks USING (show_id)
            LEFT JOIN LATERAL (
                SELECT venue, city, time_zone, currency FROM performances
                WHERE performances.show_id = shows.show_id
                  AND (state = 'postponed' OR state IN ('draft', 'published') AND starts_at > $2)
                ORDER BY state = 'postponed', starts_at, performance_id LIMIT 1
            ) AS next ON true
            CROSS JOIN LATERAL (
                SELECT count(*) AS performances,
                       min(starts_at) FILTER (WHERE state <> 'postponed') AS first_at,
                       max(starts_at) FILTER (WHERE state <> 'postponed') AS last_at,
                       min((SELECT min(value::numeric) FROM jsonb_each_text(prices))
                           / minor_per_major) FILTER (WHERE currency = next.currency) AS lowest,
                       sum(total - held - availability.sold)
                           FILTER (WHERE state = 'published') AS free
                FROM performances LEFT JOIN availability USING (performance_id)
                WHERE performances.show_id = shows.show_id
                  AND (state = 'postponed' OR state IN ('draft', 'published') AND starts_at > $2)
            ) AS played
            WHERE shows.organiser_id = $1 AND ($3::uuid IS NULL OR show_id < $3)
            ORDER BY show_id DESC LIMIT $4 + 1
        ) AS found
        """,
        organiser_id,
        at,
        after,
        limit,
    )


async def select_best_sellers(db: Queries, day: date, at: datetime) -> str:
    """Return the ten shows that sold most seats on a day (UTC), and how many each, as JSON.

    A show of which nothing is to come any more is shown as it was.
    """
    return await db.fetchval("SELECT best_sellers($1, $2)", day, at)


async def select_cities(db: Queries) -> str:
    """Return cities with something to come and how many shows are there, most first, as JSON."""
    return await db.fetchval(
        """
        SELECT concat('{"asOf":', as_of(), ',"items":[', string_agg(
            concat('{"city":', to_json(city), ',"shows":', shows, '}'), ','), ']}')
        FROM (
            SELECT city, shows FROM cities WHERE shows > 0 ORDER BY shows DESC, city LIMIT $1
        ) AS most
        """,
        MOST_CITIES,
    )
