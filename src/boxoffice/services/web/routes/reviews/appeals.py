"""Appeals: an author asks for another look at what was rejected."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.reviews import one
from boxoffice.services.web.routes.visit import Member, Visit

router = Router()


@router.get("/reviews/{review_id}/appeal")
@allow("anyone")
async def get_appeal(visit: Member, review_id: UUID) -> Response:
    """Show an author what was decided, and the form that asks for another look."""
    return await _show(visit, review_id, {"text": ""})


@router.post("/reviews/{review_id}/appeal")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_appeal(visit: Member, review_id: UUID, text: Text = "") -> Response:
    """Ask for another look."""
    path = f"/api/moderation/cases/{review_id}/appeal"
    answer = await visit.ask("moderation", "PUT", path, {"text": text})
    if answer.refused:
        return await _show(visit, review_id, {"text": text}, answer)
    return visit.redirect(f"/reviews/{review_id}/appeal", "appealed")


async def _show(
    visit: Visit, review_id: UUID, values: Mapping[str, str], refused: Answer | None = None
) -> Response:
    review = await one.get_own(visit, review_id)
    path = f"/api/moderation/cases/{review_id}/appeal"
    answer = await visit.ask("moderation", "GET", path)
    case: Mapping[str, Any] | None = None if answer.refused else answer.body
    missing = answer.detail if answer.refused else ""
    return one.show_form(visit, "appeal", review, values, refused, case=case, missing=missing)
