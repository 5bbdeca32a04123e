"""Time and ids: the two things that a program cannot decide for itself."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID


def now() -> datetime:
    """Return the time, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> UUID:
    """Return a UUIDv7 (RFC 9562, 5.7 and 6.2): 48 bits of milliseconds, 12 of their 4,096ths, 62 random.

    What one process makes later sorts behind what it made before, as far as its clock tells the two
    apart and does not go back.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    random = int.from_bytes(os.urandom(8)) >> 2
    part = nanoseconds * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 0x7 << 76 | part << 64 | 0b10 << 62 | random)


def first_id(at: datetime) -> UUID:
    """Return an id that is not above any that was made at this time or later."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
