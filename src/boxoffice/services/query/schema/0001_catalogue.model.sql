-- Shows and performances as they were told, and what of them is found, where, when and how quickly.
-- What is below `performances` follows from these and from what orders counts (store/finds.py).

-- A time as answers have it; NULL where it is unknown.
CREATE FUNCTION written(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(at AT TIME ZONE 'UTC', CASE WHEN date_trunc('second', at) = at
        THEN 'YYYY-MM-DD"T"HH24:MI:SS"Z"' ELSE 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"' END)
$$;

-- A picture as people are told of it.
CREATE FUNCTION seen_picture(picture jsonb) RETURNS json LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN JSON_OBJECT(
    'id' : picture -> 'picture_id', 'url' : '/api/pictures/' || (picture ->> 'file'),
    'width' : picture -> 'width', 'height' : picture -> 'height',
    'sizes' : (
        SELECT coalesce(json_agg(JSON_OBJECT(
            'url' : '/api/pictures/' || (size ->> 'file'), 'width' : size -> 'width',
            'height' : size -> 'height') ORDER BY nth), '[]')
        FROM jsonb_array_elements(picture -> 'sizes') WITH ORDINALITY AS sizes (size, nth)));

-- A show as people are told of it, without its performances: JSON. What a column is made of by this
-- depends on the other columns alone; that a time is written as answers have it never changes.
CREATE FUNCTION seen_show(
    show_id uuid, version integer, title text, genre text, story text, "cast" text[],
    running_minutes integer, age integer, organiser_id uuid, pictures jsonb, poster json
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN JSON_OBJECT(
    'id' : show_id, 'version' : version, 'title' : title, 'genre' : genre, 'story' : story,
    'cast' : to_json("cast"), 'runningMinutes' : running_minutes, 'age' : age,
    'organiserId' : organiser_id,
    'pictures' : (
        SELECT coalesce(json_agg(seen_picture(picture) ORDER BY nth), '[]')
        FROM jsonb_array_elements(pictures) WITH ORDINALITY AS each (picture, nth)),
    'poster' : coalesce(poster, 'null')
    ABSENT ON NULL RETURNING text);

-- A performance as people are told of it, without what is free of it: JSON.
CREATE FUNCTION seen_performance(
    performance_id uuid, state text, starts_at timestamptz, doors_at timestamptz,
    on_sale_at timestamptz, venue_id uuid, venue text, city text, time_zone text, prices jsonb,
    minor_per_major integer, currency text, capacity integer
) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN JSON_OBJECT(
    'id' : performance_id, 'state' : state, 'startsAt' : written(starts_at),
    'doorsAt' : written(doors_at), 'onSaleAt' : written(on_sale_at),
    'venue' : JSON_OBJECT('id' : venue_id, 'name' : venue, 'city' : city, 'timeZone' : time_zone),
    'prices' : (
        SELECT json_object_agg(key, trim_scale(value::numeric / minor_per_major))
        FROM jsonb_each_text(prices)),
    'currency' : currency, 'capacity' : capacity
    ABSENT ON NULL RETURNING text);

CREATE TABLE shows (
    show_id          uuid PRIMARY KEY,
    version          integer NOT NULL,
    organiser_id     uuid NOT NULL,
    title            text NOT NULL,
    genre            text NOT NULL,
    story            text NOT NULL,
    "cast"           text[] NOT NULL,
    running_minutes  integer,
    age              integer,
    pictures         jsonb NOT NULL,  -- as shows tells them
    poster           json,            -- as people are told of it
    seen             text NOT NULL GENERATED ALWAYS AS (seen_show(
        show_id, version, title, genre, story, "cast", running_minutes, age, organiser_id,
        pictures, poster)) STORED
);
CREATE INDEX shows_of_organiser ON shows (organiser_id, show_id DESC);

CREATE TABLE performances (           -- perhaps before their shows; none is ever forgotten
    performance_id   uuid PRIMARY KEY,
    version          integer NOT NULL,
    show_id          uuid NOT NULL,
    organiser_id     uuid NOT NULL,
    state            text NOT NULL CHECK (state IN (
        'draft', 'dropped', 'published', 'postponed', 'cancelled')),
    venue_id         uuid NOT NULL,
    venue            text NOT NULL,
    city             text NOT NULL,
    time_zone        text NOT NULL,
    starts_at        timestamptz NOT NULL,
    doors_at         timestamptz,
    on_sale_at       timestamptz,     -- NULL in a draft: on publication
    currency         text NOT NULL,
    minor_per_major  integer NOT NULL,
    prices           jsonb NOT NULL,  -- minor units by the name of a section
    capacity         integer NOT NULL,
    seen             text NOT NULL GENERATED ALWAYS AS (seen_performance(
        performance_id, state, starts_at, doors_at, on_sale_at, venue_id, venue, city, time_zone,
        prices, minor_per_major, currency, capacity)) STORED
);
CREATE INDEX performances_of_show ON performances (show_id, starts_at);

CREATE TABLE finds (                  -- the words of each show that has something to come
    show_id  uuid PRIMARY KEY,
    genre    text NOT NULL,
    cities   text[] NOT NULL,         -- where it is to come, in one spelling
    words    tsvector NOT NULL,       -- of scripts with spaces: found by how they begin
    pairs    text[] NOT NULL,         -- of Chinese, Japanese and Korean: neighbours, and each letter
    marks    bit(256) NOT NULL        -- of all these: what has not all that are asked is passed by
);
-- At once, not later: a list of what is pending would have to be read by every search.
CREATE INDEX finds_words ON finds USING gin (words) WITH (fastupdate = off);
CREATE INDEX finds_pairs ON finds USING gin (pairs) WITH (fastupdate = off);
CREATE INDEX finds_cities ON finds USING gin (cities) WITH (fastupdate = off);
CREATE INDEX finds_genre ON finds (genre, show_id);
-- So many words are known as common, without which a search cannot be planned.
ALTER TABLE finds ALTER words SET STATISTICS 1000, ALTER pairs SET STATISTICS 1000;

CREATE TABLE showings (               -- published or postponed ones of shows that are known
    performance_id   uuid PRIMARY KEY,
    show_id          uuid NOT NULL,
    starts_at        timestamptz NOT NULL,  -- infinity: postponed, the new date is unknown
    day              date NOT NULL,   -- of the start, where the venue is
    city_key         text NOT NULL,   -- one spelling of the city
    venue            text NOT NULL,
    city             text NOT NULL,
    time_zone        text NOT NULL,
    currency         text NOT NULL,
    minor_per_major  integer NOT NULL,
    prices           bigint[] NOT NULL,  -- minor units, each once, the lowest first
    lowest           numeric,         -- of the prices, in major units
    highest          numeric,
    capacity         integer NOT NULL,
    free             integer,         -- places, as orders last said; NULL: it has not
    marks            bit(256)         -- as in `finds`; NULL: nothing of the show is to come
) WITH (fillfactor = 90);             -- room for what changes most, so that no index has to
CREATE INDEX showings_of_show ON showings (show_id, starts_at) INCLUDE (day);
CREATE INDEX showings_of_day ON showings (day, starts_at, show_id) INCLUDE (marks);
CREATE INDEX showings_by_date ON showings (starts_at, show_id) INCLUDE (day, marks);
CREATE INDEX showings_in_city ON showings (city_key, starts_at, show_id) INCLUDE (day, marks);

CREATE TABLE stops (                  -- the cities of each show that has something to come
    show_id   uuid,
    city_key  text,
    city      text NOT NULL,
    genre     text NOT NULL,
    next_at   timestamptz NOT NULL,   -- the start of the next performance there, or infinity
    last_at   timestamptz NOT NULL,   -- of the last one
    marks     bit(256) NOT NULL,      -- as in `finds`
    card      text NOT NULL,          -- what a list says of the show, in this city
    PRIMARY KEY (show_id, city_key)
);
CREATE INDEX stops_in_city ON stops (city_key, next_at, show_id) INCLUDE (marks);
CREATE INDEX stops_spelled ON stops (city_key, city);

CREATE TABLE cities (                 -- how many stops there are in each
    city_key  text PRIMARY KEY,
    city      text NOT NULL,          -- the first of its spellings
    shows     integer NOT NULL
);
CREATE INDEX cities_by_shows ON cities (shows DESC, city) WHERE shows > 0;

CREATE TABLE fares (                  -- the prices of each show that has something to come
    show_id   uuid,
    price     numeric,                -- in major units
    first_at  timestamptz NOT NULL,   -- the start of the next performance at this price, or infinity
    PRIMARY KEY (show_id, price)
);
CREATE INDEX fares_by_price ON fares (price, show_id);
CREATE INDEX fares_by_date ON fares (first_at, show_id) INCLUDE (price);

CREATE TABLE ranks (                  -- one for each show that is known
    show_id  uuid PRIMARY KEY,
    genre    text NOT NULL,
    sold     integer NOT NULL,        -- seats, in seven days
    sold_on  date NOT NULL,           -- the last of these days (UTC)
    next_at  timestamptz,             -- the start of the next performance, or infinity; NULL: none
    marks    bit(256),                -- as in `finds`; NULL: nothing is to come
    card     text                     -- what a list says of the show; NULL: nothing is to come
);
CREATE INDEX ranks_by_date ON ranks (next_at, show_id) INCLUDE (sold, marks)
    WHERE next_at IS NOT NULL;
CREATE INDEX ranks_by_sales ON ranks ((-sold), next_at, show_id) INCLUDE (sold, marks)
    WHERE next_at IS NOT NULL;
CREATE INDEX ranks_by_age ON ranks (show_id) INCLUDE (next_at, sold, marks)
    WHERE next_at IS NOT NULL;
CREATE INDEX ranks_of_genre ON ranks (genre, next_at, show_id) WHERE next_at IS NOT NULL;
CREATE INDEX ranks_of_genre_by_sales ON ranks (genre, (-sold), next_at, show_id)
    WHERE next_at IS NOT NULL;
CREATE INDEX ranks_of_genre_by_age ON ranks (genre, show_id) WHERE next_at IS NOT NULL;
CREATE INDEX ranks_past ON ranks (sold_on) WHERE sold <> 0;

CREATE TABLE availability (           -- of each performance, as orders last said
    performance_id  uuid PRIMARY KEY,
    version         bigint NOT NULL,
    total           integer NOT NULL,
    held            integer NOT NULL,
    sold            integer NOT NULL
);

CREATE TABLE sold_by_day (            -- how many seats were sold in all at the end of a day (UTC)
    performance_id  uuid,
    day             date,
    version         bigint NOT NULL,
    sold            integer NOT NULL,
    PRIMARY KEY (performance_id, day)
);

CREATE TABLE sales (                  -- how many seats of a show were sold on a day (UTC)
    show_id  uuid,
    day      date,
    seats    integer NOT NULL,        -- less than none: more were given back
    PRIMARY KEY (show_id, day)
);
CREATE INDEX sales_best ON sales (day, seats DESC, show_id) WHERE seats > 0;

-- The one form of all spellings of a city: of width, letter case and composition.
CREATE FUNCTION one_spelling(city text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT casefold(normalize(city, NFKC) COLLATE pg_unicode_fast) COLLATE "default"
$$;

-- How many seats a show has sold in the seven days until this one (UTC), and never less than none.
CREATE FUNCTION sold_lately(of_show uuid, until date) RETURNS TABLE (sold integer)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT greatest(0, coalesce(sum(seats), 0))::integer FROM sales
    WHERE show_id = of_show AND day > until - 7
$$;

-- Performances to come of which all is true that is given. The planner takes functions like these
-- apart, so that they cost nothing and use indexes.
CREATE FUNCTION wanted_showings(
    at timestamptz, in_city text, first_day date, last_day date,
    lowest_price numeric, highest_price numeric, available boolean
) RETURNS SETOF showings LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM showings
    WHERE starts_at > at
      AND (in_city IS NULL OR city_key = in_city)
      -- A day begins somewhere 14 hours before it does in UTC, and ends somewhere 12 hours after.
      AND starts_at >= coalesce(
          first_day::timestamp AT TIME ZONE 'UTC' - interval '14 hours', '-infinity')
      AND starts_at <= coalesce(
          (last_day + 1)::timestamp AT TIME ZONE 'UTC' + interval '12 hours', 'infinity')
      AND (first_day IS NULL OR day >= first_day AND starts_at < 'infinity')
      AND (last_day IS NULL OR day <= last_day)
      AND (lowest_price IS NULL OR highest >= lowest_price)
      AND (highest_price IS NULL OR lowest <= highest_price)
      AND (lowest_price IS NULL OR highest_price IS NULL OR EXISTS (
           SELECT FROM unnest(prices) AS price
           WHERE price BETWEEN lowest_price * minor_per_major AND highest_price * minor_per_major))
      AND (NOT available OR starts_at < 'infinity' AND coalesce(free, capacity) > 0)
$$;

-- Shows in which all of these words are, of this genre, with something to come in this city.
CREATE FUNCTION wanted_finds(
    asked_words tsquery, asked_pairs text[], asked_genre text, in_city text
) RETURNS SETOF finds LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM finds
    WHERE (asked_words IS NULL OR words @@ asked_words)
      AND (asked_pairs IS NULL OR pairs @> asked_pairs)
      AND (asked_genre IS NULL OR genre = asked_genre)
      AND (in_city IS NULL OR cities @> ARRAY[in_city])
$$;

-- What a list says of a show: JSON, without what is not known.
CREATE FUNCTION written_card(
    of_show shows, venue text, city text, time_zone text, first_at timestamptz,
    last_at timestamptz, performances bigint, lowest numeric, currency text, free bigint,
    sold integer
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT JSON_OBJECT(
        'id' : of_show.show_id, 'title' : of_show.title, 'genre' : of_show.genre,
        'poster' : coalesce(of_show.poster, 'null'), 'cast' : to_json(of_show."cast"),
        'venue' : venue, 'city' : city, 'timeZone' : time_zone,
        'firstAt' : written(first_at), 'lastAt' : written(last_at),
        'performances' : performances, 'priceFrom' : trim_scale(lowest), 'currency' : currency,
        'free' : free, 'seatsSold' : sold
        ABSENT ON NULL RETURNING text)
$$;

-- The card of a show with those of its performances of which all is true that is given, if any are.
CREATE FUNCTION card_of(
    of_show uuid, sold_lately integer, at timestamptz, in_city text, first_day date, last_day date,
    lowest_price numeric, highest_price numeric, available boolean
) RETURNS TABLE (card text) LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT written_card(
        shows, next.venue, next.city, next.time_zone, next.starts_at, last_at, performances,
        played.lowest, next.currency, played.free, sold_lately)
    FROM shows
    CROSS JOIN LATERAL (
        SELECT * FROM (  -- `OFFSET 0` has its own looked through, and not all performances by date
            SELECT performance_id, showing.venue, showing.city, showing.time_zone,
                   showing.currency, showing.starts_at
            FROM wanted_showings(
                at, in_city, first_day, last_day, lowest_price, highest_price, available) AS showing
            WHERE showing.show_id = of_show OFFSET 0
        ) AS own ORDER BY starts_at, performance_id LIMIT 1
    ) AS next
    CROSS JOIN LATERAL (
        SELECT count(*) AS performances,
               max(starts_at) FILTER (WHERE isfinite(starts_at)) AS last_at,
               min(showing.lowest) FILTER (WHERE showing.currency = next.currency) AS lowest,
               sum(showing.free) FILTER (WHERE isfinite(starts_at)) AS free
        FROM wanted_showings(
            at, in_city, first_day, last_day, lowest_price, highest_price, available) AS showing
        WHERE showing.show_id = of_show
    ) AS played
    WHERE shows.show_id = of_show
$$;

-- Where a page of a list ends, as it is handed out (model/search.py reads it).
CREATE FUNCTION cursor_at(sort text, of_show uuid, starts_at timestamptz, sold integer) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT rtrim(translate(encode(convert_to(format('["%s", "%s", %s, %s]', sort,
        translate(of_show::text, '-', ''),
        CASE WHEN isfinite(starts_at)
             THEN (extract(epoch FROM starts_at) * 1000000)::bigint::text ELSE 'null' END,
        sold), 'UTF8'), 'base64'), E'+/\n', '-_'), '=')
$$;

-- Until when all news is in what is answered, as JSON.
CREATE FUNCTION as_of() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce('"' || written((SELECT min(as_of) FROM freshness)) || '"', 'null')
$$;

-- The body of a page.
CREATE FUNCTION page_of(cards text[], next text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat('{"asOf":', as_of(), ',"items":[', array_to_string(cards, ','), '],"next":',
                  coalesce('"' || next || '"', 'null'), '}')
$$;

CREATE TYPE spot AS (show_id uuid, due timestamptz, sold integer);  -- where in a list a show is

CREATE TYPE wish AS (                 -- what somebody looks for; NULL: no matter which
    at         timestamptz,           -- now
    words      tsquery,
    pairs      text[],
    marks      bit(256),              -- of words and pairs
    genre      text,
    city_key   text,
    first_day  date,
    last_day   date,
    lowest     numeric,
    highest    numeric,
    available  boolean,
    is_late    boolean                -- what has begun is still in lists, and prices lead nowhere
);

-- Whether it matters which performances of a show are to come.
CREATE FUNCTION picks_dates(wanted wish) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT wanted.first_day IS NOT NULL OR wanted.last_day IS NOT NULL
        OR wanted.lowest IS NOT NULL OR wanted.highest IS NOT NULL OR wanted.available
$$;

-- When the first of the performances of a show begins that are wanted; NULL when none is.
CREATE FUNCTION first_wanted(of_show uuid, wanted wish) RETURNS TABLE (first_at timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS $$
    SELECT min(starts_at) FROM wanted_showings(
        wanted.at, wanted.city_key, wanted.first_day, wanted.last_day, wanted.lowest,
        wanted.highest, wanted.available) AS showing
    WHERE showing.show_id = of_show
$$;

-- The stretches are parts of lists in their order, from behind a spot, so many long: the spots in
-- them at which there may be what is wanted, as far as an index can tell, and where they end.

-- Shows by their next performances.
CREATE FUNCTION stretch_by_date(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, next_at, sold)::spot) FILTER (WHERE wanted.marks IS NULL OR marks & wanted.marks = wanted.marks),
           ((array_agg(show_id))[count(*)], (array_agg(next_at))[count(*)], (array_agg(sold))[count(*)])::spot
    FROM (
        SELECT show_id, next_at, sold, marks FROM ranks
        WHERE next_at IS NOT NULL AND (next_at, show_id) > (behind.due, behind.show_id)
        ORDER BY next_at, show_id LIMIT reach
    ) AS near
$$;

-- Shows by what they sold lately, then by their next performances.
CREATE FUNCTION stretch_by_sales(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, next_at, sold)::spot) FILTER (WHERE wanted.marks IS NULL OR marks & wanted.marks = wanted.marks),
           ((array_agg(show_id))[count(*)], (array_agg(next_at))[count(*)], (array_agg(sold))[count(*)])::spot
    FROM (
        SELECT show_id, next_at, sold, marks FROM ranks
        WHERE next_at IS NOT NULL
          AND (-sold, next_at, show_id) > (-behind.sold, behind.due, behind.show_id)
        ORDER BY -sold, next_at, show_id LIMIT reach
    ) AS near
$$;

-- Shows, the newest first.
CREATE FUNCTION stretch_by_age(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, next_at, sold)::spot) FILTER (WHERE wanted.marks IS NULL OR marks & wanted.marks = wanted.marks),
           ((array_agg(show_id))[count(*)], (array_agg(next_at))[count(*)], (array_agg(sold))[count(*)])::spot
    FROM (
        SELECT show_id, next_at, sold, marks FROM ranks
        WHERE next_at IS NOT NULL AND show_id < behind.show_id
        ORDER BY show_id DESC LIMIT reach
    ) AS near
$$;

-- Shows by their next performances in a city.
CREATE FUNCTION stretch_of_stops(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, next_at, 0)::spot) FILTER (WHERE wanted.marks IS NULL OR marks & wanted.marks = wanted.marks),
           ((array_agg(show_id))[count(*)], (array_agg(next_at))[count(*)], 0)::spot
    FROM (
        SELECT show_id, next_at, marks FROM stops
        WHERE city_key = wanted.city_key AND (next_at, show_id) > (behind.due, behind.show_id)
        ORDER BY next_at, show_id LIMIT reach
    ) AS near
$$;

-- Shows by their next performances at each price.
CREATE FUNCTION stretch_of_fares(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, first_at, 0)::spot) FILTER (WHERE fits),
           ((array_agg(show_id))[count(*)], (array_agg(first_at))[count(*)], 0)::spot
    FROM (
        SELECT show_id, first_at, bool_or(price BETWEEN coalesce(wanted.lowest, 0)
                                          AND coalesce(wanted.highest, 'Infinity')) AS fits
        FROM fares WHERE (first_at, show_id) > (behind.due, behind.show_id)
        GROUP BY first_at, show_id ORDER BY first_at, show_id LIMIT reach
    ) AS near
$$;

-- Performances of one day where they are.
CREATE FUNCTION stretch_of_day(wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, starts_at, 0)::spot) FILTER (WHERE fits),
           ((array_agg(show_id))[count(*)], (array_agg(starts_at))[count(*)], 0)::spot
    FROM (
        SELECT show_id, starts_at, wanted.marks IS NULL
               OR bool_or(marks & wanted.marks = wanted.marks) AS fits
        FROM showings
        WHERE day = wanted.first_day AND (starts_at, show_id) > (behind.due, behind.show_id)
        GROUP BY starts_at, show_id ORDER BY starts_at, show_id LIMIT reach
    ) AS near
$$;

-- Performances in a city.
CREATE FUNCTION stretch_in_city(wanted wish, behind spot, reach bigint, until timestamptz)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, starts_at, 0)::spot) FILTER (WHERE fits),
           ((array_agg(show_id))[count(*)], (array_agg(starts_at))[count(*)], 0)::spot
    FROM (
        SELECT show_id, starts_at, bool_or(
                   day BETWEEN coalesce(wanted.first_day, '-infinity')
                           AND coalesce(wanted.last_day, 'infinity')
                   AND (wanted.marks IS NULL OR marks & wanted.marks = wanted.marks)) AS fits
        FROM showings
        WHERE city_key = wanted.city_key AND (starts_at, show_id) > (behind.due, behind.show_id)
          AND starts_at <= until
        GROUP BY starts_at, show_id ORDER BY starts_at, show_id LIMIT reach
    ) AS near
