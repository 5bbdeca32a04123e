"""A foyer of the tests: orders of seats, what they give, and the letters that carry the tickets."""

from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import httpx

from boxoffice.events.event import Event
from boxoffice.events.orders import OrderCompleted, OrderedItem, OrderState
from boxoffice.events.shows import PerformanceNews, PerformanceScheduled
from boxoffice.events.tickets import SendTickets
from boxoffice.kit import clock
from boxoffice.kit.outbox import count_unsent
from stage import App, Someone, eventually
from stage.facts import scheduled, tell

KEYS = "/.well-known/ticket-keys.json"
SEAT = "Parkett links/Ä/12"
SEATS = ("Stalls/A/9", "Stalls/A/10")

E = TypeVar("E", bound=Event)
O = TypeVar("O", bound=OrderState)  # noqa: E741 - an order


def seats_order(
    kind: type[O],
    buyer: Someone,
    performance: PerformanceNews,
    *seats: str,
    **changes: Any,
) -> O:
    """What orders says of an order of seats at 30 dollars; `changes` in place of the usual."""
    now = clock.now()
    is_complete = issubclass(kind, OrderCompleted)
    items = [
        OrderedItem(
            offer_id=clock.new_id(),
            seller_id=performance.organiser_id,
            label=seat,
            price_minor=3000,
            hold_version=2,
        )
        for seat in seats or SEATS
    ]
    usual: dict[str, Any] = {
        "order_id": clock.new_id(),
        "version": 2,
        "status": "complete" if is_complete else "cancelled",
        "buyer_id": buyer.id,
        "total_minor": sum(item.price_minor for item in items),
        "currency": "USD",
        "placed_at": now,
        "expires_at": now + timedelta(minutes=15),
        "cancelled_because": None if is_complete else "performance cancelled",
        "performance_id": performance.performance_id,
        "items": items,
    }
    return kind.model_validate(usual | changes)


def following(kind: type[O], order: OrderState, **changes: Any) -> O:
    """What orders says next of the same order."""
    is_complete = issubclass(kind, OrderCompleted)
    usual: dict[str, Any] = {
        "version": order.version + 1,
        "status": "complete" if is_complete else "cancelled",
        "cancelled_because": None if is_complete else "performance cancelled",
    }
    return kind.model_validate(order.model_dump() | usual | changes)


async def admissions(
    app: App, holder: Someone, order_id: UUID | None = None
) -> list[dict[str, Any]]:
    """What a person may enter with, as they see it."""
    params = {"orderId": str(order_id)} if order_id else {}
    answer = await app.get("/api/admissions", holder, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def check(app: App, code: str, by: Someone) -> httpx.Response:
    """Show a code at the door."""
    return await app.post("/api/admissions/check", by, json={"code": code})


async def reissue(app: App, admission: dict[str, Any], by: Someone) -> httpx.Response:
    """Ask for another code."""
    return await app.put(f"/api/admissions/{admission['id']}/code", by)


async def letters(app: App, many: int) -> list[SendTickets]:
    """The letters with tickets that wait to be sent, once nothing more is to be written."""
    db, bus, stream = await app.db("tickets"), app.client.jetstream(), SendTickets.stream.name

    async def look() -> list[SendTickets]:
        assert await count_unsent(db) == 0
        last = (await bus.stream_info(stream)).state.last_seq
        waiting = [await bus.get_msg(stream, nth) for nth in range(1, last + 1)]
        found = [SendTickets.model_validate_json(one.data or b"") for one in waiting]
        assert len(found) >= many
        return found

    found = await eventually(look)
    assert len(found) == many, [(one.why, one.order_id) for one in found]
    return found


async def said(app: App, kind: type[E]) -> list[E]:
    """Every such event that tickets said, once it has said all."""
    db = await app.db("tickets")

    async def nothing_is_unsaid() -> None:
        assert await count_unsent(db) == 0

    await eventually(nothing_is_unsaid)
    return await app.said(kind)


async def all_is_told(app: App) -> None:
    """Wait until every holder was told of everything that was to be told."""
    db = await app.db("tickets")

    async def nothing_is_left() -> None:
        assert not await db.fetchval("SELECT count(*) FROM orders WHERE tell IS NOT NULL")
        moved = "SELECT count(*) FROM performances WHERE moved_version IS NOT NULL"
        assert not await db.fetchval(moved)
        assert await count_unsent(db) == 0

    await eventually(nothing_is_left)


async def admitted(
    app: App, organiser: Someone, holder: Someone
) -> tuple[PerformanceScheduled, dict[str, Any]]:
    """A performance in a month, and somebody's ticket to it, that was mailed."""
    performance = scheduled(organiser, starts_at=clock.now() + timedelta(days=30))
    order = seats_order(OrderCompleted, holder, performance, SEAT)
    await tell(app, performance, order)
    (admission,) = await admissions(app, holder)
    db = await app.db("tickets")

    async def it_is_mailed() -> None:
        assert not await db.fetchval("SELECT count(*) FROM orders WHERE tell IS NOT NULL")
        assert await count_unsent(db) == 0

    await eventually(it_is_mailed)
    return performance, admission
