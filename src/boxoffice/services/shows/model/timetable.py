"""Timetables as venues write them: `Sat ~ Sun(13:00,15:00), Mon(16:00), HOL(11:00)`."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from boxoffice.kit.errors import BadInput

LONGEST_TIMETABLE = 1_000  # characters: each day of the week with times of its own takes 300
MOST_DAYS = 3_660  # ten years between first and last: what runs longer is announced by the season

_WEEK = (
    ("월", "월요일", "mon", "monday"),
    ("화", "화요일", "tue", "tuesday"),
    ("수", "수요일", "wed", "wednesday"),
    ("목", "목요일", "thu", "thursday"),
    ("금", "금요일", "fri", "friday"),
    ("토", "토요일", "sat", "saturday"),
    ("일", "일요일", "sun", "sunday"),
)
_WEEKDAYS = {name: day for day, names in enumerate(_WEEK) for name in names}
_HOLIDAYS = "hol"
_RULE = re.compile(r"\s*([^()]+?)\s*\(([^()]*)\)\s*(?:,|$)")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Timetable:
    """At which times one plays: for each day of the week, Monday first, and on public holidays.

    Without times for holidays these are days like any other.
    """

    weekdays: tuple[tuple[time, ...], ...]
    holidays: tuple[time, ...] = ()

    def times_on(self, day: date, *, is_holiday: bool) -> tuple[time, ...]:
        """Return the times of one day, the first one first."""
        if is_holiday and self.holidays:
            return self.holidays
        return self.weekdays[day.weekday()]

    def expand(
        self, first: date, last: date, zone: ZoneInfo, is_holiday: Callable[[date], bool]
    ) -> list[datetime]:
        """Return when one plays from the first to the last day, both included, in order, in UTC.

        A time that a change of clocks leaves out is what the old clock calls it. BadInput when the
        last day is before the first, or more than MOST_DAYS after it.
        """
        if last < first:
            raise BadInput(f"The last day, {last}, is before the first, {first}")
        if (last - first).days > MOST_DAYS:
            raise BadInput(f"From {first} to {last} is longer than ten years")
        days = (first + timedelta(days=nth) for nth in range((last - first).days + 1))
        starts = {
            datetime.combine(day, at, zone).astimezone(UTC)
            for day in days
            for at in self.times_on(day, is_holiday=is_holiday(day))
        }
        return sorted(starts)


def read_timetable(text: str) -> Timetable:
    """Return the timetable that this text means, in Korean or English.

    Days are `토요일` or `Sat`, or from one to another (`토요일 ~ 월요일`, around the week too), or
    `HOL`. BadInput, which says where, for whatever is not that: nothing is guessed.
    """
    if len(text) > LONGEST_TIMETABLE:
        raise BadInput(f"A timetable has {LONGEST_TIMETABLE} characters at most")
    plain = unicodedata.normalize("NFKC", text).strip()
    weekdays: list[set[time]] = [set() for _ in _WEEK]
    holidays: set[time] = set()
    for days, times in _rules(plain):
        for day in days:
            (holidays if day is None else weekdays[day]).update(times)
    return Timetable(tuple(tuple(sorted(times)) for times in weekdays), tuple(sorted(holidays)))


def _rules(text: str) -> list[tuple[list[int | None], list[time]]]:
    rules: list[tuple[list[int | None], list[time]]] = []
    place = 0
    while place < len(text):
        rule = _RULE.match(text, place)
        if rule is None:
            raise BadInput(f"“{text[place:].strip()}” is no line of a timetable, as Sat(13:00) is")
        days, times = rule.groups()
        rules.append((_days(days), [_time(one) for one in times.split(",")]))
        place = rule.end()
    if not rules:
        raise BadInput("There is no timetable")
    return rules


def _days(text: str) -> list[int | None]:
    days: list[int | None] = []
    for part in text.split(","):
        first, tilde, last = part.partition("~")
        if tilde:
            days += _from_to(_weekday(first), _weekday(last))
        elif first.strip().casefold() == _HOLIDAYS:
            days.append(None)
        else:
            days.append(_weekday(first))
    return days


def _from_to(first: int, last: int) -> Sequence[int]:
    week = len(_WEEK)
    return [(first + nth) % week for nth in range((last - first) % week + 1)]


def _weekday(text: str) -> int:
    day = _WEEKDAYS.get(text.strip().casefold())
    if day is None:
        raise BadInput(f"“{text.strip()}” is no day of the week")
    return day


def _time(text: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise BadInput(f"“{text.strip()}” is no time of day, as 19:30 is")
    return time(int(found[1]), int(found[2]))