$$;

-- Performances.
CREATE FUNCTION stretch_of_dates(wanted wish, behind spot, reach bigint, until timestamptz)
RETURNS TABLE (spots spot[], last spot) LANGUAGE sql STABLE ROWS 1 AS $$
    SELECT array_agg((show_id, starts_at, 0)::spot) FILTER (WHERE fits),
           ((array_agg(show_id))[count(*)], (array_agg(starts_at))[count(*)], 0)::spot
    FROM (
        SELECT show_id, starts_at, bool_or(
                   day BETWEEN coalesce(wanted.first_day, '-infinity')
                           AND coalesce(wanted.last_day, 'infinity')
                   AND (wanted.marks IS NULL OR marks & wanted.marks = wanted.marks)) AS fits
        FROM showings
        WHERE (starts_at, show_id) > (behind.due, behind.show_id) AND starts_at <= until
        GROUP BY starts_at, show_id ORDER BY starts_at, show_id LIMIT reach
    ) AS near
$$;

-- The next stretch of the list that fits best.
CREATE FUNCTION stretch(by text, wanted wish, behind spot, reach bigint)
RETURNS TABLE (spots spot[], last spot) LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE
    until timestamptz := coalesce(
        (wanted.last_day + 1)::timestamp AT TIME ZONE 'UTC' + interval '12 hours', 'infinity');
