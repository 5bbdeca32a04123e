-- Venues with their seats, shows, and the performances of shows at venues.

CREATE TABLE venues (
    venue_id       uuid PRIMARY KEY,
    version        integer NOT NULL,
    organiser_id   uuid NOT NULL,
    name           text NOT NULL,
    city           text NOT NULL,
    address        text NOT NULL,
    time_zone      text NOT NULL,               -- of the IANA database
    latitude       double precision,
    longitude      double precision,
    accessibility  text NOT NULL,               -- notes: lifts, loops, doors
    sections       jsonb NOT NULL,              -- the map; see events/shows.py, prices aside
    capacity       integer NOT NULL,
    source         text,                        -- where it was imported from, and as what
    source_id      text,
    UNIQUE (source, source_id)
);
CREATE INDEX venues_of_organiser ON venues (organiser_id, venue_id DESC);

CREATE TABLE shows (
    show_id          uuid PRIMARY KEY,
    version          integer NOT NULL,
    organiser_id     uuid NOT NULL,
    title            text NOT NULL,
    genre            text NOT NULL CHECK (genre IN (
        'play', 'musical', 'dance', 'classical', 'traditional', 'popular', 'circus/magic', 'mixed')),
    story            text NOT NULL,
    "cast"           text[] NOT NULL,           -- names, the leads first
    running_minutes  integer,
    age              integer,                   -- in years, from which on people are let in
    pictures         jsonb NOT NULL DEFAULT '[]',  -- the poster first
    source           text,
    source_id        text,
    UNIQUE (source, source_id)
);
CREATE INDEX shows_of_organiser ON shows (organiser_id, show_id DESC);

-- draft ──published──> published <──new date── postponed; each of these ──> cancelled
CREATE TABLE performances (
    performance_id  uuid PRIMARY KEY,
    version         integer NOT NULL,
    show_id         uuid NOT NULL REFERENCES shows,
    venue_id        uuid NOT NULL REFERENCES venues,
    organiser_id    uuid NOT NULL,
    state           text NOT NULL CHECK (state IN ('draft', 'published', 'postponed', 'cancelled')),
    starts_at       timestamptz NOT NULL,
    doors_at        timestamptz,
    on_sale_at      timestamptz,                -- NULL in a draft: on publication
    currency        text NOT NULL,
    prices          jsonb NOT NULL,             -- minor units by the name of a section
    sections        jsonb,                      -- the map as sold, from publication on
    capacity        integer NOT NULL,
    source          text,
    source_id       text,
    UNIQUE (source, source_id)
);
CREATE INDEX performances_of_show ON performances (show_id, starts_at);
CREATE INDEX performances_at_venue ON performances (venue_id, starts_at);
