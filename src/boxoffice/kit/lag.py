"""Waiting a moment for news that is on its way, so that nobody sees services lag."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from boxoffice.kit.errors import NotFound

NEWS_SECONDS = 1.0  # what was said a moment ago is heard by then, or was never said
LOOK_SECONDS = 0.02  # nobody notices; fifty looks at the most

T = TypeVar("T")


async def once_known(ask: Callable[[], Awaitable[T]]) -> T:
    """Return what `ask` returns; while it raises NotFound, ask again for up to a second."""
    loop = asyncio.get_running_loop()
    until = loop.time() + NEWS_SECONDS
    while True:
        try:
            return await ask()
        except NotFound:
            if loop.time() >= until:
                raise
        await asyncio.sleep(LOOK_SECONDS)
