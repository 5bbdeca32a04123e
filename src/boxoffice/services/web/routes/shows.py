"""Shows: finding them, and one of them with its performances."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web import model
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.pages import spell_there
from boxoffice.services.web.routes.texts import Draft, Look, Looked, Told, ask, section
from boxoffice.services.web.routes.visit import Anyone, Visit

router = Router()
SHELF = 24  # cards on a page: two, three or four in a row come out even
LONGEST_CURSOR = 500  # characters of an address
FILTER = ("q", "genre", "city", "from", "to", "price", "available", "sort")
GENRES = {  # as shows has them, and as people call them
    "play": "Plays",
    "musical": "Musicals",
    "dance": "Dance",
    "classical": "Classical music",
    "traditional": "Traditional music",
    "popular": "Pop and rock",
    "circus/magic": "Circus and magic",
    "mixed": "Mixed",
}
FIELDS = {"maxPrice": "price"}  # of the search, as the form calls them
WORDS = {  # how a sentence about a field begins, and what an empty one says
    "q": ("The text", "Say what you look for"),
    "genre": ("The genre", "Choose a genre"),
    "city": ("The city", "Choose a city"),
    "from": ("The first day", "Choose a day"),
    "to": ("The last day", "Choose a day"),
    "price": ("The price", "Say how much at most"),
    "available": ("This", "Tick it or not"),
    "sort": ("The order", "Choose an order"),
}
SORTS = {"date": "Soonest first", "newest": "Newest first", "rank": "Best sellers first"}


@router.get("/shows")
@allow("anyone")
async def get_shows(visit: Anyone, after: str = "") -> Response:
    """Show the shows that somebody looks for."""
    typed = {name: visit.request.query_params.get(name, "") for name in FILTER}
    found, cities = await asyncio.gather(
        visit.ask("query", "GET", "/api/shows", query=_query(typed, after)),
        visit.ask("query", "GET", "/api/cities"),
    )
    listed, city = _listed(found), typed["city"]
    return visit.page(
        "shows.html",
        refused=found if found.refused else None,
        shows=listed["items"],
        next=listed["next"] and _link(typed, listed["next"]),
        first=_link(typed) if after else None,
        values=typed,
        filtered=bool(_filled(typed)),
        genres=GENRES,
        sorts=SORTS,
        cities=_cities(cities, city),
        errors=_errors(found, typed),
    )


@router.get("/shows/{show_id}")
@allow("anyone")
async def get_show(visit: Anyone, show_id: UUID, look: Looked) -> Response:
    """Show a show with its performances, and what is written about it."""
    return await show_show(visit, show_id, look)


async def show_show(
    visit: Visit, show_id: UUID, look: Look, draft: Draft | None = None
) -> Response:
    """Return a show's page, with the text that was refused in its form. NotFound without one."""
    answer, told = await asyncio.gather(
        visit.ask("shows", "GET", f"/api/shows/{show_id}"), ask(visit, "show", show_id, look)
    )
    show = _show(answer, told)
    listed = [each for each in show["performances"] if each["state"] != "draft"]
    months = [(month, list(each)) for month, each in groupby(listed, _month)]
    return visit.page(
        "show.html",
        refused=draft and draft.refused,
        path=f"/shows/{show_id}",
        show=show,
        months=months,
        count=len(listed),
        genres=GENRES,
        copied=answer.refused,
        as_of=told.body.get("asOf"),
        reviews=section("show", show_id, show["organiserId"], told, look, draft),
    )


def _show(answer: Answer, told: Told) -> Mapping[str, Any]:
    """Return a show as its service knows it; while that is away, as query last heard of it.

    How many seats are free, query knows, where it is there.
    """
    copied = told.body.get("performances", [])
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not told.page.refused:
        return {**told.body["show"], "performances": copied}
    show = answer.found()
    free = {each["id"]: {"free": each["free"]} for each in copied if "free" in each}
    performances = [{**free.get(each["id"], {}), **each} for each in show["performances"]]
    return {**show, "performances": performances}


def _cities(answer: Answer, wanted: str) -> list[tuple[str, str]]:
    """Return the cities to choose from, and the one that is wanted, whether it has shows or not."""
    known = [] if answer.refused else [each["city"] for each in answer.body["items"]]
    more = [wanted] if wanted and wanted not in known else []
    return [(each, each) for each in more + known]


def _errors(answer: Answer, typed: Mapping[str, str]) -> model.Errors:
    """Return what was wrong with the search, in the words of its form."""
    named = [
        dict(each) | {"field": FIELDS.get(each.get("field", ""), each.get("field", ""))}
        for each in answer.errors
    ]
    said = model.in_words(named, typed, WORDS)
    return [
        {**each, "message": each["message"].replace("`from`", "the first one")} for each in said
    ]


def _month(performance: Mapping[str, Any]) -> str:
    return spell_there(performance["startsAt"], performance["venue"]["timeZone"], "month")


def _filled(typed: Mapping[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in typed.items() if text.strip()}


def _query(typed: Mapping[str, str], after: str) -> dict[str, str | int]:
    filled = _filled(typed)
    named = {"maxPrice" if name == "price" else name: text for name, text in filled.items()}
    if "maxPrice" in named:
        named["maxPrice"] = named["maxPrice"].replace(",", ".")
    if "available" in named:
        named["available"] = "true"
    return {"limit": SHELF} | named | ({"after": after[:LONGEST_CURSOR]} if after else {})


def _link(typed: Mapping[str, str], after: str = "") -> str:
    query = urlencode(_filled(typed) | ({"after": after} if after else {}))
    return f"/shows?{query}" if query else "/shows"


def _listed(answer: Answer) -> Any:
    """Return what was found: nothing where the question makes no sense; else refused as it is."""
    if answer.status == HTTPStatus.BAD_REQUEST:
        return {"items": [], "next": None}
    return answer.found()
