"""What is on for the tests of the search, and asking for it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from boxoffice.events.orders import SeatsCounted
from boxoffice.kit import clock
from shows.catalogue import announce_show, open_venue, schedule
from stage import App, Someone
from stage.facts import heard


async def put_on(
    app: App, by: Someone, title: str, venue: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """A show with one performance in a week; `changes` are of the show or of the performance."""
    of_show = {name: changes.pop(name) for name in ("genre", "cast", "story") if name in changes}
    show = await announce_show(app, by, title=title, **of_show)
    return await schedule(app, by, show, venue or await open_venue(app, by), **changes)


async def cards(app: App, **question: Any) -> list[dict[str, Any]]:
    """The shows that are found by this question; `by` is who asks."""
    await heard(app)
    answer = await app.get("/api/shows", question.pop("by", None), params=question)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def titles(app: App, **question: Any) -> list[str]:
    """The titles of the shows that are found by this question."""
    return [card["title"] for card in await cards(app, **question)]


def counted(performance: dict[str, Any], version: int, sold: int, **changes: Any) -> SeatsCounted:
    """What orders says of a performance of 15 places; `changes` stand in place of the usual."""
    usual: dict[str, Any] = {
        "performance_id": UUID(performance["id"]),
        "version": version,
        "total": 15,
        "held": 0,
        "sold": sold,
        "counted_at": clock.now(),
    }
    return SeatsCounted(**usual | changes)


def noon(day: str) -> datetime:
    """The middle of a day."""
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
