"""One answer for all who ask the same within a moment: a crowd costs a statement, not thousands."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

MOST = 1_000  # answers kept: some 20 MB of them

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept:
    finding: asyncio.Task[Any]
    until: float


class Sharing:
    """Answers to what anybody may ask, each found once and given for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: dict[Hashable, _Kept] = {}  # the oldest first

    async def once(self, question: Hashable, find: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what was found for this question a moment ago; or find it, for all who ask it now.

        One who gives up waiting leaves the others their answer. What goes wrong is told to those
        who wait for it, and not kept.
        """
        now = asyncio.get_running_loop().time()
        kept = self._kept.get(question)
        if kept is None or kept.until <= now:
            kept = _Kept(asyncio.create_task(find()), now + self._seconds)
            self._keep(question, kept, now)
        return await asyncio.shield(kept.finding)

    def _keep(self, question: Hashable, kept: _Kept, now: float) -> None:
        self._kept.pop(question, None)
        while self._kept:
            oldest = next(iter(self._kept))
            if len(self._kept) < MOST and self._kept[oldest].until > now:
                break
            del self._kept[oldest]
        self._kept[question] = kept
        kept.finding.add_done_callback(partial(self._drop_failed, question))

    def _drop_failed(self, question: Hashable, finding: asyncio.Task[Any]) -> None:
        kept = self._kept.get(question)
        if (finding.cancelled() or finding.exception()) and kept and kept.finding is finding:
            del self._kept[question]
