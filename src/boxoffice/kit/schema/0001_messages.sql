-- What every service remembers of what it said and heard.

CREATE TABLE outbox (
    position  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id        uuid NOT NULL UNIQUE,
    subject   text NOT NULL,
    name      text NOT NULL,
    body      jsonb NOT NULL,
    trace     text NOT NULL,
    cause     uuid,
    said_at   timestamptz NOT NULL DEFAULT now(),
    sent_at   timestamptz
);
CREATE INDEX outbox_unsent ON outbox (position) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

CREATE TABLE inbox (
    id        uuid PRIMARY KEY,
    heard_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_heard ON inbox (heard_at);

CREATE TABLE dead_letters (
    id        uuid PRIMARY KEY,
    subject   text NOT NULL,
    name      text NOT NULL,
    body      text NOT NULL,
    error     text NOT NULL,
    tries     integer NOT NULL,
    died_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE idempotency_keys (
    owner       text NOT NULL,
    key         text NOT NULL,
    request     bytea NOT NULL,
    status      integer,
    headers     jsonb,
    answer      bytea,
    claimed_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_keys_claimed ON idempotency_keys (claimed_at);
