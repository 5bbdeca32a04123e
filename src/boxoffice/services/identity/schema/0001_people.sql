-- Who has an account, who is signed in, and what signs for it.

CREATE TABLE people (
    person_id      uuid PRIMARY KEY DEFAULT uuidv7(),
    version        integer NOT NULL DEFAULT 0,
    email          text COLLATE pg_unicode_fast NOT NULL,  -- as typed
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    password_hash  text NOT NULL,                          -- scrypt, with its parameters and salt
    roles          text[] NOT NULL
        CHECK (roles <@ ARRAY['member', 'organiser', 'moderator', 'admin']),
    verified       boolean NOT NULL,
    joined_at      timestamptz NOT NULL
);
CREATE UNIQUE INDEX people_email ON people (casefold(email));  -- one account in any letter case

CREATE TABLE sign_ins (
    sign_in_id  uuid PRIMARY KEY DEFAULT uuidv7(),
    person_id   uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    begun_at    timestamptz NOT NULL,
    ended_at    timestamptz               -- signed out, or a token of it came back used
);
CREATE INDEX sign_ins_of_person ON sign_ins (person_id);

CREATE TABLE refresh_tokens (
    digest      bytea PRIMARY KEY,        -- SHA-256; the token itself is only in its cookie
    sign_in_id  uuid NOT NULL REFERENCES sign_ins ON DELETE CASCADE,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz               -- each is good once
);
CREATE INDEX refresh_tokens_of_sign_in ON refresh_tokens (sign_in_id);
CREATE INDEX refresh_tokens_expiring ON refresh_tokens (expires_at);

CREATE TABLE signing_keys (
    kid         text PRIMARY KEY,
    sealed      text NOT NULL,            -- the private JWK as a JWE
    created_at  timestamptz NOT NULL DEFAULT now(),
    retires_at  timestamptz               -- no more signing; published until then
);
CREATE UNIQUE INDEX signing_keys_in_service ON signing_keys ((true)) WHERE retires_at IS NULL;
