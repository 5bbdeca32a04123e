"""A house as its page lists it: what seats cost, and which of them are free."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import ceil
from typing import Any

from boxoffice.services.web.routes.pages import spell_seat

PART_SEATS = 600  # that a page lists at once: about 100 kB, and what one looks through
PAPERS = ("coral", "canary", "mint", "sky", "lilac")  # by price, the dearest first
FREE = "0"  # as orders tells of a seat; 1 is held, 2 sold
GAP = "."
KINDS = {"a": "wheelchair space", "c": "companion seat", "r": "restricted view"}


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the list; its kind is in words, where it is not like the others."""

    label: str
    name: str
    kind: str
    free: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: its place in the plan, and for each cell how it stands."""

    section: str
    plan: Mapping[str, Any]
    states: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.plan["name"]

    @property
    def free(self) -> int:
        """How many of its seats are free."""
        return self.states.count(FREE)

    @property
    def capacity(self) -> int:
        """How many seats it has."""
        return len(self.plan["cells"]) - self.plan["cells"].count(GAP)

    @property
    def seats(self) -> Iterator[Seat]:
        """Its seats, from left to right."""
        plan, states = self.plan, self.states.ljust(len(self.plan["cells"]), GAP)
        letters = [(letter, state) for letter, state in zip(plan["cells"], states, strict=True)]
        there = [each for each in letters if each[0] != GAP]
        counted = (str(plan["first"] + nth * plan["step"]) for nth in range(len(there)))
        for name, (letter, state) in zip(plan.get("names") or counted, there, strict=True):
            label = f"{self.section}/{self.name}/{name}"
            yield Seat(label, name, KINDS.get(letter, ""), state == FREE)


@dataclass(frozen=True, slots=True)
class Part:
    """As many rows of a section as a page can list; all of them, mostly.

    It is asked for by its `key`. One that is not open has no rows here; a standing one never.
    """

    key: str
    section: str
    span: str  # which rows these are, where they are not all
    price: float
    free: int
    capacity: int
    rows: Sequence[Row] = ()
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Prices that have one colour."""

    paper: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """A seat that somebody wants, in words."""

    label: str
    spoken: str
    price: float


class House:
    """The sections of a performance and, where orders could be asked, which places are free."""

    def __init__(self, performance: Mapping[str, Any], seats: Mapping[str, Any] | None) -> None:
        self.sections: Sequence[Mapping[str, Any]] = performance["sections"]
        self.free: int | None = seats["free"] if seats else None
        self.bands = _bands(sorted({_price(each) for each in self.sections}, reverse=True))
        self._told = {each["name"]: each for each in (seats["sections"] if seats else ())}

    def paper(self, price: float) -> str:
        """Return the colour of a price."""
        return next(band.paper for band in self.bands if band.low <= price <= band.high)

    def free_in(self, section: str) -> int:
        """Return how many places of a section are free; none where nobody knows."""
        return self._told[section]["free"] if section in self._told else 0

    def parts(self, wanted: str) -> Iterator[Part]:
        """Yield the whole list, with the seats of the part that is wanted; of all, if few."""
        few = sum(each["capacity"] for each in self.sections) <= PART_SEATS
        for section in self.sections:
            if section["kind"] == "standing":
                yield self._floor(section)
                continue
            rows = self._rows(section)
            for some in _split(rows):
                yield _part(section, rows, some, None if few else wanted)

    def chosen(self, labels: Sequence[str]) -> tuple[list[Chosen], list[str]]:
        """Return which of these seats can be had, and what the others are called in words."""
        kept: list[Chosen] = []
        gone: list[str] = []
        for label in dict.fromkeys(labels):
            price, seat = self._find(label)
            if seat and seat.free:
                kept.append(Chosen(label, spell_seat(label), price))
            elif seat:
                gone.append(spell_seat(label))
        return kept, gone

    def _find(self, label: str) -> tuple[float, Seat | None]:
        section, _, rest = label.partition("/")
        row, _, _ = rest.partition("/")
        for each in self.sections:
            for line in self._rows(each) if each["name"] == section else ():
                for seat in line.seats if line.name == row else ():
                    if seat.label == label:
                        return _price(each), seat
        return 0, None

    def _rows(self, section: Mapping[str, Any]) -> list[Row]:
        name, plans = section["name"], section["rows"]
        states = self._told[name]["rows"] if name in self._told else [""] * len(plans)
        return [Row(name, plan, text) for plan, text in zip(plans, states, strict=True)]

    def _floor(self, section: Mapping[str, Any]) -> Part:
        name = section["name"]
        free = self.free_in(name)
        return Part(name, name, "", _price(section), free, section["capacity"], standing=True)


def _part(
    section: Mapping[str, Any], rows: Sequence[Row], some: Sequence[Row], wanted: str | None
) -> Part:
    """Return some rows of a section as a part, open if it is the one that is wanted."""
    name, first, last = section["name"], some[0].name, some[-1].name
    key = name if some[0] is rows[0] else f"{name}/{first}"
    span = f"rows {first} to {last}" if first != last else f"row {first}"
    return Part(
        key=key,
        section=name,
        span=span if len(some) < len(rows) else "",
        price=_price(section),
        free=sum(row.free for row in some),
        capacity=sum(row.capacity for row in some),
        rows=some if wanted in {None, key} else (),
    )


def _price(section: Mapping[str, Any]) -> float:
    """Return what a place costs; nothing yet where a draft does not say."""
    return section.get("price") or 0


def _bands(prices: Sequence[float]) -> list[Band]:
    """Return a colour for each price; for neighbours the same one, where there are too many."""
    size = max(1, ceil(len(prices) / len(PAPERS)))
    chunks = [prices[begin : begin + size] for begin in range(0, len(prices), size)]
    return [Band(paper, chunk[-1], chunk[0]) for paper, chunk in zip(PAPERS, chunks, strict=False)]


def _split(rows: Sequence[Row]) -> Iterator[list[Row]]:
    before = accumulate((row.capacity for row in rows), initial=0)
    numbered = zip(before, rows, strict=False)
    for _, group in groupby(numbered, lambda each: each[0] // PART_SEATS):
        yield [row for _, row in group]
