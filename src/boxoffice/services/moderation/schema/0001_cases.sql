-- Texts that are judged: by which rules, by whom, and what is said against it.

CREATE TABLE rule_sets (
    version  integer PRIMARY KEY,
    rules    jsonb NOT NULL,
    made_by  uuid,                     -- nobody: they came with the program
    made_at  timestamptz NOT NULL
);

CREATE TABLE cases (
    review_id     uuid PRIMARY KEY,
    version       integer NOT NULL,    -- of what is said of it; 0 before the first word
    author_id     uuid NOT NULL,
    show_id       uuid,
    ticket_id     uuid,
    reply_to      uuid,
    text          text NOT NULL,
    text_version  integer NOT NULL,    -- -1 before the first text
    stars         integer,
    written_at    timestamptz NOT NULL,
    status        text NOT NULL
        CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn')),
    reason        text,
    rule          text,
    rules_version integer,
    decided_by    uuid,                -- a person; rules leave this text version alone from then on
    decided_at    timestamptz NOT NULL,
    waits_for     text CHECK (waits_for IN ('undecided', 'report', 'appeal')),
    complaints    integer NOT NULL,    -- people who reported this text version
    answered      integer NOT NULL,    -- complaints that a person knew of who decided
    appeal        text,
    judged_by     integer NOT NULL,    -- version of the rules that looked at it last
    CHECK (status <> 'withdrawn' OR (text = '' AND appeal IS NULL AND waits_for IS NULL))
);
CREATE INDEX cases_waiting ON cases (review_id) WHERE waits_for IS NOT NULL;
CREATE INDEX cases_for_rules ON cases (review_id)
    WHERE decided_by IS NULL AND status <> 'withdrawn';

CREATE TABLE verdicts (
    review_id     uuid NOT NULL REFERENCES cases,
    version       integer NOT NULL,
    text_version  integer NOT NULL,
    status        text NOT NULL,
    reason        text,
    rule          text,
    rules_version integer,
    decided_by    uuid,
    waits_for     text,
    at            timestamptz NOT NULL,
    PRIMARY KEY (review_id, version)
);

CREATE TABLE complaints (
    review_id     uuid NOT NULL REFERENCES cases,
    text_version  integer NOT NULL,
    reporter_id   uuid NOT NULL,
    reason        text NOT NULL,
    at            timestamptz NOT NULL,
    PRIMARY KEY (review_id, text_version, reporter_id)
);

-- Rules that are run over texts that other rules have judged.
CREATE TABLE applications (
    version     integer PRIMARY KEY REFERENCES rule_sets,
    asked_by    uuid NOT NULL,
    asked_at    timestamptz NOT NULL,
    reached     uuid,                  -- the last text that was looked at, the oldest first
    looked_at   integer NOT NULL,      -- texts
    changed     integer NOT NULL,      -- of these
    finished_at timestamptz
);
CREATE INDEX applications_open ON applications (version) WHERE finished_at IS NULL;
