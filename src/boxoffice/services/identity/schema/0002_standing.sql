-- Who is banned, where people are signed in, what they were asked, and who did what.

ALTER TABLE people
    ADD COLUMN banned_at     timestamptz,
    ADD COLUMN banned_until  timestamptz,          -- none: for good
    ADD COLUMN ban_reason    text CHECK (length(ban_reason) BETWEEN 1 AND 500),
    ADD COLUMN standing_at   timestamptz NOT NULL DEFAULT now(),  -- roles, verification or ban changed
    ADD CHECK ((banned_at IS NULL) = (ban_reason IS NULL)),
    ADD CHECK (banned_at IS NOT NULL OR banned_until IS NULL);
CREATE INDEX people_standing ON people (standing_at);
CREATE INDEX people_banned ON people (person_id DESC) WHERE banned_at IS NOT NULL;
CREATE INDEX people_admins ON people (person_id) WHERE 'admin' = ANY (roles);

ALTER TABLE sign_ins
    ADD COLUMN seen_at  timestamptz NOT NULL DEFAULT now(),  -- begun, or continued last
    ADD COLUMN address  text NOT NULL DEFAULT '',            -- IP address of then
    ADD COLUMN device   text NOT NULL DEFAULT '';            -- what the browser called itself
CREATE INDEX sign_ins_open ON sign_ins (person_id, sign_in_id DESC) WHERE ended_at IS NULL;
CREATE INDEX sign_ins_ended ON sign_ins (ended_at) WHERE ended_at IS NOT NULL;

-- A letter that asks for an answer. A person has one for each purpose: the newest counts.
CREATE TABLE challenges (
    challenge_id  uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES people ON DELETE CASCADE,
    purpose       text NOT NULL CHECK (purpose IN ('address', 'password')),
    email         text NOT NULL,               -- where the letter went
    token         bytea NOT NULL UNIQUE,       -- SHA-256; the link itself is in the letter alone
    token_until   timestamptz NOT NULL,
    code          bytea NOT NULL,              -- keyed digest of six digits
    code_until    timestamptz NOT NULL,
    tries         integer NOT NULL DEFAULT 0,  -- of the code
    UNIQUE (person_id, purpose)
);
CREATE INDEX challenges_until ON challenges (token_until);

-- Asked by somebody who may have an account: whether they do is looked up after the answer.
CREATE TABLE reset_requests (
    request_id  uuid PRIMARY KEY,
    email       text NOT NULL,
    address     text NOT NULL,
    device      text NOT NULL,
    asked_at    timestamptz NOT NULL
);

CREATE TABLE audit_entries (
    entry_id   uuid PRIMARY KEY,
    action     text NOT NULL,
    at         timestamptz NOT NULL,
    by_id      uuid,
    person_id  uuid,
    address    text NOT NULL,
    device     text NOT NULL,
    detail     text NOT NULL
);
CREATE INDEX audit_entries_of_person ON audit_entries (person_id, entry_id DESC);
CREATE INDEX audit_entries_by ON audit_entries (by_id, entry_id DESC)
    WHERE by_id IS DISTINCT FROM person_id;  -- most people do things to themselves
CREATE INDEX audit_entries_address ON audit_entries (address, entry_id DESC);
CREATE INDEX audit_entries_action ON audit_entries (action, entry_id DESC);
CREATE INDEX audit_entries_at ON audit_entries (at);
