"""What can be done with what people write: it is written, edited, answered, liked and reported."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from uuid import UUID

from boxoffice.events.reviews import (
    ReviewEdited,
    ReviewReported,
    ReviewUpdated,
    ReviewWithdrawn,
    ReviewWritten,
)
from boxoffice.kit.auth import Person
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import Forbidden, NotFound
from boxoffice.kit.lag import once_known
from boxoffice.services.reviews import store
from boxoffice.services.reviews.model import NO_SUCH_REVIEW, Past, Review, Subject


async def write_review(db: Database, review: Review) -> None:
    """Add what somebody wrote.

    NotFound when what it is about stays unknown for a second, Forbidden for stars by who was not
    there when it was written, Conflict for stars on a show that its author gave some before.
    """
    await once_known(partial(_get_subject, db, review.show_id, review.ticket_id))
    async with db.transaction() as tx:
        if review.stars is not None:
            await _require_was_there(tx, review, review.written_at)
        await _add(tx, review)


async def reply_to(
    db: Database, parent_id: UUID, reply_id: UUID, person: Person, text: str, at: datetime
) -> Review:
    """Add what the organiser, or the seller, says to a text, and return it.

    NotFound when they do not see it, Forbidden to others, Conflict unless it is approved and no
    reply itself.
    """
    async with db.transaction() as tx:
        parent = await store.select_review_for_update(tx, parent_id)
        if parent is None or not parent.is_seen_by(person):
            raise NotFound(NO_SUCH_REVIEW)
        subject = await _get_subject(tx, parent.show_id, parent.ticket_id)
        subject.require_owner(person.id)
        parent.require_answerable()
        reply = Review.write(
            reply_id,
            person.id,
            text=text,
            at=at,
            show_id=parent.show_id,
            ticket_id=parent.ticket_id,
            reply_to=parent.review_id,
        )
        await _add(tx, reply)
    return reply


async def edit_review(
    db: Database,
    review_id: UUID,
    person: Person,
    text: str,
    stars: int | None,
    version: int | None,
    at: datetime,
) -> Review:
    """Have a review say something else and return it; nothing happens when it says that already.

    NotFound, Forbidden to others; StaleVersion when its author saw another text; for other stars
    than it has as for new ones.
    """
    async with db.transaction() as tx:
        review = await _get_own(tx, review_id, person)
        edited = review.edit(text, stars, at)
        if edited is review:
            return review
        review.require_seen(version)
        if stars is not None and stars != review.stars:
            await _require_was_there(tx, review, at)
        await store.update_review(tx, edited)
        await store.insert_text(tx, edited)
        await tx.emit(ReviewEdited.of(edited))
    return edited


async def withdraw_review(db: Database, review_id: UUID, person: Person) -> None:
    """Take a review back and erase what it said; once is enough. NotFound, Forbidden to others."""
    async with db.transaction() as tx:
        review = await _get_own(tx, review_id, person)
        withdrawn = review.withdraw()
        if withdrawn is not review:
            await store.update_review(tx, withdrawn)
            await store.delete_texts(tx, review_id)
            await tx.emit(ReviewWithdrawn.of(withdrawn))


async def find_helpful(db: Database, review_id: UUID, person: Person) -> int:
    """Count somebody among those who find a review helpful, once; return how many they are.

    NotFound unless everybody sees it, Conflict for its author.
    """
    async with db.transaction() as tx:
        review = await _get_others(tx, review_id, person)
        if await store.insert_vote(tx, review_id, person.id):
            review = review.vote(1)
            await store.update_review(tx, review)
            await tx.emit(ReviewUpdated.of(review))
    return review.helpful


async def find_helpful_no_more(db: Database, review_id: UUID, person: Person) -> None:
    """Count somebody no more among those who find a review helpful; refused as the vote is."""
    async with db.transaction() as tx:
        review = await _get_others(tx, review_id, person)
        if await store.delete_vote(tx, review_id, person.id):
            review = review.vote(-1)
            await store.update_review(tx, review)
            await tx.emit(ReviewUpdated.of(review))


async def report_review(
    db: Database, review_id: UUID, person: Person, complaint: str, at: datetime
) -> None:
    """Say what somebody has against a text, once for each text that it has had.

    NotFound unless everybody sees it, Conflict for its author.
    """
    async with db.transaction() as tx:
        review = await _get_others(tx, review_id, person)
        if await store.insert_report(tx, review, person.id, complaint, at):
            reported = review.report()
            await store.update_review(tx, reported)
            said = asdict(reported) | {"reporter_id": person.id, "complaint": complaint}
            await tx.emit(ReviewReported.model_validate(said))


async def get_review(db: Queries, review_id: UUID, person: Person | None) -> Review:
    """Return a review to whoever may see it; to others NotFound."""
    review = await store.select_review(db, review_id)
    if review is None or not review.is_seen_by(person):
        raise NotFound(NO_SUCH_REVIEW)
    return review


async def get_history(db: Queries, review_id: UUID, person: Person, limit: int) -> Sequence[Past]:
    """Return what a review says and said, newest first. NotFound, Forbidden to all but a few."""
    review = await get_review(db, review_id, person)
    if not review.tells_why_to(person):
        raise Forbidden("What it said before is for its author")
    return await store.select_texts(db, review_id, limit)


async def _add(tx: Tx, review: Review) -> None:
    await store.insert_review(tx, review)
    await store.insert_text(tx, review)
    await tx.emit(ReviewWritten.of(review))


async def _require_was_there(tx: Tx, review: Review, at: datetime) -> None:
    if not await store.select_was_there(tx, review.author_id, review.show_id, at):
        raise Forbidden("Stars are for those who were there; write without them")


async def _get_own(tx: Tx, review_id: UUID, person: Person) -> Review:
    """Return a review in every state to its author, who alone changes it now."""
    review = await store.select_review_for_update(tx, review_id)
    if review is None or not (person.id == review.author_id or review.is_seen_by(person)):
        raise NotFound(NO_SUCH_REVIEW)
    review.require_author(person.id)
    return review


async def _get_others(tx: Tx, review_id: UUID, person: Person) -> Review:
    """Return a review that this person may have a say on, which nobody else changes now."""
    review = await store.select_review_for_update(tx, review_id)
    if review is None or not review.is_seen_by(person):
        raise NotFound(NO_SUCH_REVIEW)
    review.require_others(person.id)
    return review


async def _get_subject(db: Queries, show_id: UUID | None, ticket_id: UUID | None) -> Subject:
    subject = await store.select_subject(db, show_id, ticket_id)
    if subject is None:
        raise NotFound(f"There is no such {'show' if show_id else 'ticket'}")
    return subject
