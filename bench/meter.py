"""What work costs: the processor time that services, PostgreSQL and NATS take while it is done."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

PARTS = {"python": "services", "postgres": "PostgreSQL", "nats-server": "NATS"}  # by their programs
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class Cost(NamedTuple):
    """Milliseconds of one core, of each part."""

    services: float
    postgres: float
    nats: float

    @property
    def total(self) -> float:
        """Of all parts together."""
        return sum(self)

    def __str__(self) -> str:
        return (
            f"{self.total:.2f} ms of a core: {self.services:.2f} services,"
            f" {self.postgres:.2f} PostgreSQL, {self.nats:.2f} NATS"
        )


class Meter:
    """Reads what the processes that this program started have taken since it was made (Linux)."""

    def __init__(self) -> None:
        self._before = _taken()

    def cost(self, many: int) -> Cost:
        """Return what one of so many has cost on average."""
        after = _taken()
        return Cost(*((after[part] - self._before[part]) * 1e3 / many for part in PARTS.values()))


def memory_of(argument: str) -> int:
    """Return how many bytes of memory the process has that was started with this argument."""
    for stat in _descendants():
        if argument in (stat.parent / "cmdline").read_text().split("\0"):
            return int((stat.parent / "statm").read_text().split()[1]) * PAGE
    raise LookupError(argument)


def _taken() -> Mapping[str, float]:
    """Return how many seconds of a core each part has taken by now."""
    taken = dict.fromkeys(PARTS.values(), 0.0)
    for stat in _descendants():
        name, fields = _read(stat)
        for program, part in PARTS.items():
            if name.startswith(program):
                taken[part] += sum(int(one) for one in fields[11:15]) / TICKS
    return taken


def _descendants() -> Iterator[Path]:
    """Yield the state of each process below this one, as proc(5) has it."""
    parents = dict[int, int]()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(_read(stat)[1][1])
        except OSError:  # it has ended meanwhile
            continue
    for pid in parents:
        ancestor = parents[pid]
        while ancestor not in (0, os.getpid()):
            ancestor = parents.get(ancestor, 0)
        if ancestor:
            yield Path("/proc", str(pid), "stat")


def _read(stat: Path) -> tuple[str, list[str]]:
    before, _, after = stat.read_text().rpartition(")")
    return before.partition("(")[2], after.split()
