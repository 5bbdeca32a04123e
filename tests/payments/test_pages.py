"""Paying an order on Stripe's own page."""

import asyncio
from uuid import UUID

from boxoffice.events.payments import PaymentCaptured, PaymentDeclined
from payments.till import OpenTill, Till, cancelled, placed
from stage import Someone, eventually


async def test_an_order_is_paid_on_stripes_page(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)

    opened = await till.open_page(order_id, bob)
    page = await till.app.http.get(opened.json()["url"])
    paid = await till.pay_on_page(opened.json()["url"])

    assert opened.status_code == 201
    assert "Ran" in page.text
    assert "$25.00" in page.text
    assert paid.headers["location"].endswith(f"/orders/{order_id}?paid=1")
    await till.order_is(order_id, bob, "complete")
    assert (await till.taken(), await till.held()) == (2500, 0)

    async def it_was_said():
        assert len(await till.app.said(PaymentCaptured)) == 1

    await eventually(it_was_said)


async def test_the_same_page_is_opened_again_while_it_is_open(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)

    first = await till.open_page(order_id, bob)
    again = await asyncio.gather(*(till.open_page(order_id, bob) for _ in range(3)))

    assert {answer.status_code for answer in again} == {201}
    assert [answer.json() for answer in again] == [first.json()] * 3


async def test_three_pages_at_once_are_one(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)

    answers = await asyncio.gather(*(till.open_page(order_id, bob) for _ in range(3)))

    assert len({answer.json()["url"] for answer in answers}) == 1
    sessions = await till.stripe.client.v1.checkout.sessions.list_async()
    assert len(sessions.data) == 1


async def test_a_payment_whose_webhook_is_lost_still_gets_its_ticket(
    open_till: OpenTill, alice: Someone, bob: Someone
):
    till = await open_till(webhooks=False)
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]

    await till.pay_on_page(url)

    await till.order_is(order_id, bob, "complete")
    assert await till.taken() == 2500


async def test_whoever_comes_back_from_paying_waits_for_no_webhook(
    open_till: OpenTill, alice: Someone, bob: Someone
):
    till = await open_till(webhooks=False)
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]
    await till.db.execute("UPDATE payments SET look_at = now() + interval '1 hour'")
    await till.pay_on_page(url)

    first = await till.app.get(f"/api/payments/{order_id}", bob)

    assert first.json()["status"] == "pending"
    await till.order_is(order_id, bob, "complete")
    last = await till.app.get(f"/api/payments/{order_id}", bob)
    assert last.json() == first.json() | {"status": "captured"}


async def test_a_card_that_is_refused_on_the_page_leaves_it_open(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]

    await till.pay_on_page(url, number="4000 0000 0000 0002")
    declined = await till.settled(order_id, "declined")
    again = await till.open_page(order_id, bob)
    await till.pay_on_page(url)

    assert declined.reason == "Your card was declined."
    assert again.json()["url"] == url
    await till.order_is(order_id, bob, "complete")
    assert [event.reason for event in await till.app.said(PaymentDeclined)] == [declined.reason]


async def test_after_a_declined_token_the_page_alone_can_be_paid(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    await till.pay(order_id, bob, "tok_chargeDeclined")

    opened = await till.open_page(order_id, bob)

    assert [intent.status for intent in await till.intents()] == ["canceled"]
    await till.pay_on_page(opened.json()["url"])
    await till.order_is(order_id, bob, "complete")
    assert await till.taken() == 2500


async def test_a_token_closes_the_open_page(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]

    paid = await till.pay(order_id, bob)
    late = await till.pay_on_page(url)

    assert paid.status_code == 201
    assert "expired" in late.text
    await till.order_is(order_id, bob, "complete")
    assert (await till.taken(), await till.held()) == (2500, 0)


async def test_whoever_cannot_decide_how_to_pay_pays_once(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)

    for _ in range(2):
        await till.pay(order_id, bob, "tok_chargeDeclined")
        opened = await till.open_page(order_id, bob)
        await till.pay_on_page(opened.json()["url"], number="4000 0000 0000 0002")
    paid = await till.pay(order_id, bob)

    assert paid.status_code == 201
    await till.order_is(order_id, bob, "complete")
    assert (await till.taken(), await till.held()) == (2500, 0)
    payable = [intent for intent in await till.intents() if intent.status != "canceled"]
    assert [intent.status for intent in payable] == ["succeeded"]


async def test_a_token_after_the_page_was_paid_charges_nobody_twice(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments", webhooks=False)
    order = placed(bob)
    await till.app.say(order)
    opened = await till.open_page(order.order_id, bob)
    await till.db.execute("UPDATE payments SET look_at = NULL")
    await till.pay_on_page(opened.json()["url"])

    by_card = await till.pay(order.order_id, bob)
    page = await till.open_page(order.order_id, bob)

    assert by_card.status_code == 201
    assert by_card.json() == {"id": opened.json()["id"], "status": "authorized"}
    assert page.status_code == 409
    assert (len(await till.charges()), await till.held()) == (1, 2500)


async def test_a_page_of_an_order_that_is_given_up_takes_no_money(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    url = (await till.open_page(order.order_id, bob)).json()["url"]

    await till.app.say(cancelled(order))

    await till.settled(order.order_id, "voided")
    assert "expired" in (await till.pay_on_page(url)).text
    assert await till.charges() == []
    assert (await till.open_page(order.order_id, bob)).status_code == 409


async def test_another_amount_than_the_orders_is_given_back(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    url = (await till.open_page(order.order_id, bob)).json()["url"]
    await till.db.execute("UPDATE orders SET total_minor = 999_00")

    await till.pay_on_page(url)

    declined = await till.settled(order.order_id, "declined")
    assert "not the price of the order" in str(declined.reason)
    assert (await till.held(), await till.taken()) == (0, 0)


async def test_only_the_buyer_opens_the_page(
    till: Till, alice: Someone, bob: Someone, charlie: Someone
):
    order_id = await till.order(alice, bob)

    stranger = await till.open_page(order_id, charlie)
    unknown = await till.open_page(UUID(int=7), bob)
    nonsense = await till.open_page("seven", bob)
    nobody = await till.app.post("/api/payments/checkout", json={"orderId": order_id})

    answers = [stranger, unknown, nonsense, nobody]
    assert [answer.status_code for answer in answers] == [403, 404, 400, 401]
