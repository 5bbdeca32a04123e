"""How sales are drawn: bars by section and by hour, in the coordinates of their pictures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

HOUR = timedelta(hours=1)
MOST_HOURS = 14 * 24  # as many as orders tells of
FEWEST_HOURS = 24  # so that the first sale is not one bar as wide as the page
HEIGHT = 100.0  # of a chart by hour; its width is one for each hour
BAR = 0.86  # of an hour's width: the rest is air
LEAST = 1.5  # the height of the smallest bar that is not nothing


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a hundred is sold, and held; the rest is free. As widths of a bar."""

    sold: float
    held: float


@dataclass(frozen=True, slots=True)
class Column:
    """An hour, what happened in it, and its two bars, measured from the top."""

    at: str  # RFC 3339
    seats: int
    income: float
    seats_height: float
    income_height: float


@dataclass(frozen=True, slots=True)
class Hours:
    """Sales by hour, from the first hour to the last."""

    columns: Sequence[Column]
    most_seats: int
    most_income: float


def share(counts: Mapping[str, Any]) -> Share:
    """Return the bar of a section, or of all."""
    total = counts["total"] or 1
    return Share(round(100 * counts["sold"] / total, 2), round(100 * counts["held"] / total, 2))


def hours(sold: Sequence[Mapping[str, Any]], now: datetime) -> Hours | None:
    """Return the bars of all hours since the first sale that is told of; None without one."""
    if not sold:
        return None
    by_hour = {_hour(datetime.fromisoformat(one["at"])): one for one in sold}
    last = max(_hour(now), *by_hour)
    first = max(min(by_hour), last - (MOST_HOURS - 1) * HOUR)
    first = min(first, last - (FEWEST_HOURS - 1) * HOUR)
    most_seats = max(one["seats"] for one in sold)
    most_income = max(one["income"] for one in sold)
    count = int((last - first) / HOUR) + 1
    nothing = {"seats": 0, "income": 0}
    columns = [
        Column(
            at.isoformat(),
            one["seats"],
            one["income"],
            _height(one["seats"], most_seats),
            _height(one["income"], most_income),
        )
        for at in (first + nth * HOUR for nth in range(count))
        for one in [by_hour.get(at, nothing)]
    ]
    return Hours(columns, most_seats, most_income)


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _height(amount: float, most: float) -> float:
    return round(max(HEIGHT * amount / most, LEAST), 2) if amount and most else 0
