"""People by what they sell, as everybody sees them; and all that one wrote oneself."""

from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.reviews.one import place_of
from boxoffice.services.web.routes.texts import Looked
from boxoffice.services.web.routes.visit import Anyone, Member

router = Router()


@router.get("/my/reviews")
@allow("anyone")
async def get_my_reviews(visit: Member, look: Looked) -> Response:
    """Show somebody what they wrote last, and how it stands."""
    query = {"after": look.after} if look.after else None
    told = (await visit.ask("query", "GET", "/api/pages/mine", query=query)).found()
    texts = [{**text, "place": place_of(text)} for text in told["texts"]]
    return visit.page("my-reviews.html", texts=texts)


@router.get("/people/{person_id}")
@allow("anyone")
async def get_person(visit: Anyone, person_id: UUID) -> Response:
    """Show what somebody sells."""
    told = (await visit.ask("query", "GET", f"/api/pages/people/{person_id}")).found()
    return visit.page(
        "person.html", someone=told["person"], sold=told["sold"], tickets=told["tickets"]
    )
