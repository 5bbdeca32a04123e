"""Shows and performances as they were told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias
from uuid import UUID

from boxoffice.events.shows import (
    DraftState,
    Genre,
    PerformanceDropped,
    PerformanceNews,
    PerformanceState,
    ShowPicture,
    ShowState,
)

State: TypeAlias = Literal["draft", "dropped"] | PerformanceState


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A copy of a show."""

    show_id: UUID
    version: int
    organiser_id: UUID
    title: str
    genre: Genre
    story: str
    cast: tuple[str, ...]
    running_minutes: int | None
    age: int | None
    pictures: tuple[ShowPicture, ...]

    @classmethod
    def of(cls, told: ShowState) -> Self:
        """Return what shows says."""
        return cls(
            show_id=told.show_id,
            version=told.version,
            organiser_id=told.organiser_id,
            title=told.title,
            genre=told.genre,
            story=told.story,
            cast=told.cast,
            running_minutes=told.running_minutes,
            age=told.age,
            pictures=told.pictures,
        )

    @property
    def poster(self) -> ShowPicture | None:
        """The picture that stands for it."""
        return next((picture for picture in self.pictures if picture.is_poster), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance:
    """A copy of a performance, draft or not, with what is told of its venue."""

    performance_id: UUID
    version: int
    show_id: UUID
    organiser_id: UUID
    state: State
    venue_id: UUID
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    doors_at: datetime | None
    on_sale_at: datetime | None
    currency: str
    prices: Mapping[str, int]  # minor units by the name of a section
    capacity: int

    @classmethod
    def of(cls, told: PerformanceNews | DraftState) -> Self:
        """Return what shows says."""
        return cls(
            performance_id=told.performance_id,
            version=told.version,
            show_id=told.show_id,
            organiser_id=told.organiser_id,
            venue_id=told.venue_id,
            venue=told.venue,
            city=told.city,
            time_zone=told.time_zone,
            starts_at=told.starts_at,
            on_sale_at=told.on_sale_at,
            currency=told.currency,
            **(_of_draft(told) if isinstance(told, DraftState) else _of_published(told)),
        )


def _of_draft(told: DraftState) -> Mapping[str, Any]:
    return {
        "state": "dropped" if isinstance(told, PerformanceDropped) else "draft",
        "doors_at": None,
        "prices": told.prices,
        "capacity": told.capacity,
    }


def _of_published(told: PerformanceNews) -> Mapping[str, Any]:
    return {
        "state": told.state,
        "doors_at": told.doors_at,
        "prices": {section.name: section.price_minor for section in told.sections},
        "capacity": sum(section.capacity for section in told.sections),
    }
