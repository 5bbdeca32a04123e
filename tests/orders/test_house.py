"""The best seats of a house, against a reference that looks at every block there is."""

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boxoffice.events.shows import SeatRow, Section
from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.services.orders.model import House, Place
from stage.facts import seated

CELLS = "ssssssssacr."


class Seat(NamedTuple):
    """A seat as the reference sees it."""

    label: str
    cell: int
    kind: str
    x: float
    y: float
    is_free: bool


Rows = list[list[Seat]]


@st.composite
def houses(draw: st.DrawFn) -> tuple[Section, set[str]]:
    """A section of some rows, and which of its seats are taken."""
    lines = draw(st.lists(st.text(CELLS, min_size=1, max_size=12), min_size=1, max_size=5))
    rows = tuple(
        SeatRow(name=str(n), cells=cells, x=draw(st.integers(0, 3)), y=n)
        for n, cells in enumerate(lines)
    )
    section = Section(
        name="Stalls",
        price_minor=100,
        capacity=sum(len(row.seats()) for row in rows),
        rows=rows,
    )
    taken = draw(st.sets(st.sampled_from(section.labels()))) if section.capacity else set[str]()
    return section, taken


@given(houses(), st.integers(1, 8))
@example((seated("Stalls", 100, 2, 5), {"Stalls/A/2"}), 3)
def test_the_best_seats_are_those_that_the_reference_finds(
    house: tuple[Section, set[str]], size: int
):
    section, taken = house

    chosen = _choose(section, taken, size)

    rows = _rows(section, taken)
    blocks = [block for row in rows for block in _blocks(row, size)]
    if blocks:
        best = min(_badness(block, row, rows) for row in rows for block in _blocks(row, size))
        mine = next(row for row in rows if any(seat.label == chosen[0] for seat in row))
        assert _badness([seat for seat in mine if seat.label in chosen], mine, rows) == best
    elif sum(_is_offered(seat) for row in rows for seat in row) < size:
        assert chosen == []


@given(houses(), st.integers(1, 8))
def test_seats_are_free_different_and_for_anybody(house: tuple[Section, set[str]], size: int):
    section, taken = house
    kinds = {seat.label: seat.kind for row in _rows(section, taken) for seat in row}

    chosen = _choose(section, taken, size)

    assert len(chosen) in (0, size)
    assert len(set(chosen)) == len(chosen)
    assert not set(chosen) & taken
    assert all(kinds[label] in "sr" for label in chosen)


@given(houses(), st.integers(1, 8))
def test_a_party_is_split_only_where_no_block_is_free(house: tuple[Section, set[str]], size: int):
    section, taken = house
    rows = _rows(section, taken)

    chosen = _choose(section, taken, size)

    if any(_blocks(row, size) for row in rows):
        (row,) = [row for row in rows if {seat.label for seat in row} & set(chosen)]
        cells = [seat.cell for seat in row if seat.label in chosen]
        assert all(right - left == 1 for left, right in pairwise(cells))


@given(houses(), st.integers(1, 4))
def test_who_asks_for_an_accessible_seat_gets_one(house: tuple[Section, set[str]], size: int):
    section, taken = house
    kinds = {seat.label: seat.kind for row in _rows(section, taken) for seat in row}

    chosen = _choose(section, taken, size, accessible=True)

    assert not chosen or any(kinds[label] == "a" for label in chosen)


@given(houses(), st.lists(st.integers(1, 4), max_size=10))
def test_nothing_is_promised_twice_until_it_is_given_back(
    house: tuple[Section, set[str]], sizes: list[int]
):
    section, taken = house
    shown = _house(section, taken)

    promised: list[str] = []
    for size in sizes:
        promised += _choose_in(shown, size)

    assert len(set(promised)) == len(promised)
    shown.give_back(promised)
    free = [seat for row in _rows(section, taken) for seat in row if _is_offered(seat)]
    assert len(_choose_in(shown, min(8, len(free)))) == min(8, len(free))


def test_the_front_centre_goes_first():
    section = seated("Stalls", 100, rows=3, seats=10)

    assert _choose(section, set(), 2) == ["Stalls/A/5", "Stalls/A/6"]


def test_nobody_is_left_alone_where_that_can_be_avoided():
    section = seated("Stalls", 100, rows=1, seats=5)

    assert _choose(section, set(), 2) in (
        ["Stalls/A/1", "Stalls/A/2"],
        ["Stalls/A/4", "Stalls/A/5"],
    )


def test_a_party_is_not_seated_across_an_aisle():
    section = Section(
        name="Stalls", price_minor=1, capacity=4, rows=(SeatRow(name="A", cells="ss.ss"),)
    )

    assert _choose(section, {"Stalls/A/1"}, 2) == ["Stalls/A/3", "Stalls/A/4"]


