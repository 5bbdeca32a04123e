"""How much work something is beside something else: machines differ, shares do not."""

import time
from collections.abc import Callable

ROUNDS = 5  # of which the quickest counts: others were in the way of the rest


def times_the_work(work: Callable[[], object], beside: Callable[[], object]) -> float:
    """How many times the processor's time of one thing another takes, measured in turns."""
    rounds = [(_seconds(work), _seconds(beside)) for _ in range(ROUNDS)]
    works, besides = zip(*rounds, strict=True)
    return min(works) / min(besides)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
