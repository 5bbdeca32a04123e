-- What must not stay once it is said, and who has asked how often.

ALTER TABLE outbox ADD COLUMN kept boolean NOT NULL DEFAULT true;  -- else gone once it is sent

-- Lost in a crash of the server, which is harmless: limits begin anew.
CREATE UNLOGGED TABLE limits (
    key    bytea PRIMARY KEY,            -- digest of what is limited, and for whom
    tries  integer NOT NULL DEFAULT 0,   -- since the last success, where failures are counted
    until  timestamptz NOT NULL          -- theoretical arrival time, or when the next try is due
);
CREATE INDEX limits_until ON limits (until);
