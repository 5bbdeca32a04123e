"""Tickets of the market with pictures, made over HTTP, and the sweep that drops what none has."""

from datetime import UTC, datetime, timedelta
from typing import Any

from boxoffice.kit.pictures.album import LOOSE, Album
from boxoffice.services.tickets import commands
from stage import App, Someone
from stage.pictures import drawn

LATER = 2 * LOOSE  # when what nobody names is due
AT_ONCE = 20


async def listed(app: App, seller: Someone, title: str = "Hamlet") -> str:
    """Put a ticket on sale; return its address."""
    answer = await app.post("/api/tickets", seller, json={"title": title, "price": 5})
    return f"/api/tickets/{answer.json()['id']}"


async def hang(app: App, path: str, by: Someone, raw: bytes | None = None) -> dict[str, Any]:
    """Give a ticket a picture, and return it."""
    answer = await app.put(f"{path}/picture", by, content=drawn() if raw is None else raw)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sweep(app: App, after: timedelta = LATER) -> int:
    """Sweep as the job does after such a time; return how many files were looked at."""
    album = Album("tickets", app.settings.pictures_url)
    return await commands.sweep_pictures(
        album, await app.db("tickets"), datetime.now(UTC) + after, AT_ONCE
    )
