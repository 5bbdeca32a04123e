"""A withdrawal against an order in the same instant: the order wins, and nobody buys afterwards."""

import asyncio
from typing import Any
from uuid import UUID

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.tickets import TicketFreed
from boxoffice.kit import clock
from stage import App, Play, Someone, eventually
from stage.facts import order_news, tell

ORDER = clock.new_id()
RACES = 8


async def test_an_order_from_before_a_withdrawal_locks_the_ticket_all_the_same(
    play: Play, alice: Someone
):
    app = await play("tickets")
    path = await _list(app, alice)
    await app.delete(path, alice)

    await tell(app, order_news(OrderPlaced, _id(path), 1, ORDER))

    ticket = (await app.get(path)).json()
    assert (ticket["status"], ticket["orderId"]) == ("locked", str(ORDER))
    assert (await app.delete(path, alice)).status_code == 409


async def test_a_withdrawn_ticket_that_is_freed_is_withdrawn_again(play: Play, alice: Someone):
    app = await play("tickets")
    path = await _list(app, alice)
    await app.delete(path, alice)

    await tell(
        app,
        order_news(OrderPlaced, _id(path), 1, ORDER),
        order_news(OrderCancelled, _id(path), 2, ORDER, status="cancelled"),
    )

    assert (await app.get(path)).status_code == 404
    assert (await app.get("/api/tickets")).json() == []

    async def it_was_said():
        assert [one.status for one in await app.said(TicketFreed)] == ["withdrawn"]

    await eventually(it_was_said)


async def test_a_withdrawn_ticket_that_is_paid_is_sold(play: Play, alice: Someone):
    app = await play("tickets")
    path = await _list(app, alice)
    await app.delete(path, alice)

    await tell(
        app,
        order_news(OrderPlaced, _id(path), 1, ORDER),
        order_news(OrderCompleted, _id(path), 2, ORDER, status="complete"),
    )

    assert (await app.get(path)).json()["status"] == "sold"


async def test_a_withdrawal_against_an_order_ends_the_same_in_both_services(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders")
    paths = [await _list(app, alice) for _ in range(RACES)]

    async def race(path: str, head_start: bool) -> None:
        order = _order(app, bob, path)
        withdrawal = app.delete(path, alice)
        rivals = (order, withdrawal) if head_start else (withdrawal, order)
        await asyncio.gather(*rivals)

    await asyncio.gather(*(race(path, nth % 2 == 0) for nth, path in enumerate(paths)))

    for path in paths:
        await eventually(lambda path=path: _both_agree(app, path))


async def test_a_withdrawn_ticket_cannot_be_ordered_once_its_order_is_given_up(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets", "orders")
    path = await _list(app, alice)
    ordered, withdrawn = await asyncio.gather(_order(app, bob, path), app.delete(path, alice))
    if ordered.status_code == 201:
        await app.delete(f"/api/orders/{ordered.json()['id']}", bob)

    async def it_is_withdrawn():
        assert (await app.delete(path, alice)).status_code == 204  # again, where a lock was faster
        assert (await app.get(path)).status_code == 404

    assert withdrawn.status_code in (204, 409)
    await eventually(it_is_withdrawn)
    await _orders_knows_withdrawn(app, path)
    assert (await _order(app, charlie, path)).status_code == 409


async def _both_agree(app: App, path: str) -> None:
    tickets, orders = await app.db("tickets"), await app.db("orders")
    ticket: Any = await tickets.fetchrow("SELECT * FROM tickets WHERE ticket_id = $1", _id(path))
    offer: Any = await orders.fetchrow("SELECT * FROM offers WHERE offer_id = $1", _id(path))
    assert offer["on_sale"] is not ticket["withdrawn"]
    assert offer["order_id"] == ticket["order_id"]
    held = offer["order_id"] is not None
    assert ticket["status"] == ("locked" if held else "withdrawn")


async def _orders_knows_withdrawn(app: App, path: str) -> None:
    db = await app.db("orders")

    async def it_is_known():
        offer: Any = await db.fetchrow("SELECT * FROM offers WHERE offer_id = $1", _id(path))
        assert not offer["on_sale"]

    await eventually(it_is_known)


async def _list(app: App, seller: Someone) -> str:
    answer = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 5})
    return f"/api/tickets/{answer.json()['id']}"


def _order(app: App, buyer: Someone, path: str) -> Any:
    return app.post("/api/orders", buyer, json={"ticketId": str(_id(path))})


def _id(path: str) -> UUID:
    return UUID(path.rpartition("/")[2])
