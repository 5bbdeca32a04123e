"""The list of a house: which parts it has, what they cost, which seats are free."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.services.web.routes.house import PART_SEATS, House

ROW: dict[str, Any] = {"first": 1, "step": 1, "x": 0, "y": 0}


def house(rows: list[str], states: list[str] | None = None, price: float = 10) -> House:
    """A house of one section with these cells in its rows."""
    section = {
        "name": "Stalls",
        "kind": "seated",
        "price": price,
        "capacity": sum(len(cells) - cells.count(".") for cells in rows),
        "rows": [ROW | {"name": str(nth), "cells": cells} for nth, cells in enumerate(rows, 1)],
    }
    states = states or ["0" * len(cells) for cells in rows]
    told = {"name": "Stalls", "free": "".join(states).count("0"), "rows": states}
    return House({"sections": [section]}, {"free": told["free"], "sections": [told]})


def test_seats_are_named_as_the_plan_says_and_gaps_are_none():
    plan: dict[str, Any] = {"name": "A", "cells": "s.rac", "first": 9, "step": -2}
    told = house(["s.rac"], ["0.120"])
    told.sections[0]["rows"][0].update(plan)

    (part,) = told.parts("")
    seats = list(part.rows[0].seats)

    assert [seat.label for seat in seats] == [f"Stalls/A/{seat}" for seat in (9, 7, 5, 3)]
    assert [seat.free for seat in seats] == [True, False, False, True]
    assert [seat.kind for seat in seats] == [
        "",
        "restricted view",
        "wheelchair space",
        "companion seat",
    ]


def test_names_of_their_own_stand_in_place_of_counted_ones():
    told = house(["s.s"])
    told.sections[0]["rows"][0].update(names=["Left", "Right"])

    (part,) = told.parts("")

    assert [seat.label for seat in part.rows[0].seats] == ["Stalls/1/Left", "Stalls/1/Right"]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=60))
def test_every_row_is_in_one_part_and_no_part_is_too_long(seats: list[int]):
    told = house(["s" * count for count in seats])

    parts = list(told.parts("nowhere"))
    opened = [next(p for p in told.parts(part.key) if p.key == part.key) for part in parts]

    assert [row.name for part in opened for row in part.rows] == [
        str(nth) for nth, _ in enumerate(seats, 1)
    ]
    assert all(part.capacity <= PART_SEATS + 200 for part in parts)
    assert sum(part.capacity for part in parts) == sum(seats)
    assert len({part.key for part in parts}) == len(parts)


def test_a_small_house_is_listed_at_once_and_a_large_one_part_by_part():
    small, large = house(["s" * 100] * 6), house(["s" * 100] * 7)

    assert all(part.rows for part in small.parts(""))
    assert [bool(part.rows) for part in large.parts("")] == [False, False]
    assert [bool(part.rows) for part in large.parts("Stalls/7")] == [False, True]


def test_chosen_seats_are_kept_once_and_those_that_are_gone_are_named():
    told = house(["sss"], ["012"])

    kept, gone = told.chosen(["Stalls/1/1", "Stalls/1/1", "Stalls/1/2", "Moon/1/1", "", "Stalls"])

    assert [(each.label, each.spoken, each.price) for each in kept] == [
        ("Stalls/1/1", "Stalls, row 1, seat 1", 10)
    ]
    assert gone == ["Stalls, row 1, seat 2"]


@pytest.mark.parametrize("count", [1, 5, 6, 11, 100])
def test_prices_share_five_colours_and_each_price_has_one(count: int):
    prices = [float(price) for price in range(count)]
    sections: list[dict[str, Any]] = [
        {"name": str(price), "kind": "standing", "capacity": 1, "price": price, "rows": []}
        for price in prices
    ]
    told = House({"sections": sections}, None)

    papers = [told.paper(price) for price in reversed(prices)]

    assert len(set(papers)) == len(told.bands) <= 5
    assert papers == sorted(papers, key=["coral", "canary", "mint", "sky", "lilac"].index)
    assert told.free is None
    assert told.free_in("1") == 0
