"""What shows tells of shows and drafts, for the tests of what query makes of it."""

from datetime import timedelta
from typing import Any, TypeVar

from boxoffice.events.event import Event
from boxoffice.events.shows import DraftState, ShowState
from boxoffice.kit import clock
from boxoffice.services.query import handlers
from stage import App, Someone

S = TypeVar("S", bound=ShowState)
D = TypeVar("D", bound=DraftState)


def show_news(organiser: Someone, kind: type[S], **changes: object) -> S:
    """What shows says of a show; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "show_id": clock.new_id(),
        "version": 0,
        "organiser_id": organiser.id,
        "title": "The Tempest",
        "genre": "play",
        "story": "",
        "cast": ("Ada", "Bo"),
        "running_minutes": None,
        "age": None,
        "pictures": (),
    }
    return kind.model_validate(usual | changes)


def draft_news(organiser: Someone, kind: type[D], **changes: object) -> D:
    """What shows says of a draft; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "performance_id": clock.new_id(),
        "version": 0,
        "show_id": clock.new_id(),
        "organiser_id": organiser.id,
        "venue_id": clock.new_id(),
        "venue": "Globe",
        "city": "London",
        "time_zone": "Europe/London",
        "starts_at": clock.now() + timedelta(days=1),
        "on_sale_at": None,
        "currency": "USD",
        "prices": {"Stalls": 3000},
        "capacity": 20,
    }
    return kind.model_validate(usual | changes)


async def copy(app: App, *news: Event) -> None:
    """Have query copy this news, all of it in one batch."""
    db = await app.db("query")
    async with db.transaction() as tx:
        await handlers.copy_catalogue(tx, news)


async def get_page(app: App, path: str, by: Someone | None = None) -> dict[str, Any]:
    """What a page of query says."""
    answer = await app.get(path, by)
    assert answer.status_code == 200, answer.text
    return answer.json()
