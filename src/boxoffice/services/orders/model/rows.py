"""The best seats of a row: side by side, near the front centre, with nobody left on their own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from boxoffice.events.shows import SeatRow

PLAIN = "sr"  # cells that anybody is offered; those of `ac` only who asks for them
ACCESSIBLE = "a"
RESTRICTED = "r"
GAP = "."


class Point(NamedTuple):
    """Where something is on the plan, in widths of a seat; the stage is at the top."""

    x: float
    y: float


class Block(NamedTuple):
    """Seats side by side, and how good they are: the least is best.

    Counted are, in this order: accessible seats beyond the one that is needed, whether the view is
    restricted, whether one free seat is left alone beside them, the square of their distance.
    """

    wasted: int
    restricted: bool
    leaves_one: bool
    distance: float
    y: float
    x: float
    places: tuple[int, ...]

    @property
    def centre(self) -> Point:
        """The middle of it."""
        return Point(self.x, self.y)


@dataclass(slots=True)
class Row:
    """A row of a section. `places` has the number of each cell's place, None where there is a gap.

    What was found for it is kept until `forget`.
    """

    row: SeatRow
    places: Sequence[int | None]
    _kept: dict[tuple[int, bool], Block | None] = field(
        default_factory=dict[tuple[int, bool], Block | None]
    )

    def forget(self) -> None:
        """Look anew next time: the row has changed."""
        self._kept.clear()

    def best(
        self, size: int, near: Point, is_free: Callable[[int], bool], *, accessible: bool
    ) -> Block | None:
        """Return the best seats for so many near a point that is always the same, if there are."""
        key = (size, accessible)
        if key not in self._kept:
            self._kept[key] = self.find(size, near, is_free, accessible=accessible)
        return self._kept[key]

    def find(
        self, size: int, near: Point, is_free: Callable[[int], bool], *, accessible: bool
    ) -> Block | None:
        """Return the best seats for so many near any point, if there are."""
        blocks = (
            self._block(cell, size, near, leaves_one=1 in (cell - first, end - cell - size))
            for first, end in self._stretches(is_free, accessible=accessible)
            for cell in range(first, end - size + 1)
            if not accessible or ACCESSIBLE in self.row.cells[cell : cell + size]
        )
        return min(blocks, default=None)

    def _stretches(
        self, is_free: Callable[[int], bool], *, accessible: bool
    ) -> Iterator[tuple[int, int]]:
        """Yield the first cell of each run of cells that can be offered, and the one behind it."""
        first: int | None = None
        for cell, (kind, place) in enumerate(zip(self.row.cells, self.places, strict=True)):
            if place is not None and (accessible or kind in PLAIN) and is_free(place):
                first = cell if first is None else first
            elif first is not None:
                yield first, cell
                first = None
        if first is not None:
            yield first, len(self.places)

    def _block(self, cell: int, size: int, near: Point, *, leaves_one: bool) -> Block:
        kinds = self.row.cells[cell : cell + size]
        x = self.row.x + cell + (size - 1) / 2
        return Block(
            wasted=max(0, kinds.count(ACCESSIBLE) - 1),
            restricted=RESTRICTED in kinds,
            leaves_one=leaves_one,
            distance=(x - near.x) ** 2 + (self.row.y - near.y) ** 2,
            y=self.row.y,
            x=x,
            places=tuple(place for place in self.places[cell : cell + size] if place is not None),
        )
