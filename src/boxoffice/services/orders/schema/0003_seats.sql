-- Seats of performances: each place is an offer like any other.

CREATE TABLE performances (             -- as shows last said
    performance_id  uuid PRIMARY KEY,
    version         integer NOT NULL,
    organiser_id    uuid NOT NULL,
    title           text NOT NULL,
    venue           text NOT NULL,
    city            text NOT NULL,
    time_zone       text NOT NULL,
    starts_at       timestamptz NOT NULL,
    on_sale_at      timestamptz NOT NULL,
    currency        text NOT NULL,
    state           text NOT NULL CHECK (state IN ('published', 'postponed', 'cancelled')),
    sections        jsonb NOT NULL,     -- rows, seats and prices; see events/shows.py
    total           integer NOT NULL,
    heard_at        timestamptz NOT NULL,
    emptied_at      timestamptz,        -- when no order of a cancelled one was left
    count_version   integer NOT NULL DEFAULT 0,  -- of what was last said of these:
    held            integer NOT NULL DEFAULT 0,
    sold            integer NOT NULL DEFAULT 0
);
CREATE INDEX performances_to_empty ON performances (performance_id)
    WHERE state = 'cancelled' AND emptied_at IS NULL;

ALTER TABLE offers ADD COLUMN performance_id uuid;  -- NULL: a ticket of the market
ALTER TABLE offers ADD COLUMN is_sold boolean NOT NULL DEFAULT false;  -- to `order_id`
UPDATE offers SET is_sold = true FROM orders
    WHERE orders.order_id = offers.order_id AND orders.status = 'complete';
CREATE INDEX offers_of_performance ON offers (performance_id) WHERE performance_id IS NOT NULL;

ALTER TABLE orders ADD COLUMN performance_id uuid;  -- NULL: of the market
ALTER TABLE orders ADD COLUMN seats smallint NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN completed_at timestamptz;
CREATE INDEX orders_of_guest ON orders (performance_id, buyer_id) WHERE performance_id IS NOT NULL;

-- A hold or a sale changes no column that has an index, and finds room on the page of its row: so
-- PostgreSQL writes no index (a heap-only tuple). What an order holds is told by its items.
DROP INDEX offers_of_order;
DROP INDEX orders_open;
ALTER TABLE offers SET (fillfactor = 60);
ALTER TABLE orders SET (fillfactor = 80);

ALTER TABLE orders DROP CONSTRAINT orders_cancelled_because_check;
ALTER TABLE orders ADD CONSTRAINT orders_cancelled_because_check CHECK (cancelled_because IN
    ('expired', 'cancelled', 'refused', 'banned', 'performance cancelled'));
