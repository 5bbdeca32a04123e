"""Signing up, in and out."""

from fastapi import Response

from boxoffice.kit.auth import refresh_cookie, session_cookie
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.routes.fields import FromForm, FromQuery, Text
from boxoffice.services.web.routes.visit import Anyone, Visit

router = Router()


@router.get("/signup")
@allow("anyone")
async def get_signup(visit: Anyone, return_to: FromQuery = "/") -> Response:
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
    return_to: FromForm = "/",
) -> Response:
    """Make an account and sign its person in."""
    values = {"name": name, "email": email}
    body = values | {"name": name.strip() or None, "password": password}
    answer = await visit.ask("identity", "POST", "/api/users/signup", body)
    if answer.refused:
        errors = model.in_words(answer.errors, values | {"password": password})
        return visit.page(
            "signup.html", refused=answer, values=values, errors=errors, return_to=return_to
        )
    return visit.redirect(return_to, "signed-up")


@router.get("/signin")
@allow("anyone")
async def get_signin(visit: Anyone, return_to: FromQuery = "/") -> Response:
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
    return_to: FromForm = "/",
) -> Response:
    """Sign somebody in."""
    values = {"email": email}
    body = {"email": email, "password": password}
    answer = await visit.ask("identity", "POST", "/api/users/signin", body)
    if answer.refused:
        errors = model.in_words(answer.errors, body)
        return visit.page(
            "signin.html", refused=answer, values=values, errors=errors, return_to=return_to
        )
    return visit.redirect(return_to, "signed-in")


@router.post("/signout")
@allow("anyone")
async def post_signout(visit: Anyone) -> Response:
    """Sign whoever asks out, of this browser also while identity is away."""
    return await sign_out(visit)


async def sign_out(visit: Visit, to: str = "/", flash: str = "signed-out") -> Response:
    """Sign whoever asks out, and send them on to be told so."""
    await visit.ask("identity", "POST", "/api/users/signout")
    visit.forget(session_cookie(visit.settings), refresh_cookie(visit.settings))
    return visit.redirect(to, flash)
