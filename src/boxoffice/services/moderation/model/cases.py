"""What is thought of a text: by rules, by people, by those who complain, and by its author."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from boxoffice.events.moderation import Verdict, Waiting
from boxoffice.events.reviews import ReviewState
from boxoffice.kit.errors import Conflict, Forbidden
from boxoffice.services.moderation.model.judging import Ruling

NO_TEXT = -1  # version of a text that is not known yet
COMPLAINTS_TO_DOUBT_A_RULE = 1  # nobody has read what a rule let through: the first reader counts
COMPLAINTS_TO_DOUBT_A_PERSON = (
    3  # more than one who disagrees with a moderator, or a friend of theirs
)

Status = Literal["pending", "approved", "rejected", "withdrawn"]
Outcome = Literal["decided", "unknown", "edited meanwhile", "as before"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator says of texts; a rejection has a reason, for its author."""

    status: Literal["approved", "rejected"]
    reason: str | None
    by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, and the latest word about it. `version` counts the words that were said."""

    review_id: UUID
    version: int
    author_id: UUID
    show_id: UUID | None
    ticket_id: UUID | None
    reply_to: UUID | None
    text: str
    text_version: int
    stars: int | None
    written_at: datetime
    status: Status
    reason: str | None
    rule: str | None
    rules_version: int | None
    decided_by: UUID | None
    decided_at: datetime
    waits_for: Waiting | None
    complaints: int
    answered: int
    appeal: str | None
    judged_by: int

    @classmethod
    def opened(cls, news: ReviewState, at: datetime) -> Self:
        """Return the case of a text of which nothing is known yet."""
        return cls(
            review_id=news.review_id,
            version=0,
            author_id=news.author_id,
            show_id=news.show_id,
            ticket_id=news.ticket_id,
            reply_to=news.reply_to,
            text="",
            text_version=NO_TEXT,
            stars=None,
            written_at=news.written_at,
            status="pending",
            reason=None,
            rule=None,
            rules_version=None,
            decided_by=None,
            decided_at=at,
            waits_for=None,
            complaints=0,
            answered=0,
            appeal=None,
            judged_by=0,
        )

    @property
    def is_closed(self) -> bool:
        """Whether its author took the text back."""
        return self.status == "withdrawn"

    @property
    def verdict(self) -> tuple[object, ...]:
        """What is thought of which version of it, by whom, and whether that is in doubt."""
        return (
            *(self.text_version, self.status, self.reason, self.rule),
            *(self.decided_by, self.waits_for),
        )

    @property
    def can_appeal(self) -> bool:
        """Whether its author may ask a moderator to look again."""
        return self.status == "rejected" and self.appeal is None

    def is_news(self, news: ReviewState) -> bool:
        """Whether this tells of a text that is newer than the one that is known."""
        return not self.is_closed and news.text_version > self.text_version

    def show(self, news: ReviewState) -> Self:
        """Return it with the text of this news, of which nobody has said or decided anything."""
        return replace(
            self,
            text=news.text,
            text_version=news.text_version,
            stars=news.stars,
            status="pending",
            reason=None,
            rule=None,
            rules_version=None,
            decided_by=None,
            waits_for=None,
            complaints=0,
            answered=0,
            appeal=None,
        )

    def withdraw(self) -> Self:
        """Return it closed, without what its author wrote."""
        return replace(
            self, text="", appeal=None, status="withdrawn", waits_for=None, stars=None, reason=None
        )

    def rule_on(self, ruling: Ruling, rules_version: int, at: datetime) -> Self:
        """Return it as rules have it; the same one when they think of it as before.

        Who complained or appealed is still heard by a person, unless they get what they wanted.
        """
        said = (self.status, self.rule, self.reason)
        if self.rules_version is not None and said == (ruling.status, ruling.rule, ruling.reason):
            return self
        waits_for = "undecided" if ruling.status == "pending" else None
        if ruling.status == self.status:
            waits_for = self.waits_for or waits_for
        return replace(
            self._next(at),
            status=ruling.status,
            reason=ruling.reason,
            rule=ruling.rule,
            rules_version=rules_version,
            decided_by=None,
            waits_for=waits_for,
        )

    def looked_at_by(self, rules_version: int) -> Self:
        """Return it as one that these rules have looked at, whatever they thought."""
        return replace(self, judged_by=rules_version)

    def complain(self) -> Self:
        """Return it with one more complaint; it stays as it is until a person has looked."""
        complaints = self.complaints + 1
        needed = COMPLAINTS_TO_DOUBT_A_PERSON if self.decided_by else COMPLAINTS_TO_DOUBT_A_RULE
        doubted = self.status == "approved" and complaints - self.answered >= needed
        return replace(
            self,
            version=self.version + 1,
            complaints=complaints,
            waits_for=self.waits_for or ("report" if doubted else None),
        )

    def decide(self, decision: Decision, at: datetime) -> Self:
        """Return it as a person has it; the same one when a person said so and nothing waits."""
        said = (self.status, self.reason) == (decision.status, decision.reason)
        if said and self.decided_by is not None and self.waits_for is None:
            return self
        return replace(
            self._next(at),
            status=decision.status,
            reason=decision.reason,
            rule=None,
            rules_version=None,
            decided_by=decision.by,
            waits_for=None,
            answered=self.complaints,
        )

    def undo(self, by: UUID, at: datetime) -> Self:
        """Return it waiting for a person again; the same one when it does."""
        if self.status == "pending":
            return self
        return replace(
            self._next(at), status="pending", reason=None, decided_by=by, waits_for="undecided"
        )

    def ask_again(self, text: str) -> Self:
        """Return it with what its author says against a rejection; the same again changes nothing.

        Conflict unless it is rejected, and for a second appeal.
        """
        if text == self.appeal:
            return self
        if self.status != "rejected":
            raise Conflict("Only what is rejected can be appealed against")
        if self.appeal is not None:
            raise Conflict("You have appealed already: one appeal is heard for each text")
        return replace(self, version=self.version + 1, appeal=text, waits_for="appeal")

    def require_author(self, person_id: UUID) -> None:
        """Forbidden to everyone but who wrote it."""
        if person_id != self.author_id:
            raise Forbidden("This text is somebody else's")

    def _next(self, at: datetime) -> Self:
        return replace(self, version=self.version + 1, decided_at=at)


@dataclass(frozen=True, slots=True)
class Word:
    """One of the words that were said of a text, and who said it: a rule, or a person."""

    version: int
    text_version: int
    status: Verdict
    reason: str | None
    rule: str | None
    rules_version: int | None
    decided_by: UUID | None
    waits_for: Waiting | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Complaint:
    """What somebody has against a text."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a text that a moderator decided about."""

    review_id: UUID
    outcome: Outcome
    status: Status | None = None
    version: int | None = None
