"""Shows: what is played, who plays, and the pictures of it."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Now, Router, allow, takes
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.organise.forms import sent
from boxoffice.services.web.routes.organise.gate import Organiser, get_own
from boxoffice.services.web.routes.visit import Visit

router = Router()
LARGEST_FORM_BYTES = 256 * 1024  # a long story and a large cast, as forms spell them
GENRES = {  # as shows has them, and as one is called
    "play": "Play",
    "musical": "Musical",
    "dance": "Dance",
    "classical": "Classical music",
    "traditional": "Traditional music",
    "popular": "Popular music",
    "circus/magic": "Circus or magic",
    "mixed": "Mixed",
}
WORDS = {
    "title": ("The title", "Say what the show is called"),
    "genre": ("This", "Choose what kind of show it is"),
    "story": ("The text", "Say what it is about"),
    "cast": ("The cast", "Say who plays"),
    "runningMinutes": ("The running time", "Say how long it is"),
    "age": ("The age", "Say from which age on"),
}
PICTURE = {"picture": ("The picture", "Choose a picture")}
EMPTY = dict.fromkeys(WORDS, "")
DIGITS = {"runningMinutes": "such as 135", "age": "such as 12"}


@router.get("/organise/shows/new")
@allow("anyone")
async def get_new_show(visit: Organiser, now: Now) -> Response:
    """Show the form that adds a show."""
    return _form(visit, None, EMPTY, now.isoformat())


@router.post("/organise/shows/new")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_new_show(visit: Organiser, now: Now) -> Response:
    """Add a show."""
    form = await sent(visit)
    values = {name: form.get(name, "") for name in WORDS}
    answer = _wrong(values)
    if answer is None:
        key = form.get("key", "")
        answer = await visit.ask("shows", "POST", "/api/shows", _body(values), key=key)
    if answer.refused:
        return _form(visit, None, values, now.isoformat(), answer)
    return visit.redirect(f"/organise/shows/{answer.body['id']}", "show-added")


@router.get("/organise/shows/{show_id}")
@allow("anyone")
async def get_show(visit: Organiser, now: Now, show_id: UUID) -> Response:
    """Show the form that changes a show, its pictures, and its performances."""
    return await show_page(visit, show_id, now.isoformat())


@router.post("/organise/shows/{show_id}")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_show(visit: Organiser, now: Now, show_id: UUID) -> Response:
    """Change a show."""
    form = await sent(visit)
    values = {name: form.get(name, "") for name in WORDS}
    answer = _wrong(values)
    if answer is None:
        body = _body(values) | {"version": form.get("version") or None}
        answer = await visit.ask("shows", "PUT", f"/api/shows/{show_id}", body)
    if answer.refused:
        show = await get_own(visit, f"/api/shows/{show_id}")
        return _form(visit, show, values, now.isoformat(), answer)
    return visit.redirect(f"/organise/shows/{show_id}", "saved")


async def show_page(
    visit: Visit, show_id: UUID, moment: str, refused: Answer | None = None
) -> Response:
    """Return the page of a show as it is, with what was refused on it."""
    show = await get_own(visit, f"/api/shows/{show_id}")
    values = {
        "title": show["title"],
        "genre": show["genre"],
        "story": show["story"],
        "cast": "\n".join(show["cast"]),
        "runningMinutes": str(show.get("runningMinutes", "")),
        "age": str(show.get("age", "")),
    }
    return _form(visit, show, values, moment, refused)


def _form(
    visit: Visit,
    show: Mapping[str, Any] | None,
    values: Mapping[str, str],
    moment: str,
    refused: Answer | None = None,
) -> Response:
    said = {**values, "picture": "chosen"}
    return visit.page(
        "organise-show.html",
        refused=refused,
        errors=model.in_words(refused.errors, said, WORDS | PICTURE) if refused else [],
        path=f"/organise/shows/{show['id']}" if show else "/organise/shows/new",
        show=show,
        values=values,
        genres=GENRES,
        moment=moment,
    )


def _wrong(values: Mapping[str, str]) -> Answer | None:
    """Return what is wrong with the form before anyone is asked."""
    errors = [
        {"message": f"{WORDS[name][0]} is a number, {example}", "field": name}
        for name, example in DIGITS.items()
        if values[name].strip() and not re.fullmatch(r"\s*\d{1,5}\s*", values[name], re.ASCII)
    ]
    missing = [
        {"message": WORDS[name][1], "field": name}
        for name, known in (
            ("title", bool(values["title"].strip())),
            ("genre", values["genre"] in GENRES),
        )
        if not known
    ]
    if not errors and not missing:
        return None
    return Answer(
        HTTPStatus.BAD_REQUEST, detail="The form is not complete", errors=missing + errors
    )


def _body(values: Mapping[str, str]) -> dict[str, Any]:
    cast = [name.strip() for name in re.split(r"[,\n]", values["cast"]) if name.strip()]
    numbers = {name: int(values[name]) if values[name].strip() else None for name in DIGITS}
    return dict(values) | {"cast": cast} | numbers
