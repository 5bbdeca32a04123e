"""All places of a performance, as far as news of them has come, and the best that are free."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from boxoffice.events.shows import Section
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.services.orders.model.rows import Block, Point, Row

State: TypeAlias = Literal["0", "1", "2"]  # free, held, sold
FREE = ord("0")


class Place(NamedTuple):
    """One place, as it is after it was held, freed or sold for the nth time: `hold_version`."""

    label: str
    hold_version: int
    state: State


@dataclass(frozen=True, slots=True)
class Part:
    """A section: its places have the numbers from `first` up to `end`; its rows, if it has any."""

    name: str
    first: int
    end: int
    rows: Sequence[Row]


class House:
    """The places of one performance. `version` grows with every change of one of them.

    A house lags behind the database, which alone decides; so what is chosen here may be gone.
    """

    def __init__(self, performance_id: UUID, sections: Sequence[Section]) -> None:
        self.performance_id = performance_id
        self.labels = [label for section in sections for label in section.labels()]
        self.version = 0
        self._parts = {part.name: part for part in _parts(sections)}
        self._places = {label: number for number, label in enumerate(self.labels)}
        self._rows = {
            place: row
            for part in self._parts.values()
            for row in part.rows
            for place in row.places
            if place is not None
        }
        self._front = _front(sections)
        self._states = bytearray(b"0" * len(self.labels))
        self._versions = array("q", bytes(8 * len(self.labels)))
        self._promised: set[int] = set()

    @property
    def free(self) -> int:
        """How many places nobody holds or has."""
        return self._states.count(FREE)

    def learn(self, news: Iterable[Place]) -> list[Place]:
        """Take what is news; return that."""
        return [place for place in news if self._learn(place)]

    def choose(self, name: str, size: int, *, accessible: bool = False) -> list[str]:
        """Return the best free places of a section together, and offer them to nobody else.

        They are side by side, or, where so many are free nowhere, in as few pieces as can be. Who
        does not come to hold them gives them back with `give_back`. NotFound for an unknown
        section, Conflict when there are not so many.
        """
        part = self._parts.get(name)
        if part is None:
            raise NotFound(f"There is no section {name}", field="section")
        if part.rows:
            places = self._seats(part, size, accessible=accessible)
        else:
            places = [] if accessible else self._standing(part, size)
        if len(places) < size:
            which = "accessible seats" if accessible else "places"
            raise Conflict(f"{name} has no {size} {which} left", field="section")
        for place in places:
            self._promise(place)
        return [self.labels[place] for place in places]

    def give_back(self, labels: Iterable[str]) -> None:
        """Offer these places to others again."""
        for place in (self._places[label] for label in labels):
            self._promised.discard(place)
            self._forget(place)

    def forget_promises(self) -> None:
        """Offer all that is free: what was promised is held by now, or never will be."""
        for place in tuple(self._promised):
            self._promised.discard(place)
            self._forget(place)

    def sparse(self) -> dict[str, Any]:
        """Return what is not free."""
        states, labels = self._states, self.labels
        taken = [label for label, state in zip(labels, states, strict=True) if state != FREE]
        return self._counted() | {"taken": taken}

    def full(self) -> dict[str, Any]:
        """Return a letter for each cell: `0` free, `1` held, `2` sold, `.` a gap."""
        return self._counted() | {"sections": [self._section(p) for p in self._parts.values()]}

    def _counted(self) -> dict[str, Any]:
        return {"version": self.version, "total": len(self.labels), "free": self.free}

    def _section(self, part: Part) -> dict[str, Any]:
        rows = [
            "".join("." if place is None else chr(self._states[place]) for place in row.places)
            for row in part.rows
        ]
        free = self._states.count(FREE, part.first, part.end)
        return {"name": part.name, "free": free, "rows": rows}

    def _learn(self, news: Place) -> bool:
        place = self._places.get(news.label)
        if place is None or news.hold_version <= self._versions[place]:
            return False
        self.version += news.hold_version - self._versions[place]
        self._versions[place] = news.hold_version
        self._states[place] = ord(news.state)
        self._promised.discard(place)
        self._forget(place)
        return True

    def _is_free(self, place: int) -> bool:
        return self._states[place] == FREE and place not in self._promised

    def _promise(self, place: int) -> None:
        self._promised.add(place)
        self._forget(place)

    def _forget(self, place: int) -> None:
        if row := self._rows.get(place):
            row.forget()

    def _standing(self, part: Part, size: int) -> list[int]:
        chosen: list[int] = []
        place = self._states.find(FREE, part.first, part.end)
        while place >= 0 and len(chosen) < size:
            if place not in self._promised:
                chosen.append(place)
            place = self._states.find(FREE, place + 1, part.end)
        return chosen

    def _seats(self, part: Part, size: int, *, accessible: bool) -> list[int]:
        best = min(
            (
                block
                for row in part.rows
                if (block := row.best(size, self._front, self._is_free, accessible=accessible))
            ),
            default=None,
        )
        return list(best.places) if best else self._pieces(part, size, accessible=accessible)

    def _pieces(self, part: Part, size: int, *, accessible: bool) -> list[int]:
        """Return so many seats in pieces, the largest first, the others near it; none if too few."""
        chosen: list[int] = []
        near = self._front
        while len(chosen) < size:
            block = self._largest(part, size - len(chosen), near, chosen, accessible=accessible)
            if block is None:
                return []
            near = near if chosen else block.centre
            chosen += block.places
            accessible = False  # one such seat is enough for who asks for one
        return chosen

    def _largest(
        self, part: Part, size: int, near: Point, chosen: Sequence[int], *, accessible: bool
    ) -> Block | None:
        def is_free(place: int) -> bool:
            return place not in chosen and self._is_free(place)

        for smaller in range(size, 0, -1):
            found = [row.find(smaller, near, is_free, accessible=accessible) for row in part.rows]
            if blocks := [block for block in found if block]:
                return min(blocks)
        return None


def _parts(sections: Sequence[Section]) -> Iterable[Part]:
    first = 0
    for section in sections:
        end = first + section.capacity
        numbers = iter(range(first, end))
        rows = [
            Row(row, [None if cell == "." else next(numbers) for cell in row.cells])
            for row in section.rows
        ]
        yield Part(section.name, first, end, rows)
        first = end


def _front(sections: Sequence[Section]) -> Point:
    """Return the middle of the front: of all seats' width, in the row nearest to the stage."""
    seats = [
        Point(row.x + cell, row.y)
        for section in sections
        for row in section.rows
        for _, cell in row.seats()
    ]
    if not seats:
        return Point(0, 0)
    columns = [seat.x for seat in seats]
    return Point((min(columns) + max(columns)) / 2, min(seat.y for seat in seats))