BEGIN
    IF by = 'newest' THEN
        RETURN QUERY SELECT * FROM stretch_by_age(wanted, behind, reach);
    ELSIF by = 'rank' THEN
        RETURN QUERY SELECT * FROM stretch_by_sales(wanted, behind, reach);
    ELSIF NOT picks_dates(wanted) AND wanted.city_key IS NULL THEN
        RETURN QUERY SELECT * FROM stretch_by_date(wanted, behind, reach);
    ELSIF NOT picks_dates(wanted) THEN
        RETURN QUERY SELECT * FROM stretch_of_stops(wanted, behind, reach);
    ELSIF wanted.city_key IS NOT NULL THEN
        RETURN QUERY SELECT * FROM stretch_in_city(wanted, behind, reach, until);
    ELSIF wanted.first_day = wanted.last_day THEN
        RETURN QUERY SELECT * FROM stretch_of_day(wanted, behind, reach);
    ELSIF wanted.first_day IS NULL AND wanted.last_day IS NULL AND NOT wanted.available
          AND wanted.marks IS NULL AND NOT wanted.is_late THEN
        RETURN QUERY SELECT * FROM stretch_of_fares(wanted, behind, reach);
    ELSE
        RETURN QUERY SELECT * FROM stretch_of_dates(wanted, behind, reach, until);
    END IF;
