"""What goes over HTTP of rules and of texts that are judged."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from boxoffice.events.moderation import Verdict, Waiting
from boxoffice.kit.http.problems import sentence_of
from boxoffice.kit.http.wire import View
from boxoffice.kit.receipts import HIGHEST
from boxoffice.services.moderation.model import (
    LONGEST_NAME,
    MOST_RULES,
    Case,
    Complaint,
    Rule,
    Status,
    Word,
    repeated_name,
)

MOST_TOLD = 5  # mistakes of one rule: whoever mends these comes again


def _named(raw: Any, check: ValidatorFunctionWrapHandler) -> Rule:
    """Return a rule; what is wrong with one is told with its name."""
    try:
        return check(raw)
    except ValidationError as error:
        found = error.errors()[:MOST_TOLD]
    name = raw.get("name") if isinstance(raw, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - whatever was sent
    rule = f"The rule “{name[:LONGEST_NAME]}”" if isinstance(name, str) else "A rule without a name"
    raise ValueError(f"{rule} makes no sense: {'; '.join(map(_told, found))}")


def _told(error: Any) -> str:
    kinds = {"words", "links", "repetition", "length"}
    place = [str(part) for part in error["loc"] if isinstance(part, str) and part not in kinds]
    if error["loc"][1:2] == ("words",):  # of that kind, its field of the same name
        place = ["words"]
    return f"{'.'.join(place) or 'kind'}: {sentence_of(error)}"


def _one_name_each(rules: list[Rule]) -> list[Rule]:
    if name := repeated_name(rules):
        raise ValueError(f"The rule “{name}” is there twice; each has a name of its own")
    return rules


Rules = Annotated[
    list[Annotated[Rule, WrapValidator(_named)]],
    Field(max_length=MOST_RULES, description="tried in this order; the first that applies decides"),
    AfterValidator(_one_name_each),
]
Version = Annotated[int, Field(ge=0, le=HIGHEST)]


class ComplaintView(View):
    """What somebody has against a text."""

    reason: str
    at: datetime


class CaseView(View):
    """A text and the latest word about it. `complaints` are the newest of `complaintsTotal`."""

    review_id: UUID
    version: int
    text_version: int
    text: str
    show_id: UUID | None
    ticket_id: UUID | None
    reply_to: UUID | None
    author_id: UUID
    stars: int | None
    status: Status
    waits_for: Waiting | None
    complaints: Sequence[ComplaintView]
    complaints_total: int
    appeal: str | None
    written_at: datetime
    rule: str | None
    rules_version: int | None
    reason: str | None
    decided_by: UUID | None
    decided_at: datetime

    @classmethod
    def of(cls, case: Case, complaints: Sequence[Complaint]) -> Self:
        """Return the view of a case."""
        return cls.model_validate(_fields(case, complaints))


class WordView(View):
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


class WholeCaseView(CaseView):
    """A text and all that was said of it, oldest first: the latest of many."""

    history: Sequence[WordView]

    @classmethod
    def whole(cls, case: Case, complaints: Sequence[Complaint], words: Sequence[Word]) -> Self:
        """Return the view of a case with its history."""
        history = [WordView.model_validate(word) for word in words]
        return cls.model_validate(_fields(case, complaints) | {"history": history})


class QueueView(View):
    """Texts that wait for a moderator, oldest first."""

    items: Sequence[CaseView]
    next: UUID | None


def _fields(case: Case, complaints: Sequence[Complaint]) -> dict[str, object]:
    own: dict[str, object] = {
        name: getattr(case, name) for name in CaseView.model_fields if hasattr(case, name)
    }
    return own | {
        "complaints": [ComplaintView.model_validate(one) for one in complaints],
        "complaints_total": case.complaints,
    }
