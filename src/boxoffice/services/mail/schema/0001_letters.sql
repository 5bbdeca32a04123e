-- Whom to write to, and what there is to write.

CREATE TABLE people (                 -- as identity last said
    person_id  uuid PRIMARY KEY,
    version    integer NOT NULL,
    email      text NOT NULL,
    name       text NOT NULL
);

-- written ──mail server's yes──> sent
--    └──its no, or three days of silence──> given up
CREATE TABLE letters (
    letter_id   uuid PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('receipt', 'sale', 'expired', 'refused')),
    order_id    uuid NOT NULL,
    person_id   uuid NOT NULL,
    email       text NOT NULL,        -- as it was when the letter was written
    name        text NOT NULL,
    facts       jsonb NOT NULL,       -- what the templates tell
    written_at  timestamptz NOT NULL,
    tries       integer NOT NULL DEFAULT 0,
    due_at      timestamptz,          -- when to try next; a lease while somebody tries
    sent_at     timestamptz,
    error       text,                 -- of the last try
    UNIQUE (kind, order_id, person_id)  -- a letter is written once, however often the news comes
);
CREATE INDEX letters_due ON letters (due_at) WHERE due_at IS NOT NULL;
