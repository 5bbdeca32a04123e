"""What HTTP may ask of one show; to find some is the business of the search."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from boxoffice.kit import clock
from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.routing import Db, MaybeMe, Me, Now, Router, allow
from boxoffice.kit.http.wire import LIST_LARGEST, Body, Line, View
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.services.shows import commands, model, store
from boxoffice.services.shows.model import Billing, Genre, PerformanceEntry, Show
from boxoffice.services.shows.routes.wire import (
    IF_KNOWN,
    PerformanceSummary,
    Text,
    sees_drafts,
)

router = Router()
LONGEST_CAST_LIST = model.MOST_CAST * (model.LONGEST_NAME + 2)  # characters, as one text


def _names(cast: object) -> object:
    """Return the names of a list, or of a text with commas, without those that are empty."""
    if isinstance(cast, str) and len(cast) <= LONGEST_CAST_LIST:
        return [name for name in map(str.strip, cast.split(",")) if name]
    return cast


Name = Annotated[Line, Field(min_length=1, max_length=model.LONGEST_NAME)]
Cast = Annotated[
    Sequence[Name],
    Field(max_length=model.MOST_CAST),
    BeforeValidator(_names),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "array",
                    "maxItems": model.MOST_CAST,
                    "items": {"type": "string", "minLength": 1, "maxLength": model.LONGEST_NAME},
                },
                {"type": "string", "description": "names with commas between"},
            ]
        }
    ),
]


class ShowDraft(Body):
    """What an organiser says of a show."""

    title: Annotated[Line, Field(min_length=1, max_length=model.LONGEST_TITLE)]
    genre: Genre
    story: Annotated[Text, Field(max_length=model.LONGEST_STORY)] = ""
    cast: Cast = ()
    running_minutes: Annotated[int | None, Field(ge=1, le=model.LONGEST_RUN_MINUTES)] = None
    age: Annotated[int | None, Field(ge=0, le=model.OLDEST)] = None
    version: Annotated[int | None, Field(ge=0, description="the one seen; refused if stale")] = None

    def billing(self) -> Billing:
        """Return what is said."""
        return Billing(
            title=self.title,
            genre=self.genre,
            story=self.story,
            cast=tuple(self.cast),
            running_minutes=self.running_minutes,
            age=self.age,
        )


class ShowView(View):
    """A show with its performances: those to come by date, then those that are past."""

    id: UUID
    version: int
    title: str
    genre: Genre
    story: str
    cast: Sequence[str]
    running_minutes: Annotated[int | None, IF_KNOWN] = None
    age: Annotated[int | None, IF_KNOWN] = None
    organiser_id: UUID
    poster: PictureView | None
    pictures: Sequence[PictureView]
    performances: Sequence[PerformanceSummary]

    @classmethod
    def of(cls, show: Show, performances: Sequence[PerformanceEntry]) -> Self:
        """Return the view of a show."""
        return cls(
            id=show.show_id,
            version=show.version,
            title=show.title,
            genre=show.genre,
            story=show.story,
            cast=show.cast,
            running_minutes=show.running_minutes,
            age=show.age,
            organiser_id=show.organiser_id,
            poster=PictureView.of(show.poster) if show.poster else None,
            pictures=[PictureView.of(picture) for picture in show.pictures],
            performances=[PerformanceSummary.of(performance) for performance in performances],
        )


@router.post("/api/shows", status_code=201)
@allow("organiser", verified=True)
async def post_show(draft: ShowDraft, me: Me, db: Db) -> ShowView:
    """Add a show. Others see it once a performance of it is published."""
    show = Show.bill(clock.new_id(), me.id, draft.billing())
    return ShowView.of(await commands.bill_show(db, show), [])


@router.get("/api/shows/{show_id:uuid}")  # what else stands there is a name, and no show
@allow("anyone")
async def get_show(show_id: UUID, db: Db, me: MaybeMe, now: Now) -> ShowView:
    """Return one show with its performances; drafts and what is past to its organiser alone."""
    show = await commands.get_show(db, show_id)
    sees_all = sees_drafts(me, show.organiser_id)
    if not show.is_announced and not sees_all:
        raise NotFound("There is no such show")
    performances = await store.select_performances_of(
        db, show_id, all_of_them=sees_all, at=now, limit=LIST_LARGEST
    )
    return ShowView.of(show, performances)


@router.put("/api/shows/{show_id:uuid}")
@allow("organiser", verified=True)
async def put_show(show_id: UUID, draft: ShowDraft, me: Me, db: Db, now: Now) -> ShowView:
    """Change a show. A new title is told to whoever has a ticket for what is to come."""
    show = await commands.get_own_show(db, show_id, me.id)
    edited = await commands.edit_show(db, show, draft.billing(), draft.version, now)
    performances = await store.select_performances_of(
        db, show_id, all_of_them=True, at=now, limit=LIST_LARGEST
    )
    return ShowView.of(edited, performances)
