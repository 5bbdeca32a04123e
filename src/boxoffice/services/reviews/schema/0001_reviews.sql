-- What people write about shows and tickets, and what decides who may write what.

CREATE TABLE shows (                    -- as shows last said
    show_id       uuid PRIMARY KEY,
    version       integer NOT NULL,
    organiser_id  uuid NOT NULL
);

CREATE TABLE tickets (                  -- of the market, as tickets last said
    ticket_id     uuid PRIMARY KEY,
    version       integer NOT NULL,
    seller_id     uuid NOT NULL,
    is_withdrawn  boolean NOT NULL
);

CREATE TABLE performances (             -- as shows last said
    performance_id  uuid PRIMARY KEY,
    version         integer NOT NULL,
    show_id         uuid NOT NULL,
    starts_at       timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('published', 'postponed', 'cancelled'))
);

CREATE TABLE admissions (               -- to places of performances, as tickets last said
    admission_id    uuid PRIMARY KEY,
    version         integer NOT NULL,
    performance_id  uuid NOT NULL,
    holder_id       uuid NOT NULL,
    is_valid        boolean NOT NULL
);
CREATE INDEX admissions_of_holder ON admissions (holder_id, performance_id) WHERE is_valid;

-- pending ──moderation──> approved <──moderation──> rejected
--    └──edited, of either──> pending; each ──its author──> withdrawn
CREATE TABLE reviews (
    review_id        uuid PRIMARY KEY,
    version          integer NOT NULL,
    author_id        uuid NOT NULL,
    show_id          uuid,
    ticket_id        uuid,
    reply_to         uuid REFERENCES reviews,
    text             text NOT NULL,
    text_version     integer NOT NULL,
    text_since       integer NOT NULL,  -- the version in which the text became what it is
    stars            integer CHECK (stars BETWEEN 1 AND 5),
    status           text NOT NULL
                     CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn')),
    reason           text,              -- why it is rejected
    verdict_version  integer,           -- of moderation's newest word about this text
    helpful          integer NOT NULL CHECK (helpful >= 0),  -- votes
    written_at       timestamptz NOT NULL,
    edited_at        timestamptz,
    CHECK (num_nonnulls(show_id, ticket_id) = 1),
    CHECK (stars IS NULL OR (show_id IS NOT NULL AND reply_to IS NULL)),
    CHECK (length(text) <= 4000 AND (text = '') = (status = 'withdrawn')),
    CHECK (status <> 'withdrawn' OR num_nonnulls(stars, reason) = 0)
);
CREATE UNIQUE INDEX reviews_one_with_stars ON reviews (author_id, show_id) WHERE stars IS NOT NULL;
CREATE INDEX reviews_approved ON reviews (coalesce(show_id, ticket_id), review_id DESC)
    WHERE status = 'approved';
CREATE INDEX reviews_of_author ON reviews (author_id, coalesce(show_id, ticket_id), review_id DESC)
    WHERE status <> 'withdrawn';

CREATE TABLE texts (                    -- what each of them says and said, until it is withdrawn
    review_id     uuid NOT NULL REFERENCES reviews,
    text_version  integer NOT NULL,
    text          text NOT NULL,
    stars         integer,
    at            timestamptz NOT NULL,
    PRIMARY KEY (review_id, text_version)
);

CREATE TABLE votes (                    -- by people who found it helpful
    review_id  uuid NOT NULL REFERENCES reviews,
    person_id  uuid NOT NULL,
    PRIMARY KEY (review_id, person_id)
);

CREATE TABLE reports (                  -- by people who think that a text should not be there
    review_id     uuid NOT NULL REFERENCES reviews,
    text_version  integer NOT NULL,
    person_id     uuid NOT NULL,
    complaint     text NOT NULL CHECK (length(complaint) BETWEEN 1 AND 500),
    at            timestamptz NOT NULL,
    PRIMARY KEY (review_id, text_version, person_id)
);
