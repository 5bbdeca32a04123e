"""The paths of orders, and every way in which they refuse."""

import time
from datetime import datetime, timedelta

from boxoffice.events.orders import OrderPlaced
from boxoffice.kit import clock
from boxoffice.kit.lag import NEWS_SECONDS
from orders.counter import on_sale, order, ordered, said, see
from stage import Play, Someone


async def test_an_order_is_answered_whole_and_said(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id = await on_sale(app, alice, price_minor=1250, version=3)

    answer = await order(app, bob, ticket_id)

    assert answer.status_code == 201
    placed = answer.json()
    assert placed == {
        "id": placed["id"],
        "version": 0,
        "status": "created",
        "userId": str(bob.id),
        "placedAt": placed["placedAt"],
        "expiresAt": placed["expiresAt"],
        "total": 12.5,
        "currency": "USD",
        "items": [{"label": "Hamlet", "price": 12.5}],
        "ticket": {"id": str(ticket_id), "title": "Hamlet", "price": 12.5, "version": 3},
    }
    times = [datetime.fromisoformat(placed[name]) for name in ("placedAt", "expiresAt")]
    assert times[1] - times[0] == timedelta(minutes=15)
    assert (await app.get(f"/api/orders/{placed['id']}", bob)).json() == placed
    assert [str(event.order_id) for event in await said(app, OrderPlaced)] == [placed["id"]]


async def test_ones_own_ticket_cannot_be_ordered(play: Play, alice: Someone):
    app = await play("orders")
    ticket_id = await on_sale(app, alice)

    answer = await order(app, alice, ticket_id)

    assert (answer.status_code, answer.json()["detail"]) == (409, "This ticket is your own")
    assert await said(app, OrderPlaced) == []


async def test_a_ticket_that_is_taken_or_withdrawn_cannot_be_ordered(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    taken = await on_sale(app, alice)
    withdrawn = await on_sale(app, alice, status="withdrawn")
    await ordered(app, bob, taken)

    answers = [
        await order(app, charlie, taken),
        await order(app, bob, taken),  # once is enough for its buyer too
        await order(app, bob, withdrawn),
    ]

    assert [answer.status_code for answer in answers] == [409] * 3


async def test_an_unknown_ticket_is_not_found_after_a_second(play: Play, bob: Someone):
    app = await play("orders")
    begun = time.monotonic()

    answer = await order(app, bob, clock.new_id())

    assert answer.status_code == 404
    assert NEWS_SECONDS <= time.monotonic() - begun < 3 * NEWS_SECONDS


async def test_an_order_for_nothing_or_nonsense_is_refused(play: Play, bob: Someone):
    app = await play("orders")
    bodies = [{}, {"ticketId": "seven"}, {"ticketId": None}, {"ticketId": 7}, []]

    answers = [await app.post("/api/orders", bob, json=body) for body in bodies]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert [answer.json()["errors"][0].get("field") for answer in answers[:4]] == ["ticketId"] * 4


async def test_whoever_is_not_signed_in_is_told_so(play: Play):
    app = await play("orders")
    path = f"/api/orders/{clock.new_id()}"

    answers = [
        await app.post("/api/orders", json={}),
        await app.get("/api/orders"),
        await app.get(path),
        await app.delete(path),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4


async def test_an_order_that_is_not_there_is_not_found(play: Play, bob: Someone):
    app = await play("orders")
    paths = [f"/api/orders/{clock.new_id()}", "/api/orders/seven"]

    answers = [await ask(path, bob) for path in paths for ask in (app.get, app.delete)]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_a_stranger_sees_and_cancels_nothing(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    order_id = await ordered(app, bob, await on_sale(app, alice))
    path = f"/api/orders/{order_id}"

    answers = [
        await ask(path, person) for person in (charlie, alice) for ask in (app.get, app.delete)
    ]
    others = (await app.get("/api/orders", charlie)).json()

    assert [answer.status_code for answer in answers] == [403] * 4
    assert others == []
    assert (await see(app, bob, order_id))["status"] == "created"


async def test_ones_orders_are_read_page_by_page_newest_first(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ids = [str(await ordered(app, bob, await on_sale(app, alice))) for _ in range(3)]
    await ordered(app, charlie, await on_sale(app, alice))

    first = await app.get("/api/orders?limit=2", bob)
    second = await app.get(first.links["next"]["url"], bob)

    pages = [[one["id"] for one in answer.json()] for answer in (first, second)]
    assert pages == [[ids[2], ids[1]], [ids[0]]]
    assert "link" not in second.headers
