-- What was imported from elsewhere, and when it is looked at again.

CREATE TABLE imports (
    source      text PRIMARY KEY,
    next_at     timestamptz NOT NULL,  -- when it is imported again
    held_until  timestamptz NOT NULL   -- whoever imports it now has said it is at work until then
);

CREATE TABLE seen (                    -- what is fetched again only when it looks different there
    source     text,
    source_id  text,
    look       text NOT NULL,          -- what a list said of it when it was last fetched
    PRIMARY KEY (source, source_id)
);
