"""People by what they sell, as everybody sees them; and all that one wrote oneself."""

from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.lists import behind, cut
from boxoffice.services.web.routes.reviews.one import place_of
from boxoffice.services.web.routes.texts import Looked
from boxoffice.services.web.routes.visit import Anyone, Member

router = Router()


@router.get("/my/reviews")
@allow("anyone")
async def get_my_reviews(visit: Member, look: Looked) -> Response:
    """Show somebody what they wrote, and how it stands."""
    asked = visit.ask_copy(
        "/api/pages/mine/texts", "reviews", behind(look.before), after=look.after
    )
    told = (await asked).found()
    shelf = cut(visit, told["items"], told["asOf"], "before")
    texts = [{**text, "place": place_of(text)} for text in shelf.items]
    return visit.page("my-reviews.html", texts=texts, next=shelf.next, as_of=shelf.as_of)


@router.get("/people/{person_id}")
@allow("anyone")
async def get_person(visit: Anyone, person_id: UUID, before: UUID | None = None) -> Response:
    """Show what somebody sells."""
    path = f"/api/pages/people/{person_id}"
    told = (await visit.ask_copy(path, "tickets", behind(before))).found()
    shelf = cut(visit, told["tickets"], told["asOf"], "before")
    return visit.page(
        "person.html",
        someone=told["person"],
        sold=told["sold"],
        tickets=shelf.items,
        next=shelf.next,
        as_of=shelf.as_of,
    )
