"""The SQL of signing keys."""

from collections.abc import Sequence
from datetime import datetime

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.identity.model import SealedKey


async def insert_signing_key(db: Queries, key: SealedKey) -> bool:
    """Put a key in service, unless one is; whether it is this one now."""
    inserted = await db.fetchval(
        """
        INSERT INTO signing_keys (kid, sealed) VALUES ($1, $2) ON CONFLICT DO NOTHING
        RETURNING true
        """,
        key.kid,
        key.sealed,
    )
    return bool(inserted)


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


async def retire_signing_key(tx: Tx, retires_at: datetime) -> None:
    """Have the key in service sign no more; it is published until then."""
    await tx.execute("UPDATE signing_keys SET retires_at = $1 WHERE retires_at IS NULL", retires_at)


async def delete_signing_key(db: Queries, kid: str) -> None:
    """Forget a key."""
    await db.execute("DELETE FROM signing_keys WHERE kid = $1", kid)
