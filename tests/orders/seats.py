"""A house whose seats are sold, as orders alone sees it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx

from boxoffice.events.shows import PerformanceNews
from orders.counter import complete
from stage import App, Someone, eventually
from stage.facts import scheduled, tell

OLIVIA = Someone("olivia", roles=("organiser", "member"))
News = tuple[str, str, dict[str, Any]]  # kind, id, data


async def schedule(app: App, **changes: object) -> PerformanceNews:
    """Have orders hear of a performance of twenty seats: Stalls, rows A and B."""
    news = scheduled(OLIVIA, **changes)
    await tell(app, news)
    return news


async def hold(app: App, buyer: Someone, performance_id: UUID, *seats: str) -> httpx.Response:
    """Ask for seats."""
    body = {"performanceId": str(performance_id), "seats": seats}
    return await app.post("/api/orders", buyer, json=body)


async def hold_best(
    app: App,
    buyer: Someone,
    performance_id: UUID,
    quantity: int,
    section: str = "Stalls",
    **more: Any,
) -> httpx.Response:
    """Ask for the best seats of a section."""
    body = {"performanceId": str(performance_id), "section": section, "quantity": quantity, **more}
    return await app.post("/api/orders", buyer, json=body)


async def held(app: App, buyer: Someone, performance_id: UUID, *seats: str) -> UUID:
    """Order seats; return the order's id."""
    answer = await hold(app, buyer, performance_id, *seats)
    answer.raise_for_status()
    return UUID(answer.json()["id"])


async def sold(app: App, buyer: Someone, performance_id: UUID, *seats: str) -> UUID:
    """Order seats and have them paid; return the order's id."""
    order_id = await held(app, buyer, performance_id, *seats)
    await complete(app, order_id)
    return order_id


async def shown(app: App, performance_id: UUID, form: str = "taken") -> dict[str, Any]:
    """What everybody is shown of the seats."""
    answer = await app.get(f"/api/performances/{performance_id}/seats", params={"form": form})
    answer.raise_for_status()
    return answer.json()


async def taken_are(app: App, performance_id: UUID, *seats: str) -> None:
    """Wait until exactly these are shown as taken."""

    async def look() -> None:
        assert set((await shown(app, performance_id))["taken"]) == set(seats)

    await eventually(look)


def labels(answer: httpx.Response) -> list[str]:
    """The seats of an order."""
    answer.raise_for_status()
    return [item["label"] for item in answer.json()["items"]]


@asynccontextmanager
async def watching(
    app: App, performance_id: UUID | str, last_id: str = ""
) -> AsyncGenerator[AsyncGenerator[News]]:
    """Follow the server-sent events of a performance's seats."""
    path = f"/api/performances/{performance_id}/seats/changes"
    headers = {"Last-Event-ID": last_id} if last_id else {}
    async with app.http.stream("GET", path, headers=headers) as answer, asyncio.timeout(20):
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = _events(answer.aiter_lines())
        yield events
        await events.aclose()


async def _events(lines: Any) -> AsyncGenerator[News]:
    fields: dict[str, str] = {}
    async for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields["event"], fields["id"], json.loads(fields["data"])
            fields = {}
