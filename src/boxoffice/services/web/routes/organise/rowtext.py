"""Rows of seats as people type them: a line for each, such as `A ssss.ssss from 1 by 2`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from boxoffice.kit.errors import BadInput

CELLS = "sacr."  # a seat, accessible, for a companion, restricted view, a gap
LONGEST_ROW = 200  # cells; the widest house in the world has about 120
MOST_ROWS = 500  # of one section
LONGEST_NAME = 40  # characters, of a row or a seat
HIGHEST_SEAT = 99_999  # a number that fits on a ticket
LONGEST_STEP = 100  # from seat to seat
LONGEST_LINE = 10_000  # characters: 200 seats of the longest names have fewer
MOST_SENTENCES = 5  # about one section: more are of the same kind
AISLE = "-"
MARKS = ("from", "by", "=", "at")  # no name ends in one, unless it stands in quotes

_NUMBER = r"-?\d+(?:\.\d+)?"
_SHAPE = (
    r'(?:"(?P<quoted>(?:[^"]|"")+)"|(?P<name>.+?))\s+(?P<cells>{cells})'
    r"(?:\s+from\s+(?P<first>\d{{1,6}}))?(?:\s+by\s+(?P<step>-?\d{{1,3}}))?"
    r"(?:\s*=\s*(?P<names>.+?))?"
    rf"(?:\s+at\s+(?P<x>{_NUMBER})\s*,\s*(?P<y>{_NUMBER}))?"
)
_LINE = re.compile(_SHAPE.format(cells=r"[SsAaCcRr.]+|\d{1,6}"), re.ASCII)
_NEARLY = re.compile(_SHAPE.format(cells=r"[^\s=]+"), re.ASCII)
_LETTERS = re.compile(
    r"(?P<before>.*?)(?P<one>[A-Z]|[a-z])-(?P=before)(?P<last>[A-Za-z])", re.ASCII
)
_DIGITS = re.compile(r"(?P<before>.*?)(?P<one>\d{1,4})-(?P=before)(?P<last>\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """Places side by side. `aisles` counts the lines of aisle between it and the row before.

    `at` is where its first cell is on the plan; None leaves that to the plan.
    """

    name: str
    cells: str
    first: int = 1
    step: int = 1
    names: tuple[str, ...] = ()
    aisles: int = 0
    at: tuple[float, float] | None = None

    @property
    def seats(self) -> int:
        """How many seats it has."""
        return len(self.cells) - self.cells.count(".")


class Typed(NamedTuple):
    """What a text says: its rows, the line of each (from 1), and what is wrong, in sentences."""

    rows: list[Row]
    lines: list[int]
    wrong: list[str]


def read_rows(text: str) -> Typed:
    """Return the rows that a text means, and a sentence for each line that cannot be read."""
    typed = Typed([], [], [])
    aisles, names = 0, set[str]()
    for number, line in enumerate(text.split("\n"), 1):
        words = " ".join(line[:LONGEST_LINE].split())
        if words == AISLE:
            aisles += bool(typed.rows)  # in front of the first row there is nothing to part
        elif words:
            try:
                rows = _read_line(words, names, MOST_ROWS - len(typed.rows))
            except BadInput as wrong:
                typed.wrong.append(f"Line {number}: {wrong.detail}")
                continue
            typed.rows.extend([replace(rows[0], aisles=aisles), *rows[1:]])
            typed.lines.extend([number] * len(rows))
            aisles = 0
    if (more := len(typed.wrong) - MOST_SENTENCES) > 0:
        typed.wrong[MOST_SENTENCES:] = [f"{more} more lines are wrong, too"]
    return typed


def print_rows(rows: Sequence[Row]) -> str:
    """Return the text that means these rows."""
    return "\n".join(line for row in rows for line in _print(row))


def _read_line(words: str, taken: set[str], room: int) -> list[Row]:
    found = _LINE.fullmatch(words)
    if found is None:
        raise BadInput(_what_is_wrong(words))
    cells = _cells(found["cells"])
    names = tuple(name.strip() for name in found["names"].split("/")) if found["names"] else ()
    step = int(found["step"] or 1)
    row = Row("", cells, int(found["first"] or 1), step, names)
    if found["x"]:
        row = replace(row, at=(float(found["x"]), float(found["y"])))
    _require_numbers(row)
    return [replace(row, name=name) for name in _names(found["quoted"], found["name"], taken, room)]


def _cells(text: str) -> str:
    count = int(text) if text.isdecimal() else len(text)
    if not 1 <= count <= LONGEST_ROW:
        raise BadInput(f"a row has 1 to {LONGEST_ROW} places; this one has {count}")
    cells = "s" * count if text.isdecimal() else text.lower()
    if not cells.strip("."):
        raise BadInput("there is no seat in it; type - alone for an aisle across")
    return cells


def _require_numbers(row: Row) -> None:
    if row.names and len(row.names) != row.seats:
        raise BadInput(f"it has {row.seats} seats, but {len(row.names)} names for them")
    if len(set(row.names)) < len(row.names):
        raise BadInput("two of its seats have the same name")
    if any(not 1 <= len(name) <= LONGEST_NAME for name in row.names):
        raise BadInput(f"a seat's name has 1 to {LONGEST_NAME} characters")
    if not row.step:
        raise BadInput("by 0 would give all seats one number")
    if row.first > HIGHEST_SEAT or abs(row.step) > LONGEST_STEP:
        raise BadInput(f"count from {HIGHEST_SEAT:,} at most, by {LONGEST_STEP} at most")
    if row.first + row.step * (row.seats - 1) < 0:
        raise BadInput(f"from {row.first} by {row.step} the numbers run below 0")


def _names(quoted: str | None, plain: str, taken: set[str], room: int) -> list[str]:
    if plain and plain.rsplit(maxsplit=1)[-1] in MARKS:
        raise BadInput("its words are in another order: A 12 from 101 by 2")
    names = [quoted.replace('""', '"')] if quoted else list(_range(plain, room))
    if len(names) > room:
        raise BadInput(f"a section has {MOST_ROWS} rows at most")
    for name in names:
        if "/" in name or len(name) > LONGEST_NAME:
            raise BadInput(f"the name of a row has 1 to {LONGEST_NAME} characters and no /")
        if name in taken:
            raise BadInput(f"two rows are called “{name}”")
        taken.add(name)
    return names


def _range(name: str, room: int) -> Iterator[str]:
    """Yield the names that `A-M` or `1-30` mean, one more than there is room for at most."""
    letters, digits = _LETTERS.fullmatch(name), _DIGITS.fullmatch(name)
    if letters and letters["one"].islower() == letters["last"].islower():
        first, last, spell = ord(letters["one"]), ord(letters["last"]), chr
    elif digits:
        first, last, spell = int(digits["one"]), int(digits["last"]), str
    else:
        yield name
        return
    before = (letters or digits or {})["before"]
    if last < first:
        raise BadInput(f"“{name}” runs backwards")
    for nth in range(first, min(last, first + room) + 1):
        yield before + spell(nth)


def _what_is_wrong(words: str) -> str:
    nearly = _NEARLY.fullmatch(words)
    cells = nearly["cells"].lower() if nearly else ""
    strange = cells.strip(CELLS)
    if strange and strange != cells:
        return f"“{strange[0]}” is no kind of place; use s, a, c, r, and . for a gap"
    return "say the name of the row, then its places, such as A ssss.ssss or A 12"


def _print(row: Row) -> Iterator[str]:
    yield from [AISLE] * row.aisles
    plain = _line(row, row.name)
    bare = replace(row, aisles=0)
    yield plain if read_rows(plain).rows == [bare] else _line(row, _quoted(row.name))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _line(row: Row, name: str) -> str:
    words = [name, row.cells]
    if not row.names and row.first != 1:
        words += ["from", str(row.first)]
    if not row.names and row.step != 1:
        words += ["by", str(row.step)]
    if row.names:
        words += ["=", "/".join(row.names)]
    if row.at:
        words += ["at", f"{row.at[0]:g},{row.at[1]:g}"]
    return " ".join(words)
