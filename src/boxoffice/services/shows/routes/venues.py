"""What HTTP may ask of venues."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, Self
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import Query
from pydantic import AfterValidator, Field

from boxoffice.kit import clock
from boxoffice.kit.auth import require
from boxoffice.kit.errors import Unauthenticated
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, MaybeMe, Me, Now, Router, allow, refuses, takes
from boxoffice.kit.http.wire import Body, Line, View
from boxoffice.services.shows import commands, model, store
from boxoffice.services.shows.model import Premises, Venue, VenueEntry
from boxoffice.services.shows.routes.maps import SectionDraft, SectionView
from boxoffice.services.shows.routes.wire import IF_KNOWN, Text

router = Router()
LARGEST_BODY_BYTES = 1024 * 1024  # 100,000 seats, each with a name


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _time_zone(name: str) -> str:
    if name not in _time_zones():
        raise ValueError("This is no time zone, such as Europe/Berlin")
    return name


def _map(sections: Sequence[SectionDraft]) -> Sequence[SectionDraft]:
    model.draw([section.plan() for section in sections])
    return sections


class VenueDraft(Body):
    """What an organiser says of a venue."""

    name: Annotated[Line, Field(min_length=1, max_length=200)]
    city: Annotated[Line, Field(min_length=1, max_length=100)]
    address: Annotated[Line, Field(max_length=300)] = ""
    time_zone: Annotated[Line, Field(max_length=100), AfterValidator(_time_zone)]
    latitude: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None
    accessibility: Annotated[Text, Field(max_length=2_000)] = ""
    sections: Annotated[
        Sequence[SectionDraft],
        Field(min_length=1, max_length=model.MOST_SECTIONS),
        AfterValidator(_map),
    ]
    version: Annotated[int | None, Field(ge=0, description="the one seen; refused if stale")] = None

    def premises(self) -> Premises:
        """Return what is said, with every place where it is on the plan."""
        return Premises(
            name=self.name,
            city=self.city,
            address=self.address,
            time_zone=self.time_zone,
            latitude=self.latitude,
            longitude=self.longitude,
            accessibility=self.accessibility,
            sections=model.draw([section.plan() for section in self.sections]),
        )


class VenueSummary(View):
    """A venue in a list."""

    id: UUID
    version: int
    name: str
    city: str
    address: str
    time_zone: str
    latitude: Annotated[float | None, IF_KNOWN] = None
    longitude: Annotated[float | None, IF_KNOWN] = None
    accessibility: str
    organiser_id: UUID
    capacity: int

    @classmethod
    def of(cls, venue: Venue | VenueEntry) -> Self:
        """Return the view of a venue, but for its map."""
        return cls(**_fields(venue))


class VenueView(VenueSummary):
    """A venue as everyone sees it."""

    sections: Sequence[SectionView]

    @classmethod
    def whole(cls, venue: Venue) -> Self:
        """Return the view of a venue with its map."""
        sections = [SectionView.of(section) for section in venue.sections]
        return cls(**_fields(venue), sections=sections)


class VenuesView(View):
    """Venues, the newest first."""

    items: Sequence[VenueSummary]
    next: UUID | None


@router.post("/api/venues", status_code=201)
@allow("organiser", verified=True)
@takes(LARGEST_BODY_BYTES)
async def post_venue(draft: VenueDraft, me: Me, db: Db) -> VenueView:
    """Add a venue, which every organiser may then use."""
    venue = Venue.open(clock.new_id(), me.id, draft.premises())
    return VenueView.whole(await commands.open_venue(db, venue))


@router.get("/api/venues")
@allow("anyone")
@refuses(Unauthenticated)
async def get_venues(
    db: Db,
    me: MaybeMe,
    page: Paging,
    organiser: Annotated[Literal["me"] | None, Query(description="one's own alone")] = None,
) -> VenuesView:
    """Return venues, or one's own, without their maps; newest first."""
    of = require(me).id if organiser else None
    found = await store.select_venues(db, of, page.after, page.fetch)
    shown = page.cut(found)
    return VenuesView(
        items=[VenueSummary.of(venue) for venue in shown],
        next=page.next(found, shown[-1].venue_id) if shown else None,
    )


@router.get("/api/venues/{venue_id}")
@allow("anyone")
async def get_venue(venue_id: UUID, db: Db) -> VenueView:
    """Return one venue, with its map."""
    return VenueView.whole(await commands.get_venue(db, venue_id))


@router.put("/api/venues/{venue_id}")
@allow("organiser", verified=True)
@takes(LARGEST_BODY_BYTES)
async def put_venue(venue_id: UUID, draft: VenueDraft, me: Me, db: Db, now: Now) -> VenueView:
    """Change a venue. Performances that are published keep the map of their publication."""
    venue = await commands.get_own_venue(db, venue_id, me.id)
    return VenueView.whole(
        await commands.edit_venue(db, venue, draft.premises(), draft.version, now)
    )


def _fields(venue: Venue | VenueEntry) -> Mapping[str, Any]:
    return {
        "id": venue.venue_id,
        "version": venue.version,
        "name": venue.name,
        "city": venue.city,
        "address": venue.address,
        "time_zone": venue.time_zone,
        "latitude": venue.latitude,
        "longitude": venue.longitude,
        "accessibility": venue.accessibility,
        "organiser_id": venue.organiser_id,
        "capacity": venue.capacity,
    }
