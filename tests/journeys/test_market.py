"""The main job over HTTP: sell, buy, pay, get mail; or not, and it is free again."""

import asyncio

from stage import Market, eventually

BUYERS = 10


async def test_a_ticket_is_sold_bought_paid_and_both_get_mail(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    ticket_id = await market.list_ticket(alice, "Hamlet", 12.5)

    order = (await market.order(bob, ticket_id)).json()
    paid = await market.pay(bob, order["id"])

    assert paid.status_code == 201
    complete = await market.order_is(bob, order["id"], "complete")
    assert (complete["total"], complete["currency"]) == (12.5, "USD")
    assert (await market.ticket_is(ticket_id, "sold"))["orderId"] == order["id"]
    (intent,) = await market.intents(order["id"])
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 1250)

    async def both_have_one_mail():
        assert len(market.letters("bob")) == 1
        assert len(market.letters("alice")) == 1

    await eventually(both_have_one_mail)


async def test_an_unpaid_order_expires_and_the_next_one_can_buy(hasty_market: Market):
    market = hasty_market
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    charlie = await market.app.sign_up("charlie")
    ticket_id = await market.list_ticket(alice)

    order = (await market.order(bob, ticket_id)).json()
    too_early = await market.order(charlie, ticket_id)
    expired = await market.order_is(bob, order["id"], "cancelled")
    await market.ticket_is(ticket_id, "listed")
    late_payment = await market.pay(bob, order["id"])
    second = await market.order(charlie, ticket_id)

    assert too_early.status_code == 409
    assert expired["cancelledBecause"] == "expired"
    assert late_payment.status_code == 409
    assert second.status_code == 201

    async def bob_was_told():
        assert len(market.letters("bob")) == 1

    await eventually(bob_was_told)


async def test_ten_buyers_and_one_ticket_make_one_order(market: Market):
    alice = await market.app.sign_up("alice")
    names = [f"buyer{number}" for number in range(BUYERS)]
    buyers = [await market.app.sign_up(name) for name in names]
    ticket_id = await market.list_ticket(alice)

    answers = await asyncio.gather(*(market.order(buyer, ticket_id) for buyer in buyers))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (BUYERS - 1)


async def test_three_simultaneous_payments_make_one_intent_and_one_capture(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    order = (await market.order(bob, await market.list_ticket(alice))).json()

    answers = await asyncio.gather(*(market.pay(bob, order["id"]) for _ in range(3)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    await market.order_is(bob, order["id"], "complete")
    (intent,) = await market.intents(order["id"])
    assert intent["amount_received"] == 1250


async def test_paying_against_cancelling_ends_in_exactly_one_of_both(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    for attempt in range(6):
        ticket_id = await market.list_ticket(alice, f"Hamlet {attempt}")
        order = (await market.order(bob, ticket_id)).json()

        async def cancel(order_id: str, wait: float) -> int:
            await asyncio.sleep(wait)  # the race is tried at several moments
            return (await market.app.delete(f"/api/orders/{order_id}", bob)).status_code

        await asyncio.gather(market.pay(bob, order["id"]), cancel(order["id"], attempt * 0.01))

        await eventually(lambda order=order, ticket=ticket_id: _is_settled(market, order, ticket))


async def _is_settled(market: Market, order: dict[str, str], ticket_id: str) -> None:
    (buyer,) = {order["userId"]}
    db = await market.app.db("orders")
    status = await db.fetchval("SELECT status FROM orders WHERE order_id::text = $1", order["id"])
    ticket = (await market.app.get(f"/api/tickets/{ticket_id}")).json()["status"]
    intents = {intent["status"] for intent in await market.intents(order["id"])}
    assert buyer
    assert (status, ticket, intents) in [
        ("complete", "sold", {"succeeded"}),
        ("cancelled", "listed", {"canceled"}),
        ("cancelled", "listed", set()),  # given up before a card was asked
    ]
