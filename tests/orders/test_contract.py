"""The paths of orders, and every way in which they refuse."""

import asyncio
from datetime import datetime, timedelta

from boxoffice.events.tickets import TicketWithdrawn
from boxoffice.kit import clock
from orders.counter import complete, offer, place, placed
from stage import Play, Someone
from stage.facts import tell, ticket_news


async def test_an_order_is_answered_whole(play: Play, alice: Someone, bob: Someone):
    app = await play("orders", hold_seconds=60)
    ticket_id = await offer(app, alice, title="Hamlet", price_minor=1250, version=3)

    answer = await place(app, bob, ticket_id)

    assert answer.status_code == 201
    order = answer.json()
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
        "ticket": {"id": str(ticket_id), "title": "Hamlet", "price": 12.5, "version": 3},
    }
    times = [datetime.fromisoformat(order[name]) for name in ("placedAt", "expiresAt")]
    assert times[1] - times[0] == timedelta(seconds=60)
    assert (await app.get(f"/api/orders/{order['id']}", bob)).json() == order
    assert (await app.get("/api/orders", bob)).json() == [order]


async def test_whoever_is_not_signed_in_may_nothing(play: Play):
    app = await play("orders")
    path = f"/api/orders/{clock.new_id()}"

    refused = [
        await app.post("/api/orders", json={}),  # who asks is checked before what is sent
        await app.get("/api/orders"),
        await app.get(path),
        await app.delete(path),
    ]

    assert [answer.status_code for answer in refused] == [401] * 4


async def test_an_order_of_nothing_is_refused(play: Play, bob: Someone):
    app = await play("orders")
    bodies: list[dict[str, object]] = [{}, {"ticketId": "x"}, {"ticketId": None}, {"ticketId": 7}]

    answers = [await app.post("/api/orders", bob, json=body) for body in bodies]
    no_object = await app.post("/api/orders", bob, json=[])

    assert [answer.status_code for answer in answers] == [400] * 4
    assert [answer.json()["errors"][0]["field"] for answer in answers] == ["ticketId"] * 4
    assert no_object.status_code == 400


async def test_an_unknown_ticket_is_waited_for_and_then_not_found(play: Play, bob: Someone):
    app = await play("orders")
    loop = asyncio.get_running_loop()
    begun = loop.time()

    answer = await place(app, bob, clock.new_id())

    assert answer.status_code == 404
    assert 1 <= loop.time() - begun < 3


async def test_ones_own_ticket_is_refused(play: Play, alice: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)

    answer = await place(app, alice, ticket_id)

    assert (answer.status_code, answer.json()["detail"]) == (409, "This ticket is your own")


async def test_a_ticket_that_is_held_sold_or_withdrawn_is_refused(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    held, sold, withdrawn = [await offer(app, alice) for _ in range(3)]
    await placed(app, bob, held)
    await complete(app, await placed(app, bob, sold))
    off = ticket_news(alice, withdrawn, TicketWithdrawn, version=1, status="withdrawn")
    await tell(app, off)

    answers = [await place(app, charlie, one) for one in (held, sold, withdrawn)]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert (await app.get("/api/orders", charlie)).json() == []


async def test_nobody_sees_or_cancels_the_order_of_another(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    path = f"/api/orders/{await placed(app, bob, await offer(app, alice))}"

    refused = [
        answer
        for stranger in (alice, charlie)
        for answer in (await app.get(path, stranger), await app.delete(path, stranger))
    ]

    assert [answer.status_code for answer in refused] == [403] * 4
    assert (await app.get("/api/orders", charlie)).json() == []
    assert (await app.get(path, bob)).json()["status"] == "created"


async def test_an_order_that_is_not_there_is_not_found(play: Play, bob: Someone):
    app = await play("orders")
    paths = [f"/api/orders/{clock.new_id()}", "/api/orders/seven"]

    answers = [
        answer
        for path in paths
        for answer in (await app.get(path, bob), await app.delete(path, bob))
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_ones_orders_are_read_page_by_page_newest_first(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ids = [str(await placed(app, bob, await offer(app, alice))) for _ in range(3)]
    await placed(app, charlie, await offer(app, alice))

    first = await app.get("/api/orders?limit=2", bob)
    second = await app.get(first.links["next"]["url"], bob)

    pages = [[order["id"] for order in answer.json()] for answer in (first, second)]
    assert pages == [[ids[2], ids[1]], [ids[0]]]
    assert "next" not in second.links
