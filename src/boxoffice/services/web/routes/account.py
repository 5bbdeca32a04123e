"""One's own account: password and address, where one is signed in, what is kept."""

import json
from http import HTTPStatus
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.accounts import sign_out
from boxoffice.services.web.routes.fields import Text
from boxoffice.services.web.routes.lists import SHELF
from boxoffice.services.web.routes.visit import Anyone, Member, Visit

router = Router()


@router.get("/account")
@allow("anyone")
async def get_account(visit: Member, after: UUID | None = None) -> Response:
    """Show somebody their account, and where they are signed in."""
    return await _show_account(visit, after)


@router.get("/account/password")
@allow("anyone")
async def get_password(visit: Member) -> Response:
    """Show the form that changes a password."""
    return visit.page("password.html")


@router.post("/account/password")
@allow("anyone")
async def post_password(visit: Member, current: Text = "", password: Text = "") -> Response:
    """Change a password; all other devices are signed out."""
    body = {"current": current, "password": password}
    answer = await visit.ask("identity", "PUT", "/api/users/password", body)
    if answer.refused:
        errors = model.in_words(answer.errors, body)
        return visit.page("password.html", refused=answer, errors=errors)
    return visit.redirect("/account", "password-changed")


@router.get("/account/email")
@allow("anyone")
async def get_email(visit: Member) -> Response:
    """Show the form that changes an address."""
    return visit.page("email.html", values={"email": ""})


@router.post("/account/email")
@allow("anyone")
async def post_email(visit: Member, email: Text = "", password: Text = "") -> Response:
    """Have a code mailed to a new address, which counts once it is typed."""
    body = {"email": email, "password": password}
    answer = await visit.ask("identity", "PUT", "/api/users/email", body)
    if answer.refused:
        errors = model.in_words(answer.errors, body)
        return visit.page("email.html", refused=answer, errors=errors, values={"email": email})
    return visit.redirect("/verify?moving=1&return_to=/account")


@router.post("/account/sessions/signout")
@allow("anyone")
async def post_signout_everywhere(visit: Member) -> Response:
    """Sign somebody out everywhere, here too."""
    answer = await visit.ask("identity", "DELETE", "/api/users/sessions")
    if answer.refused:
        return await _show_account(visit, None, answer)
    return visit.redirect("/", "signed-out-everywhere")


@router.post("/account/sessions/{session_id}/signout")
@allow("anyone")
async def post_signout_there(visit: Member, session_id: UUID) -> Response:
    """Sign somebody out of one device, which may be this one."""
    if visit.person and visit.person.sign_in_id == session_id:
        return await sign_out(visit)
    answer = await visit.ask("identity", "DELETE", f"/api/users/sessions/{session_id}")
    if answer.refused and answer.status != HTTPStatus.NOT_FOUND:  # it may be over already
        return await _show_account(visit, None, answer)
    return visit.redirect("/account", "signed-out-there")


@router.get("/account/export")
@allow("anyone")
async def get_export(visit: Member) -> Response:
    """Return all that is kept of somebody's account, to keep themselves."""
    kept = (await visit.ask("identity", "GET", "/api/users/export")).found()
    body = json.dumps(kept, ensure_ascii=False, indent=2)
    return visit.file("boxoffice-account.json", "application/json", body)


@router.get("/.well-known/change-password")
@allow("anyone")
async def get_change_password(visit: Anyone) -> Response:
    """Lead password managers to the form that they look for."""
    return visit.redirect("/account/password")


async def _show_account(
    visit: Visit, after: UUID | None, refused: Answer | None = None
) -> Response:
    query = {"limit": SHELF} | ({"after": str(after)} if after else {})
    sessions = (await visit.ask("identity", "GET", "/api/users/sessions", query=query)).found()
    following = sessions["next"]
    return visit.page(
        "account.html",
        refused=refused,
        path="/account",
        sessions=sessions["items"],
        next=following and f"/account?after={following}",
    )
