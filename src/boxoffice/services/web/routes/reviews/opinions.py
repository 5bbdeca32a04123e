"""What others think of a text: it is answered, found helpful, reported."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.lists import behind, cut
from boxoffice.services.web.routes.reviews import one
from boxoffice.services.web.routes.texts import Looked
from boxoffice.services.web.routes.visit import Anyone, Member

router = Router()
Before = Annotated[UUID | None, Form()]  # the texts that were looked at are from behind this one


@router.get("/reviews/{review_id}/replies")
@allow("anyone")
async def get_replies(visit: Anyone, review_id: UUID, look: Looked) -> Response:
    """Show a text with all replies to it, the newest first."""
    path = f"/api/pages/texts/{review_id}/replies"
    told = (await visit.ask_copy(path, "reviews", behind(look.before), after=look.after)).found()
    shelf = cut(visit, told["items"], told["asOf"], "before")
    return visit.page(
        "replies.html",
        review=told["text"],
        place=one.place_of(told["text"]),
        replies=shelf.items,
        next=shelf.next,
        as_of=shelf.as_of,
    )


@router.get("/reviews/{review_id}/reply")
@allow("anyone")
async def get_reply(visit: Member, review_id: UUID) -> Response:
    """Show the form for a reply."""
    review = await one.get_review(visit, review_id)
    return one.show_form(visit, "reply", review, {"text": ""})


@router.post("/reviews/{review_id}/reply")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_reply(visit: Member, review_id: UUID, text: Text = "", key: Text = "") -> Response:
    """Reply to a text about one's own show or ticket."""
    review = await one.get_review(visit, review_id)
    path = f"/api/reviews/{review_id}/replies"
    once = f"{key} {review_id}" if key else ""  # the same words may reply to several texts
    answer = await visit.ask("reviews", "POST", path, {"text": text}, key=once)
    if answer.refused:
        return one.show_form(visit, "reply", review, {"text": text}, answer)
    return one.back(visit, answer.body, answer, "reply-written")


@router.post("/reviews/{review_id}/helpful")
@allow("anyone")
async def post_helpful(visit: Member, review_id: UUID, before: Before = None) -> Response:
    """Find a text helpful."""
    review = await one.get_review(visit, review_id)
    answer = await visit.ask("reviews", "PUT", f"/api/reviews/{review_id}/helpful")
    answer.found()
    return one.back(visit, review, answer, "helpful", before=before, voted=review_id)


@router.post("/reviews/{review_id}/helpful/taking-back")
@allow("anyone")
async def post_taking_back(visit: Member, review_id: UUID, before: Before = None) -> Response:
    """Find a text helpful no more."""
    review = await one.get_review(visit, review_id)
    answer = await visit.ask("reviews", "DELETE", f"/api/reviews/{review_id}/helpful")
    answer.found()
    return one.back(visit, review, answer, "helpful-no-more", before=before)


@router.get("/reviews/{review_id}/report")
@allow("anyone")
async def get_report(visit: Member, review_id: UUID) -> Response:
    """Show the form that reports a text."""
    review = await one.get_review(visit, review_id)
    return one.show_form(visit, "report", review, {"reason": ""})


@router.post("/reviews/{review_id}/report")
@allow("anyone")
@takes(one.LARGEST_FORM_BYTES)
async def post_report(
    visit: Member, review_id: UUID, reason: Text = "", before: Before = None
) -> Response:
    """Report a text to the moderators."""
    review = await one.get_review(visit, review_id)
    path = f"/api/reviews/{review_id}/report"
    answer = await visit.ask("reviews", "PUT", path, {"reason": reason})
    if answer.refused:
        return one.show_form(visit, "report", review, {"reason": reason}, answer)
    return one.back(visit, review, answer, "reported", before=before)