END $$;

-- Those of these spots, in this order, at which a show is that is wanted, so many at the most: by
-- date, at the first of its performances that is wanted. `OFFSET 0` has each looked at for itself:
-- a page needs few of them.
CREATE FUNCTION tested(by text, wanted wish, near spot[], most integer) RETURNS SETOF spot
LANGUAGE sql STABLE AS $$
    SELECT (near.show_id, near.due, near.sold)::spot
    FROM unnest(near) AS near
    WHERE (wanted.words IS NULL AND wanted.pairs IS NULL AND wanted.genre IS NULL
           AND (wanted.city_key IS NULL OR by = 'date') OR EXISTS (
          SELECT FROM wanted_finds(wanted.words, wanted.pairs, wanted.genre, wanted.city_key) AS found
          WHERE found.show_id = near.show_id OFFSET 0))
      AND CASE
          WHEN NOT picks_dates(wanted) AND near.due > wanted.at THEN
              true
          WHEN by = 'date' AND picks_dates(wanted) THEN
              near.due = (SELECT first_at FROM first_wanted(near.show_id, wanted))
          ELSE (SELECT first_at FROM first_wanted(near.show_id, wanted)) IS NOT NULL END
    LIMIT most
$$;

-- Shows that are wanted but for what is asked of their performances, in any order, perhaps some of
-- them twice, so many at the most. NULL where only their performances are asked for. How one looks
-- best for a word depends on how common it is, so that each search is planned anew.
CREATE FUNCTION matching(wanted wish, most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_custom_plan
AS $$
BEGIN
    IF wanted.words IS NOT NULL OR wanted.pairs IS NOT NULL OR wanted.genre IS NOT NULL THEN
        RETURN QUERY SELECT show_id
            FROM wanted_finds(wanted.words, wanted.pairs, wanted.genre, wanted.city_key) LIMIT most;
    ELSIF wanted.city_key IS NOT NULL THEN
        RETURN QUERY SELECT show_id FROM stops WHERE city_key = wanted.city_key LIMIT most;
    ELSIF wanted.lowest IS NOT NULL OR wanted.highest IS NOT NULL THEN
        RETURN QUERY SELECT show_id FROM fares
            WHERE price BETWEEN coalesce(wanted.lowest, 0) AND coalesce(wanted.highest, 'Infinity')
            LIMIT most;
    ELSE
        RETURN NEXT NULL;
    END IF;
END $$;

-- The wanted ones of these shows in an order, from behind a spot, so many at the most.
CREATE FUNCTION sorted(by text, wanted wish, show_ids uuid[], behind spot, most integer)
RETURNS SETOF spot LANGUAGE sql STABLE AS $$
    SELECT (asked.show_id, due, sold)::spot
    FROM (SELECT DISTINCT show_id FROM unnest(show_ids) AS one (show_id)) AS asked
    JOIN ranks USING (show_id)
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN next_at > wanted.at AND NOT picks_dates(wanted)
                 AND (by <> 'date' OR wanted.city_key IS NULL) THEN next_at
            ELSE (SELECT first_at FROM first_wanted(asked.show_id, wanted)) END AS first_at OFFSET 0
    ) AS played
    CROSS JOIN LATERAL (
        SELECT CASE by WHEN 'date' THEN first_at ELSE next_at END AS due,
               CASE by WHEN 'rank' THEN -sold ELSE 0 END AS place,
               CASE by WHEN 'newest' THEN asked.show_id END AS age OFFSET 0
    ) AS place_of
    WHERE first_at IS NOT NULL
      AND CASE by WHEN 'newest' THEN asked.show_id < behind.show_id
          WHEN 'rank' THEN (place, due, asked.show_id) > (-behind.sold, behind.due, behind.show_id)
          ELSE (due, asked.show_id) > (behind.due, behind.show_id) END
    ORDER BY age DESC, place, due, asked.show_id LIMIT most
