"""What HTTP may ask of performances."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Self, cast
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from boxoffice.kit import clock, money
from boxoffice.kit.errors import BadInput, NotFound
from boxoffice.kit.http.routing import Db, Here, MaybeMe, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, Instant
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.services.shows import commands, model
from boxoffice.services.shows.model import Genre, Performance, Terms
from boxoffice.services.shows.routes.maps import PlaceName, SectionView
from boxoffice.services.shows.routes.wire import (
    IF_KNOWN,
    Amount,
    PerformanceSummary,
    require_text,
    sees_drafts,
    summary_fields,
)

router = Router()
YEARS = range(1900, 2200)  # of a performance; further away nobody knows what the clock says


def _in_calendar(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise ValueError(f"This must be in a year from {YEARS[0]} to {YEARS[-1]}")
    return at


def _before_start(at: datetime | None, others: ValidationInfo) -> datetime | None:
    starts_at = others.data.get("starts_at")
    if at is not None and starts_at is not None and at >= starts_at:
        raise ValueError("This must be before the start")
    return at


def _readable(prices: object) -> object:
    """Refuse names that no answer could repeat."""
    names = cast("Mapping[object, object]", prices) if isinstance(prices, Mapping) else ()
    require_text("".join(map(str, names)))
    return cast("object", prices)


When = Annotated[Instant, AfterValidator(_in_calendar)]
Prices = Annotated[
    Mapping[PlaceName, Amount],
    Field(min_length=1, max_length=model.MOST_SECTIONS, description="by the name of a section"),
    BeforeValidator(_readable),
]


def _currency(currency: str | None) -> str | None:
    if currency in money.THOUSANDTHS:
        raise ValueError(f"{currency} has three decimals; prices here have two")
    return currency


class TermsDraft(Body):
    """When one plays, from when on it is sold, and for how much in each section."""

    starts_at: When
    doors_at: When | None = None
    on_sale_at: Annotated[When | None, Field(description="without it: on publication")] = None
    prices: Prices

    _ordered = field_validator("doors_at", "on_sale_at")(_before_start)

    def terms(self, currency: str) -> Terms:
        """Return what is said. BadInput when the currency has no such fraction."""
        return Terms(
            starts_at=self.starts_at,
            doors_at=self.doors_at,
            on_sale_at=self.on_sale_at,
            prices=_in_minor(self.prices, currency),
        )


class PerformanceDraft(TermsDraft):
    """What an organiser says of a new performance."""

    show_id: UUID
    venue_id: UUID
    currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$"), AfterValidator(_currency)] = None


class PerformanceEdit(TermsDraft):
    """What an organiser says of a performance later on."""

    version: Annotated[int | None, Field(ge=0, description="the one seen; refused if stale")] = None


class Postponement(Body):
    """The new date, if it is known; without one the sale stops until there is."""

    starts_at: When | None = None
    doors_at: When | None = None

    @field_validator("doors_at")
    @classmethod
    def _ordered(cls, at: datetime | None, others: ValidationInfo) -> datetime | None:
        if at is not None and others.data.get("starts_at", at) is None:
            raise ValueError("Doors open on a date that is known")
        return _before_start(at, others)


class PerformanceView(PerformanceSummary):
    """A performance as everyone sees it, with its map; a draft's is the venue's present one."""

    version: int
    show_id: UUID
    title: str
    genre: Genre
    organiser_id: UUID
    poster: PictureView | None
    address: str
    latitude: Annotated[float | None, IF_KNOWN] = None
    longitude: Annotated[float | None, IF_KNOWN] = None
    accessibility: str
    sections: Sequence[SectionView]

    @classmethod
    def whole(cls, performance: Performance) -> Self:
        """Return the view of a performance with its map."""
        summary = summary_fields(performance)
        poster = model.poster_of(performance.pictures)
        return cls(
            **summary,
            version=performance.version,
            show_id=performance.show_id,
            title=performance.title,
            genre=performance.genre,
            organiser_id=performance.organiser_id,
            poster=PictureView.of(poster) if poster else None,
            address=performance.address,
            latitude=performance.latitude,
            longitude=performance.longitude,
            accessibility=performance.accessibility,
            sections=[
                SectionView.of(section, summary["prices"].get(section.name))
                for section in performance.sections
            ],
        )


@router.post("/api/performances", status_code=201)
@allow("organiser", verified=True)
@refuses(NotFound)
async def post_performance(draft: PerformanceDraft, me: Me, here: Here) -> PerformanceView:
    """Plan a performance. Nobody else sees it before it is published."""
    show = await commands.get_show(here.db, draft.show_id)
    venue = await commands.get_venue(here.db, draft.venue_id)
    show.require_organiser(me.id)
    currency = draft.currency or here.settings.currency
    performance = Performance.plan(clock.new_id(), show, venue, draft.terms(currency), currency)
    return PerformanceView.whole(await commands.plan_performance(here.db, performance))


@router.get("/api/performances/{performance_id}")
@allow("anyone")
async def get_performance(performance_id: UUID, db: Db, me: MaybeMe) -> PerformanceView:
    """Return one performance, with its map; a draft to its organiser alone."""
    performance = await commands.get_performance(db, performance_id)
    if performance.state == "draft" and not sees_drafts(me, performance.organiser_id):
        raise NotFound("There is no such performance")
    return PerformanceView.whole(performance)


@router.put("/api/performances/{performance_id}")
@allow("organiser", verified=True)
async def put_performance(
    performance_id: UUID, edit: PerformanceEdit, me: Me, db: Db
) -> PerformanceView:
    """Change when it is sold and for how much, and of a draft, when it is."""
    performance = await commands.get_own_performance(db, performance_id, me.id)
    terms = edit.terms(performance.currency)
    return PerformanceView.whole(
        await commands.change_performance(db, performance_id, me.id, terms, edit.version)
    )


@router.delete("/api/performances/{performance_id}", status_code=204)
@allow("organiser")
async def delete_performance(performance_id: UUID, me: Me, db: Db) -> None:
    """Forget a draft."""
    await commands.delete_draft(db, performance_id, me.id)


@router.put("/api/performances/{performance_id}/publication")
@allow("organiser", verified=True)
async def put_publication(performance_id: UUID, me: Me, db: Db, now: Now) -> PerformanceView:
    """Put a draft on sale, with the map and the prices of this moment; once is enough."""
    return PerformanceView.whole(await commands.publish_performance(db, performance_id, me.id, now))


@router.put("/api/performances/{performance_id}/postponement")
@allow("organiser", verified=True)
async def put_postponement(
    performance_id: UUID, wanted: Postponement, me: Me, db: Db, now: Now
) -> PerformanceView:
    """Move it to another date, or to none yet; tickets stay good. Once is enough."""
    return PerformanceView.whole(
        await commands.postpone_performance(
            db, performance_id, me.id, wanted.starts_at, wanted.doors_at, now
        )
    )


@router.put("/api/performances/{performance_id}/cancellation")
@allow("organiser")
async def put_cancellation(performance_id: UUID, me: Me, db: Db) -> PerformanceView:
    """Cancel it, for good: whoever paid gets their money back. Once is enough."""
    return PerformanceView.whole(await commands.cancel_performance(db, performance_id, me.id))


def _in_minor(prices: Mapping[str, Decimal], currency: str) -> Mapping[str, int]:
    minor, wrong = dict[str, int](), dict[str, str]()
    for name, price in prices.items():
        try:
            minor[name] = money.to_minor(price, currency)
        except ValueError as error:
            wrong[f"prices.{name}"] = str(error)
    if wrong:
        raise BadInput(f"{currency} has no such fraction", fields=wrong)
    return minor
