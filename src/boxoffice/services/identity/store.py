"""The SQL of identity."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.identity.model import Newcomer, Person, RefreshToken, SealedKey

if TYPE_CHECKING:
    import asyncpg


async def insert_person(tx: Tx, newcomer: Newcomer, at: datetime) -> Person | None:
    """Add a person and return them; None when the address is taken, in any letter case."""
    row = await tx.fetchrow(
        """
        INSERT INTO people (email, name, password_hash, roles, verified, joined_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (casefold(email)) DO NOTHING
        RETURNING *
        """,
        newcomer.email,
        newcomer.name,
        newcomer.password_hash,
        newcomer.roles,
        newcomer.verified,
        at,
    )
    return _person(row)


async def select_person(db: Queries, email: str) -> Person | None:
    """Return who has this address, in any letter case."""
    row = await db.fetchrow(
        "SELECT * FROM people WHERE casefold(email) = casefold($1 COLLATE pg_unicode_fast)", email
    )
    return _person(row)


async def select_person_of(db: Queries, sign_in_id: UUID) -> Person | None:
    """Return who signed in."""
    row = await db.fetchrow(
        "SELECT people.* FROM people JOIN sign_ins USING (person_id) WHERE sign_in_id = $1",
        sign_in_id,
    )
    return _person(row)


async def insert_sign_in(tx: Tx, person_id: UUID, at: datetime) -> UUID:
    """Begin a family of refresh tokens and return its id."""
    return await tx.fetchval(
        "INSERT INTO sign_ins (person_id, begun_at) VALUES ($1, $2) RETURNING sign_in_id",
        person_id,
        at,
    )


async def end_sign_in(db: Queries, sign_in_id: UUID, at: datetime) -> None:
    """Have no token of this family work again."""
    await db.execute(
        "UPDATE sign_ins SET ended_at = $2 WHERE sign_in_id = $1 AND ended_at IS NULL",
        sign_in_id,
        at,
    )


async def end_sign_in_of(db: Queries, digest: bytes, at: datetime) -> None:
    """Have no token of this token's family work again."""
    await db.execute(
        """
        UPDATE sign_ins SET ended_at = $2 FROM refresh_tokens
        WHERE digest = $1 AND sign_ins.sign_in_id = refresh_tokens.sign_in_id AND ended_at IS NULL
        """,
        digest,
        at,
    )


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
        SELECT sign_in_id, used_at, ended_at
        FROM refresh_tokens JOIN sign_ins USING (sign_in_id) WHERE digest = $1
        """,
        digest,
    )
    return RefreshToken(**dict(row)) if row else None


async def delete_expired_tokens(tx: Tx, at: datetime) -> None:
    """Forget the refresh tokens that are too old to be used."""
    await tx.execute("DELETE FROM refresh_tokens WHERE expires_at <= $1", at)


async def delete_spent_sign_ins(tx: Tx) -> None:
    """Forget the sign-ins that have no token left."""
    await tx.execute(
        """
        DELETE FROM sign_ins WHERE NOT EXISTS (
            SELECT FROM refresh_tokens WHERE refresh_tokens.sign_in_id = sign_ins.sign_in_id
        )
        """
    )


async def insert_signing_key(db: Queries, key: SealedKey) -> None:
    """Put a key in service, unless one is."""
    await db.execute(
        "INSERT INTO signing_keys (kid, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        key.kid,
        key.sealed,
    )


async def select_signing_keys(db: Queries) -> Sequence[SealedKey]:
    """Return all keys, the one in service first."""
    rows = await db.fetch(
        "SELECT kid, sealed, retires_at FROM signing_keys ORDER BY retires_at DESC NULLS FIRST"
    )
    return [SealedKey(**dict(row)) for row in rows]


async def select_expired_kids(db: Queries, at: datetime) -> Sequence[str]:
    """Return the names of keys whose last token has expired."""
    rows = await db.fetch("SELECT kid FROM signing_keys WHERE retires_at <= $1", at)
    return [row["kid"] for row in rows]


async def delete_signing_key(db: Queries, kid: str) -> None:
    """Forget a key."""
    await db.execute("DELETE FROM signing_keys WHERE kid = $1", kid)


def _person(row: "asyncpg.Record | None") -> Person | None:
    return replace(Person(**dict(row)), roles=tuple(row["roles"])) if row else None
