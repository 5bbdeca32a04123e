"""Writing about a show or a ticket: a text is written, changed and taken back."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes import market, shows
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.reviews import one
from boxoffice.services.web.routes.texts import Draft, Look
from boxoffice.services.web.routes.visit import Member, Visit

router = Router()


@router.post("/shows/{show_id}/reviews")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_show_review(
    visit: Member, show_id: UUID, text: Text = "", stars: Text = "", key: Text = ""
) -> Response:
    """Write about a show."""
    answer = await _write(visit, {"showId": str(show_id)} | _body(text, stars), key)
    if answer.refused:
        draft = Draft({"text": text, "stars": stars}, answer)
        return await shows.show_show(visit, show_id, Look(), draft)
    return one.back(visit, answer.body, answer, "text-written")


@router.post("/tickets/{ticket_id}/reviews")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_ticket_review(
    visit: Member, ticket_id: UUID, text: Text = "", key: Text = ""
) -> Response:
    """Ask or say something about a ticket."""
    answer = await _write(visit, {"ticketId": str(ticket_id)} | _body(text, ""), key)
    if answer.refused:
        draft = Draft({"text": text, "stars": ""}, answer)
        return await market.show_ticket(visit, ticket_id, draft=draft)
    return one.back(visit, answer.body, answer, "text-written")


@router.get("/reviews/{review_id}/edit")
@allow("anyone")
async def get_edit(visit: Member, review_id: UUID) -> Response:
    """Show an author the form that changes a text."""
    review = await one.get_own(visit, review_id)
    values = {"text": review["text"], "stars": str(review.get("stars", ""))}
    return await _show_edit(visit, review, values)


@router.post("/reviews/{review_id}/edit")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_edit(
    visit: Member,
    review_id: UUID,
    version: Annotated[int, Form()],
    text: Text = "",
    stars: Text = "",
) -> Response:
    """Have a text say something else."""
    review = await one.get_own(visit, review_id)
    body = _body(text, stars) | {"version": version}
    answer = await visit.ask("reviews", "PUT", f"/api/reviews/{review_id}", body)
    if answer.refused:
        return await _show_edit(visit, review, {"text": text, "stars": stars}, answer)
    return one.back(visit, review, answer, "text-edited")


@router.post("/reviews/{review_id}/withdrawal")
@allow("anyone")
async def post_withdrawal(visit: Member, review_id: UUID) -> Response:
    """Take a text back."""
    review = await one.get_own(visit, review_id)
    answer = await visit.ask("reviews", "DELETE", f"/api/reviews/{review_id}")
    answer.found()
    return one.back(visit, review, answer, "text-withdrawn")


async def _write(visit: Visit, body: dict[str, Any], key: str) -> Answer:
    return await visit.ask("reviews", "POST", "/api/reviews", body, key=key)


async def _show_edit(
    visit: Visit, review: one.Review, values: dict[str, str], refused: Answer | None = None
) -> Response:
    past = await visit.ask("reviews", "GET", f"/api/reviews/{review['id']}/history")
    before: Sequence[one.Review] = () if past.refused else past.body["items"][1:]
    return one.show_form(visit, "edit", review, values, refused, before=before)


def _body(text: str, stars: str) -> dict[str, Any]:
    """Return what a form says as reviews takes it; what is no number it refuses itself."""
    given = {"stars": int(stars) if stars.isascii() and stars.isdecimal() else stars}
    return {"text": text} | (given if stars else {})
