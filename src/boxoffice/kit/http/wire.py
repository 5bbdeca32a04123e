"""What goes over HTTP: camelCase bodies, clean text, prices, times, and how long a list may be."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel

LONGEST_LINE = (
    2_000  # characters that are composed, which takes the square of their time; fields end sooner
)
LONGEST_PROSE = 16_000  # characters as typed: four parts each of the 4,000 that any field takes
MOST_MARKS = 30  # in a row (Unicode's Stream-Safe Text Format); to compose more is what takes time
LIST_DEFAULT = 50  # a screen or two
LIST_LARGEST = 200  # what one answer may cost
PRICE_LARGEST = Decimal("999999.99")  # the card processor's own limit

_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # Unicode's categories Cc and Cs
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # categories
_DIGITS = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


class Body(BaseModel):
    """What a client sends. Names that it does not know are passed over."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )


class View(BaseModel):
    """What a client gets."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, from_attributes=True, frozen=True
    )


def is_blank(text: str) -> bool:
    """Whether nobody could see it; what is longer than any prose is taken for seen."""
    if len(text) > LONGEST_PROSE:
        return False
    return all(unicodedata.category(one) in _INVISIBLE for one in text)


def _one_line(text: object) -> object:
    if not isinstance(text, str) or len(text) > LONGEST_LINE:
        return text
    return unicodedata.normalize("NFC", text).strip()


def _many_lines(text: object) -> object:
    if not isinstance(text, str) or len(text) > LONGEST_PROSE:
        return text
    text = _clean_lines(text.replace("\r\n", "\n").strip())
    if not text.isascii():
        marks = (sum(1 for _ in run) for is_mark, run in groupby(text, _is_mark) if is_mark)
        if max(marks, default=0) > MOST_MARKS:
            raise ValueError("No letter has so many marks")
    text = unicodedata.normalize("NFC", text)
    return "" if is_blank(text) else text


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _clean(text: str) -> str:
    if _NO_TEXT.search(text):
        raise ValueError("Control characters are not text")
    return text


def _clean_lines(text: str) -> str:
    _clean(text.replace("\n", ""))
    return text


def _plain(amount: object) -> object:
    if isinstance(amount, str) and not _DIGITS.fullmatch(amount.strip()):
        raise ValueError("This must be a number")
    return amount


def _in_utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError("This is a time in no calendar") from None


# A time with its zone, wherever it was written, as UTC.
Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
# One line of text: trimmed, composed, no control characters. Add `Field(max_length=…)`.
Line = Annotated[str, BeforeValidator(_one_line), AfterValidator(_clean)]
# Text of many lines: trimmed, composed, no control characters but `\n`; what nobody could see is
# empty. Add `Field(max_length=…)`.
Prose = Annotated[str, BeforeValidator(_many_lines), AfterValidator(_clean_lines)]
# A number, or one in plain digits as text. Left to itself, Decimal would take 1_000 for a thousand.
Price = Annotated[
    Decimal,
    Field(gt=0, le=PRICE_LARGEST, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_plain),
    WithJsonSchema(
        {
            "type": "number",
            "exclusiveMinimum": 0,
            "maximum": float(PRICE_LARGEST),
            "multipleOf": 0.01,
        }
    ),
]
