"""Bans, as admins pronounce and lift them."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Now, Router, allow
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.admin.gate import Admin
from boxoffice.services.web.routes.admin.people import show_person
from boxoffice.services.web.routes.admin.terms import read_end
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.visit import Visit

router = Router()


@router.post("/admin/people/{person_id}/ban")
@allow("anyone")
async def post_ban(
    visit: Admin,
    person_id: UUID,
    now: Now,
    reason: Text = "",
    term: Text = "",
    until: Text = "",
) -> Response:
    """Ban a person, for a while or for good."""
    typed = {"reason": reason, "term": term, "until": until}
    answer = await _ban(visit, person_id, typed, now)
    if answer.refused:
        return await show_person(visit, person_id, answer, typed)
    return visit.redirect(f"/admin/people/{person_id}", "banned")


@router.post("/admin/people/{person_id}/ban/lifting")
@allow("anyone")
async def post_lifting(visit: Admin, person_id: UUID) -> Response:
    """Let a person in again."""
    answer = await visit.ask("identity", "DELETE", f"/api/users/{person_id}/ban")
    if answer.refused:
        return await show_person(visit, person_id, answer)
    return visit.redirect(f"/admin/people/{person_id}", "ban-lifted")


async def _ban(visit: Visit, person_id: UUID, typed: Mapping[str, str], at: datetime) -> Answer:
    ends, wrong = read_end(typed["term"], typed["until"], at)
    if wrong:
        unsaid = [] if typed["reason"].strip() else [{"message": "", "field": "reason"}]
        return Answer(HTTPStatus.BAD_REQUEST, detail=wrong.detail, errors=[*unsaid, *wrong.errors])
    body = {"reason": typed["reason"], "until": ends and ends.isoformat()}
    return await visit.ask("identity", "PUT", f"/api/users/{person_id}/ban", body)
