"""The SQL by which shows are found: what follows from them and their performances."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.query.model.words import Words, words_of


async def refresh_finds(tx: Tx, show_ids: Collection[UUID], at: datetime) -> None:
    """Have these shows found as they and their performances are now; `refresh_cards` comes next."""
    some = sorted(show_ids)
    found = await _select_texts(tx, some, at)
    await _renew_showings(tx, some, found)
    await _renew_finds(tx, some, found, at)
    await _renew_fares(tx, some, at)
    tx.wake_jobs()  # another performance may be the next to begin


async def refresh_cards(tx: Tx, show_ids: Collection[UUID], at: datetime) -> None:
    """Have lists tell of these shows as they are now, in the order in which they are now."""
    some = sorted(show_ids)
    await _renew_ranks(tx, some, at)
    changes = await _renew_stops(tx, some, at)
    if changes:
        await _count_cities(tx, changes)


async def select_begun(db: Queries, at: datetime, limit: int) -> Sequence[UUID]:
    """Return which shows have begun what was their next performance, so many at the most."""
    rows = await db.fetch(
        "SELECT show_id FROM ranks WHERE next_at <= $1 ORDER BY next_at LIMIT $2", at, limit
    )
    return [row["show_id"] for row in rows]


async def select_next_start(db: Queries) -> datetime | None:
    """Return when the next performance of any show starts."""
    return await db.fetchval(
        "SELECT min(next_at) FROM ranks WHERE next_at IS NOT NULL AND next_at < 'infinity'"
    )


async def _renew_showings(
    tx: Tx, show_ids: Sequence[UUID], found: Sequence[tuple[UUID, str, Words]]
) -> None:
    await tx.execute(
        """
        WITH wanted AS (
            SELECT performance_id, show_id,
                   CASE state WHEN 'published' THEN starts_at ELSE 'infinity' END AS starts_at,
                   (starts_at AT TIME ZONE time_zone)::date AS day,
                   one_spelling(city) AS city_key,
                   venue, city, time_zone, currency, minor_per_major, money.prices,
                   money.prices[1]::numeric / minor_per_major AS lowest,
                   money.prices[cardinality(money.prices)]::numeric / minor_per_major AS highest,
                   capacity, total - held - sold AS free, marks::bit(256) AS marks
            FROM performances JOIN shows USING (show_id)
            LEFT JOIN unnest($2::uuid[], $3::text[]) AS asked (show_id, marks) USING (show_id)
            LEFT JOIN availability USING (performance_id)
            CROSS JOIN LATERAL (
                SELECT ARRAY(SELECT DISTINCT value::bigint
                             FROM jsonb_each_text(performances.prices) ORDER BY 1) AS prices
            ) AS money
            WHERE show_id = ANY($1::uuid[]) AND state IN ('published', 'postponed')
        ), gone AS (
            DELETE FROM showings WHERE show_id = ANY($1)
            AND NOT EXISTS (SELECT FROM wanted WHERE performance_id = showings.performance_id)
        )
        INSERT INTO showings SELECT * FROM wanted
        ON CONFLICT (performance_id) DO UPDATE SET
            starts_at = excluded.starts_at, day = excluded.day, city_key = excluded.city_key,
            venue = excluded.venue, city = excluded.city, time_zone = excluded.time_zone,
            currency = excluded.currency, minor_per_major = excluded.minor_per_major,
            prices = excluded.prices, lowest = excluded.lowest, highest = excluded.highest,
            capacity = excluded.capacity, free = excluded.free, marks = excluded.marks
        WHERE showings IS DISTINCT FROM excluded
        """,
        show_ids,
        [show_id for show_id, _, _ in found],
        [words.marks for _, _, words in found],
    )


async def _select_texts(
    tx: Tx, show_ids: Sequence[UUID], at: datetime
) -> Sequence[tuple[UUID, str, Words]]:
    """Return the genre and the words of those of these shows that have something to come."""
    rows = await tx.fetch(
        """
        SELECT show_id, genre, title || "cast" || places AS texts
        FROM shows CROSS JOIN LATERAL (
            SELECT array_agg(DISTINCT venue) || array_agg(DISTINCT city) AS places
            FROM performances
            WHERE performances.show_id = shows.show_id
              AND (state = 'postponed' OR state = 'published' AND starts_at > $2)
        ) AS played
        WHERE show_id = ANY($1::uuid[]) AND places IS NOT NULL
        """,
        show_ids,
        at,
    )
    return [(row["show_id"], row["genre"], words_of(row["texts"])) for row in rows]


async def _renew_finds(
    tx: Tx, show_ids: Sequence[UUID], found: Sequence[tuple[UUID, str, Words]], at: datetime
) -> None:
    await tx.execute(
        """
        WITH wanted AS (
            SELECT show_id, asked.genre, ARRAY(
                       SELECT DISTINCT city_key FROM showings
                       WHERE showings.show_id = asked.show_id AND starts_at > $6 ORDER BY 1
                   ) AS cities,
                   array_to_tsvector(string_to_array(words, ' ')) AS words,
                   string_to_array(pairs, ' ') AS pairs, marks::bit(256) AS marks
            FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $7::text[])
                AS asked (show_id, genre, words, pairs, marks)
        ), gone AS (
            DELETE FROM finds WHERE show_id = ANY($1::uuid[]) AND show_id <> ALL($2)
        )
        INSERT INTO finds SELECT * FROM wanted
        ON CONFLICT (show_id) DO UPDATE SET
            genre = excluded.genre, cities = excluded.cities, words = excluded.words,
            pairs = excluded.pairs, marks = excluded.marks
        WHERE finds IS DISTINCT FROM excluded
        """,
        show_ids,
        [show_id for show_id, _, _ in found],
        [genre for _, genre, _ in found],
        [" ".join(sorted(words.spaced)) for _, _, words in found],
        [" ".join(sorted(words.pairs)) for _, _, words in found],
        at,
        [words.marks for _, _, words in found],
    )


async def _renew_fares(tx: Tx, show_ids: Sequence[UUID], at: datetime) -> None:
    await tx.execute(
        """
        WITH wanted AS (
            SELECT show_id, fare::numeric / minor_per_major AS price, min(starts_at) AS first_at
            FROM showings CROSS JOIN unnest(prices) AS fare
            WHERE show_id = ANY($1::uuid[]) AND starts_at > $2 GROUP BY 1, 2
        ), gone AS (
            DELETE FROM fares WHERE show_id = ANY($1) AND NOT EXISTS (
                SELECT FROM wanted
                WHERE wanted.show_id = fares.show_id AND wanted.price = fares.price
            )
        )
        INSERT INTO fares AS known SELECT * FROM wanted
        ON CONFLICT (show_id, price) DO UPDATE SET first_at = excluded.first_at
        WHERE known.first_at <> excluded.first_at
        """,
        show_ids,
        at,
    )


async def _renew_ranks(tx: Tx, show_ids: Sequence[UUID], at: datetime) -> None:
    await tx.execute(
        """
        INSERT INTO ranks AS known (show_id, genre, sold, sold_on, next_at, marks, card)
        SELECT show_id, shows.genre, lately.sold, ($2 AT TIME ZONE 'UTC')::date, due.next_at,
               marks, told.card
        FROM shows LEFT JOIN finds USING (show_id)
        CROSS JOIN LATERAL sold_lately(show_id, ($2 AT TIME ZONE 'UTC')::date) AS lately
        CROSS JOIN LATERAL (
            SELECT min(starts_at) AS next_at FROM showings
            WHERE showings.show_id = shows.show_id AND starts_at > $2
        ) AS due
        LEFT JOIN LATERAL card_of(
            show_id, lately.sold, $2::timestamptz, NULL, NULL, NULL, NULL, NULL, false
        ) AS told ON true
        WHERE show_id = ANY($1::uuid[])
        ON CONFLICT (show_id) DO UPDATE SET
            genre = excluded.genre, sold = excluded.sold, sold_on = excluded.sold_on,
            next_at = excluded.next_at, marks = excluded.marks, card = excluded.card
        WHERE known IS DISTINCT FROM excluded
        """,
        show_ids,
        at,
    )


async def _renew_stops(tx: Tx, show_ids: Sequence[UUID], at: datetime) -> Sequence[tuple[str, int]]:
    """Renew where these shows are; return by how many each city has more of them than before."""
    rows = await tx.fetch(
        """
        WITH wanted AS (
            SELECT show_id, city_key, min(city) AS city, min(starts_at) AS next_at,
                   max(starts_at) AS last_at
            FROM showings WHERE show_id = ANY($1::uuid[]) AND starts_at > $2
            GROUP BY show_id, city_key
        ), gone AS (
            DELETE FROM stops WHERE show_id = ANY($1) AND NOT EXISTS (
                SELECT FROM wanted
                WHERE wanted.show_id = stops.show_id AND wanted.city_key = stops.city_key
            )
            RETURNING city_key, -1 AS change
        ), kept AS (
            INSERT INTO stops AS known (show_id, city_key, city, genre, next_at, last_at, marks, card)
            SELECT show_id, city_key, city, ranks.genre, wanted.next_at, last_at, finds.marks,
                   told.card
            FROM wanted JOIN ranks USING (show_id) JOIN finds USING (show_id)
            CROSS JOIN LATERAL card_of(
                show_id, sold, $2::timestamptz, city_key, NULL, NULL, NULL, NULL, false) AS told
            ON CONFLICT (show_id, city_key) DO UPDATE SET
                city = excluded.city, genre = excluded.genre, next_at = excluded.next_at,
                last_at = excluded.last_at, marks = excluded.marks, card = excluded.card
            WHERE known IS DISTINCT FROM excluded
            RETURNING known.city_key, CASE WHEN old.show_id IS NULL THEN 1 ELSE 0 END AS change,
                      old.city IS DISTINCT FROM known.city AS is_other
        )
        SELECT city_key, sum(change)::integer AS change FROM (
            SELECT city_key, change FROM gone UNION ALL
            SELECT city_key, change FROM kept WHERE is_other
        ) AS changes GROUP BY city_key ORDER BY city_key
        """,
        show_ids,
        at,
    )
    return [(row["city_key"], row["change"]) for row in rows]


async def _count_cities(tx: Tx, changes: Sequence[tuple[str, int]]) -> None:
    await tx.execute(
        """
        INSERT INTO cities AS known (city_key, city, shows)
        SELECT city_key, coalesce(spelled.city, city_key), change
        FROM unnest($1::text[], $2::integer[]) AS changed (city_key, change)
        CROSS JOIN LATERAL (
            SELECT min(city) AS city FROM stops WHERE stops.city_key = changed.city_key
        ) AS spelled
        ON CONFLICT (city_key) DO UPDATE SET
            city = excluded.city, shows = known.shows + excluded.shows
        """,
        [city_key for city_key, _ in changes],
        [change for _, change in changes],
    )
