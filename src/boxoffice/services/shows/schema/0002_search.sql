-- What is found of the catalogue, and how it sells. All of it follows from what stands elsewhere:
-- from shows, performances and venues (store/finds.py), and from what orders says (store/sales.py).

CREATE TABLE finds (                  -- the words of each show that has something to come
    show_id  uuid PRIMARY KEY,
    genre    text NOT NULL,
    cities   text[] NOT NULL,         -- where it is to come, in one spelling
    words    tsvector NOT NULL,       -- of scripts with spaces: found by how they begin
    pairs    text[] NOT NULL          -- of Chinese, Japanese and Korean: neighbours, and each letter
);
-- At once, not later: a list of what is pending would have to be read by every search.
CREATE INDEX finds_words ON finds USING gin (words) WITH (fastupdate = off);
CREATE INDEX finds_pairs ON finds USING gin (pairs) WITH (fastupdate = off);
CREATE INDEX finds_cities ON finds USING gin (cities) WITH (fastupdate = off);
CREATE INDEX finds_genre ON finds (genre);
-- So many words are known as common, without which a search cannot be planned.
ALTER TABLE finds ALTER words SET STATISTICS 1000, ALTER pairs SET STATISTICS 1000;

CREATE TABLE showings (               -- performances that are published or postponed, for filters
    performance_id   uuid PRIMARY KEY,
    show_id          uuid NOT NULL,
    venue_id         uuid NOT NULL,
    starts_at        timestamptz NOT NULL,  -- infinity: postponed, the new date is unknown
    day              date NOT NULL,   -- of the start, where the venue is
    city_key         text NOT NULL,   -- one spelling of the city
    currency         text NOT NULL,
    minor_per_major  integer NOT NULL,
    prices           bigint[] NOT NULL,  -- minor units, each once, the lowest first
    lowest           numeric,         -- of the prices, in major units
    highest          numeric,
    capacity         integer NOT NULL,
    free             integer          -- places, as orders last said; NULL: it has not
) WITH (fillfactor = 90);             -- room for what changes most, so that no index has to
CREATE INDEX showings_of_show ON showings (show_id, starts_at) INCLUDE (day);
CREATE INDEX showings_by_date ON showings (starts_at, show_id) INCLUDE (day);
CREATE INDEX showings_in_city ON showings (city_key, starts_at, show_id) INCLUDE (day);

CREATE TABLE stops (                  -- the cities of each show that has something to come
    show_id   uuid,
    city_key  text,
    city      text NOT NULL,
    last_at   timestamptz NOT NULL,   -- the start of the last performance there, or infinity
    PRIMARY KEY (show_id, city_key)
);
CREATE INDEX stops_in_city ON stops (city_key, last_at) INCLUDE (city);

CREATE TABLE fares (                  -- the prices of each show that has something to come
    show_id  uuid,
    price    numeric,                 -- in major units
    PRIMARY KEY (show_id, price)
);
CREATE INDEX fares_by_price ON fares (price, show_id);

CREATE TABLE ranks (                  -- one for each show; who writes of a show here locks its row
    show_id  uuid PRIMARY KEY,
    sold     integer NOT NULL DEFAULT 0,  -- seats, in seven days
    sold_on  date NOT NULL DEFAULT '-infinity',  -- the last of these days (UTC)
    next_at  timestamptz              -- the start of the next performance, or infinity; NULL: none
);
CREATE INDEX ranks_by_date ON ranks (next_at, show_id) WHERE next_at IS NOT NULL;
CREATE INDEX ranks_by_sales ON ranks ((-sold), next_at, show_id) WHERE next_at IS NOT NULL;
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

-- Performances to come of which all is true that is given. The planner takes functions like these
-- apart, so that they cost nothing and use indexes.
CREATE FUNCTION wanted_showings(
    at timestamptz, in_city text, first_day date, last_day date,
    lowest_price numeric, highest_price numeric, available boolean
) RETURNS SETOF showings LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM showings
    WHERE starts_at > at
      AND (in_city IS NULL OR city_key = one_spelling(in_city))
      -- A day begins somewhere 14 hours before it does in UTC, and ends somewhere 12 hours after.
      -- Days are subtracted, since the planner would take days and hours for independent.
      AND (first_day IS NULL OR day - first_day >= 0 AND starts_at < 'infinity'
           AND starts_at >= first_day::timestamp AT TIME ZONE 'UTC' - interval '14 hours')
      AND (last_day IS NULL OR last_day - day >= 0
           AND starts_at < (last_day + 1)::timestamp AT TIME ZONE 'UTC' + interval '12 hours')
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
      AND (in_city IS NULL OR cities @> ARRAY[one_spelling(in_city)])
$$;

-- How many seats a show has sold in the seven days until this one (UTC), and never less than none.
CREATE FUNCTION sold_lately(of_show uuid, until date) RETURNS TABLE (sold integer)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT greatest(0, coalesce(sum(seats), 0))::integer FROM sales
    WHERE show_id = of_show AND day > until - 7
$$;
