"""What moderation says: which texts may be seen."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event

Verdict = Literal["pending", "approved", "rejected"]
Waiting = Literal["undecided", "report", "appeal"]


class ReviewModerated(Event):
    """What is thought of one version of a text, by a rule or a moderator; the latest word counts.

    Pending means that a moderator has yet to look. `waits_for` tells why one is to look, also where
    a verdict stands meanwhile. Of two words about one text that of the higher `text_version` counts,
    then that of the higher `version`.
    """

    publisher: ClassVar[str] = "moderation"
    about: ClassVar[str] = "review_id"

    review_id: UUID
    version: int
    text_version: int
    status: Verdict
    reason: str | None  # why it is rejected, for its author
    rule: str | None  # that decided, of `rules_version`; None: a moderator did
    rules_version: int | None
    decided_by: UUID | None
    decided_at: datetime
    waits_for: Waiting | None
    complaints: int  # people who reported this text
    appeal: str | None  # what its author says against the rejection
