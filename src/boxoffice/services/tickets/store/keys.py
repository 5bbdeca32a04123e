"""The SQL of the keys that sign codes."""

from collections.abc import Sequence

from boxoffice.kit.database import Queries
from boxoffice.kit.keys import SealedKey


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
