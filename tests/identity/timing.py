"""Whether two kinds of question can be told apart by how long their answers take."""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import median

Ask = Callable[[], Awaitable[object]]

SURE = 1e-4  # so seldom chance alone makes such a difference; a clear one is less at 12 of each
SLIGHT = 0.3  # of the work: less drowns in what else a machine does


@dataclass(frozen=True)
class Difference:
    """How probable it is that equals differ so much in time, and by what share the work differs."""

    chance: float
    share: float

    @property
    def is_told(self) -> bool:
        """Whether somebody who measured as often knows which kind is which."""
        return self.chance < SURE

    @property
    def is_slight(self) -> bool:
        """Whether both are about the same work for us."""
        return abs(self.share) < SLIGHT


async def difference(first: Ask, second: Ask, many: int) -> Difference:
    """Ask both so often, in an order that nobody knows, and compare what they took."""
    for ask in (first, second):
        await ask()  # with what has to be done once
    order = [first, second] * many
    random.shuffle(order)
    took: dict[Ask, list[tuple[float, float]]] = {first: [], second: []}
    for ask in order:
        begun, worked = time.perf_counter(), time.process_time()
        await ask()
        took[ask].append((time.perf_counter() - begun, time.process_time() - worked))
    (times, works), (other_times, other_works) = (zip(*took[ask], strict=True) for ask in took)
    return Difference(chance(times, other_times), median(other_works) / median(works) - 1)


def chance(first: Sequence[float], second: Sequence[float]) -> float:
    """How probable at least such a difference is among equals (Mann and Whitney's rank sum)."""
    earlier = sum((one < two) + (one == two) / 2 for one in first for two in second)
    pairs = len(first) * len(second)
    deviation = sqrt(pairs * (len(first) + len(second) + 1) / 12)
    return erfc(abs(earlier - pairs / 2) / deviation / sqrt(2))
