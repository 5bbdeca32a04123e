"""One text by itself, with the form that does something about it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from boxoffice.kit.auth import require
from boxoffice.kit.errors import Forbidden
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.texts import path_of
from boxoffice.services.web.routes.visit import Visit

Review = Mapping[str, Any]
LARGEST_FORM_BYTES = 4_194_304  # whoever pastes a book is told on the form, and loses nothing
WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {  # of a form's fields, where it matters which
    "report": {"reason": ("The reason", "Say what is wrong with it")},
    "appeal": {"text": ("The text", "Say why it should be shown")},
    "reply": {"text": ("The reply", "Write a reply first")},
}


async def get_review(visit: Visit, review_id: UUID) -> Review:
    """Return a text, as reviews knows it now. NotFound where the visitor does not see it."""
    return (await visit.ask("reviews", "GET", f"/api/reviews/{review_id}")).found()


async def get_own(visit: Visit, review_id: UUID) -> Review:
    """Return a text of the visitor's. NotFound, Forbidden to others."""
    review = await get_review(visit, review_id)
    if review["authorId"] != str(require(visit.person).id):
        raise Forbidden("This was written by somebody else")
    return review


def place_of(review: Review) -> str:
    """Return the address of the page of what a text is about."""
    if "showId" in review:
        return path_of("show", review["showId"])
    return path_of("ticket", review["ticketId"])


def back(
    visit: Visit, review: Review, answer: Answer, flash: str, **more: UUID | str | None
) -> Response:
    """Send the browser to the page of what a text is about, where the news is seen."""
    query = {"after": answer.receipt} | more
    said = urlencode({name: str(value) for name, value in query.items() if value})
    shown = review.get("replyTo") or review["id"]
    anchor = f"text-{shown}" if flash != "text-withdrawn" else "reviews"
    return visit.redirect(f"{place_of(review)}?{said}#{anchor}", flash)


def show_form(
    visit: Visit,
    kind: str,
    review: Review,
    values: Mapping[str, str],
    refused: Answer | None = None,
    **more: Any,
) -> Response:
    """Return the page of a text with a form of this kind: edit, reply, report or appeal."""
    words = WORDS.get(kind, model.WORDS)
    return visit.page(
        "review.html",
        refused=refused,
        kind=kind,
        review=review,
        place=place_of(review),
        values=values,
        errors=model.mistakes(refused, values, words) if refused else [],
        **more,
    )
