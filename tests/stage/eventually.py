"""Waiting for what must become true, no longer than it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE_SECONDS = 10.0
LOOK_SECONDS = 0.02

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], seconds: float = PATIENCE_SECONDS) -> T:
    """Return what `look` returns once it raises no AssertionError; its last one when time is up."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while True:
        try:
            return await look()
        except AssertionError:
            if loop.time() >= until:
                raise
        await asyncio.sleep(LOOK_SECONDS)
