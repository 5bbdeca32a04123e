"""The SQL of challenges, and of requests to reset a password."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.identity.model import (
    CODE_TRIES,
    Asker,
    Challenge,
    Person,
    Purpose,
)


async def upsert_challenge(tx: Tx, challenge: Challenge) -> None:
    """Ask a person; what they were asked before for this purpose counts no more."""
    await tx.execute(
        """
        INSERT INTO challenges (challenge_id, person_id, purpose, email, token, token_until,
                                code, code_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (person_id, purpose) DO UPDATE SET
            challenge_id = excluded.challenge_id, email = excluded.email, tries = 0,
            token = excluded.token, token_until = excluded.token_until,
            code = excluded.code, code_until = excluded.code_until
        """,
        challenge.challenge_id,
        challenge.person_id,
        challenge.purpose,
        challenge.email,
        challenge.token,
        challenge.token_until,
        challenge.code,
        challenge.code_until,
    )


async def try_code(tx: Tx, person_id: UUID, at: datetime) -> Challenge | None:
    """Count a try at the code that a person was sent and return what it must match.

    None when there is none, it has run out, or it was tried too often.
    """
    row = await tx.fetchrow(
        """
        UPDATE challenges SET tries = tries + 1
        WHERE person_id = $1 AND purpose = 'address' AND code_until > $2 AND tries < $3
        RETURNING *
        """,
        person_id,
        at,
        CODE_TRIES,
    )
    return _challenge(row) if row else None


async def select_challenge(
    db: Queries, token: bytes, purpose: Purpose, at: datetime
) -> Challenge | None:
    """Return what a link answers; None when it was used, is too old, or there is none."""
    row = await db.fetchrow(
        "SELECT * FROM challenges WHERE token = $1 AND purpose = $2 AND token_until > $3",
        token,
        purpose,
        at,
    )
    return _challenge(row) if row else None


async def delete_challenge(tx: Tx, challenge_id: UUID) -> bool:
    """Have a challenge met, once; whether it is this transaction that met it."""
    return bool(
        await tx.fetchval(
            "DELETE FROM challenges WHERE challenge_id = $1 RETURNING true", challenge_id
        )
    )


async def delete_challenges(tx: Tx, person_id: UUID, purpose: Purpose) -> None:
    """Have nothing count that a person was asked for this purpose."""
    await tx.execute(
        "DELETE FROM challenges WHERE person_id = $1 AND purpose = $2", person_id, purpose
    )


async def delete_moves(tx: Tx, person: Person) -> None:
    """Have nothing count that was sent to see whether a person reads another address."""
    await tx.execute(
        "DELETE FROM challenges WHERE person_id = $1 AND purpose = 'address' AND email <> $2",
        person.person_id,
        person.email,
    )


async def delete_old_challenges(tx: Tx, at: datetime, limit: int) -> int:
    """Forget challenges that nobody can meet any more; return how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM challenges WHERE challenge_id IN (
                SELECT challenge_id FROM challenges WHERE token_until <= $1
                ORDER BY token_until LIMIT $2
            ) RETURNING true
        )
        SELECT count(*) FROM gone
        """,
        at,
        limit,
    )


async def insert_reset_request(
    tx: Tx, request_id: UUID, email: str, asker: Asker, at: datetime
) -> None:
    """Note that somebody wants to reset the password of this address, be there one or not."""
    await tx.execute(
        """
        INSERT INTO reset_requests (request_id, email, address, device, asked_at)
        VALUES ($1, $2, $3, $4, $5)
        """,
        request_id,
        email,
        asker.address,
        asker.device,
        at,
    )


async def take_reset_requests(tx: Tx, limit: int) -> Sequence[tuple[str, Asker]]:
    """Take the oldest requests: the address of each, and who asked."""
    rows = await tx.fetch(
        """
        DELETE FROM reset_requests WHERE request_id IN (
            SELECT request_id FROM reset_requests
            ORDER BY request_id LIMIT $1 FOR UPDATE SKIP LOCKED
        )
        RETURNING email, address, device
        """,
        limit,
    )
    return [(row["email"], Asker(row["address"], row["device"])) for row in rows]


def _challenge(row: asyncpg.Record) -> Challenge:
    fields: dict[str, Any] = dict(row)
    del fields["tries"]
    return Challenge(**fields)
