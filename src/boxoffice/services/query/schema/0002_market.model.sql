-- What people offer, buy, write and are called, as its own services last said. A `view` is what
-- pages show of a thing; the columns beside it are what it is found and kept apart by.

CREATE TABLE people (
    person_id  uuid PRIMARY KEY,
    version    integer NOT NULL,
    name       text NOT NULL
);

CREATE TABLE tickets (
    ticket_id  uuid PRIMARY KEY,
    version    integer NOT NULL,
    seller_id  uuid NOT NULL,
    status     text NOT NULL,
    order_id   uuid,
    view       jsonb NOT NULL
);
CREATE INDEX tickets_listed ON tickets (ticket_id DESC) WHERE status = 'listed';
CREATE INDEX tickets_of_seller ON tickets (seller_id, ticket_id DESC);

CREATE TABLE orders (
    order_id        uuid PRIMARY KEY,
    version         integer NOT NULL,
    buyer_id        uuid NOT NULL,
    performance_id  uuid,
    status          text NOT NULL,
    view            jsonb NOT NULL
);
CREATE INDEX orders_of_buyer ON orders (buyer_id, order_id DESC);

CREATE TABLE admissions (
    admission_id    uuid PRIMARY KEY,
    version         integer NOT NULL,
    order_id        uuid NOT NULL,
    performance_id  uuid NOT NULL,
    holder_id       uuid NOT NULL,
    is_valid        boolean NOT NULL,
    view            jsonb NOT NULL
);
CREATE INDEX admissions_of_holder ON admissions (holder_id, admission_id DESC) WHERE is_valid;

CREATE TABLE reviews (
    review_id  uuid PRIMARY KEY,
    version    integer NOT NULL,
    author_id  uuid NOT NULL,
    about_id   uuid NOT NULL,           -- the show, or the ticket of the market
    reply_to   uuid,
    status     text NOT NULL,
    stars      smallint,                -- of a show
    view       jsonb NOT NULL
);
CREATE INDEX reviews_about ON reviews (about_id, review_id DESC)
    WHERE status = 'approved' AND reply_to IS NULL;
CREATE INDEX reviews_of_author ON reviews (author_id, review_id DESC) WHERE status <> 'withdrawn';
CREATE INDEX replies ON reviews (reply_to, review_id) WHERE status = 'approved';
CREATE INDEX reviews_with_stars ON reviews (about_id) INCLUDE (stars)
    WHERE status = 'approved' AND stars IS NOT NULL;

CREATE TABLE ratings (                  -- of the shows that somebody has given stars
    show_id  uuid PRIMARY KEY,
    reviews  integer NOT NULL,
    stars    integer NOT NULL           -- of all of them together
);

CREATE TABLE cases (                    -- what moderation thinks of texts
    review_id     uuid PRIMARY KEY,
    version       integer NOT NULL,
    text_version  integer NOT NULL,
    waits_for     text,
    view          jsonb NOT NULL
);
CREATE INDEX cases_waiting ON cases (review_id) WHERE waits_for IS NOT NULL;

-- Texts with their authors' names.
CREATE VIEW texts AS
    SELECT reviews.*, reviews.view || jsonb_build_object('author', coalesce(name, '')) AS told
    FROM reviews LEFT JOIN people ON person_id = author_id;

-- So many approved texts about a show or a ticket with their replies, the newest first, from behind
-- `before`.
CREATE FUNCTION texts_about(about uuid, before uuid, many integer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(told || jsonb_build_object('replies', (
               SELECT coalesce(jsonb_agg(reply.told ORDER BY reply.review_id), '[]')
               FROM texts AS reply WHERE reply_to = page.review_id AND status = 'approved'
           )) ORDER BY review_id DESC), '[]')
    FROM (
        SELECT review_id, told FROM texts
        WHERE about_id = about AND status = 'approved' AND reply_to IS NULL
          AND (before IS NULL OR review_id < before)
        ORDER BY review_id DESC LIMIT many
    ) AS page
$$;

-- What somebody wrote about a show or a ticket, whatever is thought of it, the newest first.
CREATE FUNCTION texts_by(reader uuid, about uuid, many integer) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(view ORDER BY review_id DESC), '[]')
    FROM (
        SELECT review_id, view FROM reviews
        WHERE author_id = reader AND about_id = about AND status <> 'withdrawn'
        ORDER BY review_id DESC LIMIT many
    ) AS page
$$;
