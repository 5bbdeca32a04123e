-- What can be bought, and the orders that hold or have it.

CREATE TABLE offers (
    offer_id      uuid PRIMARY KEY,    -- of the ticket on the market
    version       integer NOT NULL,    -- of the ticket, as its service last said
    seller_id     uuid NOT NULL,
    label         text NOT NULL,
    price_minor   bigint NOT NULL,
    currency      text NOT NULL,
    on_sale       boolean NOT NULL,    -- its seller offers it
    order_id      uuid,                -- who holds or has it; this column decides every race
    hold_version  bigint NOT NULL DEFAULT 0  -- raised by each hold, release and sale
);
CREATE INDEX offers_of_order ON offers (order_id) WHERE order_id IS NOT NULL;

-- created ──authorised──> awaiting:payment ──captured──> complete
--    └──expired / cancelled / refused──> cancelled <──refused──┘ (before the capture)
CREATE TABLE orders (
    order_id           uuid PRIMARY KEY,
    version            integer NOT NULL,
    status             text NOT NULL
        CHECK (status IN ('created', 'awaiting:payment', 'complete', 'cancelled')),
    buyer_id           uuid NOT NULL,
    total_minor        bigint NOT NULL,
    currency           text NOT NULL,
    placed_at          timestamptz NOT NULL,
    expires_at         timestamptz NOT NULL,
    cancelled_because  text CHECK (cancelled_because IN ('expired', 'cancelled', 'refused')),
    items              jsonb NOT NULL,   -- as bought: labels, prices, hold versions
    CHECK ((status = 'cancelled') = (cancelled_because IS NOT NULL))
);
CREATE INDEX orders_of_buyer ON orders (buyer_id, order_id DESC);
