-- Letters with tickets to places of performances, and what letters about such orders tell.

CREATE TABLE performances (             -- as shows last said: what a letter calls it
    performance_id  uuid PRIMARY KEY,
    version         integer NOT NULL,
    title           text NOT NULL,
    venue           text NOT NULL,
    city            text NOT NULL,
    time_zone       text NOT NULL,
    starts_at       timestamptz NOT NULL
);

CREATE TABLE paid_orders (              -- of places: only these get money back
    order_id  uuid PRIMARY KEY
);

ALTER TABLE letters
    DROP CONSTRAINT letters_kind,
    ADD CONSTRAINT letters_kind CHECK (kind IN (
        'receipt', 'sale', 'expired', 'refused', 'show-cancelled',
        'tickets', 'reissued', 'postponed',
        'verification', 'reset', 'password-changed', 'email-changed', 'sign-in-stolen',
        'banned', 'ban-lifted'
    )),
    DROP CONSTRAINT letters_order,
    ADD CONSTRAINT letters_order CHECK ((order_id IS NOT NULL) = (kind IN (
        'receipt', 'sale', 'expired', 'refused', 'show-cancelled',
        'tickets', 'reissued', 'postponed'
    ))),
    DROP CONSTRAINT letters_kind_order_id_person_id_key;
-- What befalls an order once is written once, however often the news comes.
CREATE UNIQUE INDEX letters_once ON letters (kind, order_id, person_id)
    WHERE kind NOT IN ('reissued', 'postponed');
