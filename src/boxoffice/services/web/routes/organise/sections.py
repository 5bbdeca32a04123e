"""The form of a venue's sections: what its fields hold, what they mean, what is wrong with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from boxoffice.kit.errors import BadInput
from boxoffice.services.web.routes.organise import plan
from boxoffice.services.web.routes.organise.plan import Section
from boxoffice.services.web.routes.organise.rowtext import LONGEST_NAME, print_rows, read_rows

MOST_SECTIONS = 100
SEATED, STANDING = "seated", "standing"
FIRST_ROWS = "A-J 20"  # what the form of a new section holds, to be written over
PLACES = ("x", "y", "width", "depth")
_FIELD = re.compile(r"section\.(\d{1,3})\.(name|kind|rows|capacity|x|y|width|depth)")
_COUNT = re.compile(r"\d{1,6}|\d{1,3}([ ,.']\d{3})", re.ASCII)
_FOREIGN = re.compile(r"sections(?:\.(\d+))?(?:\.rows(?:\.(\d+))?)?.*")


@dataclass(frozen=True, slots=True)
class Fields:
    """What somebody typed of one section."""

    name: str = ""
    kind: str = SEATED
    rows: str = ""
    capacity: str = ""
    x: str = ""
    y: str = ""
    width: str = ""
    depth: str = ""

    @property
    def is_placed(self) -> bool:
        """Whether it says where on the plan it is."""
        return any(getattr(self, place) for place in PLACES)


NEW = Fields(rows=FIRST_ROWS)


@dataclass(slots=True)
class Read:
    """The sections that were typed, and what is wrong: a sentence and its field each."""

    sections: list[Section] = field(default_factory=list[Section])
    lines: list[Sequence[int]] = field(default_factory=list[Sequence[int]])
    wrong: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])

    def blame(self, name: str, sentence: str) -> None:
        """Take down what is wrong with a field of the section that comes next."""
        self.wrong.append({"field": f"section.{len(self.sections)}.{name}", "message": sentence})


def typed(form: Mapping[str, str]) -> list[Fields]:
    """Return the sections of a form that was sent, in the order of their numbers."""
    found: dict[int, dict[str, str]] = {}
    for key, value in form.items():
        if match := _FIELD.fullmatch(key):
            found.setdefault(int(match[1]), {})[match[2]] = value
    return [Fields(**found[number]) for number in sorted(found)][:MOST_SECTIONS]


def shown(sections: Sequence[Section]) -> list[Fields]:
    """Return what the form holds for sections that there are."""
    return [
        Fields(
            section.name,
            SEATED if section.rows else STANDING,
            print_rows(section.rows),
            "" if section.rows else str(section.capacity),
            *("" if (place := getattr(section, key)) is None else f"{place:g}" for key in PLACES),
        )
        for section in sections
    ]


def rearranged(fields: Sequence[Fields], wanted: str) -> list[Fields] | None:
    """Return the sections after a button that adds, removes or moves one; None for no such."""
    verb, _, number = wanted.partition(".")
    if verb == "add" and len(fields) < MOST_SECTIONS:
        return [*fields, NEW]
    nth = int(number) if number.isdecimal() else len(fields)
    if verb not in {"remove", "earlier"} or nth >= len(fields):
        return None
    others = [*fields[:nth], *fields[nth + 1 :]]
    if verb == "earlier":
        others.insert(max(nth - 1, 0), fields[nth])
    return others


def read(fields: Sequence[Fields]) -> Read:
    """Return what the fields of all sections mean."""
    found = Read()
    for one in fields:
        section = Section(one.name.strip())
        if sentence := _fault(section.name, [other.name for other in found.sections]):
            found.blame("name", sentence)
        lines: Sequence[int] = ()
        if one.kind == STANDING:
            section = replace(section, capacity=_capacity(one.capacity, found))
        else:
            rows, lines, wrong = read_rows(one.rows)
            section = replace(section, rows=tuple(rows))
            for sentence in wrong or ([] if rows else ["Type at least one row, such as A ssss"]):
                found.blame("rows", sentence)
        found.sections.append(replace(section, **dict(_places(one, found))))
        found.lines.append(lines)
    places = sum(one.places for one in found.sections)
    if places > plan.MOST_PLACES and not found.wrong:
        sentence = f"A venue has at most {plan.MOST_PLACES:,} places; these are {places:,}"
        found.wrong.append({"message": sentence})
    if not fields:
        found.wrong.append({"message": "A venue needs at least one section"})
    return found


def to_wire(found: Read) -> list[dict[str, Any]]:
    """Return the sections as shows takes them."""
    return plan.to_wire(found.sections)


def in_form(error: Mapping[str, str], found: Read) -> Mapping[str, str]:
    """Return what shows found wrong with its sections, as said of the form's fields."""
    match = _FOREIGN.fullmatch(error.get("field", ""))
    if match is None:
        return error
    section, row = (int(digits) if digits else None for digits in match.groups())
    if section is None or section >= len(found.sections):
        return {"message": error["message"], "field": "section.0.name"}
    if row is None or row >= len(found.lines[section]):
        return {"message": error["message"], "field": f"section.{section}.name"}
    message = f"Line {found.lines[section][row]}: {error['message']}"
    return {"message": message, "field": f"section.{section}.rows"}


def _fault(name: str, before: Sequence[str]) -> str:
    """Return what is wrong with the name of a section, nothing when all is well."""
    if not name:
        return "Name the section, such as Stalls"
    if len(name) > LONGEST_NAME or "/" in name:
        return f"The name of a section has 1 to {LONGEST_NAME} characters and no /"
    if name.casefold() in (other.casefold() for other in before):
        return f"Two sections are called {name}"
    return ""


def _capacity(text: str, found: Read) -> int:
    digits = re.sub(r"\D", "", text) if _COUNT.fullmatch(text.strip()) else ""
    if 1 <= int(digits or 0) <= plan.MOST_PLACES:
        return int(digits)
    found.blame("capacity", f"Say how many may stand there: 1 to {plan.MOST_PLACES:,}")
    return 1


def _places(one: Fields, found: Read) -> Iterator[tuple[str, float]]:
    """Yield where a section is on the plan, as far as it says."""
    for key in PLACES:
        text = getattr(one, key).strip().replace(",", ".")
        if not text or (key in {"width", "depth"} and one.kind != STANDING):
            continue
        try:
            yield key, _place(key, text)
        except BadInput as wrong:
            found.blame(key, wrong.detail)


def _place(key: str, text: str) -> float:
    least = 0.5 if key in {"width", "depth"} else -plan.FARTHEST
    if not re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text, re.ASCII):
        raise BadInput("Say it in widths of a seat, such as 12 or 7.5, or leave it to us")
    if not least <= float(text) <= plan.FARTHEST:
        raise BadInput(f"That is off the plan: {least:g} to {plan.FARTHEST:,}")
    return float(text)
