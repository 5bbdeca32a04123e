-- What is made from news alone: how fresh it is, and how far another is that is built beside it.

CREATE TABLE freshness (
    stream  text PRIMARY KEY,
    as_of   timestamptz NOT NULL       -- all that was said on it until then has been heard
);

CREATE TABLE rebuilds (                -- of the model in the schema `fresh`, while there is one
    stream    text PRIMARY KEY,
    position  bigint NOT NULL,         -- all until this one of the stream is in it
    heard     bigint NOT NULL,         -- so many of these were for this service
    steps     text NOT NULL            -- checksum of the SQL that made its tables
);

-- What tells two schemas with the same tables apart, whatever the order of their rows.
CREATE FUNCTION checksum_of(model text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    name   text;
    rows   text;
    whole  text := '';
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = model ORDER BY 1 LOOP
        EXECUTE format(
            'SELECT concat_ws('' '', count(*), sum(hashtextextended(each::text, 0)::numeric))
             FROM %I.%I AS each', model, name) INTO rows;
        whole := concat_ws(' ', whole, name, rows);
    END LOOP;
    RETURN md5(whole);
END $$;
