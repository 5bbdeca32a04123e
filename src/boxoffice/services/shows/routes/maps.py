"""Maps of venues as people describe them, and as everyone sees them."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Annotated, Literal, Self, cast

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from boxoffice.events.shows import Section
from boxoffice.kit.http.wire import LONGEST_LINE, Body, Line, View
from boxoffice.services.shows import model
from boxoffice.services.shows.model import RowPlan, SectionPlan
from boxoffice.services.shows.routes.wire import IF_ANY, IF_KNOWN, require_text

FARTHEST = 10_000  # widths of a seat: five kilometres
SMALLEST = 1  # width of a seat: whoever stands needs as much
HIGHEST_SEAT = 99_999  # a number that fits on a ticket
LONGEST_STEP = 100  # from seat to seat
PLACE = r"^[^/]+$"


def _place(name: str) -> str:
    if "/" in name:
        raise ValueError("A name has no slash: slashes part section, row and seat")
    return name


PlaceName = Annotated[
    Line,
    Field(min_length=1, max_length=model.LONGEST_PLACE_NAME, json_schema_extra={"pattern": PLACE}),
    AfterValidator(_place),
]
Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, allow_inf_nan=False)]
Extent = Annotated[float, Field(ge=SMALLEST, le=FARTHEST, allow_inf_nan=False)]


def _seats(seats: object) -> int | tuple[str, ...] | None:
    """Return how many seats a row has, or their names; without an object for each of them."""
    if seats is None:
        return None
    if isinstance(seats, list | tuple):
        names = cast("Sequence[object]", seats)
        _require_many(len(names))
        return tuple(map(_seat, names))
    if isinstance(seats, bool) or not isinstance(seats, int):
        sentence = "This must be how many seats there are, or a list of their names"
        raise ValueError(sentence)  # noqa: TRY004 - pydantic asks for it
    return _require_many(seats)


def _require_many(seats: int) -> int:
    if not 1 <= seats <= model.MOST_CELLS:
        raise ValueError(f"A row has 1 to {model.MOST_CELLS} seats")
    return seats


def _seat(name: object) -> str:
    if not isinstance(name, str):
        raise ValueError("The name of a seat is a text")  # noqa: TRY004 - pydantic asks for it
    if len(name) <= LONGEST_LINE:
        name = unicodedata.normalize("NFC", name).strip()
    if not 1 <= len(name) <= model.LONGEST_PLACE_NAME:
        raise ValueError(f"The name of a seat has 1 to {model.LONGEST_PLACE_NAME} characters")
    return _place(require_text(name))


Seats = Annotated[
    int | tuple[str, ...] | None,
    PlainValidator(_seats),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": model.MOST_CELLS},
                {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": model.MOST_CELLS,
                    "items": {
                        "type": "string",
                        "minLength": 1,
                        "maxLength": model.LONGEST_PLACE_NAME,
                        "pattern": PLACE,
                    },
                },
                {"type": "null"},
            ],
        }
    ),
]


def _cells(cells: str) -> str:
    if not re.fullmatch("[sacr.]+", cells):
        raise ValueError("Cells are s, a, c, r for seats, and . for a gap")
    return cells


Cells = Annotated[
    str,
    Field(max_length=model.MOST_CELLS, json_schema_extra={"pattern": "^[sacr.]+$"}),
    AfterValidator(_cells),
]


class RowDraft(Body):
    """A row as its organiser describes it: how many seats or their names, its cells, or both."""

    name: PlaceName
    seats: Seats = None
    cells: Cells | None = None
    first: Annotated[int, Field(ge=0, le=HIGHEST_SEAT)] = 1
    step: Annotated[int, Field(ge=-LONGEST_STEP, le=LONGEST_STEP)] = 1
    x: Coordinate | None = None
    y: Coordinate | None = None

    def plan(self) -> RowPlan:
        """Return it as the model knows it."""
        return RowPlan(
            name=self.name,
            seats=self.seats,
            cells=self.cells,
            first=self.first,
            step=self.step,
            x=self.x,
            y=self.y,
        )


class SectionDraft(Body):
    """A section as its organiser describes it: its rows, or how many may stand there."""

    name: PlaceName
    rows: Annotated[Sequence[RowDraft] | None, Field(max_length=model.MOST_ROWS)] = None
    capacity: Annotated[int | None, Field(ge=1, le=model.MOST_PLACES)] = None
    x: Coordinate | None = None
    y: Coordinate | None = None
    width: Extent | None = None
    height: Extent | None = None

    def plan(self) -> SectionPlan:
        """Return it as the model knows it."""
        return SectionPlan(
            name=self.name,
            rows=[row.plan() for row in self.rows or ()],
            capacity=self.capacity or 0,
            x=self.x,
            y=self.y,
            width=self.width,
            height=self.height,
        )


class RowView(View):
    """A row as everyone sees it; see SeatRow for what its letters mean."""

    name: str
    x: float
    y: float
    cells: str
    first: int
    step: int
    names: Annotated[tuple[str, ...], IF_ANY] = ()


class SectionView(View):
    """A section as everyone sees it, with its price where there is a performance."""

    name: str
    kind: Literal["seated", "standing"]
    capacity: int
    price: Annotated[float | None, IF_KNOWN] = None
    x: float
    y: float
    width: float
    height: float
    rows: Sequence[RowView]

    @classmethod
    def of(cls, section: Section, price: float | None = None) -> Self:
        """Return the view of a section."""
        return cls(
            name=section.name,
            kind="seated" if section.rows else "standing",
            capacity=section.capacity,
            price=price,
            x=section.x,
            y=section.y,
            width=section.width,
            height=section.height,
            rows=[RowView.model_validate(row) for row in section.rows],
        )
