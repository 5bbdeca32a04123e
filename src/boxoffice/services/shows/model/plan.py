"""The map of a house: which places there are, and where on the plan each of them is."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from boxoffice.events.shows import LONGEST_NAME, SeatRow, Section

MOST_SECTIONS = 100
MOST_ROWS = 500  # of a section
MOST_CELLS = 200  # of a row
MOST_PLACES = 100_000  # the largest stadiums; each is a row in orders
LONGEST_PLACE_NAME = LONGEST_NAME  # characters of a section's, row's or seat's name
LARGEST_MAP_BYTES = 900_000  # of a message's 1 MiB; the rest is left for what else a message says
MOST_FAULTS = 10  # told at once: who has more has one mistake, many times

FIRST_ROW = 2.0  # widths of a seat from the stage to the first row
ROW = 1.0  # from row to row
AISLE = 2.0  # between sections that stand behind each other
STANDING_AREA = 2.0  # squares of a seat's width that somebody who stands has
NARROWEST, WIDEST = 10.0, 100.0  # of a standing section that nobody gave a width
SHALLOWEST = 3.0  # depth of a standing section, so that its name fits in
DECIMALS = 2  # of coordinates: a seat is drawn 24 pixels wide

MAP: TypeAdapter[tuple[Section, ...]] = TypeAdapter(tuple[Section, ...])


@dataclass(frozen=True, slots=True)
class RowPlan:
    """A row as somebody describes it: how many seats or their names, or its cells, or both."""

    name: str
    seats: int | tuple[str, ...] | None = None
    cells: str | None = None
    first: int = 1
    step: int = 1
    x: float | None = None
    y: float | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """What its seats are called, where they are not just counted."""
        return self.seats if isinstance(self.seats, tuple) else ()

    @property
    def layout(self) -> str:
        """Its cells; without any said, one seat beside the other."""
        if self.cells is not None:
            return self.cells
        return "s" * (self.seats if isinstance(self.seats, int) else len(self.names))

    def faults(self) -> Iterator[str]:
        """Say what is wrong with it."""
        there = len(self.layout) - self.layout.count(".")
        counted = self.seats if isinstance(self.seats, int) else len(self.names)
        if self.seats is None and self.cells is None:
            yield "needs seats or cells"
        elif there == 0:
            yield "has no seat"
        elif self.seats is not None and counted != there:
            yield f"has {counted} seats, but {there} in its cells"
        if not self.names and (self.step == 0 or self.first + (there - 1) * self.step < 0):
            yield "counts its seats below zero, or not at all"
        for name in _doubles(self.names):
            yield f"has two seats {name}"


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section as somebody describes it: its rows, or how many may stand there."""

    name: str
    rows: Sequence[RowPlan] = ()
    capacity: int = 0
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None

    @property
    def places(self) -> int:
        """How many people fit in."""
        return self.capacity + sum(len(row.layout) - row.layout.count(".") for row in self.rows)

    def faults(self) -> Iterator[str]:
        """Say what is wrong with it."""
        if bool(self.rows) == bool(self.capacity):
            yield f"{self.name} needs either rows or a capacity"
        for row in self.rows:
            for fault in row.faults():
                yield f"{self.name}, row {row.name} {fault}"
        for name in _doubles(row.name for row in self.rows):
            yield f"{self.name} has two rows {name}"


def draw(plans: Sequence[SectionPlan]) -> tuple[Section, ...]:
    """Return the map with everything at its place; the sections have no price yet.

    Coordinates that are not given are laid out: sections behind each other, rows one seat apart,
    each row and each standing section in the middle. The same plans always give the same map.
    ValueError says what is wrong with the plans.
    """
    faults = list(_faults(plans))
    if faults:
        raise ValueError("; ".join(faults[:MOST_FAULTS]))
    middle = max(map(_width, plans)) / 2
    drawn, y = list[Section](), FIRST_ROW
    for plan in plans:
        section = _seated(plan, middle, y) if plan.rows else _standing(plan, middle, y)
        y = max(y, section.y + section.height + AISLE)
        drawn.append(section)
    if len(MAP.dump_json(tuple(drawn), by_alias=True)) > LARGEST_MAP_BYTES:
        raise ValueError(
            "This map is too large: use fewer rows, or count seats without naming them"
        )
    return tuple(drawn)


def _faults(plans: Sequence[SectionPlan]) -> Iterator[str]:
    for plan in plans:
        yield from plan.faults()
    for name in _doubles(plan.name.casefold() for plan in plans):
        yield f"Two sections are called {name}"
    if not plans:
        yield "A venue needs a section"
    elif (places := sum(plan.places for plan in plans)) > MOST_PLACES:
        yield f"A venue has at most {MOST_PLACES:,} places, and not {places:,}"


def _seated(plan: SectionPlan, middle: float, behind: float) -> Section:
    rows, y = list[SeatRow](), behind
    for row in plan.rows:
        cells = row.layout
        x = middle - len(cells) / 2 if row.x is None else row.x
        y = y if row.y is None else row.y
        rows.append(
            SeatRow(
                name=row.name,
                cells=cells,
                first=row.first,
                step=row.step,
                names=row.names,
                x=round(x, DECIMALS),
                y=round(y, DECIMALS),
            )
        )
        y += ROW
    left, top = min(row.x for row in rows), min(row.y for row in rows)
    return Section(
        name=plan.name,
        price_minor=0,
        capacity=plan.places,
        rows=tuple(rows),
        x=left,
        y=top,
        width=round(max(row.x + len(row.cells) for row in rows) - left, DECIMALS),
        height=round(max(row.y for row in rows) + ROW - top, DECIMALS),
    )


def _standing(plan: SectionPlan, middle: float, behind: float) -> Section:
    width = _width(plan) if plan.width is not None else max(_width(plan), 2 * middle)
    depth = max(SHALLOWEST, math.ceil(plan.capacity * STANDING_AREA / width))
    return Section(
        name=plan.name,
        price_minor=0,
        capacity=plan.capacity,
        x=round(middle - width / 2 if plan.x is None else plan.x, DECIMALS),
        y=round(behind if plan.y is None else plan.y, DECIMALS),
        width=round(width, DECIMALS),
        height=round(depth if plan.height is None else plan.height, DECIMALS),
    )


def _width(plan: SectionPlan) -> float:
    """Return how wide a section is at least, laid out by itself."""
    if plan.rows:
        return float(max(len(row.layout) for row in plan.rows))
    if plan.width is not None:
        return plan.width
    square = math.ceil(math.sqrt(plan.capacity * STANDING_AREA))
    return min(max(square, NARROWEST), WIDEST)


def _doubles(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
