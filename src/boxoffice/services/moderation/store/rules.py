"""The SQL of rules, and of running them over texts that others judged."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.moderation.model import Application, Case, RuleSet


async def insert_rules(db: Queries, rules: RuleSet) -> bool:
    """Add the next version of the rules; False when that version is there already."""
    added = await db.fetchval(
        """
        INSERT INTO rule_sets (version, rules, made_by, made_at)
        VALUES ($1, $2::jsonb, $3, $4)
        ON CONFLICT (version) DO NOTHING
        RETURNING true
        """,
        rules.version,
        rules.rules,
        rules.made_by,
        rules.made_at,
    )
    return bool(added)


async def select_rules(db: Queries) -> RuleSet | None:
    """Return the rules that hold now."""
    row = await db.fetchrow("SELECT * FROM rule_sets ORDER BY version DESC LIMIT 1")
    return RuleSet(**dict(row)) if row else None


async def select_undecided_by_people(
    db: Queries, before: UUID | None, limit: int
) -> Sequence[Case]:
    """Return texts that no person decided about, newest first, from behind `before`."""
    rows = await db.fetch(
        """
        SELECT * FROM cases
        WHERE decided_by IS NULL AND status <> 'withdrawn' AND text_version >= 0
            AND ($1::uuid IS NULL OR review_id < $1)
        ORDER BY review_id DESC LIMIT $2
        """,
        before,
        limit,
    )
    return [Case(**dict(row)) for row in rows]


async def select_judged_before_for_update(
    tx: Tx, rules_version: int, after: UUID | None, limit: int
) -> Sequence[Case]:
    """Return texts that only older rules have looked at, oldest first, from behind `after`.

    Nobody else changes them until the transaction ends. Those that a person decides about
    meanwhile are left out.
    """
    rows = await tx.fetch(
        """
        SELECT * FROM cases
        WHERE decided_by IS NULL AND status <> 'withdrawn' AND text_version >= 0
            AND judged_by < $1 AND ($2::uuid IS NULL OR review_id > $2)
        ORDER BY review_id LIMIT $3 FOR UPDATE
        """,
        rules_version,
        after,
        limit,
    )
    return [Case(**dict(row)) for row in rows]


async def insert_application(db: Queries, version: int, asked_by: UUID, at: datetime) -> None:
    """Have these rules run over old texts, unless that was asked for before."""
    await db.execute(
        """
        INSERT INTO applications (version, asked_by, asked_at, looked_at, changed)
        VALUES ($1, $2, $3, 0, 0)
        ON CONFLICT (version) DO NOTHING
        """,
        version,
        asked_by,
        at,
    )


async def select_application(db: Queries, version: int) -> Application | None:
    """Return how far it is with running the rules of this version over old texts."""
    row = await db.fetchrow("SELECT * FROM applications WHERE version = $1", version)
    return Application(**dict(row)) if row else None


async def select_open_application_for_update(tx: Tx) -> Application | None:
    """Return one that is not finished, unless another process is at it right now."""
    row = await tx.fetchrow(
        """
        SELECT * FROM applications WHERE finished_at IS NULL
        ORDER BY version LIMIT 1 FOR UPDATE SKIP LOCKED
        """
    )
    return Application(**dict(row)) if row else None


async def update_application(tx: Tx, application: Application) -> None:
    """Save how far it is."""
    await tx.execute(
        """
        UPDATE applications SET reached = $2, looked_at = $3, changed = $4, finished_at = $5
        WHERE version = $1
        """,
        application.version,
        application.reached,
        application.looked_at,
        application.changed,
        application.finished_at,
    )
