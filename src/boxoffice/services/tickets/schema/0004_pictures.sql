-- Pictures of what is offered.

ALTER TABLE tickets ADD picture jsonb;  -- see kit/pictures
CREATE INDEX tickets_with_picture ON tickets USING gin (picture jsonb_path_ops)
    WHERE picture IS NOT NULL;

CREATE TABLE loose_pictures (          -- files that perhaps no ticket names
    file    text PRIMARY KEY,
    due_at  timestamptz NOT NULL       -- then those that none does are dropped
);
CREATE INDEX loose_pictures_due ON loose_pictures (due_at);
