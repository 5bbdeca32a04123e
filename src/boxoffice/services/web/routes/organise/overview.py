"""Where an organiser's day begins: their shows, their venues, and what to do next."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Now, Router, allow
from boxoffice.services.web.routes.organise.gate import Organiser
from boxoffice.services.web.routes.pages import spell_there
from boxoffice.services.web.routes.visit import Visit

router = Router()
PAGE = 10  # shows, each with its performances
VENUES = 50  # on a page
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
    """Show an organiser their shows with their performances, and their venues."""
    (shows, further), venues = await asyncio.gather(
        _own_shows(visit, after), _own_venues(visit, venues_after)
    )
    moment = now.isoformat()
    return visit.page(
        "organise.html",
        shows=shows,
        next=further,
        venues=venues["items"],
        next_venues=venues["next"] and f"/organise?venues_after={venues['next']}#venues",
        is_first=not after and not venues_after,
        steps=next_steps(shows, moment)[:MOST_STEPS],
        few=PERFORMANCES,
        moment=moment,
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


async def _own_shows(visit: Visit, before: UUID | None) -> tuple[Sequence[Any], str | None]:
    """Return shows with their performances, and where the next page begins."""
    query = {"limit": PAGE + 1} | ({"before": str(before)} if before else {})
    found = (await visit.ask("query", "GET", "/api/pages/organiser", query=query)).found()["items"]
    shown = found[:PAGE]
    return shown, f"/organise?after={shown[-1]['id']}" if len(found) > PAGE else None


async def _own_venues(visit: Visit, after: UUID | None) -> Any:
    query = {"organiser": "me", "limit": VENUES} | ({"after": str(after)} if after else {})
    return (await visit.ask("shows", "GET", "/api/venues", query=query)).found()
