"""The paths of orders: place, list, show, give up."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from boxoffice.kit import clock
from contract.shapes import is_id, is_recent, refused, sent
from stage import Market, Someone, eventually


async def test_an_order_is_answered_whole(market: Market, alice: Someone, bob: Someone):
    ticket_id = await market.list_ticket(alice, "Hamlet", 12.5)

    answer = await market.order(bob, ticket_id)

    assert answer.status_code == 201
    order = answer.json()
    assert is_id(order["id"])
    assert is_recent(order["placedAt"])
    life = datetime.fromisoformat(order["expiresAt"]) - datetime.fromisoformat(order["placedAt"])
    assert (life, order["expiresAt"][-1]) == (timedelta(minutes=15), "Z")
    assert order == {
        "id": order["id"],
        "version": 0,
        "status": "created",
        "userId": str(bob.id),
        "placedAt": order["placedAt"],
        "expiresAt": order["expiresAt"],
        "total": 12.5,
        "currency": "USD",
        "items": [{"label": "Hamlet", "price": 12.5}],
        "ticket": {"id": ticket_id, "title": "Hamlet", "price": 12.5, "version": 0},
    }
    assert (await market.app.get(f"/api/orders/{order['id']}", bob)).json() == order
    assert order in (await market.app.get("/api/orders", bob)).json()


@pytest.mark.parametrize(
    "body", [{}, *({"ticketId": one} for one in ("", "seven", "\0", 7, True, None, [], {}))]
)
async def test_an_order_of_nothing_is_refused(market: Market, bob: Someone, body: dict[str, Any]):
    answer = await market.app.post("/api/orders", bob, **sent(body))

    refused(answer, 400, "ticketId")


async def test_who_may_order_what(market: Market, alice: Someone, bob: Someone, charlie: Someone):
    ticket_id = await market.list_ticket(alice)
    withdrawn = await market.list_ticket(alice)
    await market.app.delete(f"/api/tickets/{withdrawn}", alice)

    refused(await market.app.post("/api/orders", json={"ticketId": ticket_id}), 401)
    refused(await market.order(alice, ticket_id), 409)  # one's own
    unknown = {"ticketId": str(clock.new_id())}
    refused(await market.app.post("/api/orders", bob, json=unknown), 404)
    assert (await market.order(bob, ticket_id)).status_code == 201
    refused(await market.order(charlie, ticket_id), 409)  # reserved
    refused(await market.order(bob, ticket_id), 409)  # by oneself, too

    async def withdrawn_is_heard_of():
        refused(await market.order(charlie, withdrawn), 409)

    await eventually(withdrawn_is_heard_of)


async def test_an_order_is_its_buyers_alone(
    market: Market, alice: Someone, bob: Someone, charlie: Someone
):
    order = (await market.order(bob, await market.list_ticket(alice))).json()
    path = f"/api/orders/{order['id']}"

    refused(await market.app.get("/api/orders"), 401)
    for method in ("GET", "DELETE"):
        refused(await market.app.ask(method, path), 401)
        refused(await market.app.ask(method, path, alice), 403)  # the seller sees the ticket
        refused(await market.app.ask(method, path, charlie), 403)
    assert (await market.app.get("/api/orders", charlie)).json() == []
    assert (await market.app.get(path, bob)).json() == order


async def test_an_order_is_given_up_once_and_again(market: Market, alice: Someone, bob: Someone):
    ticket_id = await market.list_ticket(alice)
    order = (await market.order(bob, ticket_id)).json()
    path = f"/api/orders/{order['id']}"

    answers = [await market.app.delete(path, bob) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    cancelled = (await market.app.get(path, bob)).json()
    expected = {"status": "cancelled", "version": 1, "cancelledBecause": "cancelled"}
    assert cancelled == order | expected
    assert (await market.order(bob, ticket_id)).status_code == 201


async def test_a_paid_order_is_kept(market: Market, alice: Someone, bob: Someone):
    order = (await market.order(bob, await market.list_ticket(alice))).json()
    path = f"/api/orders/{order['id']}"
    (await market.pay(bob, order["id"])).raise_for_status()

    async def it_is_claimed():  # until then the bank's promise is not yet known to orders
        assert (await market.app.get(path, bob)).json()["status"] != "created"

    await eventually(it_is_claimed)
    being_captured = await market.app.delete(path, bob)
    await market.order_is(bob, order["id"], "complete")
    complete = await market.app.delete(path, bob)

    refused(being_captured, 409)
    refused(complete, 409)


async def test_ones_orders_come_newest_first_a_page_at_a_time(market: Market, alice: Someone):
    dora = Someone("dora")
    ids = [
        (await market.order(dora, await market.list_ticket(alice))).json()["id"] for _ in range(3)
    ]

    first = await market.app.get("/api/orders?limit=2", dora)
    second = await market.app.get(first.links["next"]["url"], dora)

    pages = [[order["id"] for order in answer.json()] for answer in (first, second)]
    assert pages == [[ids[2], ids[1]], [ids[0]]]
    assert "next" not in second.links


async def test_an_order_that_is_not_there_is_not_found(market: Market, bob: Someone):
    for one in (clock.new_id(), "seven", "7", "%00", "%ff", "x" * 300):
        refused(await market.app.get(f"/api/orders/{one}", bob), 404)
        refused(await market.app.delete(f"/api/orders/{one}", bob), 404)
