"""What HTTP may ask of texts that are judged: who waits, what was said, and to decide."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Me, Now, Router, allow
from boxoffice.kit.http.wire import LIST_LARGEST, Body, Line, View
from boxoffice.services.moderation import commands, store
from boxoffice.services.moderation.model import LONGEST_REASON, Decision, Outcome, Status
from boxoffice.services.moderation.routes.wire import CaseView, QueueView, Version, WholeCaseView

router = Router()
MOST_DECIDED = 100  # texts at once: a screen of them, and locks that are gone in a moment
COMPLAINTS_SHOWN = 10  # the newest: past that one has read what it is about


class SeenText(Body):
    """A text as a moderator saw it."""

    review_id: UUID
    text_version: Version


def _each_once(items: list[SeenText]) -> list[SeenText]:
    if len({item.review_id for item in items}) < len(items):
        raise ValueError("Each text can be decided about once")
    return items


class Decisions(Body):
    """What a moderator says of texts, of all of them the same."""

    items: Annotated[
        list[SeenText], Field(min_length=1, max_length=MOST_DECIDED), AfterValidator(_each_once)
    ]
    status: Literal["approved", "rejected"]
    reason: Annotated[
        Annotated[Line, Field(min_length=1, max_length=LONGEST_REASON)] | None,
        Field(description="for the author; needed to reject, and passed over otherwise"),
    ] = None

    @model_validator(mode="after")
    def _has_reason(self) -> Self:
        if self.status == "rejected" and self.reason is None:
            raise ValueError("A rejection needs a reason, which the author reads")
        return self


class DecidedView(View):
    """What became of a text that was decided about, and how it stands now."""

    review_id: UUID
    outcome: Outcome
    status: Status | None
    version: int | None


class DecidedAllView(View):
    """What became of each text, in the order in which they were sent."""

    items: Sequence[DecidedView]


@router.get("/api/moderation/queue")
@allow("moderator")
async def get_queue(db: Db, page: Paging) -> QueueView:
    """Return texts that wait for a moderator, the oldest first."""
    found = await store.select_waiting(db, page.after, page.fetch)
    shown = page.cut(found)
    complaints = await store.select_complaints(db, shown, COMPLAINTS_SHOWN)
    items = [CaseView.of(case, complaints.get(case.review_id, ())) for case in shown]
    return QueueView(items=items, next=page.next(found, shown[-1].review_id) if shown else None)


@router.post("/api/moderation/decisions", response_model_exclude_none=True)
@allow("moderator")
async def post_decisions(decisions: Decisions, me: Me, db: Db, now: Now) -> DecidedAllView:
    """Approve or reject up to 100 texts. What a person decides no rule overrules."""
    wanted = {item.review_id: item.text_version for item in decisions.items}
    reason = decisions.reason if decisions.status == "rejected" else None
    decided = await commands.decide(db, wanted, Decision(decisions.status, reason, me.id), now)
    return DecidedAllView(items=[DecidedView.model_validate(one) for one in decided])


@router.delete("/api/moderation/decisions/{review_id}", status_code=204)
@allow("moderator")
async def delete_decision(review_id: UUID, me: Me, db: Db, now: Now) -> None:
    """Take back what a person decided about a text: it waits for a moderator again."""
    await commands.undo(db, review_id, me.id, now)


@router.get("/api/moderation/cases/{review_id}", response_model_exclude_none=True)
@allow("moderator")
async def get_case(review_id: UUID, db: Db) -> WholeCaseView:
    """Return a text and all that was said of it: when, by which rule or by whom."""
    case = await commands.get_case(db, review_id)
    complaints = await store.select_complaints(db, [case], COMPLAINTS_SHOWN)
    words = await store.select_verdicts(db, review_id, LIST_LARGEST)
    return WholeCaseView.whole(case, complaints.get(review_id, ()), words)
