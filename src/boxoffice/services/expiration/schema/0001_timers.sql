-- When to say that the time of an order is over.

CREATE TABLE timers (
    order_id  uuid PRIMARY KEY,
    due_at    timestamptz NOT NULL,
    done      boolean NOT NULL DEFAULT false  -- rung, or no longer needed
);
CREATE INDEX timers_due ON timers (due_at) WHERE NOT done;
