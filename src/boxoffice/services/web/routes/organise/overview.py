"""Where an organiser's day begins: their shows, their venues, and what to do next."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Now, Router, allow
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.lists import FAILED, Shelf, cut
from boxoffice.services.web.routes.organise.gate import Organiser
from boxoffice.services.web.routes.pages import spell_there
from boxoffice.services.web.routes.visit import Visit

router = Router()
PAGE = 10  # shows, each with its performances
VENUES = 50  # on a page
NO_VENUES: Mapping[str, Any] = {"items": (), "next": None}
PERFORMANCES = 6  # of a show, here; its own page has them all
MOST_STEPS = 5  # to do next: more would be a list of everything


class Step(NamedTuple):
    """Something to do next: what, where, and about what."""

    label: str
    href: str
    about: str


@router.get("/organise")
@allow("anyone")
async def get_overview(
    visit: Organiser, now: Now, after: UUID | None = None, venues_after: UUID | None = None
) -> Response:
    """Show an organiser their shows with their performances, and their venues.

    What cannot be had is missed in words; Unavailable when that is all.
    """
    told, listed = await asyncio.gather(_ask_shows(visit, after), _ask_venues(visit, venues_after))
    if told.refused and listed.refused:
        told.found()
    shows, venues = _shelf(visit, told), _known(listed) or NO_VENUES
    moment = now.isoformat()
    return visit.page(
        "organise.html",
        shows=shows.items,
        next=shows.next,
        venues=venues["items"],
        next_venues=venues["next"] and f"/organise?venues_after={venues['next']}#venues",
        is_first=not after and not venues_after,
        missing=_missing(told, listed),
        steps=next_steps(shows.items, moment)[:MOST_STEPS],
        few=PERFORMANCES,
        moment=moment,
        as_of=shows.as_of,
    )


def next_steps(shows: Sequence[Mapping[str, Any]], moment: str) -> list[Step]:
    """Return what is to be done about these shows, the most urgent first."""
    drafts, dateless, empty = list[Step](), list[Step](), list[Step]()
    for show in shows:
        for one in show["performances"]:
            about = f"{show['title']}, {spell_there(one['startsAt'], one['venue']['timeZone'])}"
            page = f"/organise/performances/{one['id']}"
            if one["state"] == "draft" and one["startsAt"] > moment:
                drafts.append(Step("Publish it", page, f"{about}, is a draft"))
            if one["state"] == "postponed":
                step = Step("Set its new date", f"{page}/postponement", f"{about}, is postponed")
                dateless.append(step)
        if not show["performances"]:
            page = f"/organise/performances/new?show={show['id']}"
            empty.append(Step("Plan one", page, f"{show['title']} has no performance yet"))
    return dateless + drafts + empty


async def _ask_shows(visit: Visit, before: UUID | None) -> Answer:
    query = {"limit": PAGE + 1} | ({"before": str(before)} if before else {})
    return await visit.ask_copy("/api/pages/organiser", "shows", query)


async def _ask_venues(visit: Visit, after: UUID | None) -> Answer:
    query = {"organiser": "me", "limit": VENUES} | ({"after": str(after)} if after else {})
    return await visit.ask("shows", "GET", "/api/venues", query=query)


def _known(answer: Answer) -> Any:
    """Return what was found; nothing where its service is away. Refused as it refuses."""
    return None if answer.status >= FAILED else answer.found()


def _shelf(visit: Visit, told: Answer) -> Shelf:
    """Return shows with their performances, and where the next page begins."""
    found = _known(told)
    return cut(visit, found["items"], found["asOf"], most=PAGE) if found else Shelf((), None)


def _missing(told: Answer, listed: Answer) -> str:
    """Return a sentence about what cannot be had, if there is such."""
    if told.refused or listed.refused:
        what = "shows" if told.refused else "venues"
        return f"Your {what} are out of order for a moment"
    return ""
