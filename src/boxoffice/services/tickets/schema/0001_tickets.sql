-- What is offered on the market.

CREATE TABLE tickets (
    ticket_id     uuid PRIMARY KEY,
    version       integer NOT NULL,
    seller_id     uuid NOT NULL,
    title         text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    price_minor   bigint NOT NULL CHECK (price_minor > 0),
    currency      text NOT NULL,
    status        text NOT NULL CHECK (status IN ('listed', 'locked', 'sold', 'withdrawn')),
    order_id      uuid,               -- who holds it or has bought it, as orders says
    hold_version  bigint NOT NULL,    -- of the newest word of orders about it
    withdrawn     boolean NOT NULL,   -- by its seller; an order that came first still counts
    listed_at     timestamptz NOT NULL,
    CHECK ((order_id IS NOT NULL) = (status IN ('locked', 'sold')))
);
CREATE INDEX tickets_listed ON tickets (ticket_id DESC) WHERE status = 'listed';
CREATE INDEX tickets_of_seller ON tickets (seller_id, ticket_id DESC);
