"""A plan as a picture: the outlines that SVG wants."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from boxoffice.services.web.routes.organise import plan
from boxoffice.services.web.routes.organise.plan import Section

MARGIN = 1.5  # around everything, in widths of a seat
STAGE_DEPTH = 1.6
NARROWEST = 16.0  # so that a small house does not fill the screen with four seats
SEAT = 0.84  # of its place: the rest is air
FINEST = 10_000  # seats drawn one by one; of a larger house, neighbours become one bar
KINDS = "sacr"


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is drawn: `outlines` are SVG paths by the kind of their seats."""

    name: str
    places: int
    x: float
    y: float
    width: float
    depth: float
    is_floor: bool
    outlines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plan as it is drawn, in widths of a seat."""

    view_box: str
    stage: tuple[float, float, float]  # x, y and width
    parts: Sequence[Part]


def draw(sections: Sequence[Section]) -> Drawing | None:
    """Return the picture of these sections; None of none."""
    if not sections:
        return None
    seats = sum(row.seats for section in sections for row in section.rows)
    placed = zip(sections, plan.lay_out(sections), strict=True)
    parts = [_part(section, box, is_fine=seats <= FINEST) for section, box in placed]
    left, right = min(part.x for part in parts), max(part.x + part.width for part in parts)
    top, bottom = min(part.y for part in parts), max(part.y + part.depth for part in parts)
    middle, half = (left + right) / 2, max(right - left, NARROWEST) / 2 + MARGIN
    roof = min(-STAGE_DEPTH, top) - MARGIN
    view_box = f"{middle - half:g} {roof:g} {2 * half:g} {bottom + MARGIN - roof:g}"
    width = max(right - left, NARROWEST) * 0.6
    return Drawing(view_box, (middle - width / 2, -STAGE_DEPTH, width), parts)


def _part(section: Section, box: plan.Box, *, is_fine: bool) -> Part:
    if not section.rows:
        sides = (box.x, box.y, box.width, box.depth)
        return Part(section.name, section.capacity, *sides, is_floor=True, outlines={})
    rows = list(plan.place_rows(section, box))
    left, top = min(x for _, x, _ in rows), min(y for _, _, y in rows)
    right = max(x + len(cells) for cells, x, _ in rows)
    return Part(
        section.name,
        section.places,
        left,
        top,
        right - left,
        max(y for _, _, y in rows) + 1 - top,
        is_floor=False,
        outlines={kind: d for kind in KINDS if (d := "".join(_outline(kind, rows, is_fine)))},
    )


def _outline(kind: str, rows: Sequence[tuple[str, float, float]], is_fine: bool) -> Iterator[str]:
    air = (1 - SEAT) / 2
    for cells, x, y in rows:
        place = 0
        for cell, group in groupby(cells):
            length = sum(1 for _ in group)
            if cell == kind:
                starts = range(place, place + length) if is_fine else [place]
                width = SEAT if is_fine else length - 2 * air
                for start in starts:
                    yield f"M{x + start + air:g} {y + air:g}h{width:g}v{SEAT}h-{width:g}z"
            place += length
