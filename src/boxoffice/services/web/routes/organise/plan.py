"""The plan of a venue: where sections and rows stand when nobody says.

One unit is the width of a seat. The stage is at the top, `y` runs away from it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, sqrt
from typing import Any

from boxoffice.services.web.routes.organise.rowtext import Row

BEFORE_STAGE = 2.0  # between the stage and whoever sits or stands closest
BETWEEN = 2.0  # from one section to the next: the name of the section stands there
STANDING_AREA = 2.0  # squares of a seat's width that somebody who stands has
NARROWEST, WIDEST = 10.0, 100.0  # of a standing section that nobody gave a width
SHALLOWEST = 3.0  # depth of a standing section, so that its name fits in
MOST_PLACES = 100_000  # of a venue: the largest stadiums
FARTHEST = 10_000  # widths of a seat: five kilometres
MOST_AISLES = 50  # lines: what is further apart was placed by hand
DECIMALS = 2  # of a coordinate: a seat is drawn 24 pixels wide


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a house. Without rows one stands there. What is None is left to the plan."""

    name: str
    rows: tuple[Row, ...] = ()
    capacity: int = 0
    x: float | None = None
    y: float | None = None
    width: float | None = None  # of a standing one; rows say it themselves
    depth: float | None = None

    @property
    def places(self) -> int:
        """How many people it holds."""
        return self.capacity + sum(row.seats for row in self.rows)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a section is on the plan."""

    x: float
    y: float
    width: float
    depth: float


def lay_out(sections: Sequence[Section]) -> list[Box]:
    """Return where each section is: behind those before it and in the middle, unless it says."""
    widest = _widest(sections)
    boxes: list[Box] = []
    end = BEFORE_STAGE - BETWEEN
    for section in sections:
        box = _box(section, widest, end)
        boxes.append(box)
        end = max(end, box.y + box.depth)
    return boxes


def place_rows(section: Section, box: Box) -> Iterator[tuple[str, float, float]]:
    """Yield the cells of each row, and where the first of them is."""
    y = box.y
    for row in section.rows:
        y += row.aisles
        at_x, at_y = row.at or (box.x + (box.width - len(row.cells)) / 2, y)
        yield row.cells, at_x, at_y
        y += 1


def to_wire(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Return the sections as `POST /api/venues` takes them, with every coordinate."""
    return [
        {"name": section.name, "rows": list(_rows_to_wire(section, box))}
        if section.rows
        else {
            "name": section.name,
            "capacity": section.capacity,
            "x": box.x,
            "y": box.y,
            "width": box.width,
            "height": box.depth,
        }
        for section, box in zip(sections, lay_out(sections), strict=True)
    ]


def from_wire(views: Sequence[Mapping[str, Any]]) -> list[Section]:
    """Return the sections of a venue that shows tells of. What we would choose as well is None."""
    placed = [_placed(view) for view in views]
    widest = _widest(placed)
    sections: list[Section] = []
    end = BEFORE_STAGE - BETWEEN
    for section in placed:
        sections.append(_freed(section, widest, end))
        box = _box(section, widest, end)
        end = max(end, box.y + box.depth)
    return sections


def _widest(sections: Sequence[Section]) -> float:
    return max((_width(section) for section in sections), default=NARROWEST)


def _width(section: Section) -> float:
    """Return how wide a section is at least."""
    if section.rows:
        return float(max(len(row.cells) for row in section.rows))
    square = ceil(sqrt(section.capacity * STANDING_AREA))
    return section.width or min(max(square, NARROWEST), WIDEST)


def _box(section: Section, widest: float, end: float) -> Box:
    width = _width(section)
    if section.rows:
        depth = float(sum(1 + row.aisles for row in section.rows))
    else:
        width = section.width or max(width, widest)
        people = ceil(section.capacity * STANDING_AREA / width)
        depth = section.depth or max(SHALLOWEST, people)
    x = (widest - width) / 2 if section.x is None else section.x
    y = end + BETWEEN if section.y is None else section.y
    return Box(round(x, DECIMALS), round(y, DECIMALS), width, depth)


def _freed(section: Section, widest: float, end: float) -> Section:
    """Return a section that says of its place only what is not as we would choose it."""
    free = replace(section, x=None, y=None, width=None, depth=None)
    if section.width != _box(free, widest, end).width:
        free = replace(free, width=section.width)
    chosen = _box(free, widest, end)
    return replace(
        free,
        x=None if section.x == chosen.x else section.x,
        y=None if section.y == chosen.y else section.y,
        depth=None if section.depth == chosen.depth else section.depth,
    )


def _rows_to_wire(section: Section, box: Box) -> Iterator[dict[str, Any]]:
    for row, (cells, x, y) in zip(section.rows, place_rows(section, box), strict=True):
        wire: dict[str, Any] = {"name": row.name, "cells": cells, "x": x, "y": y}
        yield wire | ({"seats": row.names} if row.names else {"first": row.first, "step": row.step})


def _placed(view: Mapping[str, Any]) -> Section:
    """Return a section with its place; rows that do not stand in line keep their own."""
    rows = [_row(row) for row in view["rows"]]
    if not rows:
        places = (view[side] for side in ("x", "y", "width", "height"))
        return Section(view["name"], (), view["capacity"], *places)
    places = [row.at or (0, 0) for row in rows]
    steps = [round(behind - before, DECIMALS) for (_, before), (_, behind) in pairwise(places)]
    middles = {
        round(x + len(row.cells) / 2, DECIMALS) for row, (x, _) in zip(rows, places, strict=True)
    }
    if len(middles) > 1 or not all(_is_aisles(step) for step in steps):
        return Section(view["name"], tuple(rows))
    in_line = tuple(
        replace(row, at=None, aisles=int(step) - 1)
        for row, step in zip(rows, [1.0, *steps], strict=True)
    )
    width = max(len(row.cells) for row in rows)
    left = round(middles.pop() - width / 2, DECIMALS)
    return Section(view["name"], in_line, x=left, y=places[0][1])


def _is_aisles(step: float) -> bool:
    return step.is_integer() and 1 <= step <= MOST_AISLES


def _row(view: Mapping[str, Any]) -> Row:
    names = tuple(view.get("names") or ())
    first, step = view["first"], view["step"]
    return Row(view["name"], view["cells"], first, step, names, at=(view["x"], view["y"]))
