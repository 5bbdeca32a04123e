"""What ends or moves a performance, and what that does to those who have tickets."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Response

from boxoffice.kit.errors import BadInput
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.organise.forms import sent
from boxoffice.services.web.routes.organise.gate import Organiser, get_own
from boxoffice.services.web.routes.organise.performances import performance_page
from boxoffice.services.web.routes.organise.times import read_local
from boxoffice.services.web.routes.visit import Visit

router = Router()
KNOWN, UNKNOWN = "known", "unknown"


@router.post("/organise/performances/{performance_id}/deletion")
@allow("anyone")
async def post_deletion(visit: Organiser, performance_id: UUID) -> Response:
    """Forget a draft."""
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    answer = await visit.ask("shows", "DELETE", f"/api/performances/{performance_id}")
    if answer.refused:
        return await performance_page(visit, performance_id, answer)
    return visit.redirect(f"/organise/shows/{performance['showId']}", "performance-deleted")


@router.get("/organise/performances/{performance_id}/postponement")
@allow("anyone")
async def get_postponement(visit: Organiser, performance_id: UUID) -> Response:
    """Show the form that gives a performance another date, and what that means."""
    return await _postpone_page(visit, performance_id, {"date": KNOWN})


@router.post("/organise/performances/{performance_id}/postponement")
@allow("anyone")
async def post_postponement(visit: Organiser, performance_id: UUID) -> Response:
    """Give a performance another date, or none for now."""
    form = await sent(visit)
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    answer = await _postpone(visit, performance, form)
    if answer.refused:
        return await _postpone_page(visit, performance_id, form, answer)
    return visit.redirect(f"/organise/performances/{performance_id}", "performance-postponed")


@router.get("/organise/performances/{performance_id}/cancellation")
@allow("anyone")
async def get_cancellation(visit: Organiser, performance_id: UUID) -> Response:
    """Show what cancelling a performance does, before it is done."""
    return await _cancel_page(visit, performance_id)


@router.post("/organise/performances/{performance_id}/cancellation")
@allow("anyone")
async def post_cancellation(visit: Organiser, performance_id: UUID, sure: Text = "") -> Response:
    """Cancel a performance, for good."""
    answer = Answer.wrong("sure", "Tick that you know what it does")
    if sure:
        path = f"/api/performances/{performance_id}/cancellation"
        answer = await visit.ask("shows", "PUT", path)
    if answer.refused:
        return await _cancel_page(visit, performance_id, answer)
    return visit.redirect(f"/organise/performances/{performance_id}", "performance-cancelled")


async def _postpone(
    visit: Visit, performance: Mapping[str, Any], form: Mapping[str, str]
) -> Answer:
    body: dict[str, str] = {}
    if form.get("date") == KNOWN:
        for name in ("startsAt", "doorsAt"):
            try:
                at = read_local(form.get(name, ""), performance["venue"]["timeZone"])
            except BadInput as refusal:
                return Answer.wrong(name, refusal.detail)
            if at is None and name == "startsAt":
                return Answer.wrong(name, "Say when it starts, or that nobody knows yet")
            body |= {name: at.isoformat()} if at else {}
    path = f"/api/performances/{performance['id']}/postponement"
    return await visit.ask("shows", "PUT", path, body)


async def _postpone_page(
    visit: Visit, performance_id: UUID, typed: Mapping[str, str], refused: Answer | None = None
) -> Response:
    return await _page(visit, "organise-postpone.html", performance_id, refused, typed=typed)


async def _cancel_page(
    visit: Visit, performance_id: UUID, refused: Answer | None = None
) -> Response:
    return await _page(visit, "organise-cancel.html", performance_id, refused)


async def _page(
    visit: Visit, template: str, performance_id: UUID, refused: Answer | None, **more: Any
) -> Response:
    """Return a page about what happens to those who have tickets; back where it makes no sense."""
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    if performance["state"] in {"draft", "cancelled"}:
        return visit.redirect(f"/organise/performances/{performance_id}")
    sales = await visit.ask("orders", "GET", f"/api/performances/{performance_id}/sales")
    return visit.page(
        template,
        refused=refused,
        performance=performance,
        sales=None if sales.refused else sales.body,
        **more,
    )
