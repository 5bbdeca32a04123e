-- Who is banned: what they offer is withdrawn.

CREATE TABLE bans (                    -- as identity last said
    person_id     uuid PRIMARY KEY,
    version       integer NOT NULL,    -- of the person
    banned_at     timestamptz,         -- NULL: not, or not any more
    banned_until  timestamptz          -- NULL: for good
);

CREATE INDEX tickets_open ON tickets (seller_id) WHERE NOT withdrawn AND status <> 'sold';
