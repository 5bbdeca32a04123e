"""Venues, shows and performances as an organiser makes them over HTTP."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from boxoffice.events.event import Event
from boxoffice.kit import clock
from stage import App, Someone, eventually

N = TypeVar("N", bound=Event)

# Ten seats in two rows, and room for five to stand.
SECTIONS: list[dict[str, Any]] = [
    {"name": "Stalls", "rows": [{"name": "A", "seats": 4}, {"name": "B", "cells": "sa.crs.s"}]},
    {"name": "Floor", "capacity": 5},
]
VENUE: dict[str, Any] = {
    "name": "Globe",
    "city": "London",
    "timeZone": "Europe/London",
    "sections": SECTIONS,
}
SHOW: dict[str, Any] = {"title": "Hamlet", "genre": "play"}
PRICES: dict[str, Any] = {"Stalls": 40, "Floor": 12.5}


def an_organiser(name: str = "olivia") -> Someone:
    """She puts on shows."""
    return Someone(name, roles=("organiser", "member"))


def in_days(days: float) -> datetime:
    """A time so many days from now, to the second."""
    return (clock.now() + timedelta(days=days)).replace(microsecond=0)


def written(at: datetime) -> str:
    """A time as it goes over the wire."""
    return at.isoformat().replace("+00:00", "Z")


async def open_venue(app: App, by: Someone, **changes: Any) -> dict[str, Any]:
    """A venue of ten seats and room for five to stand; `changes` stand in place of the usual."""
    return await _made(app, "/api/venues", by, VENUE | changes)


async def announce_show(app: App, by: Someone, **changes: Any) -> dict[str, Any]:
    """A show without a performance."""
    return await _made(app, "/api/shows", by, SHOW | changes)


async def plan_performance(
    app: App,
    by: Someone,
    show: dict[str, Any] | None = None,
    venue: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A draft of a performance in a week, of a show and at a venue of its own if none is named."""
    show = show or await announce_show(app, by)
    venue = venue or await open_venue(app, by)
    usual = {
        "showId": show["id"],
        "venueId": venue["id"],
        "startsAt": written(in_days(7)),
        "prices": PRICES,
    }
    return await _made(app, "/api/performances", by, usual | changes)


async def publish(app: App, by: Someone, performance_id: str) -> dict[str, Any]:
    """Put a draft on sale; return the performance."""
    answer = await app.put(f"/api/performances/{performance_id}/publication", by)
    answer.raise_for_status()
    return answer.json()


async def schedule(
    app: App,
    by: Someone,
    show: dict[str, Any] | None = None,
    venue: dict[str, Any] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A performance that is published, in a week unless `changes` say otherwise."""
    draft = await plan_performance(app, by, show, venue, **changes)
    return await publish(app, by, draft["id"])


async def said(app: App, kind: type[N]) -> list[N]:
    """Every such event, once all is said."""
    db = await app.db("shows")

    async def all_is_said() -> None:
        assert await db.fetchval("SELECT count(*) FROM unsent") == 0

    await eventually(all_is_said)
    return await app.said(kind)


async def _made(app: App, path: str, by: Someone, body: dict[str, Any]) -> dict[str, Any]:
    answer = await app.post(path, by, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
