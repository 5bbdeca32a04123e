"""Venues: their particulars and the map of their seats."""

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.organise import drawing, plan, sections
from boxoffice.services.web.routes.organise.forms import number_of, sent
from boxoffice.services.web.routes.organise.gate import Organiser, get_own
from boxoffice.services.web.routes.organise.sections import NEW, Fields, Read
from boxoffice.services.web.routes.visit import Visit

router = Router()
LARGEST_FORM_BYTES = 2 * 1024 * 1024  # 100,000 places with a name each, as forms spell them
WORDS = {
    "name": ("The name", "Say what the venue is called"),
    "city": ("The city", "Say in which city it is"),
    "address": ("The address", "Say where it is"),
    "timeZone": ("The time zone", "Choose the time zone of the venue"),
    "latitude": ("The latitude", "Say how far north it is"),
    "longitude": ("The longitude", "Say how far east it is"),
    "accessibility": ("This", "Say how people get in"),
}
EMPTY = dict.fromkeys(WORDS, "")


@router.get("/organise/venues/new")
@allow("anyone")
async def get_new_venue(visit: Organiser) -> Response:
    """Show the form that adds a venue."""
    return _form(visit, None, EMPTY, [NEW])


@router.post("/organise/venues/new")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_new_venue(visit: Organiser) -> Response:
    """Add a venue; or another section to its form."""
    form = await sent(visit)
    return await _save(visit, None, form)


@router.get("/organise/venues/{venue_id}")
@allow("anyone")
async def get_venue(visit: Organiser, venue_id: UUID) -> Response:
    """Show the form that changes a venue."""
    venue = await get_own(visit, f"/api/venues/{venue_id}")
    values = {name: _typed(venue.get(name)) for name in WORDS}
    return _form(visit, venue, values, sections.shown(plan.from_wire(venue["sections"])))


@router.post("/organise/venues/{venue_id}")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_venue(visit: Organiser, venue_id: UUID) -> Response:
    """Change a venue; or the sections of its form alone."""
    form = await sent(visit)
    venue = await get_own(visit, f"/api/venues/{venue_id}")
    return await _save(visit, venue, form)


@cache
def time_zones() -> Sequence[str]:
    """Return the time zones that places have, in order."""
    return sorted(zone for zone in available_timezones() if "/" in zone and zone[:3] != "Etc")


async def _save(visit: Visit, venue: Mapping[str, Any] | None, form: Mapping[str, str]) -> Response:
    values = {name: form.get(name, "") for name in WORDS}
    typed, wanted = sections.typed(form), form.get("do", "")
    rearranged = sections.rearranged(typed, wanted)
    if rearranged is not None or wanted == "preview":
        return _form(visit, venue, values, typed if rearranged is None else rearranged)
    found = sections.read(typed)
    answer = await _send(visit, venue, form, values, found)
    if answer.refused:
        return _form(visit, venue, values, typed, answer, found)
    if venue:
        return visit.redirect(f"/organise/venues/{venue['id']}", "saved")
    return visit.redirect("/organise", "venue-added")


async def _send(
    visit: Visit,
    venue: Mapping[str, Any] | None,
    form: Mapping[str, str],
    values: Mapping[str, str],
    found: Read,
) -> Answer:
    if found.wrong:
        unsaid = [
            {"message": "", "field": name}
            for name in ("name", "city", "timeZone")
            if not values[name].strip()
        ]
        errors = [*unsaid, *found.wrong]
        return Answer(HTTPStatus.BAD_REQUEST, detail=errors[0]["message"], errors=errors)
    body: dict[str, Any] = dict(values) | {"sections": sections.to_wire(found)}
    for name in ("latitude", "longitude"):
        body[name] = number_of(values[name]) or None
    if venue is None:
        return await visit.ask("shows", "POST", "/api/venues", body, key=form.get("key", ""))
    body["version"] = form.get("version") or None
    return await visit.ask("shows", "PUT", f"/api/venues/{venue['id']}", body)


def _form(
    visit: Visit,
    venue: Mapping[str, Any] | None,
    values: Mapping[str, str],
    typed: Sequence[Fields],
    refused: Answer | None = None,
    found: Read | None = None,
) -> Response:
    found = found or sections.read(typed)
    return visit.page(
        "organise-venue.html",
        refused=refused,
        errors=list(_errors(refused.errors, values, found)) if refused else [],
        venue=venue,
        values=values,
        sections=typed,
        new=NEW,
        zones=time_zones(),
        drawing=drawing.draw(found.sections),
        most_sections=sections.MOST_SECTIONS,
    )


def _errors(errors: model.Errors, values: Mapping[str, str], found: Read) -> model.Errors:
    """Return what was wrong, each by the field of the form that it is about."""
    in_form = [sections.in_form(error, found) for error in errors]
    return [
        error
        if error.get("field", "").startswith("section.")
        else model.in_words([error], values, WORDS)[0]
        for error in in_form
    ]


def _typed(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