$$;

-- Where in a list one may begin to look: performances that begin before are not wanted.
CREATE FUNCTION start_of(wanted wish) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    -- A day begins somewhere hours before it does elsewhere; the one after the next begins nowhere
    -- before this one has begun everywhere.
    SELECT greatest(wanted.at, (
        SELECT coalesce(min(first_at), wanted.first_day::timestamp AT TIME ZONE 'UTC')
        FROM generate_series(0, 2) AS later CROSS JOIN LATERAL (
            SELECT min(starts_at) AS first_at FROM showings WHERE day = wanted.first_day + later
        ) AS begun))
$$;

-- What is wanted, in an order, from behind a spot, so many at the most.
--
-- There are two ways. The list is walked in its order until a page is full: quick where many match.
-- Or what matches is selected, up to some number, and sorted: quick where few match. Which it is
-- shows in the first stretch. To compile, or to call in helping processes, takes longer than to
-- look; and where a page is does not matter, as no disk turns.
CREATE FUNCTION find_spots(by text, wanted wish, behind spot, most integer) RETURNS spot[]
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_sort = off
SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
SET random_page_cost = 1.1
AS $$
DECLARE
    -- So many are sorted faster than a list is searched for them.
    few CONSTANT integer := CASE WHEN picks_dates(wanted) THEN 300 ELSE 1000 END;
    many_near CONSTANT integer := 4;   -- in the first looks, so that a page is full soon
    looks CONSTANT integer[] := '{100, 600}';  -- the first fills a page where most match
    look integer := 1;
    may_select boolean := wanted.words IS NOT NULL OR wanted.pairs IS NOT NULL
        OR wanted.genre IS NOT NULL OR wanted.city_key IS NOT NULL OR wanted.lowest IS NOT NULL
        OR wanted.highest IS NOT NULL;
    found spot[] := '{}';
    near spot[];
    ends spot[];
    show_ids uuid[];
    start_at timestamptz;
