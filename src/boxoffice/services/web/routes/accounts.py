"""Signing up, in and out."""

from typing import Annotated

from fastapi import Form, Query, Response
from pydantic import AfterValidator

from boxoffice.kit.auth import refresh_cookie, session_cookie
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.routes.visit import Anyone

router = Router()
ReturnTo = Annotated[str, AfterValidator(model.local_path)]
Text = Annotated[str, Form()]


@router.get("/signup")
@allow("anyone")
async def get_signup(visit: Anyone, return_to: Annotated[ReturnTo, Query()] = "/") -> Response:
    """Show the form that makes an account."""
    if visit.person:
        return visit.redirect(return_to)
    return visit.page("signup.html", values={"name": "", "email": ""}, return_to=return_to)


@router.post("/signup")
@allow("anyone")
async def post_signup(
    visit: Anyone,
    name: Text = "",
    email: Text = "",
    password: Text = "",
    return_to: Annotated[ReturnTo, Form()] = "/",
) -> Response:
    """Make an account and sign its person in."""
    values = {"name": name, "email": email}
    body = values | {"name": name.strip() or None, "password": password}
    answer = await visit.ask("identity", "POST", "/api/users/signup", body)
    if answer.refused:
        errors = model.in_words(answer.errors, values | {"password": password})
        return visit.page(
            "signup.html", answer.status, values=values, errors=errors, return_to=return_to
        )
    return visit.redirect(return_to, "signed-up")


@router.get("/signin")
@allow("anyone")
async def get_signin(visit: Anyone, return_to: Annotated[ReturnTo, Query()] = "/") -> Response:
    """Show the form that signs somebody in; who is signed in by now goes on."""
    if visit.person:
        return visit.redirect(return_to)
    return visit.page("signin.html", values={"email": ""}, return_to=return_to)


@router.post("/signin")
@allow("anyone")
async def post_signin(
    visit: Anyone,
    email: Text = "",
    password: Text = "",
    return_to: Annotated[ReturnTo, Form()] = "/",
) -> Response:
    """Sign somebody in."""
    values = {"email": email}
    body = {"email": email, "password": password}
    answer = await visit.ask("identity", "POST", "/api/users/signin", body)
    if answer.refused:
        errors = model.in_words(answer.errors, body)
        return visit.page(
            "signin.html", answer.status, values=values, errors=errors, return_to=return_to
        )
    return visit.redirect(return_to, "signed-in")


@router.post("/signout")
@allow("anyone")
async def post_signout(visit: Anyone) -> Response:
    """Sign whoever asks out, of this browser also while identity is away."""
    signed_out = await visit.ask("identity", "POST", "/api/users/signout")
    answer = visit.redirect("/", "signed-out")
    if signed_out.refused:
        for name in (session_cookie(visit.settings), refresh_cookie(visit.settings)):
            answer.delete_cookie(name, secure=visit.settings.https, httponly=True)
    return answer
