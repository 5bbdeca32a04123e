"""The box office of a demonstration: two houses, and what is on there in the next weeks."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from boxoffice.kit import clock

ZONE = ZoneInfo("Europe/London")
STALLS = {
    "name": "Stalls",
    "rows": [{"name": name, "cells": "ssssssss.ssssssss"} for name in "ABCDEFG"]
    + [{"name": "H", "cells": "acssssss.ssssssca"}],
}
CIRCLE = {
    "name": "Circle",
    "rows": [{"name": name, "cells": "rsssssss.sssssssr"} for name in "ABCD"],
}
VENUES: Mapping[str, dict[str, Any]] = {
    "Lantern Theatre": {
        "city": "London",
        "address": "4 Wick Lane",
        "accessibility": "Step-free to the stalls; an induction loop in rows A to D.",
        "sections": [STALLS, CIRCLE],
    },
    "Quayside Hall": {
        "city": "Bristol",
        "address": "12 Tide Street",
        "accessibility": "Level access throughout; a raised platform for wheelchairs.",
        "sections": [
            {"name": "Floor", "capacity": 250},
            {"name": "Balcony", "rows": [{"name": name, "seats": 24} for name in "ABCDE"]},
        ],
    },
}
THEATRE = {"Stalls": 42, "Circle": 24.5}
HALL = {"Floor": 28, "Balcony": 36}
SHOWS: tuple[dict[str, Any], ...] = (
    {
        "title": "The Lantern Keepers",
        "genre": "musical",
        "story": "Three sisters keep the last lighthouse lit, and the town awake, with songs.",
        "cast": ["Ada Merrow", "Imogen Vale", "Tom Ashby"],
        "runningMinutes": 140,
        "age": 6,
        "on": ("Lantern Theatre", THEATRE, (3, 4, 10), time(19, 30)),
    },
    {
        "title": "Quiet Machines",
        "genre": "play",
        "story": "A night shift in a museum of clocks, until one of them begins to answer.",
        "cast": ["Ruth Okafor", "Jonas Pell"],
        "runningMinutes": 95,
        "age": 12,
        "on": ("Lantern Theatre", THEATRE, (6, 13), time(20, 0)),
    },
    {
        "title": "Night Ferry",
        "genre": "popular",
        "story": "Two drummers, one harp and a ship's bell: the farewell tour.",
        "cast": ["Night Ferry"],
        "runningMinutes": 110,
        "on": ("Quayside Hall", HALL, (8,), time(20, 30)),
    },
    {
        "title": "春香 Chunhyang",
        "genre": "traditional",
        "story": "The old love story, sung by one voice with one drum.",
        "cast": ["Han So-ri"],
        "runningMinutes": 180,
        "on": ("Quayside Hall", HALL, (17,), time(18, 0)),
    },
)


async def put_on(organiser: httpx.AsyncClient) -> None:
    """Build the houses and publish the shows, unless this organiser has built any."""
    known = await organiser.get("/api/venues", params={"organiser": "me", "limit": 1})
    if known.raise_for_status().json()["items"]:
        return
    venues = {
        name: (
            await _made(organiser, "/api/venues", {"name": name, "timeZone": str(ZONE), **venue})
        )
        for name, venue in VENUES.items()
    }
    for show in SHOWS:
        venue, prices, days, at = show["on"]
        body = {name: value for name, value in show.items() if name != "on"}
        show_id = (await _made(organiser, "/api/shows", body))["id"]
        for day in days:
            draft = {
                "showId": show_id,
                "venueId": venues[venue]["id"],
                "startsAt": _in(day, at).isoformat(),
                "doorsAt": (_in(day, at) - timedelta(minutes=45)).isoformat(),
                "prices": prices,
            }
            performance = await _made(organiser, "/api/performances", draft)
            path = f"/api/performances/{performance['id']}/publication"
            (await organiser.put(path)).raise_for_status()


async def _made(organiser: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> Any:
    return (await organiser.post(path, json=body)).raise_for_status().json()


def _in(days: int, at: time) -> datetime:
    day = clock.now().astimezone(ZONE).date() + timedelta(days=days)
    return datetime.combine(day, at, ZONE).astimezone(UTC)
