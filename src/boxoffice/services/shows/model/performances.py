"""A performance: a show at a venue at a time, and what may be done with it.

draft ──published──> published <──new date── postponed; both of these ──> cancelled, which is final
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, Self, TypeAlias
from uuid import UUID

from boxoffice.events.shows import PerformanceState, Section
from boxoffice.kit.errors import BadInput, Conflict, Forbidden
from boxoffice.services.shows.model.shows import Genre, Picture, Show
from boxoffice.services.shows.model.venues import Venue

State: TypeAlias = Literal["draft"] | PerformanceState
MOST_TO_COME = 1_000  # performances of a show: three a day for a year; a new title is said of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When one plays, from when on it is sold, and for how much."""

    starts_at: datetime
    doors_at: datetime | None = None
    on_sale_at: datetime | None = None  # None: on publication
    prices: Mapping[str, int]  # minor units by the name of a section


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceEntry(Terms):
    """A performance in a list: without its map, which may be large."""

    performance_id: UUID
    state: State
    currency: str
    capacity: int
    venue_id: UUID
    venue: str
    city: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Performance(PerformanceEntry):
    """A performance with its map, and what is told with it of its show and its venue.

    The map of a draft is the venue's present one, without prices. From publication on it is the
    performance's own. While it is postponed its new date is unknown, and `starts_at` the old one.
    """

    version: int = 0
    show_id: UUID
    organiser_id: UUID
    sections: tuple[Section, ...]
    title: str
    genre: Genre
    pictures: tuple[Picture, ...] = ()
    address: str
    latitude: float | None = None
    longitude: float | None = None
    accessibility: str
    source: str | None = None  # where it was imported from, and as what
    source_id: str | None = None

    @classmethod
    def plan(
        cls,
        performance_id: UUID,
        show: Show,
        venue: Venue,
        terms: Terms,
        currency: str,
        *,
        source: str | None = None,
        source_id: str | None = None,
    ) -> Self:
        """Return a draft. BadInput when the prices are not those of the venue's sections."""
        _require_prices(venue.sections, terms.prices)
        return cls(
            performance_id=performance_id,
            show_id=show.show_id,
            organiser_id=show.organiser_id,
            state="draft",
            starts_at=terms.starts_at,
            doors_at=terms.doors_at,
            on_sale_at=terms.on_sale_at,
            prices=terms.prices,
            currency=currency,
            sections=venue.sections,
            capacity=venue.capacity,
            title=show.title,
            genre=show.genre,
            pictures=show.pictures,
            venue_id=venue.venue_id,
            venue=venue.name,
            city=venue.city,
            time_zone=venue.time_zone,
            address=venue.address,
            latitude=venue.latitude,
            longitude=venue.longitude,
            accessibility=venue.accessibility,
            source=source,
            source_id=source_id,
        )

    def require_organiser(self, person_id: UUID) -> None:
        """Forbidden to everyone but its organiser."""
        if person_id != self.organiser_id:
            raise Forbidden("This performance is somebody else's")

    def drop(self) -> Self:
        """Return what is said last of a draft. Conflict when it is published, and may be sold."""
        if self.state != "draft":
            raise Conflict("What is published cannot be deleted; cancel it")
        return replace(self, version=self.version + 1)

    def publish(self, at: datetime) -> Self:
        """Return it published, with the map and the prices of this moment; once is enough.

        Conflict when its start is past, when its prices are not those of the map, and when it is
        postponed or cancelled.
        """
        if self.state == "published":
            return self
        self._require_not_cancelled()
        if self.state == "postponed":
            raise Conflict("This performance is postponed; give it its new date instead")
        if self.starts_at <= at:
            raise Conflict("Its start is past; give it another one first", field="startsAt")
        fault = _fault(self.sections, self.prices)
        if fault:
            raise Conflict(f"The venue has another map now: {fault}", field="prices")
        return self._next(
            state="published",
            on_sale_at=self.on_sale_at or at,
            sections=_priced(self.sections, self.prices),
        )

    def change(self, terms: Terms) -> Self:
        """Return it on other terms; unchanged when these are its terms.

        What is published keeps the time of its sale where none is given. BadInput when the prices
        are not those of its sections. Conflict when it is postponed or cancelled, and for another
        date of what is published.
        """
        self._require_not_cancelled()
        if self.state == "postponed":
            raise Conflict("This performance is postponed; give it its new date first")
        if self.state == "draft":
            _require_prices(self.sections, terms.prices)
            return self._next(
                starts_at=terms.starts_at,
                doors_at=terms.doors_at,
                on_sale_at=terms.on_sale_at,
                prices=terms.prices,
            )
        if terms.starts_at != self.starts_at:
            raise Conflict("Postpone it to give it another date", field="startsAt")
        _require_prices(self.sections, terms.prices)
        return self._next(
            doors_at=terms.doors_at,
            on_sale_at=terms.on_sale_at or self.on_sale_at,
            prices=terms.prices,
            sections=_priced(self.sections, terms.prices),
        )

    def postpone(self, starts_at: datetime | None, doors_at: datetime | None) -> Self:
        """Return it on another date, or without one, which stops its sale; once is enough.

        Conflict for a draft, for what is cancelled, and when its sale would begin after its start.
        """
        self._require_not_cancelled()
        if self.state == "draft":
            raise Conflict("A draft is edited, not postponed")
        if starts_at is None:
            return self._next(state="postponed", doors_at=None)
        return self._next(state="published", starts_at=starts_at, doors_at=doors_at)

    def cancel(self) -> Self:
        """Return it cancelled, for good; once is enough. Conflict for a draft."""
        if self.state == "draft":
            raise Conflict("A draft is deleted, not cancelled")
        return self if self.state == "cancelled" else self._next(state="cancelled")

    def _next(self, **changes: Any) -> Self:
        """Return its next version; itself when nothing changes."""
        changed = replace(self, **changes)
        if changed == self:
            return self
        if changed.doors_at and changed.doors_at >= changed.starts_at:
            raise Conflict("Doors open before the start", field="doorsAt")
        if changed.on_sale_at and changed.on_sale_at >= changed.starts_at:
            raise Conflict("The sale begins before the start", field="onSaleAt")
        return replace(changed, version=self.version + 1)

    def _require_not_cancelled(self) -> None:
        if self.state == "cancelled":
            raise Conflict("This performance is cancelled, for good")


def require_to_come(starts_at: datetime | None, at: datetime) -> None:
    """BadInput for a new date that is past."""
    if starts_at is not None and starts_at <= at:
        raise BadInput("A new date is in the future", field="startsAt")


def _require_prices(sections: Sequence[Section], prices: Mapping[str, int]) -> None:
    fault = _fault(sections, prices)
    if fault:
        raise BadInput(fault, field="prices")


def _fault(sections: Sequence[Section], prices: Mapping[str, int]) -> str:
    """Say which prices are missing, and which are of no section; nothing when all is well."""
    names = [section.name for section in sections]
    missing = [name for name in names if name not in prices]
    unknown = [name for name in prices if name not in names]
    faults = [f"There is no price for {', '.join(missing)}"] if missing else []
    faults += [f"There is no section {', '.join(unknown)}"] if unknown else []
    return "; ".join(faults)


def _priced(sections: Sequence[Section], prices: Mapping[str, int]) -> tuple[Section, ...]:
    return tuple(
        section.model_copy(update={"price_minor": prices[section.name]}) for section in sections
    )
