"""The SQL of sign-ins and their refresh tokens."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.identity.model import Asker, RefreshToken, SignIn


async def insert_sign_in(tx: Tx, person_id: UUID, asker: Asker, at: datetime) -> UUID:
    """Begin a family of refresh tokens and return its id."""
    return await tx.fetchval(
        """
        INSERT INTO sign_ins (person_id, begun_at, seen_at, address, device)
        VALUES ($1, $2, $2, $3, $4) RETURNING sign_in_id
        """,
        person_id,
        at,
        asker.address,
        asker.device,
    )


async def update_seen(tx: Tx, sign_in_id: UUID, asker: Asker, at: datetime) -> bool:
    """Note where a sign-in goes on; False when it has just ended."""
    seen = await tx.fetchval(
        """
        UPDATE sign_ins SET seen_at = $2, address = $3, device = $4
        WHERE sign_in_id = $1 AND ended_at IS NULL
        RETURNING true
        """,
        sign_in_id,
        at,
        asker.address,
        asker.device,
    )
    return bool(seen)


async def end_sign_in(tx: Tx, sign_in_id: UUID, at: datetime) -> SignIn | None:
    """Have no token of this family work again; None when it had ended before."""
    row = await tx.fetchrow(
        """
        UPDATE sign_ins SET ended_at = $2 WHERE sign_in_id = $1 AND ended_at IS NULL
        RETURNING sign_in_id, person_id, begun_at, seen_at, address, device
        """,
        sign_in_id,
        at,
    )
    return SignIn(**dict(row)) if row else None


async def end_own_sign_in(tx: Tx, sign_in_id: UUID, person_id: UUID, at: datetime) -> SignIn | None:
    """End a sign-in of this person; None when there is no such one."""
    row = await tx.fetchrow(
        """
        UPDATE sign_ins SET ended_at = $3
        WHERE sign_in_id = $1 AND person_id = $2 AND ended_at IS NULL
        RETURNING sign_in_id, person_id, begun_at, seen_at, address, device
        """,
        sign_in_id,
        person_id,
        at,
    )
    return SignIn(**dict(row)) if row else None


async def end_all_sign_ins(
    tx: Tx, person_id: UUID, spare: UUID | None, at: datetime
) -> Sequence[SignIn]:
    """End a person's sign-ins but one, and return those that ended."""
    rows = await tx.fetch(
        """
        UPDATE sign_ins SET ended_at = $3
        WHERE person_id = $1 AND ended_at IS NULL AND sign_in_id IS DISTINCT FROM $2
        RETURNING sign_in_id, person_id, begun_at, seen_at, address, device
        """,
        person_id,
        spare,
        at,
    )
    return [SignIn(**dict(row)) for row in rows]


async def is_known_place(db: Queries, email: str, address: str) -> bool:
    """Whether the owner of this account has signed in from this IP address."""
    return await db.fetchval(
        """
        SELECT EXISTS (
            SELECT FROM people JOIN sign_ins USING (person_id)
            WHERE casefold(email) = casefold($1 COLLATE pg_unicode_fast) AND address = $2
        )
        """,
        email,
        address,
    )


async def select_ended(db: Queries, since: datetime, limit: int) -> Sequence[tuple[UUID, datetime]]:
    """Return the sign-ins that ended since then and when, the latest first."""
    rows = await db.fetch(
        """
        SELECT sign_in_id, ended_at FROM sign_ins WHERE ended_at > $1
        ORDER BY ended_at DESC LIMIT $2
        """,
        since,
        limit,
    )
    return [(row["sign_in_id"], row["ended_at"]) for row in rows]


async def select_sign_ins(
    db: Queries, person_id: UUID, after: UUID | None, limit: int
) -> Sequence[SignIn]:
    """Return where a person is signed in, the newest first, from behind `after`."""
    rows = await db.fetch(
        """
        SELECT sign_in_id, person_id, begun_at, seen_at, address, device FROM sign_ins
        WHERE person_id = $1 AND ended_at IS NULL AND ($2::uuid IS NULL OR sign_in_id < $2)
        ORDER BY sign_in_id DESC LIMIT $3
        """,
        person_id,
        after,
        limit,
    )
    return [SignIn(**dict(row)) for row in rows]


async def insert_refresh_token(
    tx: Tx, digest: bytes, sign_in_id: UUID, expires_at: datetime
) -> None:
    """Add the token that continues a sign-in next."""
    await tx.execute(
        "INSERT INTO refresh_tokens (digest, sign_in_id, expires_at) VALUES ($1, $2, $3)",
        digest,
        sign_in_id,
        expires_at,
    )


async def use_refresh_token(tx: Tx, digest: bytes, at: datetime) -> UUID | None:
    """Mark a token as used and return its sign-in; None unless it was good, and unused."""
    return await tx.fetchval(
        """
        UPDATE refresh_tokens SET used_at = $2 FROM sign_ins
        WHERE digest = $1 AND used_at IS NULL AND expires_at > $2
          AND sign_ins.sign_in_id = refresh_tokens.sign_in_id AND ended_at IS NULL
        RETURNING sign_ins.sign_in_id
        """,
        digest,
        at,
    )


async def select_refresh_token(db: Queries, digest: bytes) -> RefreshToken | None:
    """Return what is known of a token."""
    row = await db.fetchrow(
        """
        SELECT sign_in_id, person_id, used_at, ended_at
        FROM refresh_tokens JOIN sign_ins USING (sign_in_id) WHERE digest = $1
        """,
        digest,
    )
    return RefreshToken(**dict(row)) if row else None


async def delete_expired_tokens(tx: Tx, at: datetime, limit: int) -> int:
    """Forget refresh tokens that are too old to be used; return how many."""
    return await tx.fetchval(
        """
        WITH gone AS (
            DELETE FROM refresh_tokens WHERE digest IN (
                SELECT digest FROM refresh_tokens WHERE expires_at <= $1
                ORDER BY expires_at LIMIT $2
            ) RETURNING sign_in_id
        ), spent AS (
            DELETE FROM sign_ins WHERE sign_in_id IN (SELECT sign_in_id FROM gone)
              AND NOT EXISTS (
                SELECT FROM refresh_tokens
                WHERE refresh_tokens.sign_in_id = sign_ins.sign_in_id AND expires_at > $1
              )
        )
        SELECT count(*) FROM gone
        """,
        at,
        limit,
    )
