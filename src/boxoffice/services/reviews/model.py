"""What people write about shows and tickets, and what may be done with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from boxoffice.events.moderation import Verdict
from boxoffice.events.reviews import ReviewStatus
from boxoffice.kit.auth import Person
from boxoffice.kit.errors import BadInput, Conflict, Forbidden, NotFound, StaleVersion

LONGEST_TEXT = 4_000  # characters; some two printed pages
LONGEST_COMPLAINT = 500  # characters; enough to say what is wrong
MOST_STARS = 5
MODERATOR = "moderator"  # the role that sees every text
NO_SUCH_REVIEW = "There is no such review"
ONE_WITH_STARS = "You have given this show stars already; edit that review"


@dataclass(frozen=True, slots=True)
class Subject:
    """A show or a ticket that can be written about, and whose it is."""

    owner_id: UUID  # the organiser, or the seller

    def require_owner(self, person_id: UUID) -> None:
        """Forbidden to everyone but whose it is."""
        if person_id != self.owner_id:
            raise Forbidden("Only who puts it on, or sells it, replies here")


@dataclass(frozen=True, slots=True)
class Past:
    """What a review said once, and since when."""

    text_version: int
    text: str
    stars: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A text about a show or a ticket. Moderation alone decides whether others see it."""

    review_id: UUID
    version: int
    author_id: UUID
    show_id: UUID | None
    ticket_id: UUID | None
    reply_to: UUID | None
    text: str
    text_version: int
    text_since: int  # the version in which the text became what it is
    stars: int | None
    status: ReviewStatus
    reason: str | None
    verdict_version: int | None  # of moderation's newest word about this text
    helpful: int
    written_at: datetime
    edited_at: datetime | None
    parent_status: ReviewStatus | None = None  # of what it replies to, when it was read

    @classmethod
    def write(
        cls,
        review_id: UUID,
        author_id: UUID,
        *,
        text: str,
        at: datetime,
        show_id: UUID | None = None,
        ticket_id: UUID | None = None,
        reply_to: UUID | None = None,
        stars: int | None = None,
    ) -> Self:
        """Return a new text, which nobody else sees yet. BadInput for stars on a ticket."""
        review = cls(
            review_id=review_id,
            version=0,
            author_id=author_id,
            show_id=show_id,
            ticket_id=ticket_id,
            reply_to=reply_to,
            text=text,
            text_version=0,
            text_since=0,
            stars=stars,
            status="pending",
            reason=None,
            verdict_version=None,
            helpful=0,
            written_at=at,
            edited_at=None,
        )
        review.require_takes(stars)
        return review

    @property
    def is_public(self) -> bool:
        """Whether everybody sees it: a reply only beside what it replies to."""
        return self.status == "approved" and self.parent_status in (None, "approved")

    def is_seen_by(self, person: Person | None) -> bool:
        """Whether this person sees it; its author and moderators see it in every state but one."""
        if self.status == "withdrawn":
            return False
        return self.is_public or self.tells_why_to(person)

    def tells_why_to(self, person: Person | None) -> bool:
        """Whether this person may know why it is rejected, and what it said before."""
        return person is not None and (person.id == self.author_id or person.may(MODERATOR))

    def require_author(self, person_id: UUID) -> None:
        """Forbidden to everyone but its author."""
        if person_id != self.author_id:
            raise Forbidden("This was written by somebody else")

    def require_others(self, person_id: UUID) -> None:
        """Conflict for its author, NotFound where others do not see it."""
        if person_id == self.author_id:
            raise Conflict("You wrote this yourself")
        if not self.is_public:
            raise NotFound(NO_SUCH_REVIEW)

    def require_answerable(self) -> None:
        """Conflict unless it is an approved text that is no reply itself."""
        if self.reply_to:
            raise Conflict("This is a reply; nobody replies to replies")
        if self.status != "approved":
            raise Conflict("This is not approved; reply once it is")

    def require_takes(self, stars: int | None) -> None:
        """BadInput for stars on what is not about a show."""
        if stars is not None and (self.ticket_id or self.reply_to):
            what = "Replies" if self.reply_to else "Tickets"
            raise BadInput(f"{what} take no stars; shows do", field="stars")

    def require_seen(self, version: int | None) -> None:
        """StaleVersion unless the version that somebody saw had the text that it has now.

        Votes and verdicts between make no other text.
        """
        if version is not None and not self.text_since <= version <= self.version:
            raise StaleVersion

    def edit(self, text: str, stars: int | None, at: datetime) -> Self:
        """Return it with another text, pending again; itself when it says that already.

        BadInput for stars on what takes none, Conflict when it was withdrawn.
        """
        self.require_takes(stars)
        if self.status == "withdrawn":
            raise Conflict("This was withdrawn; write another")
        if (text, stars) == (self.text, self.stars):
            return self
        return replace(
            self,
            version=self.version + 1,
            text=text,
            text_version=self.text_version + 1,
            text_since=self.version + 1,
            stars=stars,
            status="pending",
            reason=None,
            verdict_version=None,
            edited_at=at,
        )

    def withdraw(self) -> Self:
        """Return it without what it said; itself when it was withdrawn before."""
        if self.status == "withdrawn":
            return self
        return replace(
            self,
            version=self.version + 1,
            text="",
            text_since=self.version + 1,
            stars=None,
            status="withdrawn",
            reason=None,
            helpful=0,
        )

    def judge(
        self, text_version: int, verdict_version: int, status: Verdict, reason: str | None
    ) -> Self:
        """Return it as moderation wants it; itself when that is of another text, or no news.

        It is another version only when its status or reason is another. A reason is kept beside a
        rejection alone: copies show all of what everybody sees.
        """
        if self.status == "withdrawn" or text_version != self.text_version:
            return self
        if self.verdict_version is not None and verdict_version <= self.verdict_version:
            return self
        reason = reason if status == "rejected" else None
        is_changed = (status, reason) != (self.status, self.reason)
        return replace(
            self,
            version=self.version + is_changed,
            status=status,
            reason=reason,
            verdict_version=verdict_version,
        )

    def vote(self, change: int) -> Self:
        """Return it found helpful by so many more, or fewer."""
        return replace(self, version=self.version + 1, helpful=self.helpful + change)

    def report(self) -> Self:
        """Return it with a complaint more: its text stays, its version counts what is said."""
        return replace(self, version=self.version + 1)
