"""What goes over HTTP about reviews: texts, and who sees what of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field

from boxoffice.events.reviews import ReviewStatus
from boxoffice.kit.auth import Person
from boxoffice.kit.errors import BadInput
from boxoffice.kit.http.wire import Body, Prose, View
from boxoffice.kit.limits import Limit
from boxoffice.services.reviews.model import (
    LONGEST_COMPLAINT,
    LONGEST_TEXT,
    MOST_STARS,
    Past,
    Review,
)

# A field that is not there when there is nothing to say.
IF_KNOWN: Any = Field(exclude_if=lambda value: value is None)
Text = Annotated[Prose, Field(min_length=1, max_length=LONGEST_TEXT)]
Stars = Annotated[int | None, Field(ge=1, le=MOST_STARS)]
Complaint = Annotated[Prose, Field(min_length=1, max_length=LONGEST_COMPLAINT)]

# For one person: each text and report may be work for moderators, and each vote is told to all.
TEXTS = Limit("texts", at_once=20, every=timedelta(minutes=1))
REPORTS = Limit("reports", at_once=20, every=timedelta(minutes=1))
VOTES = Limit("votes", at_once=60, every=timedelta(seconds=5))


class ReviewDraft(Body):
    """What somebody writes about a show or a ticket; with stars it is a review."""

    show_id: UUID | None = None
    ticket_id: UUID | None = None
    text: Text
    stars: Stars = None

    def write(self, review_id: UUID, author_id: UUID, at: datetime) -> Review:
        """Return it as a review. BadInput unless it is about one thing, for stars on a ticket."""
        require_one(self.show_id, self.ticket_id)
        return Review.write(
            review_id,
            author_id,
            text=self.text,
            at=at,
            show_id=self.show_id,
            ticket_id=self.ticket_id,
            stars=self.stars,
        )


class ReviewEdit(Body):
    """What a review shall say; without stars it has none."""

    text: Text
    stars: Stars = None
    version: Annotated[
        int | None, Field(ge=0, description="one seen; refused if it had another text")
    ] = None


class Reply(Body):
    """What the organiser of a show, or the seller of a ticket, says to a text."""

    text: Text


class Report(Body):
    """Why a text should not be there."""

    reason: Complaint


class ReviewView(View):
    """A text about a show or a ticket; `reason` is told its author and moderators alone."""

    id: UUID
    version: int
    show_id: Annotated[UUID | None, IF_KNOWN] = None
    ticket_id: Annotated[UUID | None, IF_KNOWN] = None
    reply_to: Annotated[UUID | None, IF_KNOWN] = None
    author_id: UUID
    text: str
    text_version: int
    stars: Annotated[int | None, IF_KNOWN] = None
    status: ReviewStatus
    reason: Annotated[str | None, IF_KNOWN] = None
    helpful: int
    written_at: datetime
    edited_at: Annotated[datetime | None, IF_KNOWN] = None

    @classmethod
    def of(cls, review: Review, person: Person | None) -> Self:
        """Return what this person sees of a review."""
        return cls(
            id=review.review_id,
            version=review.version,
            show_id=review.show_id,
            ticket_id=review.ticket_id,
            reply_to=review.reply_to,
            author_id=review.author_id,
            text=review.text,
            text_version=review.text_version,
            stars=review.stars,
            status=review.status,
            reason=review.reason if review.tells_why_to(person) else None,
            helpful=review.helpful,
            written_at=review.written_at,
            edited_at=review.edited_at,
        )


class ReviewsView(View):
    """Texts about a show or a ticket, newest first; replies stand among them."""

    items: Sequence[ReviewView]
    next: UUID | None


class PastView(View):
    """What a review said, from a time on."""

    text_version: int
    text: str
    stars: Annotated[int | None, IF_KNOWN] = None
    at: datetime

    @classmethod
    def of(cls, past: Past) -> Self:
        """Return the view of what a review said."""
        return cls(text_version=past.text_version, text=past.text, stars=past.stars, at=past.at)


class HistoryView(View):
    """What a review says and said, newest first."""

    items: Sequence[PastView]


class HelpfulView(View):
    """How many find a review helpful."""

    helpful: int


def require_one(show_id: UUID | None, ticket_id: UUID | None) -> UUID:
    """Return which of them there is. BadInput unless it is one."""
    if show_id is not None and ticket_id is not None:
        raise BadInput("Name a show or a ticket, not both", field="ticketId")
    subject_id = show_id or ticket_id
    if subject_id is None:
        raise BadInput("Name a show or a ticket", field="showId")
    return subject_id
