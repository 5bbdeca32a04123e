-- Who may take which place of a performance, and what the codes that prove it are made of.

CREATE TABLE performances (             -- as shows last said, without their places
    performance_id  uuid PRIMARY KEY,
    version         integer NOT NULL,
    organiser_id    uuid NOT NULL,
    title           text NOT NULL,
    venue           text NOT NULL,
    city            text NOT NULL,
    time_zone       text NOT NULL,
    starts_at       timestamptz NOT NULL,
    doors_at        timestamptz,
    state           text NOT NULL CHECK (state IN ('published', 'postponed', 'cancelled')),
    moved_version   integer             -- that gave it another date, while some are to be told so
);
CREATE INDEX performances_moved ON performances (performance_id) WHERE moved_version IS NOT NULL;

CREATE TABLE orders (                   -- of places, as orders last said, once paid or given up
    order_id        uuid PRIMARY KEY,
    version         integer NOT NULL,
    status          text NOT NULL CHECK (status IN ('complete', 'cancelled')),
    performance_id  uuid NOT NULL,
    holder_id       uuid NOT NULL,
    total_minor     bigint NOT NULL,
    currency        text NOT NULL,
    tell            text CHECK (tell IN ('paid', 'reissued')),  -- why its tickets are to be mailed
    told_version    integer NOT NULL DEFAULT 0  -- of the performance, as the last mail had it
);
CREATE INDEX orders_to_tell ON orders (order_id) WHERE tell IS NOT NULL;
CREATE INDEX orders_told ON orders (performance_id, told_version) WHERE status = 'complete';

-- issued ──another code──> issued
--    └──its order is given up──> void
CREATE TABLE admissions (
    admission_id    uuid PRIMARY KEY,   -- follows from the order's and what was ordered
    version         integer NOT NULL,
    order_id        uuid NOT NULL REFERENCES orders,
    performance_id  uuid NOT NULL,
    holder_id       uuid NOT NULL,
    seat            text NOT NULL,
    nonce           bytea NOT NULL CHECK (length(nonce) = 12),  -- in the code that is good now
    is_valid        boolean NOT NULL,
    issued_at       timestamptz NOT NULL
);
CREATE UNIQUE INDEX admissions_to_seat ON admissions (performance_id, seat) WHERE is_valid;
CREATE INDEX admissions_of_order ON admissions (order_id);
CREATE INDEX admissions_of_holder ON admissions (holder_id, admission_id DESC);

CREATE TABLE signing_keys (
    kid         text PRIMARY KEY,
    sealed      text NOT NULL,          -- the private JWK as a JWE
    created_at  timestamptz NOT NULL DEFAULT now(),
    retires_at  timestamptz             -- no more signing; published until then
);
CREATE UNIQUE INDEX signing_keys_in_service ON signing_keys ((true)) WHERE retires_at IS NULL;
