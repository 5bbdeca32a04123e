"""A performance as tickets knows it: what a ticket says of it, and who checks them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from boxoffice.events.shows import PerformanceNews, PerformanceState
from boxoffice.kit.errors import Conflict, Forbidden


@dataclass(frozen=True, slots=True)
class Performance:
    """A performance without its places. While it is `postponed`, `starts_at` is the old date."""

    performance_id: UUID
    version: int
    organiser_id: UUID
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    doors_at: datetime | None
    state: PerformanceState
    moved_version: int | None = None  # that gave it another date, while some are to be told so

    @classmethod
    def of(cls, news: PerformanceNews) -> Self:
        """Return our copy of what shows said."""
        return cls(
            performance_id=news.performance_id,
            version=news.version,
            organiser_id=news.organiser_id,
            title=news.title,
            venue=news.venue,
            city=news.city,
            time_zone=news.time_zone,
            starts_at=news.starts_at,
            doors_at=news.doors_at,
            state=news.state,
        )

    @property
    def is_date_known(self) -> bool:
        """Whether `starts_at` is when it begins."""
        return self.state != "postponed"

    def has_moved(self, known: "Performance | None") -> bool:
        """Whether who knew it as it was `known` must hear of another date, or of none."""
        if known is None or self.state == "cancelled":
            return False
        return (self.starts_at, self.state) != (known.starts_at, known.state)

    def require_organiser(self, person_id: UUID) -> None:
        """Forbidden to everyone but its organiser."""
        if person_id != self.organiser_id:
            raise Forbidden("This is a ticket for somebody else's performance")

    def require_open(self) -> None:
        """Conflict when nobody is let in, whatever their ticket."""
        if self.state == "cancelled":
            raise Conflict("This performance is cancelled")
        if self.state == "postponed":
            raise Conflict("This performance is postponed; its new date is not known yet")