BEGIN
    IF by = 'date' AND picks_dates(wanted) THEN
        start_at := start_of(wanted);
        IF behind.due < start_at THEN
            behind := ('00000000-0000-0000-0000-000000000000', start_at, 0)::spot;
        END IF;
    END IF;
    IF by <> 'date' AND wanted.city_key IS NOT NULL THEN
        look := 3;                     -- of cities, a list by something else knows nothing
    END IF;
    LOOP
        IF look = 3 AND may_select AND cardinality(found) < many_near THEN
            show_ids := ARRAY(SELECT * FROM matching(wanted, few + 1));
            IF cardinality(show_ids) <= few THEN
                RETURN found || ARRAY(SELECT one FROM sorted(
                    by, wanted, show_ids, behind, most - cardinality(found)) AS one);
            END IF;
        END IF;
        SELECT spots, ARRAY[last] INTO near, ends
        FROM stretch(by, wanted, behind, coalesce(looks[look], 1000));
        EXIT WHEN (ends[1]).show_id IS NULL;
        behind := ends[1];
        found := found || ARRAY(
            SELECT one FROM tested(by, wanted, near, most - cardinality(found)) AS one);
        EXIT WHEN cardinality(found) >= most;
        look := look + 1;
    END LOOP;
    RETURN found;
