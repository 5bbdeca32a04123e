"""A venue: a house in a city, and the map of its seats."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self
from uuid import UUID

from boxoffice.events.shows import Section
from boxoffice.kit.errors import Forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What an organiser says of a venue."""

    name: str
    city: str
    address: str = ""
    time_zone: str  # of the IANA database
    latitude: float | None = None  # in degrees, as WGS 84 has them
    longitude: float | None = None
    accessibility: str = ""  # notes: lifts, loops, doors
    sections: tuple[Section, ...]  # their prices stand in each performance

    @property
    def capacity(self) -> int:
        """How many people fit in."""
        return sum(section.capacity for section in self.sections)


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue(Premises):
    """A venue that everyone may use, and one organiser may change."""

    venue_id: UUID
    version: int = 0
    organiser_id: UUID
    source: str | None = None  # where it was imported from, and as what
    source_id: str | None = None

    @classmethod
    def open(
        cls,
        venue_id: UUID,
        organiser_id: UUID,
        premises: Premises,
        *,
        source: str | None = None,
        source_id: str | None = None,
    ) -> Self:
        """Return a new venue."""
        return cls(
            venue_id=venue_id,
            organiser_id=organiser_id,
            source=source,
            source_id=source_id,
            **_said(premises),
        )

    def require_organiser(self, person_id: UUID) -> None:
        """Forbidden to everyone but its organiser."""
        if person_id != self.organiser_id:
            raise Forbidden("This venue is somebody else's to change")

    def edit(self, premises: Premises) -> Self:
        """Return it as somebody says now; unchanged when that is what was known."""
        edited = replace(self, **_said(premises))
        return self if edited == self else replace(edited, version=self.version + 1)

    def is_billed_as(self, other: Premises) -> bool:
        """Whether what is told of it with each performance is the same."""
        return (self.name, self.city, self.time_zone) == (other.name, other.city, other.time_zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueEntry:
    """A venue in a list: without its map, which may be large."""

    venue_id: UUID
    version: int
    organiser_id: UUID
    name: str
    city: str
    address: str
    time_zone: str
    latitude: float | None
    longitude: float | None
    accessibility: str
    capacity: int


def _said(premises: Premises) -> Mapping[str, Any]:
    return {field.name: getattr(premises, field.name) for field in fields(Premises)}
