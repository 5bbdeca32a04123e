"""Rows of seats as people type them: what a line means, and what is said when it means nothing."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boxoffice.services.web.routes.organise.rowtext import Row, print_rows, read_rows
from stage import times_the_work

QUADRATIC = 3  # times; what is read once takes twice as long
NAMES = st.text(alphabet="ABsacr.12 -=\"'é\u00a0", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split())
)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row as a venue may have one."""
    cells = draw(st.text(alphabet="sacr.", min_size=1, max_size=30)) + "s"
    seats = len(cells) - cells.count(".")
    name = draw(NAMES.filter(bool))
    names = tuple(f"{nth}a, b" for nth in range(seats)) if draw(st.booleans()) else ()
    at = draw(st.none() | st.tuples(st.integers(-99, 99), st.sampled_from([0, 2.5, -1.25])))
    if names:
        return Row(name, cells, names=names, at=at)
    return Row(name, cells, draw(st.integers(60, 999)), draw(st.sampled_from([1, 2, -1])), at=at)


@given(st.lists(rows(), min_size=1, max_size=5, unique_by=lambda row: row.name))
@example([Row("A-M", "ss")])
@example([Row("A s", "s", names=("from 2",))])
@example([Row("A from", "ss"), Row("A s =", "ss")])
@example([Row('1" 1=', "as", names=("1", "2"))])
@example([Row('"A"', "s"), Row("-", "ss")])
def test_what_is_written_of_rows_means_these_rows(written: list[Row]):
    read = read_rows(print_rows(written))

    assert read.wrong == []
    assert read.rows == written


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("A ssss.ssss", Row("A", "ssss.ssss")),
        ("  B   AaCc.rs ", Row("B", "aacc.rs")),
        ("C 4", Row("C", "ssss")),
        ("Box 1 sss", Row("Box 1", "sss")),
        ("D 3 from 101 by 2", Row("D", "sss", 101, 2)),
        ("F sss from 3 by -1", Row("F", "sss", 3, -1)),
        ("G s.s = 1/2 a", Row("G", "s.s", names=("1", "2 a"))),
        ("H ss at -2.5,7", Row("H", "ss", at=(-2.5, 7))),
        ('"A-C" 2', Row("A-C", "ss")),
    ],
)
def test_a_line_means_a_row(line: str, row: Row):
    read = read_rows(line)

    assert (read.rows, read.wrong) == ([row], [])


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("A-D 2", ["A", "B", "C", "D"]),
        ("x-z s", ["x", "y", "z"]),
        ("AA-AC s", ["AA", "AB", "AC"]),
        ("8-11 s", ["8", "9", "10", "11"]),
        ("Box 1-Box 3 s", ["Box 1", "Box 2", "Box 3"]),
        ("A-b s", ["A-b"]),
    ],
)
def test_one_line_can_mean_many_rows(line: str, names: list[str]):
    assert [row.name for row in read_rows(line).rows] == names


def test_a_dash_is_an_aisle_in_front_of_the_next_row():
    read = read_rows("-\nA 2\n\n-\n-\nB-C 2\n-")

    assert [(row.name, row.aisles) for row in read.rows] == [("A", 0), ("B", 2), ("C", 0)]
    assert read.lines == [2, 6, 6]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("A", "say the name of the row, then its places, such as A ssss.ssss or A 12"),
        ("A sszs", "“z” is no kind of place; use s, a, c, r, and . for a gap"),
        ("A 0", "a row has 1 to 200 places; this one has 0"),
        ("A " + "s" * 201, "a row has 1 to 200 places; this one has 201"),
        ("A ...", "there is no seat in it; type - alone for an aisle across"),
        ("A sss = 1/2", "it has 3 seats, but 2 names for them"),
        ("A ss = 1/1", "two of its seats have the same name"),
        ("A ss = 1/" + "2" * 41, "a seat's name has 1 to 40 characters"),
        ("A ss by 2 from 9", "its words are in another order: A 12 from 101 by 2"),
        ("A ss by 0", "by 0 would give all seats one number"),
        ("A ss from 0 by -1", "from 0 by -1 the numbers run below 0"),
        ("A 2 from 100000", "count from 99,999 at most, by 100 at most"),
        ("A 2 by 101", "count from 99,999 at most, by 100 at most"),
        ("Z-A 2", "“Z-A” runs backwards"),
        ("1-501 2", "a section has 500 rows at most"),
        ("1-9999 2", "a section has 500 rows at most"),
        ("A/B 2", "the name of a row has 1 to 40 characters and no /"),
    ],
)
def test_a_line_that_means_nothing_is_answered_with_a_sentence(line: str, sentence: str):
    read = read_rows(f"Q 2\n{line}")

    assert read.wrong == [f"Line 2: {sentence}"]


def test_a_row_that_is_there_twice_is_told_by_its_second_line():
    assert read_rows("A 2\nB 2\nA 3").wrong == ["Line 3: two rows are called “A”"]


def test_of_many_wrong_lines_the_first_are_told_and_the_others_counted():
    wrong = read_rows("\n".join(["?"] * 9)).wrong

    assert len(wrong) == 6
    assert wrong[0].startswith("Line 1: ")
    assert wrong[-1] == "4 more lines are wrong, too"


@pytest.mark.parametrize(
    "line", ["s " * 50_000, "A" + " " * 99_999 + "?", "= " * 50_000, "1-" * 50_000]
)
def test_a_line_made_to_be_slow_takes_twice_as_long_where_it_is_twice_as_long(line: str):
    twice = times_the_work(lambda: read_rows(line * 2), beside=lambda: read_rows(line))

    assert twice < QUADRATIC
