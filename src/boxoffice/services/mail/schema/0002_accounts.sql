-- Letters about accounts: they belong to no order, and some carry what opens an account.

ALTER TABLE letters
    ALTER COLUMN order_id DROP NOT NULL,
    ADD COLUMN useless_at  timestamptz,                    -- when nobody can use what it tells
    ADD COLUMN urgent      boolean NOT NULL DEFAULT false, -- somebody waits for it at the screen
    DROP CONSTRAINT letters_kind_check,
    ADD CONSTRAINT letters_kind CHECK (kind IN (
        'receipt', 'sale', 'expired', 'refused',
        'verification', 'reset', 'password-changed', 'email-changed', 'sign-in-stolen',
        'banned', 'ban-lifted'
    )),
    ADD CONSTRAINT letters_order CHECK (
        (order_id IS NOT NULL) = (kind IN ('receipt', 'sale', 'expired', 'refused'))
    );
CREATE INDEX letters_urgent ON letters (urgent DESC, due_at) WHERE due_at IS NOT NULL;