def test_a_split_party_sits_close_to_each_other():
    section = seated("Stalls", 100, rows=9, seats=3)
    taken = set(section.labels()) - {"Stalls/A/2", "Stalls/H/1", "Stalls/H/2", "Stalls/I/1"}

    assert set(_choose(section, taken, 3)) == {"Stalls/H/1", "Stalls/H/2", "Stalls/I/1"}


def test_standing_places_are_given_in_order():
    floor = Section(name="Floor", price_minor=1, capacity=5)
    house = _house(floor, {"Floor/2"})

    assert _choose_in(house, 2, "Floor") == ["Floor/1", "Floor/3"]
    assert _choose_in(house, 2, "Floor") == ["Floor/4", "Floor/5"]
    assert _choose_in(house, 1, "Floor") == []


def test_an_unknown_section_is_said_to_be_unknown():
    house = _house(seated("Stalls", 1, 1, 1), set())

    with pytest.raises(NotFound, match="Circle"):
        house.choose("Circle", 1)


def test_older_news_of_a_place_does_not_overwrite_newer():
    house = _house(seated("Stalls", 1, 1, 2), set())

    house.learn([Place("Stalls/A/1", 3, "2")])
    learnt = house.learn([Place("Stalls/A/1", 2, "0"), Place("Stalls/A/1", 3, "0")])

    assert learnt == []
    assert house.sparse() == {"version": 3, "total": 2, "free": 1, "taken": ["Stalls/A/1"]}


def test_a_house_is_shown_by_a_letter_for_each_cell():
    rows = (SeatRow(name="A", cells="s.sa"), SeatRow(name="B", cells="ss", first=2, step=2))
    section = Section(name="Stalls", price_minor=1, capacity=5, rows=rows)
    floor = Section(name="Floor", price_minor=1, capacity=2)
    house = House(clock.new_id(), (section, floor))

    house.learn(
        [Place("Stalls/A/2", 1, "1"), Place("Stalls/B/4", 2, "2"), Place("Floor/1", 1, "1")]
    )

    assert house.full()["sections"] == [
        {"name": "Stalls", "free": 3, "rows": ["0.10", "02"]},
        {"name": "Floor", "free": 1, "rows": []},
    ]


def _house(section: Section, taken: set[str]) -> House:
    house = House(clock.new_id(), (section,))
    house.learn([Place(label, 1, "1") for label in taken])
    return house


def _choose(section: Section, taken: set[str], size: int, *, accessible: bool = False) -> list[str]:
    return _choose_in(_house(section, taken), size, accessible=accessible)


def _choose_in(
    house: House, size: int, section: str = "Stalls", *, accessible: bool = False
) -> list[str]:
    try:
        return house.choose(section, size, accessible=accessible)
    except Conflict:
        return []


def _rows(section: Section, taken: set[str]) -> Rows:
    return [
        [
            Seat(label, cell, row.cells[cell], row.x + cell, row.y, label not in taken)
            for name, cell in row.seats()
            for label in [f"{section.name}/{row.name}/{name}"]
        ]
        for row in section.rows
    ]


def _is_offered(seat: Seat) -> bool:
    return seat.is_free and seat.kind in "sr"


def _blocks(row: list[Seat], size: int) -> list[list[Seat]]:
    runs = [row[first : first + size] for first in range(len(row) - size + 1)]
    return [
        run
        for run in runs
        if all(_is_offered(seat) for seat in run)
        and all(right.cell - left.cell == 1 for left, right in pairwise(run))
    ]


def _badness(block: list[Seat], row: list[Seat], rows: Rows) -> tuple[bool, bool, float]:
    """Whether the view is restricted, whether one is left alone, and how far it is."""
    every = [seat for one in rows for seat in one]
    cells = {seat.cell for seat in row if _is_offered(seat)} - {seat.cell for seat in block}
    left = _run(cells, block[0].cell - 1, -1)
    right = _run(cells, block[-1].cell + 1, 1)
    front = min(seat.y for seat in every)
    middle = sum(seat.x for seat in block) / len(block)
    distance = (middle - _centre(rows)) ** 2 + (block[0].y - front) ** 2
    return any(seat.kind == "r" for seat in block), 1 in (left, right), distance


def _run(cells: set[int], cell: int, step: int) -> int:
    return 1 + _run(cells, cell + step, step) if cell in cells else 0


def _centre(rows: Rows) -> float:
    places = [seat.x for row in rows for seat in row]
    return (min(places) + max(places)) / 2
