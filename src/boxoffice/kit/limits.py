"""How often is too often: limits that all replicas of a service share, in its database."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from boxoffice.kit.database import Queries
from boxoffice.kit.errors import TooMany
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import LIMITED


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, then one each `every` (the generic cell rate algorithm)."""

    name: str
    at_once: int
    every: timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """So many failures are free; after each further one the next try waits twice as long."""

    name: str
    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta  # after so long without a try it begins anew


async def take(running: Running, limit: Limit, who: str, at: datetime) -> None:
    """Count a request. TooMany when `who` has used up what the limit gives."""
    if not running.settings.rate_limits:
        return
    slack = limit.every * (limit.at_once - 1)
    taken = await running.db.fetchval(
        """
        INSERT INTO limits (key, until) VALUES ($1, $2::timestamptz + $3)
        ON CONFLICT (key) DO UPDATE SET until = greatest(limits.until, $2) + $3
            WHERE limits.until <= $2 + $4::interval
        RETURNING true
        """,
        _key(limit.name, who),
        at,
        limit.every,
        slack,
    )
    if not taken:
        until = await _until(running.db, _key(limit.name, who))
        raise _too_many(running, limit.name, until and until - slack, at)


async def attempt(running: Running, patience: Patience, who: str, at: datetime) -> None:
    """Count a try before it is made, so that many at once count too. TooMany while one is due.

    `succeed` takes it back.
    """
    if not running.settings.rate_limits:
        return
    taken = await running.db.fetchval(
        """
        INSERT INTO limits AS known (key, tries, until) VALUES ($1, 1, $2::timestamptz + $7)
        ON CONFLICT (key) DO UPDATE SET
            tries = CASE WHEN known.until < $2 - $6::interval THEN 1 ELSE known.tries + 1 END,
            until = $2 + CASE
                WHEN known.until < $2 - $6::interval THEN $7
                WHEN known.tries + 1 < $3 THEN interval '0'
                ELSE least($5, $4::interval * power(2, least(known.tries + 1 - $3, 30)))
            END
            WHERE known.until <= $2 OR known.tries < $3
        RETURNING true
        """,
        _key(patience.name, who),
        at,
        patience.free,
        patience.first,
        patience.longest,
        patience.forgotten,
        min(patience.first, patience.longest) if patience.free <= 1 else timedelta(0),
    )
    if not taken:
        until = await _until(running.db, _key(patience.name, who))
        raise _too_many(running, patience.name, until, at)


async def succeed(running: Running, patience: Patience, who: str) -> None:
    """Forget the failures: this try was none."""
    await running.db.execute("DELETE FROM limits WHERE key = $1", _key(patience.name, who))


async def delete_past(db: Queries, before: datetime) -> None:
    """Forget what limits nobody any more."""
    await db.execute("DELETE FROM limits WHERE until < $1", before)


async def _until(db: Queries, key: bytes) -> datetime | None:
    return await db.fetchval("SELECT until FROM limits WHERE key = $1", key)


def _too_many(running: Running, name: str, due: datetime | None, at: datetime) -> TooMany:
    LIMITED.labels(running.name, name).inc()
    seconds = max(1, ceil((due - at).total_seconds())) if due else 1
    wait = f"{seconds} s" if seconds < 120 else f"{ceil(seconds / 60)} min"  # noqa: PLR2004 - s
    return TooMany(f"Too many tries; wait {wait} and try again", retry_after_seconds=seconds)


def _key(name: str, who: str) -> bytes:
    return sha256(f"{name}\0{who}".encode("utf-8", "surrogatepass")).digest()
