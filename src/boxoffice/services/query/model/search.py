"""What somebody looks for among the shows, in which order, and where in a list they are."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Self, TypeAlias
from uuid import UUID

from boxoffice.events.shows import Genre
from boxoffice.kit.errors import BadInput
from boxoffice.services.query.model.words import Words

Sort: TypeAlias = Literal["date", "newest", "rank"]
LONGEST_CURSOR = 200  # characters; ours have about 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SOLD = 2**31 - 1  # what the database can hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which shows are wanted: those with a performance to come to which all of this applies."""

    at: datetime
    words: Words | None = None
    genre: Genre | None = None
    city: str | None = None
    first_day: date | None = None  # local to the venue
    last_day: date | None = None
    lowest: Decimal | None = None  # of a price, in major units of whichever currency it is in
    highest: Decimal | None = None
    available: bool = False  # whether a place must be free

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing is found by this: it has signs, but no words."""
        return self.words is not None and self.words.is_empty


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a list of shows one of them is. `starts_at` is None where the date is unknown."""

    show_id: UUID
    starts_at: datetime | None
    sold: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of a list ends, as it is handed out: nobody else needs to know what it says.

    The schema's `cursor_at` writes the same.
    """

    sort: Sort
    spot: Spot

    def write(self) -> str:
        """Return it as text for an address."""
        starts_at = self.spot.starts_at
        micros = None if starts_at is None else (starts_at - _EPOCH) // timedelta(microseconds=1)
        said = json.dumps([self.sort, self.spot.show_id.hex, micros, self.spot.sold])
        return base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: str, sort: Sort) -> Self:
        """Return the cursor that was written so. BadInput unless it is one of a list so sorted."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            of, show_id, micros, sold = said
            starts_at = None if micros is None else _EPOCH + timedelta(microseconds=micros)
            found = cls(of, Spot(UUID(hex=show_id), starts_at, sold))
            if of == sort and 0 <= sold <= _MOST_SOLD and found.write() == text:
                return found
        except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error):
            pass
        raise BadInput("This is not where a page of this list ends", field="after")
