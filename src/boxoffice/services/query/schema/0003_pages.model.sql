-- What pages are put together from.

-- A performance as people are told of it, with what is free of it as orders last said. As long as
-- nobody has counted, nobody knows.
CREATE FUNCTION told_performance(seen text, seats availability) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN seats.total IS NULL THEN seen ELSE concat(
        left(seen, -1), ',"free":', greatest(0, seats.total - seats.held - seats.sold),
        ',"held":', seats.held, ',"sold":', seats.sold, '}') END
$$;

-- What stars a show has; NULL without any.
CREATE FUNCTION seen_rating(of_show uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object('reviews', reviews,
                              'average', trim_scale(round(stars::numeric / reviews, 1)))
    FROM ratings WHERE show_id = of_show AND reviews > 0
$$;

-- The body of what one sees first: what sells best today (UTC), what comes next, and what is new on
-- the market: two rows of four, and one row.
CREATE FUNCTION home_page(at timestamptz) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET random_page_cost = 1.1
AS $$
BEGIN
    RETURN (SELECT concat(
        '{"asOf":', coalesce(to_json((SELECT min(as_of) FROM freshness))::text, 'null'),
        ',"best":[', (
            SELECT string_agg(
                concat('{"rank":', nth, ',"seats":', seats, ',"show":', card, '}'), ',' ORDER BY nth)
            FROM (
                SELECT card, seats, row_number() OVER (ORDER BY seats DESC, show_id) AS nth
                FROM (
                    SELECT show_id, card, seats FROM sales JOIN ranks USING (show_id)
                    WHERE day = (at AT TIME ZONE 'UTC')::date AND seats > 0 AND card IS NOT NULL
                    ORDER BY seats DESC, show_id LIMIT 10
                ) AS most
            ) AS ranked),
        '],"following":[', (
            SELECT string_agg(card, ',' ORDER BY next_at, show_id)
            FROM (
                SELECT card, next_at, show_id FROM ranks
                WHERE next_at > at AND card IS NOT NULL ORDER BY next_at, show_id LIMIT 8
            ) AS page),
        '],"newest":[', (
            SELECT string_agg(view::text, ',' ORDER BY ticket_id DESC)
            FROM (
                SELECT ticket_id, view FROM tickets
                WHERE status = 'listed' ORDER BY ticket_id DESC LIMIT 3
            ) AS page),
        ']}'));
END $$;

-- The body of the page of a show: with what is to come of it and what is written about it. NULL when
-- it is unknown, or was never announced and is not the reader's own.
CREATE FUNCTION show_page(
    of_show uuid, reader uuid, at timestamptz, most_texts integer, most_own integer
) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET random_page_cost = 1.1
AS $$
BEGIN
    RETURN (SELECT concat(
        '{"asOf":', coalesce(to_json((SELECT min(as_of) FROM freshness))::text, 'null'),
        ',"show":', seen, ',"organiser":{"id":"', organiser_id, '","name":', to_json(coalesce(
            (SELECT name FROM people WHERE person_id = organiser_id), '')),
        '},"performances":[', (
            SELECT string_agg(told, ',' ORDER BY starts_at, performance_id)
            FROM (
                SELECT told_performance(seen, availability) AS told, starts_at, performance_id
                FROM performances LEFT JOIN availability USING (performance_id)
                WHERE show_id = of_show AND (state = 'postponed'
                      OR state IN ('published', 'cancelled') AND starts_at >= at)
                ORDER BY starts_at, performance_id LIMIT 200
            ) AS page),
        '],"rating":', coalesce(seen_rating(of_show)::text, 'null'),
        ',"texts":', CASE WHEN EXISTS (
                SELECT FROM reviews
                WHERE about_id = of_show AND status = 'approved' AND reply_to IS NULL)
            THEN texts_about(of_show, NULL, most_texts)::text ELSE '[]' END,
        ',"mine":', CASE WHEN reader IS NULL THEN '[]'
            ELSE texts_by(reader, of_show, most_own)::text END,
        '}')
    FROM shows
    WHERE show_id = of_show AND (organiser_id = reader OR EXISTS (
        SELECT FROM performances
        WHERE performances.show_id = of_show
          AND state IN ('published', 'postponed', 'cancelled'))));
END $$;
