"""What goes over HTTP about shows and performances alike: texts, prices, pictures, dates."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from boxoffice.kit import money
from boxoffice.kit.auth import Person
from boxoffice.kit.http.wire import LONGEST_LINE, PRICE_LARGEST, View
from boxoffice.services.shows.model import PerformanceEntry, State

# A field that is not there when there is nothing to say.
IF_KNOWN: Any = Field(exclude_if=lambda value: value is None)
IF_ANY: Any = Field(exclude_if=lambda value: not value)

_DIGITS = re.compile(r"\d+(\.\d+)?", re.ASCII)


def _lines(text: object) -> object:
    """Compose a text line by line: composing takes the square of the time that a line is long."""
    if not isinstance(text, str):
        return text
    lines = text.replace("\r\n", "\n").split("\n")
    short = [
        unicodedata.normalize("NFC", line) if len(line) <= LONGEST_LINE else line for line in lines
    ]
    return "\n".join(short).strip()


def require_text(text: str, *, besides: str = "") -> str:
    """Return the text. ValueError when it has control characters other than these."""
    if text.isprintable():
        return text
    if any(unicodedata.category(one) in {"Cc", "Cs"} for one in text if one not in besides):
        raise ValueError("Control characters are not text")
    return text


def _many_lines(text: str) -> str:
    return require_text(text, besides="\n\t")


def _plain(amount: object) -> object:
    if isinstance(amount, str) and not _DIGITS.fullmatch(amount.strip()):
        raise ValueError("This must be a number")
    return amount


# Text of many lines. Add `Field(max_length=…)`.
Text = Annotated[str, BeforeValidator(_lines), AfterValidator(_many_lines)]
# A price as the market has it, or 0: free of charge.
Amount = Annotated[
    Decimal,
    Field(ge=0, le=PRICE_LARGEST, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_plain),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": float(PRICE_LARGEST), "multipleOf": 0.01}
    ),
]


class VenueRef(View):
    """Where it is."""

    id: UUID
    name: str
    city: str
    time_zone: str


class PerformanceSummary(View):
    """A performance in a list. While it is `postponed`, `startsAt` is the old date."""

    id: UUID
    state: State
    starts_at: datetime
    doors_at: Annotated[datetime | None, IF_KNOWN] = None
    on_sale_at: datetime | None
    venue: VenueRef
    prices: Mapping[str, float]
    currency: str
    capacity: int

    @classmethod
    def of(cls, performance: PerformanceEntry) -> Self:
        """Return the view of a performance, but for its map."""
        return cls(**summary_fields(performance))


def summary_fields(performance: PerformanceEntry) -> Mapping[str, Any]:
    """Return the fields of a performance's view, but for its map."""
    return {
        "id": performance.performance_id,
        "state": performance.state,
        "starts_at": performance.starts_at,
        "doors_at": performance.doors_at,
        "on_sale_at": performance.on_sale_at,
        "venue": VenueRef(
            id=performance.venue_id,
            name=performance.venue,
            city=performance.city,
            time_zone=performance.time_zone,
        ),
        "prices": {
            name: money.to_major(minor, performance.currency)
            for name, minor in performance.prices.items()
        },
        "currency": performance.currency,
        "capacity": performance.capacity,
    }


def sees_drafts(person: Person | None, organiser_id: UUID) -> bool:
    """Whether this person sees what is not published: its organiser does, and an admin."""
    return person is not None and (person.id == organiser_id or person.may("admin"))
