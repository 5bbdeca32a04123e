"""A performance as orders knows it: whether its seats can be had, and what they are called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from boxoffice.events.shows import PerformanceNews, PerformanceState
from boxoffice.kit.errors import Conflict

LARGEST_ORDER = 8  # seats; a family and their friends, and no tout


@dataclass(frozen=True, slots=True)
class Performance:
    """What decides whether its seats can be ordered. `title`, `venue`, `city` are for people."""

    performance_id: UUID
    version: int
    organiser_id: UUID
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    on_sale_at: datetime
    currency: str
    state: PerformanceState

    @classmethod
    def of(cls, news: PerformanceNews) -> Self:
        """Return our copy of what shows said."""
        return cls(**{name: getattr(news, name) for name in cls.__dataclass_fields__})

    def require_on_sale(self, at: datetime) -> None:
        """Conflict unless its seats can be ordered at this time."""
        if self.state == "cancelled":
            raise Conflict("This performance is cancelled")
        if self.state == "postponed":
            raise Conflict("This performance is postponed; its new date is not known yet")
        if at < self.on_sale_at:
            raise Conflict("The sale of this performance has not begun")
        if at >= self.starts_at:
            raise Conflict("This performance has begun")


@dataclass(frozen=True, slots=True)
class Count:
    """How many places of a performance are held and sold."""

    performance_id: UUID
    version: int
    total: int
    held: int
    sold: int
    counted_at: datetime


@dataclass(frozen=True, slots=True)
class SectionSales:
    """How a section sells."""

    name: str
    total: int
    held: int
    sold: int
    income_minor: int


@dataclass(frozen=True, slots=True)
class HourSales:
    """What was sold in the hour that begins at `at`."""

    at: datetime
    seats: int
    income_minor: int


def offer_of(performance_id: UUID, label: str) -> UUID:
    """Return the id of the offer that is this place: the same wherever it is worked out."""
    return uuid5(performance_id, label)
