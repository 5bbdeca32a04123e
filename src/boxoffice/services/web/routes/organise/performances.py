"""Performances: where and when, from when on sale, and for how much."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow, takes
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.organise import prices
from boxoffice.services.web.routes.organise.forms import sent
from boxoffice.services.web.routes.organise.gate import Organiser, get_own
from boxoffice.services.web.routes.organise.prices import Sheet
from boxoffice.services.web.routes.organise.times import write_local
from boxoffice.services.web.routes.visit import Visit

router = Router()
LARGEST_FORM_BYTES = 128 * 1024  # 100 sections, as forms spell their names
VENUES = 50  # to choose from, on a page


@router.get("/organise/performances/new")
@allow("anyone")
async def get_new_performance(
    visit: Organiser, show: UUID, venue: UUID | None = None, after: UUID | None = None
) -> Response:
    """Show where a show could be, and then the form that plans it there."""
    played = await get_own(visit, f"/api/shows/{show}")
    if venue is None:
        return await _choose_venue(visit, played, after)
    place = (await visit.ask("shows", "GET", f"/api/venues/{venue}")).found()
    return _new(visit, played, place, prices.blank(place["sections"]))


@router.post("/organise/performances/new")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_new_performance(visit: Organiser, show: UUID, venue: UUID) -> Response:
    """Plan a performance, and publish it if that is wanted."""
    form = await sent(visit)
    played = await get_own(visit, f"/api/shows/{show}")
    place = (await visit.ask("shows", "GET", f"/api/venues/{venue}")).found()
    sheet = prices.typed(form, place["sections"])
    read = prices.read(sheet, place["timeZone"])
    answer = read.refused
    if answer is None:
        body = read.body | {"showId": str(show), "venueId": str(venue)}
        key = form.get("key", "")
        answer = await visit.ask("shows", "POST", "/api/performances", body, key=key)
    if answer.refused:
        return _new(visit, played, place, sheet, answer)
    return await _go_on(visit, answer.body["id"], form, "performance-added")


@router.get("/organise/performances/{performance_id}")
@allow("anyone")
async def get_performance(visit: Organiser, performance_id: UUID) -> Response:
    """Show a performance: its state, what may be changed, and what to do with it."""
    return await performance_page(visit, performance_id)


@router.post("/organise/performances/{performance_id}")
@allow("anyone")
@takes(LARGEST_FORM_BYTES)
async def post_performance(visit: Organiser, performance_id: UUID) -> Response:
    """Change a performance, and publish it if that is wanted."""
    form = await sent(visit)
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    if performance["state"] == "published":  # its date is not in the form: it is postponed instead
        zone = performance["venue"]["timeZone"]
        form = {**form, "startsAt": write_local(performance["startsAt"], zone)}
    sheet = prices.typed(form, performance["sections"])
    read = prices.read(sheet, performance["venue"]["timeZone"], performance)
    answer = read.refused
    if answer is None:
        body = read.body | {"version": form.get("version") or None}
        path = f"/api/performances/{performance_id}"
        answer = await visit.ask("shows", "PUT", path, body)
    if answer.refused:
        return await performance_page(visit, performance_id, answer, sheet)
    return await _go_on(visit, performance_id, form, "saved")


async def performance_page(
    visit: Visit,
    performance_id: UUID | str,
    refused: Answer | None = None,
    sheet: Sheet | None = None,
) -> Response:
    """Return a performance's page, with what was refused on it."""
    performance = await get_own(visit, f"/api/performances/{performance_id}")
    sheet = sheet or prices.filled(performance)
    return visit.page(
        "organise-performance.html",
        refused=refused,
        errors=prices.in_words(refused.errors, sheet) if refused else [],
        path=f"/organise/performances/{performance_id}",
        show={"id": performance["showId"], "title": performance["title"]},
        venue=performance["venue"],
        performance=performance,
        sheet=sheet,
        currency=performance["currency"],
        sections=performance["sections"],
    )


async def _go_on(
    visit: Visit, performance_id: UUID | str, form: Mapping[str, str], flash: str
) -> Response:
    """Publish what was just saved, where that button was pressed; show it either way."""
    if form.get("do") == "publish":
        path = f"/api/performances/{performance_id}/publication"
        answer = await visit.ask("shows", "PUT", path)
        if answer.refused:
            return await performance_page(visit, performance_id, answer)
        flash = "performance-published"
    return visit.redirect(f"/organise/performances/{performance_id}", flash)


async def _choose_venue(visit: Visit, show: Mapping[str, Any], after: UUID | None) -> Response:
    own: Sequence[Any] = []
    if after is None:
        query = {"organiser": "me", "limit": VENUES}
        own = (await visit.ask("shows", "GET", "/api/venues", query=query)).found()["items"]
    query = {"limit": VENUES} | ({"after": str(after)} if after else {})
    found = (await visit.ask("shows", "GET", "/api/venues", query=query)).found()
    ids = {venue["id"] for venue in own}
    here = f"/organise/performances/new?show={show['id']}"
    return visit.page(
        "organise-where.html",
        show=show,
        own=own,
        others=[venue for venue in found["items"] if venue["id"] not in ids],
        here=here,
        next=found["next"] and f"{here}&after={found['next']}",
    )


def _new(
    visit: Visit,
    show: Mapping[str, Any],
    venue: Mapping[str, Any],
    sheet: Sheet,
    refused: Answer | None = None,
) -> Response:
    return visit.page(
        "organise-performance.html",
        refused=refused,
        errors=prices.in_words(refused.errors, sheet) if refused else [],
        path=f"/organise/performances/new?show={show['id']}&venue={venue['id']}",
        show=show,
        venue=venue,
        performance=None,
        sheet=sheet,
        currency=visit.settings.currency,
        sections=venue["sections"],
    )
