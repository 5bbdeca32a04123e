-- Where the money of each order is.

CREATE TABLE orders (                  -- as orders last said
    order_id     uuid PRIMARY KEY,
    version      integer NOT NULL,
    status       text NOT NULL,
    buyer_id     uuid NOT NULL,
    label        text NOT NULL,        -- what is bought, for the page where it is paid
    total_minor  bigint NOT NULL,
    currency     text NOT NULL,
    expires_at   timestamptz NOT NULL
);

-- pending ──refused──> declined ──another card──> pending
--    └──promised──> authorized ──order awaits──> captured ──> refunded
-- What is not captured ends as voided (the order was given up) or failed (the promise lapsed).
CREATE TABLE payments (
    payment_id    uuid PRIMARY KEY DEFAULT uuidv7(),
    order_id      uuid NOT NULL UNIQUE REFERENCES orders,  -- one payment an order; this key decides
    version       integer NOT NULL DEFAULT 0,
    buyer_id      uuid NOT NULL,
    amount_minor  bigint NOT NULL,
    currency      text NOT NULL,
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN (
        'pending', 'declined', 'authorized', 'captured', 'voided', 'refunded', 'failed')),
    reason        text,                -- in Stripe's words, of a decline or a failure
    turn          integer NOT NULL DEFAULT 0,  -- raised when an intent or session is given up
    cards         integer NOT NULL DEFAULT 0,  -- that were tried and decided here
    intent_id     text UNIQUE,         -- what Stripe holds for it: an intent,
    session_id    text UNIQUE,         -- or a hosted page that may become one
    session_url   text,
    looks         integer NOT NULL DEFAULT 0,  -- since anything changed: spaces the next ones out
    busy_until    timestamptz,         -- somebody talks to Stripe about it; after that nobody does
    look_at       timestamptz,         -- when its state at Stripe is worth a look
    trace         text,                -- of the news that had it looked at: its story goes on
    CHECK (intent_id IS NULL OR session_id IS NULL),
    CHECK ((session_id IS NULL) = (session_url IS NULL))
);
CREATE INDEX payments_due ON payments (coalesce(busy_until, look_at))
    WHERE coalesce(busy_until, look_at) IS NOT NULL;

CREATE TABLE webhooks (                -- what Stripe told us; Stripe itself is asked what is so
    event_id  text PRIMARY KEY,
    kind      text NOT NULL,
    order_id  uuid,
    heard_at  timestamptz NOT NULL
);
CREATE INDEX webhooks_heard ON webhooks (heard_at);
