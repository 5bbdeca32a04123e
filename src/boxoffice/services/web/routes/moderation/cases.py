"""One text as moderators see it: what it says, and all that was said of it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.moderation.gate import Moderator
from boxoffice.services.web.routes.moderation.queue import REASONS, Undo
from boxoffice.services.web.routes.moderation.waiting import case_of
from boxoffice.services.web.routes.visit import Visit

router = Router()
MOST_NAMED = 10  # people of one case; more are shown without their names


@router.get("/moderation/texts/{review_id}")
@allow("anyone")
async def get_case(visit: Moderator, review_id: UUID, undo: Undo = ()) -> Response:
    """Show a text, and when it was judged how, by which rule or by whom."""
    path = f"/api/moderation/cases/{review_id}"
    case = (await visit.ask("moderation", "GET", path)).found()
    deciders = [word["decidedBy"] for word in case["history"] if word.get("decidedBy")]
    names, title = await asyncio.gather(
        _names(visit, [case["authorId"], *deciders]), _title(visit, case)
    )
    return visit.page(
        "moderation-text.html",
        path=f"/moderation/texts/{review_id}",
        case=case_of(case, {"author": names.get(case["authorId"]), "about": title}),
        history=case["history"],
        names=names,
        reasons=REASONS,
        undo=undo,
    )


async def _names(visit: Visit, ids: list[str]) -> Mapping[str, Any]:
    """Return what people are called, as far as query knows."""
    wanted = list(dict.fromkeys(ids))[:MOST_NAMED]
    told = await asyncio.gather(
        *(visit.ask("query", "GET", f"/api/pages/people/{one}") for one in wanted)
    )
    return {
        one: answer.body["person"]["name"]
        for one, answer in zip(wanted, told, strict=True)
        if not answer.refused
    }


async def _title(visit: Visit, case: Mapping[str, Any]) -> str:
    """Return what a text is about, as far as query knows."""
    kind = "show" if case.get("showId") else "ticket"
    answer = await visit.ask("query", "GET", f"/api/pages/{kind}s/{case[kind + 'Id']}")
    return "" if answer.refused else answer.body[kind]["title"]