END $$;

-- The body of a page of shows. What most people ask is read from an index with its cards.
-- The inner LIMIT is the longest page and one: with it, the planner knows that few rows are wanted.
CREATE FUNCTION find_shows(
    by text, at timestamptz, asked_words tsquery, asked_pairs text[], asked_marks bit,
    asked_genre text, asked_city text, first_day date, last_day date, lowest_price numeric, highest_price numeric,
    available boolean, after_show uuid, after_at timestamptz, after_sold integer, most integer
) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
SET random_page_cost = 1.1
AS $$
DECLARE
    -- A job passes on what has begun. Until then the quick ways leave it out, for a minute at most.
    is_late boolean := coalesce(
        (SELECT min(next_at) FROM ranks WHERE next_at IS NOT NULL) < at - interval '1 minute', false);
    in_city text := one_spelling(asked_city);
    wanted wish := (at, asked_words, asked_pairs, asked_marks, asked_genre, in_city, first_day,
                    last_day, lowest_price, highest_price, available, is_late)::wish;
    picks_dates boolean := picks_dates(wanted);
    from_show uuid := coalesce(after_show, CASE by
        WHEN 'newest' THEN 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
        ELSE '00000000-0000-0000-0000-000000000000'::uuid END);
    from_at timestamptz := CASE WHEN after_show IS NULL
        THEN '-infinity' ELSE coalesce(after_at, 'infinity') END;
    from_place integer := coalesce(-after_sold, -2147483647);
    spots spot[];
    cards text[];
