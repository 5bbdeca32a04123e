"""What the texts of the performing-arts open API mean: dates, prices, run times, genres, ages."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from boxoffice.kit.errors import BadInput
from boxoffice.services.shows.model.houses import HOUSE
from boxoffice.services.shows.model.plan import LONGEST_PLACE_NAME, MOST_SECTIONS
from boxoffice.services.shows.model.shows import (
    LONGEST_NAME,
    LONGEST_RUN_MINUTES,
    LONGEST_STORY,
    MOST_CAST,
    OLDEST,
    Genre,
)
from boxoffice.services.shows.model.timetable import Timetable, read_timetable

ZONE, CURRENCY, COUNTRY = "Asia/Seoul", "KRW", "KR"
HIGHEST_PRICE = 99_999_999  # won: eight digits are what a card processor takes
LONGEST_PRICES = 1_000  # characters
LONGEST_CITY = 100  # characters
MONTHS = 12  # of a year of age

Reason: TypeAlias = Literal[
    "no document",
    "no timetable",
    "unreadable timetable",
    "nothing to come",
    "no price",
    "unreadable price",
    "unknown genre",
    "unreadable dates",
    "no venue",
    "no title",
]
GENRES: Mapping[str, Genre] = {
    "연극": "play",
    "뮤지컬": "musical",
    "무용": "dance",
    "무용(서양/한국무용)": "dance",
    "대중무용": "dance",
    "서양음악(클래식)": "classical",
    "한국음악(국악)": "traditional",
    "대중음악": "popular",
    "서커스/마술": "circus/magic",
    "복합": "mixed",
}

_FREE = re.compile(rf"{HOUSE}\s*무료")
_PRICE = re.compile(
    r"\s*([^,]+?)\s*([1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)\s*원\s*(?:,|$)",
    re.ASCII,
)
_UNCLEAR = re.compile(r"\d\s*[원만천백]|[^\w)\]]$")  # part of an amount, not of a section's name
_DATE = re.compile(r"(\d{4})\.(\d{2})\.(\d{2})", re.ASCII)
_RUN_TIME = re.compile(r"(?:(\d{1,2})시간)?\s*(?:(\d{1,4})분)?", re.ASCII)
_AGE = re.compile(r"(?:만\s*)?(\d{1,3})\s*(세|개월)\s*이상.*", re.ASCII)
_EVERYONE = re.compile(r"전체\s*관람.*")
_PROVINCE = re.compile(r"\w+도")  # as in 경기도: the city is what comes next


class Unusable(BadInput):
    """This show cannot be imported, for a reason that is counted."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowText:
    """A show in the words of the open API; what it does not say is empty."""

    show_id: str
    venue_id: str
    title: str
    first: str
    last: str
    cast: str = ""
    run_time: str = ""
    age: str = ""
    prices: str = ""
    story: str = ""
    genre: str = ""
    timetable: str = ""

    def when(self) -> tuple[date, date, Timetable]:
        """Return the first day, the last one, and at which times between them. Unusable."""
        if not self.timetable:
            raise Unusable("no timetable")
        try:
            return read_date(self.first), read_date(self.last), read_timetable(self.timetable)
        except Unusable:
            raise
        except BadInput as error:
            raise Unusable("unreadable timetable", error.detail) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueText:
    """A venue in the words of the open API."""

    venue_id: str
    name: str
    address: str
    latitude: str = ""
    longitude: str = ""

    @property
    def city(self) -> str:
        """The city of its address: the first word, or what follows a province. Unusable."""
        words = self.address.split()
        if not words:
            raise Unusable("no venue", f"{self.venue_id} has no address")
        city = words[1] if len(words) > 1 and _PROVINCE.fullmatch(words[0]) else words[0]
        return city[:LONGEST_CITY]

    @property
    def place(self) -> tuple[float | None, float | None]:
        """Latitude and longitude in degrees; neither when it is not on the map."""
        try:
            latitude, longitude = float(self.latitude), float(self.longitude)
        except ValueError:
            return None, None
        known = -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude or longitude)  # noqa: PLR2004 - degrees
        return (latitude, longitude) if known else (None, None)


def read_prices(text: str) -> dict[str, int]:
    """Return the price of each section in won, such as `R석 110,000원, S석 88,000원`.

    Only `전석무료` is 0: all seats, free. Unusable for whatever is not all understood.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    if not plain:
        raise Unusable("no price")
    if _FREE.fullmatch(plain):
        return {HOUSE: 0}
    prices: dict[str, int] = {}
    place = 0
    while place < len(plain):
        found = _PRICE.match(plain, place) if len(plain) <= LONGEST_PRICES else None
        if found is None:
            raise Unusable("unreadable price", f"“{plain[place:].strip()[:LONGEST_NAME]}”")
        name, won = found[1], int(found[2].replace(",", ""))
        if not _is_name(name) or name in prices or won > HIGHEST_PRICE:
            raise Unusable("unreadable price", f"“{found[0].strip()[:LONGEST_NAME]}”")
        prices[name] = won
        place = found.end()
    if len(prices) > MOST_SECTIONS:
        raise Unusable("unreadable price", f"{len(prices)} sections")
    return prices


def _is_name(text: str) -> bool:
    return len(text) <= LONGEST_PLACE_NAME and "/" not in text and not _UNCLEAR.search(text)


def read_date(text: str) -> date:
    """Return the day of `2026.11.21`. Unusable."""
    found = _DATE.fullmatch(text)
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Unusable("unreadable dates", f"“{text[:LONGEST_NAME]}”")


def read_run_time(text: str) -> int | None:
    """Return the minutes of `1시간 40분`; None when it does not say."""
    found = _RUN_TIME.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0)
    return minutes if 1 <= minutes <= LONGEST_RUN_MINUTES else None


def read_age(text: str) -> int | None:
    """Return the years from which on people are let in: `만 12세 이상`; None when it does not say.

    Months are years begun, and 0 is everyone.
    """
    if _EVERYONE.fullmatch(text):
        return 0
    found = _AGE.fullmatch(text)
    if found is None:
        return None
    years = int(found[1]) if found[2] == "세" else -(-int(found[1]) // MONTHS)
    return years if years <= OLDEST else None


def read_genre(text: str) -> Genre:
    """Return the genre. Unusable when there is none such."""
    if text not in GENRES:
        raise Unusable("unknown genre", f"“{text[:LONGEST_NAME]}”")
    return GENRES[text]


def read_cast(text: str) -> tuple[str, ...]:
    """Return the names of `김하나, 이두리 등`, the first hundred of them."""
    names = (one_line(name, LONGEST_NAME) for name in text.removesuffix("등").split(","))
    return tuple(name for name in names if name)[:MOST_CAST]


def one_line(text: str, longest: int) -> str:
    """Return a text on one line, composed, without control characters, cut to its length."""
    words = " ".join(unicodedata.normalize("NFC", text[:LONGEST_STORY]).split())
    plain = "".join(letter for letter in words if unicodedata.category(letter) not in {"Cc", "Cs"})
    return plain if len(plain) <= longest else f"{plain[: longest - 1].rstrip()}…"


def many_lines(text: str, longest: int) -> str:
    """Return a text with its lines, each as `one_line` has it, cut to its length."""
    lines = "\n".join(one_line(line, longest) for line in text[: 2 * longest].splitlines())
    return lines if len(lines) <= longest else f"{lines[: longest - 1].rstrip()}…"
