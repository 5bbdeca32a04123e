-- Which show has a picture, and which files perhaps none has.

CREATE INDEX shows_with_pictures ON shows USING gin (pictures jsonb_path_ops)
    WHERE pictures <> '[]';

CREATE TABLE loose_pictures (          -- files that perhaps no show names
    file    text PRIMARY KEY,
    due_at  timestamptz NOT NULL       -- then those that none does are dropped
);
CREATE INDEX loose_pictures_due ON loose_pictures (due_at);
