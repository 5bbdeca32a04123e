"""What HTTP may ask of what people write about shows and tickets."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from boxoffice.kit import clock, limits
from boxoffice.kit.errors import NotFound, TooMany
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, MaybeMe, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import LIST_LARGEST
from boxoffice.services.reviews import commands, store
from boxoffice.services.reviews.routes.wire import (
    TEXTS,
    HistoryView,
    PastView,
    ReviewDraft,
    ReviewEdit,
    ReviewsView,
    ReviewView,
    require_one,
)

router = Router()


@router.post("/api/reviews", status_code=201)
@allow("member", verified=True)
@refuses(NotFound, TooMany)
async def post_review(draft: ReviewDraft, me: Me, here: Here, now: Now) -> ReviewView:
    """Write about a show or a ticket; stars are for those who were there."""
    review = draft.write(clock.new_id(), me.id, now)
    await limits.take(here, TEXTS, str(me.id), now)
    await commands.write_review(here.db, review)
    return ReviewView.of(review, me)


@router.get("/api/reviews")
@allow("anyone")
async def get_reviews(
    db: Db,
    me: MaybeMe,
    page: Paging,
    show_id: Annotated[UUID | None, Query(alias="showId")] = None,
    ticket_id: Annotated[UUID | None, Query(alias="ticketId")] = None,
) -> ReviewsView:
    """Return what is approved about a show or a ticket, and one's own; newest first."""
    subject_id = require_one(show_id, ticket_id)
    found = await store.select_of_subject(
        db, subject_id, me.id if me else None, page.after, page.fetch
    )
    shown = page.cut(found)
    return ReviewsView(
        items=[ReviewView.of(review, me) for review in shown],
        next=page.next(found, shown[-1].review_id) if shown else None,
    )


@router.get("/api/reviews/{review_id}")
@allow("anyone")
async def get_review(review_id: UUID, db: Db, me: MaybeMe) -> ReviewView:
    """Return what is approved, or one's own; to moderators anything."""
    return ReviewView.of(await commands.get_review(db, review_id, me), me)


@router.put("/api/reviews/{review_id}")
@allow("member", verified=True)
@refuses(TooMany)
async def put_review(review_id: UUID, edit: ReviewEdit, me: Me, here: Here, now: Now) -> ReviewView:
    """Have one's own review say something else; it waits for moderation again."""
    await limits.take(here, TEXTS, str(me.id), now)
    edited = await commands.edit_review(
        here.db, review_id, me, edit.text, edit.stars, edit.version, now
    )
    return ReviewView.of(edited, me)


@router.delete("/api/reviews/{review_id}", status_code=204)
@allow("member")
async def delete_review(review_id: UUID, me: Me, db: Db) -> None:
    """Take back one's own review; what it said is erased."""
    await commands.withdraw_review(db, review_id, me)


@router.get("/api/reviews/{review_id}/history")
@allow("member")
async def get_review_history(review_id: UUID, me: Me, db: Db) -> HistoryView:
    """Return what one's own review says and said, newest first; the last 200 texts."""
    found = await commands.get_history(db, review_id, me, LIST_LARGEST)
    return HistoryView(items=[PastView.of(past) for past in found])
