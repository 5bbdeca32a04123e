"""People as admins see them: who there is, and what each may do."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Response

from boxoffice.kit.auth import require
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.admin import audit
from boxoffice.services.web.routes.admin.gate import PAGE, Admin, filled, link, shown
from boxoffice.services.web.routes.admin.terms import CHOICES
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.visit import Visit

router = Router()
ROLES = {  # and what each of them adds
    "member": "Buys and sells tickets",
    "organiser": "Puts on shows",
    "moderator": "Decides on reviews",
    "admin": "May do all, these pages too",
}
NO_ROLE = Answer.wrong("roles", "Tick at least one role")


@router.get("/admin/people")
@allow("anyone")
async def get_people(
    visit: Admin, q: str = "", role: str = "", state: str = "", after: UUID | None = None
) -> Response:
    """Show people, the newest first."""
    typed = {"q": q, "role": role, "state": state}
    query: dict[str, Any] = {"limit": PAGE} | filled(typed) | ({"after": after} if after else {})
    answer = await visit.ask("identity", "GET", "/api/users", query=query)
    found = shown(answer)
    return visit.page(
        "admin-people.html",
        refused=answer if answer.refused else None,
        errors=answer.errors,
        found=found["items"],
        next=found["next"] and link("/admin/people", typed, after=found["next"]),
        roles=ROLES,
        values=typed,
    )


@router.get("/admin/people/{person_id}")
@allow("anyone")
async def get_person(visit: Admin, person_id: UUID) -> Response:
    """Show one person."""
    return await show_person(visit, person_id)


@router.post("/admin/people/{person_id}/roles")
@allow("anyone")
async def post_roles(
    visit: Admin,
    person_id: UUID,
    roles: Annotated[Sequence[str], Form()] = (),
    had: Text = "",
) -> Response:
    """Give a person the roles that were ticked, and take those that were not any more.

    `had` are those that the form was shown with: what another admin did meanwhile stays.
    """
    someone = await _get_person(visit, person_id)
    ticked, before = set(roles), set(had.split())
    wanted = (set(someone["roles"]) | (ticked - before)) - (before - ticked)
    body = {"roles": sorted(wanted)}
    path = f"/api/users/{person_id}/roles"
    answer = await visit.ask("identity", "PUT", path, body) if wanted else NO_ROLE
    if answer.refused:
        return await show_person(visit, person_id, answer, {"roles": " ".join(roles)})
    if person_id == require(visit.person).id and "admin" not in wanted:
        return visit.redirect("/", "admin-no-more")  # these pages are closed to them now
    return visit.redirect(f"/admin/people/{person_id}", "roles-changed")


async def show_person(
    visit: Visit,
    person_id: UUID,
    refused: Answer | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """Return a person's page, with the form that was refused open on it. NotFound without one."""
    someone = await _get_person(visit, person_id)
    typed = typed or {}
    return visit.page(
        "admin-person.html",
        refused=refused,
        path=f"/admin/people/{person_id}",
        errors=model.in_words(refused.errors, typed) if refused else [],
        someone=someone,
        entries=await audit.latest(visit, person_id),
        roles=ROLES,
        terms=CHOICES,
        typed=typed,
    )


async def _get_person(visit: Visit, person_id: UUID) -> Any:
    return (await visit.ask("identity", "GET", f"/api/users/{person_id}")).found()
