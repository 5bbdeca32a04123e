"""What reviews says: what people write about shows and tickets, and what became of it."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event

ReviewStatus = Literal["pending", "approved", "rejected", "withdrawn"]


class ReviewState(Event):
    """A text as it is after what the event's name says: on a show, or on a ticket of the market.

    With stars it is a review, by somebody who was there; with `reply_to` it is what the organiser
    or the seller says to another text. `text_version` counts its edits; each is judged anew. Of a
    withdrawn one the text is empty.
    """

    publisher: ClassVar[str] = "reviews"
    about: ClassVar[str] = "review_id"

    review_id: UUID
    version: int
    author_id: UUID
    show_id: UUID | None
    ticket_id: UUID | None
    reply_to: UUID | None
    text: str
    text_version: int
    stars: int | None
    status: ReviewStatus
    reason: str | None  # why it is rejected, for its author
    helpful: int  # how many found it so
    written_at: datetime
    edited_at: datetime | None


class ReviewWritten(ReviewState):
    """Somebody wrote it; nobody else sees it before it is approved."""


class ReviewEdited(ReviewState):
    """It says something else now, and is pending again."""


class ReviewUpdated(ReviewState):
    """Moderation has spoken of it, or somebody found it helpful, or no more."""


class ReviewWithdrawn(ReviewState):
    """Its author took it back."""


class ReviewReported(ReviewState):
    """Somebody thinks that it should not be there."""

    reporter_id: UUID
    complaint: str
