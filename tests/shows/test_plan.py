"""Maps: what is described becomes places, each with a name and a spot of its own."""

import string
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.services.shows.model import MOST_PLACES, RowPlan, SectionPlan, draw

NAMES = st.text(string.ascii_letters + "àß席 ", min_size=1, max_size=5)
CELLS = st.text("sacr.", min_size=1, max_size=30).filter(lambda cells: cells.strip("."))
ROWS = st.builds(RowPlan, name=NAMES, cells=CELLS, first=st.integers(50, 99), step=st.just(-1))
SEATED = st.builds(
    SectionPlan,
    name=NAMES,
    rows=st.lists(ROWS, min_size=1, max_size=5, unique_by=lambda row: row.name),
)
STANDING = st.builds(SectionPlan, name=NAMES, capacity=st.integers(1, 1_000))
HOUSES = st.lists(
    SEATED | STANDING, min_size=1, max_size=4, unique_by=lambda section: section.name.casefold()
)


@given(HOUSES)
def test_every_place_has_a_name_of_its_own(plans: Sequence[SectionPlan]):
    sections = draw(plans)

    labels = [label for section in sections for label in section.labels()]
    assert len(set(labels)) == len(labels) == sum(section.capacity for section in sections)


@given(HOUSES)
def test_no_place_is_on_top_of_another(plans: Sequence[SectionPlan]):
    sections = draw(plans)

    spots = [
        (row.x + cell, row.y)
        for section in sections
        for row in section.rows
        for _, cell in row.seats()
    ]
    assert len(set(spots)) == len(spots)
    for front, behind in pairwise(sections):
        assert behind.y >= front.y + front.height + 2
    for section in sections:
        assert all(
            section.x <= row.x and row.x + len(row.cells) <= section.x + section.width
            for row in section.rows
        )


@given(HOUSES)
def test_the_same_plans_give_the_same_map(plans: Sequence[SectionPlan]):
    assert draw(plans) == draw(plans)


def test_sections_stand_behind_each_other_with_their_rows_in_the_middle():
    stalls = SectionPlan("Stalls", rows=[RowPlan("A", seats=4), RowPlan("B", cells="sa.crs.s")])
    circle = SectionPlan("Circle", rows=[RowPlan("A", seats=("1a", "1b"))])

    front, behind = draw([stalls, circle])

    assert [(row.x, row.y) for row in front.rows] == [(2, 2), (0, 3)]
    assert (front.x, front.y, front.width, front.height) == (0, 2, 8, 2)
    assert [(row.x, row.y) for row in behind.rows] == [(3, 6)]
    assert front.labels()[3:6] == ["Stalls/A/4", "Stalls/B/1", "Stalls/B/2"]
    assert behind.labels() == ["Circle/A/1a", "Circle/A/1b"]


def test_what_is_given_a_spot_stays_there_and_what_follows_comes_behind_it():
    rows = [RowPlan("A", seats=2, x=-4, y=10.125), RowPlan("B", seats=2)]
    floor = SectionPlan("Floor", capacity=200, x=1, width=20)

    stalls, standing = draw([SectionPlan("Stalls", rows=rows), floor])

    assert [(row.x, row.y) for row in stalls.rows] == [(-4, 10.12), (9, 11.12)]
    assert (standing.x, standing.width, standing.height) == (1, 20, 20)
    assert standing.y == stalls.y + stalls.height + 2


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        (RowPlan("A", seats=3), ["1", "2", "3"]),
        (RowPlan("A", seats=3, first=2, step=2), ["2", "4", "6"]),
        (RowPlan("A", cells="s.s", first=12, step=-1), ["12", "11"]),
        (RowPlan("A", seats=("7a", "7b"), cells=".ar"), ["7a", "7b"]),
        (RowPlan("A", seats=2, cells="ss"), ["1", "2"]),
    ],
)
def test_seats_are_counted_or_named(row: RowPlan, labels: list[str]):
    (section,) = draw([SectionPlan("Stalls", rows=[row])])

    assert section.labels() == [f"Stalls/A/{label}" for label in labels]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (RowPlan("A"), "needs seats or cells"),
        (RowPlan("A", cells="..."), "has no seat"),
        (RowPlan("A", seats=3, cells="ss"), "has 3 seats, but 2 in its cells"),
        (RowPlan("A", seats=("1", "2"), cells="sss"), "has 2 seats, but 3 in its cells"),
        (RowPlan("A", seats=("1", "2", "1")), "has two seats 1"),
        (RowPlan("A", seats=2, step=0), "counts its seats below zero, or not at all"),
        (RowPlan("A", seats=3, step=-1), "counts its seats below zero, or not at all"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_name(row: RowPlan, fault: str):
    with pytest.raises(ValueError, match=f"Stalls, row A {fault}"):
        draw([SectionPlan("Stalls", rows=[row])])


def test_what_is_wrong_with_a_map_is_said_at_once():
    rows = [RowPlan("A", seats=1), RowPlan("A", seats=1)]
    plans = [
        SectionPlan("Stalls", rows=rows),
        SectionPlan("stalls", rows=rows[:1], capacity=5),
        SectionPlan("Floor"),
        SectionPlan("Arena", capacity=MOST_PLACES),
    ]

    with pytest.raises(ValueError, match="Stalls has two rows A") as wrong:
        draw(plans)

    assert str(wrong.value).split("; ") == [
        "Stalls has two rows A",
        "stalls needs either rows or a capacity",
        "Floor needs either rows or a capacity",
        "Two sections are called stalls",
        "A venue has at most 100,000 places, and not 100,008",
    ]


def test_of_many_mistakes_the_first_are_said():
    with pytest.raises(ValueError, match=r"row 9 has no seat$"):
        draw([SectionPlan("Stalls", rows=[RowPlan(f"{row}", cells=".") for row in range(500)])])


def test_a_map_that_fits_into_no_message_is_refused():
    rows = [RowPlan(f"{row:040}", seats=1) for row in range(500)]

    with pytest.raises(ValueError, match="This map is too large"):
        draw([SectionPlan(f"Stand {stand}", rows=rows) for stand in range(20)])