BEGIN
    IF is_late OR picks_dates OR asked_words IS NOT NULL OR asked_pairs IS NOT NULL
       OR in_city IS NOT NULL AND by <> 'date' THEN
        spots := find_spots(
            by, wanted, (from_show, from_at, -from_place)::spot, most + 1);
        cards := CASE
            WHEN is_late OR picks_dates THEN ARRAY(
                SELECT told.card
                FROM unnest(spots[:most]) WITH ORDINALITY AS found JOIN ranks USING (show_id)
                CROSS JOIN LATERAL card_of(
                    show_id, ranks.sold, at, in_city, first_day, last_day, lowest_price, highest_price,
                    available) AS told
                ORDER BY ordinality)
            WHEN in_city IS NULL THEN ARRAY(
                SELECT CASE WHEN next_at > at THEN ranks.card ELSE (SELECT told.card FROM card_of(
                    show_id, ranks.sold, at, NULL, NULL, NULL, NULL, NULL, false) AS told) END
                FROM unnest(spots[:most]) WITH ORDINALITY AS found JOIN ranks USING (show_id)
                ORDER BY ordinality)
            ELSE ARRAY(
                SELECT CASE WHEN stops.next_at > at THEN stops.card ELSE (
                    SELECT told.card FROM card_of(found.show_id, ranks.sold, at, in_city,
                        NULL, NULL, NULL, NULL, false) AS told) END
                FROM unnest(spots[:most]) WITH ORDINALITY AS found JOIN ranks USING (show_id)
                JOIN stops ON stops.show_id = found.show_id AND city_key = in_city
                ORDER BY ordinality)
            END;
    ELSIF in_city IS NOT NULL THEN
        SELECT array_agg((show_id, next_at, 0)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, card FROM stops
                WHERE city_key = in_city AND next_at > at AND (next_at, show_id) > (from_at, from_show)
                  AND (asked_genre IS NULL OR genre = asked_genre)
                ORDER BY next_at, show_id LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSIF by = 'date' AND asked_genre IS NULL THEN
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at AND (next_at, show_id) > (from_at, from_show)
                ORDER BY next_at, show_id LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSIF by = 'date' THEN
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at AND genre = asked_genre
                  AND (next_at, show_id) > (from_at, from_show)
                ORDER BY next_at, show_id LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSIF by = 'newest' AND asked_genre IS NULL THEN
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at AND show_id < from_show
                ORDER BY show_id DESC LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSIF by = 'newest' THEN
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at AND genre = asked_genre AND show_id < from_show
                ORDER BY show_id DESC LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSIF asked_genre IS NULL THEN
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at
                  AND (-sold, next_at, show_id) > (from_place, from_at, from_show)
                ORDER BY -sold, next_at, show_id LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    ELSE
        SELECT array_agg((show_id, next_at, sold)::spot), array_agg(card) INTO spots, cards FROM (
            SELECT * FROM (
                SELECT show_id, next_at, sold, card FROM ranks
                WHERE next_at > at AND genre = asked_genre
                  AND (-sold, next_at, show_id) > (from_place, from_at, from_show)
                ORDER BY -sold, next_at, show_id LIMIT 201
            ) AS longest LIMIT most + 1
        ) AS found;
    END IF;
    RETURN page_of(cards[:most], CASE WHEN cardinality(spots) > most THEN cursor_at(
        by, spots[most].show_id, spots[most].due, spots[most].sold) END);
END $$;

-- The body of the list of shows that sold most seats on a day. One of which nothing is to come any
-- more is told of as it was.
CREATE FUNCTION best_sellers(of_day date, at timestamptz) RETURNS text LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (
        SELECT concat('{"asOf":', as_of(), ',"day":"', to_char(of_day, 'YYYY-MM-DD'), '","items":[', string_agg(
            concat('{"rank":', nth, ',"seats":', seats, ',"show":', coalesce(
                CASE WHEN next_at > at THEN card END,
                (SELECT told.card FROM card_of(best.show_id, ranks.sold, at,
                    NULL, NULL, NULL, NULL, NULL, false) AS told),
                (SELECT told.card FROM card_of(best.show_id, ranks.sold, '-infinity',
                    NULL, NULL, NULL, NULL, NULL, false) AS told)), '}'), ',' ORDER BY nth), ']}')
        FROM (
            SELECT show_id, seats, row_number() OVER (ORDER BY seats DESC, show_id) AS nth
            FROM sales
            WHERE day = of_day AND seats > 0
              AND EXISTS (SELECT FROM showings WHERE showings.show_id = sales.show_id OFFSET 0)
            ORDER BY seats DESC, show_id LIMIT 10
        ) AS best JOIN ranks USING (show_id));
END $$;
