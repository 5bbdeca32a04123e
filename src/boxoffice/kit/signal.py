"""Waking those who wait, without losing a wake-up between two looks."""

import asyncio
from datetime import timedelta


class Signal:
    """Tells everyone in this process who waits that something happened."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def notify(self) -> None:
        """Wake all who hold a mark."""
        self._next.set()
        self._next = asyncio.Event()

    def mark(self) -> asyncio.Event:
        """Return an event that the next `notify` sets. Take it before looking, then wait."""
        return self._next


async def wait(mark: asyncio.Event, at_most: timedelta) -> bool:
    """Wait for a mark; False when the time ran out first."""
    try:
        async with asyncio.timeout(max(0, at_most.total_seconds())):
            await mark.wait()
    except TimeoutError:
        return False
    return True
