"""A file of shows: one JSON object a line, in the words that HTTP has for venues and shows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Literal, Self, TypeVar, cast

from pydantic import (
    AfterValidator,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails

from boxoffice.kit import money
from boxoffice.kit.errors import BadInput
from boxoffice.kit.http.problems import SENTENCES
from boxoffice.kit.http.wire import Body, Line
from boxoffice.services.shows import model
from boxoffice.services.shows.model.imports import (
    LONGEST_SOURCE_ID,
    Fault,
    ImportedPerformance,
    ImportedShow,
    ImportedVenue,
)
from boxoffice.services.shows.routes.performances import TermsDraft
from boxoffice.services.shows.routes.shows import ShowDraft
from boxoffice.services.shows.routes.venues import VenueDraft

LARGEST_LINE_BYTES = 1024 * 1024  # as large as the body that describes a venue over HTTP
LONGEST_SENTENCE = 300  # characters of a mistake, with what was written in it
OURS = {  # sentences about a line, where those about a body would not fit
    "json_invalid": "This is no JSON object",
    "model_type": "This is no JSON object",
    "model_attributes_type": "This must be an object",
    "dict_type": "This must be an object",
    "extra_forbidden": "There is no such field",
    "literal_error": "This must be {expected}",
    "datetime_from_date_parsing": "This must be a time such as 2027-05-01T19:30:00+02:00",
    "datetime_parsing": "This must be a time such as 2027-05-01T19:30:00+02:00",
    "timezone_aware": "This needs its zone, as in 2027-05-01T19:30:00+02:00",
    "greater_than_equal": "This must be at least {ge}",
    "string_pattern_mismatch": "This must fit {pattern}",
    "int_parsing": "This must be a whole number",
    "int_type": "This must be a whole number",
    "int_from_float": "This must be a whole number",
}
T = TypeVar("T")
BOM = b"\xef\xbb\xbf"  # some editors begin a file with it


def _currency(currency: str | None) -> str | None:
    if currency in money.THOUSANDTHS:
        raise ValueError(f"{currency} has three decimals; prices here have two")
    return currency


def _unslashed(source_id: str) -> str:
    if "/" in source_id:
        raise ValueError("This has no slash: one parts a show and its performance")
    return source_id


SourceId = Annotated[
    Line,
    Field(min_length=1, max_length=LONGEST_SOURCE_ID, json_schema_extra={"pattern": "^[^/]+$"}),
    AfterValidator(_unslashed),
]


class VenueLine(VenueDraft):
    """A venue with its map."""

    kind: Literal["venue"]
    source_id: SourceId


class PerformanceLine(TermsDraft):
    """A performance at the venue with that source id; without its own, its start is its name."""

    source_id: SourceId | None = None
    venue: SourceId
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$"), AfterValidator(_currency)] = None

    @model_validator(mode="after")
    def _has_prices(self, read: ValidationInfo) -> Self:
        try:
            self.terms(self.currency or cast("str", read.context))
        except BadInput as error:
            raise ValueError(error.detail) from None
        return self

    @property
    def name(self) -> str:
        """What it is called in its show."""
        return self.source_id or f"{self.starts_at:%Y-%m-%dT%H:%M:%SZ}"


def _differ(performances: Sequence[PerformanceLine]) -> Sequence[PerformanceLine]:
    names = Counter(performance.name for performance in performances)
    if twice := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"Two performances are called {twice[0]}")
    return performances


class ShowLine(ShowDraft):
    """A show with its performances."""

    kind: Literal["show"]
    source_id: SourceId
    performances: Annotated[
        Sequence[PerformanceLine], Field(max_length=model.MOST_TO_COME), AfterValidator(_differ)
    ] = ()


class Head(Body):
    """What says how a line is to be read, and what it is about if it cannot be."""

    kind: Literal["venue", "show"]
    source_id: object = None


HEAD, VENUE, SHOW = TypeAdapter(Head), TypeAdapter(VenueLine), TypeAdapter(ShowLine)


class Unreadable(Exception):  # noqa: N818 - it names the outcome
    """A line that has faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Written:
    """A line as it stands in the file, which is not longer than LARGEST_LINE_BYTES."""

    number: int
    text: bytes

    def head(self) -> Head:
        """Return what it is about. Unreadable."""
        return self._read(HEAD, extra="ignore")

    def venue(self) -> ImportedVenue:
        """Return the venue that it describes. Unreadable."""
        line = self._read(VENUE)
        return ImportedVenue(source_id=line.source_id, premises=line.premises(), line=self.number)

    def show(self, currency: str) -> ImportedShow:
        """Return the show that it describes, in this currency where it names none. Unreadable."""
        line = self._read(SHOW, context=currency)
        performances = [
            ImportedPerformance(
                source_id=f"{line.source_id}/{one.name}",
                venue=one.venue,
                terms=one.terms(one.currency or currency),
                currency=one.currency or currency,
            )
            for one in line.performances
        ]
        return ImportedShow(
            source_id=line.source_id,
            billing=line.billing(),
            performances=performances,
            line=self.number,
        )

    def _read(
        self, line: TypeAdapter[T], extra: Literal["ignore", "forbid"] = "forbid", **known: Any
    ) -> T:
        if len(self.text) > LARGEST_LINE_BYTES:
            sentence = f"A line has at most {LARGEST_LINE_BYTES:,} bytes"
            raise Unreadable([Fault(self.number, "", sentence)])
        try:
            return line.validate_json(self.text, extra=extra, **known)
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise Unreadable([self._fault(one) for one in found]) from None

    def _fault(self, found: ErrorDetails) -> Fault:
        known = OURS.get(found["type"]) or SENTENCES.get(found["type"])
        words = found["msg"].removeprefix("Value error, ")
        sentence = known.format_map(found.get("ctx", {})) if known else words
        path = ".".join(str(part) for part in found["loc"] if part != "[key]")
        return Fault(self.number, path[:LONGEST_SENTENCE], sentence[:LONGEST_SENTENCE])


def read_lines(file: BinaryIO) -> Iterator[Written]:
    """Yield the lines of a file that are not empty; of one that is too long the beginning."""
    number = 0
    while text := file.readline(LARGEST_LINE_BYTES + 1):
        number += 1
        rest = text
        while not rest.endswith(b"\n") and (rest := file.readline(LARGEST_LINE_BYTES)):
            pass
        if number == 1:
            text = text.removeprefix(BOM)
        if text.strip():
            yield Written(number, text)
