"""What HTTP may ask to find shows: by words, dates, places and prices, and by how they sell."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query, Response
from pydantic import BeforeValidator, Field, WithJsonSchema

from boxoffice.events.shows import Genre
from boxoffice.kit.auth import require
from boxoffice.kit.errors import BadInput, Forbidden, Unauthenticated
from boxoffice.kit.http.routing import Db, Here, MaybeMe, Now, Router, allow, refuses
from boxoffice.kit.http.wire import LIST_LARGEST, PRICE_LARGEST, Body, Line, View
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.services.query import commands, store
from boxoffice.services.query.model.search import LONGEST_CURSOR, Cursor, Search, Sort, Spot
from boxoffice.services.query.model.words import asked_for

router = Router()
LONGEST_QUESTION = 100  # characters to look for
LIST_DEFAULT = 20  # shows a page, each with its poster
IF_KNOWN: Any = Field(exclude_if=lambda value: value is None)  # a field that may be missing
_DIGITS = re.compile(r"\d+(\.\d+)?", re.ASCII)


def _unless_blank(text: object) -> object:
    """Return what a field of a form has; None where it was left empty."""
    return None if isinstance(text, str) and not text.strip() else text


def _plain(amount: object) -> object:
    if isinstance(amount, str) and not _DIGITS.fullmatch(amount.strip()):
        raise ValueError("This must be a number")
    return amount


IF_GIVEN = BeforeValidator(_unless_blank)
# A price as the market has it, or 0: free of charge.
Amount = Annotated[
    Decimal,
    Field(ge=0, le=PRICE_LARGEST, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_plain),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": float(PRICE_LARGEST), "multipleOf": 0.01}
    ),
]


class Question(Body):
    """What somebody looks for. What is left empty counts as not given."""

    q: Annotated[Line | None, Field(max_length=LONGEST_QUESTION), IF_GIVEN] = Field(
        None, description="words of the title, the cast, the venue or the city; all must be there"
    )
    genre: Annotated[Genre | None, IF_GIVEN] = None
    city: Annotated[Line | None, Field(max_length=100), IF_GIVEN] = None
    first_day: Annotated[date | None, IF_GIVEN] = Field(
        None, alias="from", description="where the venue is"
    )
    last_day: Annotated[date | None, IF_GIVEN] = Field(
        None, alias="to", description="where the venue is, and still wanted"
    )
    min_price: Annotated[Amount | None, IF_GIVEN] = Field(
        None, description="of a place, in the currency of its performance"
    )
    max_price: Annotated[Amount | None, IF_GIVEN] = None
    available: Annotated[bool | None, IF_GIVEN] = Field(
        None, description="with a place that is free"
    )
    sort: Annotated[Sort | None, IF_GIVEN] = Field(
        None, description="by the next date (the usual), by age, or by seats sold lately"
    )
    organiser: Literal["me"] | None = Field(
        None, description="all of one's own instead, with drafts, the newest first"
    )
    after: Annotated[str | None, Field(max_length=LONGEST_CURSOR)] = Field(
        None, description="the `next` of the page before"
    )
    limit: Annotated[int, Field(ge=1, le=LIST_LARGEST)] = LIST_DEFAULT

    @property
    def order(self) -> Sort:
        """How the list is sorted."""
        return "newest" if self.organiser else self.sort or "date"

    @property
    def spot(self) -> Spot | None:
        """Where the page before ends. BadInput when `after` is no `next` of such a list."""
        return Cursor.read(self.after, self.order).spot if self.after is not None else None

    def search(self, at: datetime) -> Search:
        """Return it as the model knows it. BadInput when it ends before it begins."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise BadInput("This is before `from`", field="to")
        low, high = self.min_price, self.max_price
        if low is not None and high is not None and high < low:
            raise BadInput("This is less than `minPrice`", field="maxPrice")
        return Search(
            at=at,
            words=None if self.q is None else asked_for(self.q),
            genre=self.genre,
            city=self.city,
            first_day=self.first_day,
            last_day=self.last_day,
            lowest=self.min_price,
            highest=self.max_price,
            available=self.available or False,
        )


class Wanted(Body):
    """Of which day best sellers are wanted."""

    day: date | None = Field(None, description="of UTC; today's if not given")


class ShowCard(View):
    """A show in a list, with what is to come of it and matches: the next venue, how many, when.

    Dates are missing while all is postponed to days that are not known; venue, dates and price
    are where one's own show has no performance to come; `free` is while nobody has counted.
    """

    id: UUID
    title: str
    genre: Genre
    poster: PictureView | None
    cast: Sequence[str]
    venue: Annotated[str | None, IF_KNOWN] = None
    city: Annotated[str | None, IF_KNOWN] = None
    time_zone: Annotated[str | None, IF_KNOWN] = None
    first_at: Annotated[datetime | None, IF_KNOWN] = None
    last_at: Annotated[datetime | None, IF_KNOWN] = None
    performances: int
    price_from: Annotated[float | None, IF_KNOWN] = None
    currency: Annotated[str | None, IF_KNOWN] = None
    free: Annotated[int | None, IF_KNOWN] = None
    seats_sold: Annotated[int, Field(description="in the last seven days")]


class Copied(View):
    """What is put together from copies: until `as_of`, all news is in them."""

    as_of: datetime | None


class ShowsView(Copied):
    """Shows, a page at a time."""

    items: Sequence[ShowCard]
    next: str | None


class BestSeller(View):
    """A show that sold well on a day, and how many seats that were."""

    rank: int
    seats: int
    show: ShowCard


class BestSellersView(Copied):
    """What sold best on a day (UTC)."""

    day: date
    items: Sequence[BestSeller]


class CityView(View):
    """A city, and how many shows are to come there."""

    city: str
    shows: int


class CitiesView(Copied):
    """Cities with something to come, most of it first."""

    items: Sequence[CityView]


@router.get("/api/shows", response_model=ShowsView)
@allow("anyone")
@refuses(Unauthenticated, Forbidden)
async def get_shows(
    question: Annotated[Question, Query()], here: Here, db: Db, me: MaybeMe, now: Now
) -> Response:
    """Return shows of which something is to come that matches all that is given, or one's own."""
    if question.organiser:
        own = commands.find_own_shows(db, require(me), now, question.spot, question.limit)
        return _json(await own)
    search, spot = question.search(now), question.spot
    find = partial(commands.find_shows, db, search, question.order, spot, question.limit)
    return _json(await here.outside.once(question, find))


@router.get("/api/shows/bestsellers", response_model=BestSellersView)
@allow("anyone")
async def get_best_sellers(
    wanted: Annotated[Wanted, Query()], here: Here, db: Db, now: Now
) -> Response:
    """Return the shows that sold most seats on a day, ten at the most."""
    find = partial(store.select_best_sellers, db, wanted.day or now.date(), now)
    return _json(await here.outside.once(wanted, find))


@router.get("/api/cities", response_model=CitiesView)
@allow("anyone")
async def get_cities(here: Here, db: Db) -> Response:
    """Return the cities with something to come, 200 at the most."""
    return _json(await here.outside.once("cities", partial(store.select_cities, db)))


def _json(body: str) -> Response:
    """Return what the database has written, as it is."""
    return Response(body, media_type="application/json")
