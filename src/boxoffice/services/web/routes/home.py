"""The front page: what is on, and what is new on the market."""

from collections.abc import Mapping
from typing import Any

from fastapi import Response

from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.routes.shows import GENRES
from boxoffice.services.web.routes.visit import Anyone

router = Router()
NEWEST = 3  # listings of the market where nothing else is known: one row


@router.get("/")
@allow("anyone")
async def get_home(visit: Anyone) -> Response:
    """Show what is on; where that is not known say so, and show what is new on the market."""
    home = await visit.ask_copy("/api/pages/home", "tickets")
    found: Mapping[str, Any] = home.body
    if home.refused:
        market = await visit.ask("tickets", "GET", "/api/tickets", query={"limit": NEWEST})
        found = {"best": [], "following": [], "newest": market.body or [], "asOf": None}
    return visit.page(
        "home.html",
        best=found["best"],
        following=found["following"],
        newest=found["newest"],
        away=home.detail if home.refused else "",
        genres=GENRES,
        as_of=found["asOf"],
    )
