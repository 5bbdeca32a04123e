"""The SQL of texts and what is thought of them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.moderation.model import Case, Complaint, Word


async def insert_cases(tx: Tx, cases: Collection[Case]) -> None:
    """Add cases that are not known yet, in the order of their ids, as locks are taken."""
    opened = sorted(cases, key=lambda case: case.review_id)
    await tx.execute(
        """
        INSERT INTO cases (review_id, version, author_id, show_id, ticket_id, reply_to, text,
                           text_version, written_at, status, decided_at, complaints, answered,
                           judged_by)
        SELECT review_id, 0, author_id, show_id, ticket_id, reply_to, '', -1, written_at,
               'pending', decided_at, 0, 0, 0
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[],
                    $6::timestamptz[], $7::timestamptz[])
            AS news (review_id, author_id, show_id, ticket_id, reply_to, written_at, decided_at)
        ORDER BY review_id
        ON CONFLICT (review_id) DO NOTHING
        """,
        [case.review_id for case in opened],
        [case.author_id for case in opened],
        [case.show_id for case in opened],
        [case.ticket_id for case in opened],
        [case.reply_to for case in opened],
        [case.written_at for case in opened],
        [case.decided_at for case in opened],
    )


async def select_cases_for_update(tx: Tx, review_ids: Collection[UUID]) -> Mapping[UUID, Case]:
    """Return cases by their ids, which nobody else changes until the transaction ends.

    They are locked in the order of their ids, so that no two who want several wait in a circle.
    """
    rows = await tx.fetch(
        "SELECT * FROM cases WHERE review_id = ANY($1::uuid[]) ORDER BY review_id FOR UPDATE",
        list(review_ids),
    )
    return {row["review_id"]: Case(**dict(row)) for row in rows}


async def select_case(db: Queries, review_id: UUID) -> Case | None:
    """Return one case."""
    row = await db.fetchrow("SELECT * FROM cases WHERE review_id = $1", review_id)
    return Case(**dict(row)) if row else None


async def update_case(tx: Tx, case: Case, seen: int) -> None:
    """Save a case of which the version `seen` was read. StaleVersion when another came first."""
    saved = await tx.fetchval(
        """
        UPDATE cases SET version = $3, text = $4, text_version = $5, stars = $6, status = $7,
                         reason = $8, rule = $9, rules_version = $10, decided_by = $11,
                         decided_at = $12, waits_for = $13, complaints = $14, answered = $15,
                         appeal = $16, judged_by = $17
        WHERE review_id = $1 AND version = $2
        RETURNING true
        """,
        case.review_id,
        seen,
        case.version,
        case.text,
        case.text_version,
        case.stars,
        case.status,
        case.reason,
        case.rule,
        case.rules_version,
        case.decided_by,
        case.decided_at,
        case.waits_for,
        case.complaints,
        case.answered,
        case.appeal,
        case.judged_by,
    )
    if not saved:
        raise StaleVersion


async def insert_verdict(tx: Tx, case: Case, at: datetime) -> None:
    """Keep the latest word about a text, for good."""
    await tx.execute(
        """
        INSERT INTO verdicts (review_id, version, text_version, status, reason, rule,
                              rules_version, decided_by, waits_for, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
        case.review_id,
        case.version,
        case.text_version,
        case.status,
        case.reason,
        case.rule,
        case.rules_version,
        case.decided_by,
        case.waits_for,
        at,
    )


async def select_verdicts(db: Queries, review_id: UUID, limit: int) -> Sequence[Word]:
    """Return the latest words about a text, oldest first."""
    rows = await db.fetch(
        """
        SELECT version, text_version, status, reason, rule, rules_version, decided_by, waits_for, at
        FROM verdicts WHERE review_id = $1 ORDER BY version DESC LIMIT $2
        """,
        review_id,
        limit,
    )
    return [Word(**dict(row)) for row in reversed(rows)]


async def select_waiting(db: Queries, after: UUID | None, limit: int) -> Sequence[Case]:
    """Return texts that wait for a moderator, oldest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT * FROM cases
        WHERE waits_for IS NOT NULL AND ($1::uuid IS NULL OR review_id > $1)
        ORDER BY review_id LIMIT $2
        """,
        after,
        limit,
    )
    return [Case(**dict(row)) for row in rows]


async def insert_complaint(
    tx: Tx, case: Case, reporter_id: UUID, reason: str, at: datetime
) -> bool:
    """Keep what somebody has against a text; False when they had something against it before."""
    added = await tx.fetchval(
        """
        INSERT INTO complaints (review_id, text_version, reporter_id, reason, at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (review_id, text_version, reporter_id) DO NOTHING
        RETURNING true
        """,
        case.review_id,
        case.text_version,
        reporter_id,
        reason,
        at,
    )
    return bool(added)


async def select_complaints(
    db: Queries, cases: Collection[Case], limit: int
) -> Mapping[UUID, Sequence[Complaint]]:
    """Return so many of the newest complaints about each text as it is now, by its id."""
    rows = await db.fetch(
        """
        SELECT newest.* FROM unnest($1::uuid[], $2::integer[]) AS wanted (review_id, text_version)
        CROSS JOIN LATERAL (
            SELECT review_id, reason, at FROM complaints
            WHERE complaints.review_id = wanted.review_id
                AND complaints.text_version = wanted.text_version
            ORDER BY at DESC LIMIT $3
        ) AS newest
        """,
        [case.review_id for case in cases],
        [case.text_version for case in cases],
        limit,
    )
    found: dict[UUID, list[Complaint]] = {}
    for row in rows:
        found.setdefault(row["review_id"], []).append(Complaint(row["reason"], row["at"]))
    return found


async def delete_complaints(tx: Tx, review_id: UUID) -> None:
    """Forget what people had against a text: they may have told what it said."""
    await tx.execute("DELETE FROM complaints WHERE review_id = $1", review_id)
