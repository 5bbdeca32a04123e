"""Letters and what comes back of them: verifying an address, setting a forgotten password.

The links of letters carry secrets. Mail scanners open links, so that opening one changes nothing;
the button on its page does. A secret goes from the address into that form, and nowhere else.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Response

from boxoffice.kit.auth import require
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.accounts import sign_out
from boxoffice.services.web.routes.fields import Flag, FromForm, FromQuery, Text
from boxoffice.services.web.routes.visit import Anyone, Member, Visit

router = Router()


@router.get("/verify")
@allow("anyone")
async def get_verify(
    visit: Anyone, token: str = "", return_to: FromQuery = "/", *, moving: bool = False
) -> Response:
    """Show where to type the code of a letter; for its link, the button that confirms.

    `moving` says that the code went to an address that is to take the place of another.
    """
    return _show_link(visit, token) if token else _show_code(visit, return_to, moving=moving)


@router.post("/verify")
@allow("anyone")
async def post_verify(
    visit: Anyone,
    code: Text = "",
    token: Text = "",
    return_to: FromForm = "/",
    *,
    moving: Flag = False,
) -> Response:
    """Show that somebody reads the mail of an address, by the code or the link of a letter."""
    if token:
        answer = await _verify(visit, {"token": token})
        if answer.refused:
            return _show_link(visit, token, answer)
        return visit.redirect("/", "verified")
    require(visit.person)
    digits = model.code_of(code)
    answer = await _verify(visit, {"code": digits}) if digits else model.NO_CODE
    if answer.refused:
        return _show_code(visit, return_to, answer, code=code, moving=moving)
    return visit.redirect(return_to, "verified")


@router.post("/verify/letter")
@allow("anyone")
async def post_letter(visit: Member, return_to: FromForm = "/") -> Response:
    """Mail a new code and link."""
    answer = await visit.ask("identity", "POST", "/api/users/verification")
    if answer.refused:
        return _show_code(visit, return_to, answer)
    return visit.redirect(f"/verify?return_to={quote(return_to, safe='')}", "code-sent")


@router.get("/forgot")
@allow("anyone")
async def get_forgot(visit: Anyone) -> Response:
    """Show the form that has a link mailed to who forgot their password."""
    email = visit.person.email if visit.person else ""
    return visit.page("forgot.html", values={"email": email}, sent=False)


@router.post("/forgot")
@allow("anyone")
async def post_forgot(visit: Anyone, email: Text = "") -> Response:
    """Have a link mailed; what is shown is the same whether the address has an account or not."""
    values = {"email": email}
    if not email.strip():
        return _show_forgot(visit, values, model.NO_ADDRESS)
    answer = await visit.ask("identity", "POST", "/api/users/password-reset", values)
    if answer.refused:
        return _show_forgot(visit, values, answer)
    return visit.page("forgot.html", values=values, sent=True)


@router.get("/reset")
@allow("anyone")
async def get_reset(visit: Anyone, token: str = "") -> Response:
    """Show the form that sets a new password, for who comes by a letter's link."""
    return _show_reset(visit, token) if token else visit.redirect("/forgot")


@router.post("/reset")
@allow("anyone")
async def post_reset(visit: Anyone, token: Text = "", password: Text = "") -> Response:
    """Set a new password; whoever was signed in with the old one is not any more."""
    body = {"token": token, "password": password}
    answer = await visit.ask("identity", "PUT", "/api/users/password-reset", body)
    if answer.refused:
        return _show_reset(visit, token, answer, password)
    return await sign_out(visit, "/signin", "password-reset")


async def _verify(visit: Visit, proof: dict[str, Any]) -> Answer:
    answer = await visit.ask("identity", "PUT", "/api/users/verification", proof)
    if not answer.refused and visit.person and answer.body["id"] == str(visit.person.id):
        await visit.become_verified()
    return answer


def _show_code(
    visit: Visit,
    return_to: str,
    refused: Answer | None = None,
    *,
    code: str = "",
    moving: bool = False,
) -> Response:
    person, values = require(visit.person), {"code": code}
    known = refused is not None and refused.status == HTTPStatus.CONFLICT
    return visit.page(
        "verify.html",
        refused=refused,
        path="/verify",
        errors=model.in_words(refused.errors, values) if refused else [],
        values=values,
        return_to=return_to,
        moving=moving,
        done=known or (person.verified and not moving),
        required=visit.settings.require_verified,
    )


def _show_link(visit: Visit, token: str, refused: Answer | None = None) -> Response:
    stale = refused is not None and refused.status == HTTPStatus.BAD_REQUEST
    return _in_secret(
        visit.page("verify-link.html", refused=refused, path="/verify", token=token, stale=stale)
    )


def _show_forgot(visit: Visit, values: dict[str, str], refused: Answer) -> Response:
    errors = model.in_words(refused.errors, values)
    return visit.page("forgot.html", refused=refused, errors=errors, values=values, sent=False)


def _show_reset(
    visit: Visit, token: str, refused: Answer | None = None, password: str = ""
) -> Response:
    errors: model.Errors = refused.errors if refused else []
    return _in_secret(
        visit.page(
            "reset.html",
            refused=refused,
            path="/forgot",
            errors=model.in_words(errors, {"password": password}),
            token=token,
            stale=any(error.get("field") == "token" for error in errors),
        )
    )


def _in_secret(answer: Response) -> Response:
    """Keep the secret in a page's address to its reader: out of caches, and out of `Referer`."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "strict-origin"  # with `no-referrer` forms lack an origin
    return answer
