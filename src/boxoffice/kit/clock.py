"""Time and ids: the two things that a program cannot decide for itself."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random ones."""
    random = int.from_bytes(os.urandom(10))
    milliseconds = time.time_ns() // 1_000_000
    return UUID(
        int=(milliseconds << 80)
        | (0x7 << 76)
        | ((random >> 68 & 0xFFF) << 64)
        | (0b10 << 62)
        | (random & 0x3FFF_FFFF_FFFF_FFFF)
    )


def first_id(at: datetime) -> UUID:
    """Return an id that is not above any that was made at this time or later."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
