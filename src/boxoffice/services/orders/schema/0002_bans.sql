-- Who is banned: their open orders are given up.

CREATE TABLE bans (                    -- as identity last said
    person_id     uuid PRIMARY KEY,
    version       integer NOT NULL,    -- of the person
    banned_at     timestamptz,         -- NULL: not, or not any more
    banned_until  timestamptz          -- NULL: for good
);

ALTER TABLE orders DROP CONSTRAINT orders_cancelled_because_check;
ALTER TABLE orders ADD CONSTRAINT orders_cancelled_because_check
    CHECK (cancelled_because IN ('expired', 'cancelled', 'refused', 'banned'));
CREATE INDEX orders_open ON orders (buyer_id) WHERE status = 'created';
