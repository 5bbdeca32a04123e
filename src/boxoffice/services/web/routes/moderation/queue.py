"""The queue: texts that wait for a moderator are approved and rejected, and that is undone."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Form, Query, Response
from pydantic import StringConstraints

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import FromForm, Text
from boxoffice.services.web.routes.moderation.gate import Moderator
from boxoffice.services.web.routes.moderation.waiting import ask_queue
from boxoffice.services.web.routes.seen import RECEIPT
from boxoffice.services.web.routes.visit import Visit

router = Router()
MOST = 100  # texts at once, as moderation takes them
REASONS = (  # that come up most, for a click
    "It is not about this show or ticket",
    "It insults or threatens somebody",
    "It advertises something else",
    "It gives away how the story ends",
    "It tells private things about somebody",
)
Item = Annotated[str, StringConstraints(pattern=r"^[0-9a-f-]{36}\.[0-9]{1,9}$")]
Items = Annotated[Sequence[Item], Form(max_length=MOST)]
Ids = Annotated[Sequence[UUID], Form(max_length=MOST)]
Undo = Annotated[Sequence[UUID], Query(max_length=MOST)]
NO_REASON = Answer.wrong("reason", model.WORDS["reason"][1])
NO_ITEM = Answer.wrong("item", model.WORDS["item"][1])


@router.get("/moderation")
@allow("anyone")
async def get_queue(
    visit: Moderator, behind: UUID | None = None, after: str = "", undo: Undo = ()
) -> Response:
    """Show what waits for a moderator, the oldest first."""
    seen = after if RECEIPT.fullmatch(after) else ""
    return await _show(visit, behind=behind, after=seen, undo=undo)


@router.post("/moderation/decisions")
@allow("anyone")
async def post_decisions(
    visit: Moderator,
    item: Items = (),
    status: Text = "",
    reason: Text = "",
    usual: Text = "",
    return_to: FromForm = "/moderation",
) -> Response:
    """Approve or reject the texts that were ticked; `usual` is a reason that was clicked."""
    said = reason.strip() or usual
    answer = await _decide(visit, item, status, said)
    if answer.refused:
        return await _show(visit, answer, wrong=item, reason=reason)
    outcomes = [each["outcome"] for each in answer.body["items"]]
    decided = [each["reviewId"] for each in answer.body["items"] if each["outcome"] == "decided"]
    flash = f"texts-{status}" if len(decided) == len(outcomes) else "texts-partly"
    query = [("undo", each) for each in decided]
    query += [("after", answer.receipt)] if answer.receipt else []
    path = return_to if return_to.startswith("/moderation") else "/moderation"
    joint = "&" if "?" in path else "?"
    to = f"{path}{joint}{urlencode(query)}" if query else path
    return visit.redirect(to, flash if decided else "texts-as-before")


@router.post("/moderation/undoing")
@allow("anyone")
async def post_undoing(
    visit: Moderator, item: Ids = (), return_to: FromForm = "/moderation"
) -> Response:
    """Take back what was decided about texts: they wait again."""
    answers = [
        await visit.ask("moderation", "DELETE", f"/api/moderation/decisions/{review_id}")
        for review_id in item
    ]
    refused = next((answer for answer in answers if answer.refused), None)
    if refused:
        return await _show(visit, refused)
    receipt = next((answer.receipt for answer in reversed(answers) if answer.receipt), "")
    path = return_to if return_to.startswith("/moderation") else "/moderation"
    return visit.redirect(f"{path}?{urlencode({'after': receipt})}", "texts-waiting")


async def _decide(visit: Visit, items: Sequence[str], status: str, reason: str) -> Answer:
    if not items:
        return NO_ITEM
    if status == "rejected" and not reason:
        return NO_REASON
    seen = [item.partition(".") for item in items]
    body: Mapping[str, Any] = {
        "items": [{"reviewId": one, "textVersion": int(version)} for one, _, version in seen],
        "status": status,
        "reason": reason or None,
    }
    return await visit.ask("moderation", "POST", "/api/moderation/decisions", body)


async def _show(
    visit: Visit,
    refused: Answer | None = None,
    *,
    behind: UUID | None = None,
    after: str = "",
    undo: Sequence[UUID] = (),
    wrong: Sequence[str] = (),
    reason: str = "",
) -> Response:
    found = await ask_queue(visit, behind, after)
    values = {"item": ",".join(wrong), "reason": reason}
    return visit.page(
        "moderation.html",
        refused=refused,
        path="/moderation",
        queue=found,
        as_of=found.as_of,
        here=f"/moderation?behind={behind}" if behind else "/moderation",
        undo=undo,
        ticked=wrong,
        wrong=wrong[0] if len(wrong) == 1 else None,
        reason=reason,
        reasons=REASONS,
        errors=model.in_words(refused.errors, values) if refused else [],
    )
