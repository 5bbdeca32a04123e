"""Orders that were paid and then lost their performance: their money goes back, once."""

import asyncio
from functools import partial
from random import Random

import pytest

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.payments import PaymentCaptured, PaymentRefunded
from boxoffice.kit import clock
from boxoffice.services.payments import gateway, store
from boxoffice.services.payments.model import LEASE
from payments.till import OpenTill, Till, awaiting, cancelled, placed
from stage import Someone, eventually
from stage.rivals import replica

PRICE = 2500
HOUSE = 20  # orders: more than one lane talks about at once


async def test_the_money_of_a_complete_order_goes_back_with_its_performance(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = await _complete(till, bob)

    await till.app.say(_called_off(order))

    await till.settled(order.order_id, "refunded")
    assert await _refunds(till) == [PRICE]
    assert await till.taken() == 0
    [refunded] = await _said_to_be_refunded(till, 1)
    assert (refunded.order_id, refunded.amount_minor) == (order.order_id, PRICE)
    seen = await till.app.get(f"/api/payments/{order.order_id}", bob)
    assert seen.json()["status"] == "refunded"
    assert (await till.pay(order.order_id, bob)).status_code == 409


async def test_without_giving_back_a_performance_that_is_cancelled_keeps_its_money(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = await _complete(till, bob)
    till.line.cut = "/refunds"

    await till.app.say(_called_off(order))
    await eventually(lambda: _is_postponed(till, order))

    assert await till.taken() == PRICE
    assert await till.app.said(PaymentRefunded) == []
    till.line.cut = None
    await till.settled(order.order_id, "refunded")
    assert (await till.taken(), await _refunds(till)) == (0, [PRICE])


async def test_a_refund_whose_answer_is_lost_is_recognised_and_said_once(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments", webhooks=False)
    order = await _complete(till, bob)
    till.line.loses = "/refunds"

    await till.app.say(_called_off(order))
    await eventually(lambda: _is_postponed(till, order))
    left, noted = await till.taken(), (await till.payment(order.order_id)).status
    till.line.loses = None

    assert (left, noted) == (0, "captured")
    await till.settled(order.order_id, "refunded")
    await _said_to_be_refunded(till, 1)
    assert await _refunds(till) == [PRICE]


async def test_a_refund_that_a_crash_forgot_is_found_again(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", webhooks=False)
    order = await _complete(till, bob)
    at = clock.now()
    async with till.db.transaction() as tx:
        claimed = await store.claim_payment(tx, order.order_id, at, at + LEASE)
    assert claimed is not None
    await till.app.say(_called_off(order))
    await eventually(lambda: _is_known(till, order, "cancelled"))
    await gateway.release(till.stripe, claimed)

    await till.db.execute("UPDATE payments SET busy_until = now()")

    await till.settled(order.order_id, "refunded")
    await _said_to_be_refunded(till, 1)
    assert await _refunds(till) == [PRICE]


async def test_a_process_that_stops_before_it_gave_back_does_so_when_it_comes_back(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = await _complete(till, bob)
    till.line.cut = "/refunds"
    await till.app.say(_called_off(order))
    await eventually(lambda: _is_postponed(till, order))

    await till.app.stop()
    till.line.cut = None
    await till.app.start()

    await till.settled(order.order_id, "refunded")
    assert await _refunds(till) == [PRICE]


async def test_news_that_comes_again_or_late_gives_nothing_back_twice(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = await _complete(till, bob)
    over = _called_off(order)
    await till.app.say(over)
    await till.settled(order.order_id, "refunded")

    for late in (over, _completed(order), awaiting(order), order, over):
        await till.app.say(late)
    marker = placed(bob)
    await till.app.say(marker)

    assert (await till.pay(marker.order_id, bob)).status_code == 201  # so all of it was heard
    await till.settled(order.order_id, "refunded")
    assert await _refunds(till) == [PRICE]
    await _said_to_be_refunded(till, 1)


async def test_an_order_whose_end_is_heard_before_its_completion_gets_its_money_back(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = await _captured(till, bob)

    await till.app.say(_called_off(order))
    await till.app.say(_completed(order))

    await till.settled(order.order_id, "refunded")
    assert await _refunds(till) == [PRICE]


async def test_who_had_got_some_back_by_hand_gets_the_rest(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    order = await _complete(till, bob)
    intent_id = (await till.payment(order.order_id)).intent_id or ""
    refunds = till.stripe.client.v1.refunds
    await refunds.create_async({"payment_intent": intent_id, "amount": 1000})

    await till.app.say(_called_off(order))

    await till.settled(order.order_id, "refunded")
    assert sorted(await _refunds(till)) == [1000, 1500]


async def test_a_whole_house_gets_its_money_back_once_each_from_many_replicas(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    orders = [await _complete(till, bob) for _ in range(HOUSE)]
    assert await till.taken() == HOUSE * PRICE

    async with replica(till.app):
        await asyncio.gather(*(till.app.say(_called_off(order)) for order in orders))
        for order in orders:
            await till.settled(order.order_id, "refunded")

    assert await _refunds(till) == [PRICE] * HOUSE
    assert await till.taken() == 0
    said = await _said_to_be_refunded(till, HOUSE)
    assert {one.order_id for one in said} == {order.order_id for order in orders}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [1, 2])
async def test_on_a_bad_day_everybody_gets_their_money_back_once(
    open_till: OpenTill, bob: Someone, seed: int
):
    till = await open_till("payments", webhooks=seed % 2 == 0)
    orders = [await _complete(till, bob) for _ in range(8)]
    till.line.mood = Random(seed)  # noqa: S311 - it comes again

    for order in orders:
        await till.app.say(_called_off(order))

    for order in orders:
        await eventually(partial(till.settled, order.order_id, "refunded"), seconds=40)
    till.line.mood = None
    assert await _refunds(till) == [PRICE] * len(orders)
    await _said_to_be_refunded(till, len(orders))


async def test_for_an_order_that_costs_nothing_there_is_nothing_to_pay(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    free = placed(bob, total_minor=0, status="complete")
    await till.app.say(OrderCompleted.model_validate(free.model_dump()))

    answers = (await till.pay(free.order_id, bob), await till.open_page(free.order_id, bob))

    for answer in answers:
        assert answer.status_code == 409
        assert answer.json()["detail"] == "There is nothing to pay for this order"
    assert await store.select_payment(till.db, free.order_id) is None
    assert await till.intents() == []


async def test_an_order_that_cost_nothing_gives_nothing_back(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    free = placed(bob, total_minor=0, status="complete")
    await till.app.say(OrderCompleted.model_validate(free.model_dump()))

    await till.app.say(_called_off(free))
    marker = await _complete(till, bob)

    assert (await till.payment(marker.order_id)).status == "captured"  # so all of it was heard
    assert await store.select_payment(till.db, free.order_id) is None
    assert await till.app.said(PaymentRefunded) == []


async def _captured(till: Till, buyer: Someone) -> OrderPlaced:
    order = placed(buyer)
    await till.app.say(order)
    paid = await till.pay(order.order_id, buyer)
    assert paid.status_code == 201, paid.text
    await till.app.say(awaiting(order))
    await till.settled(order.order_id, "captured")
    return order


async def _complete(till: Till, buyer: Someone) -> OrderPlaced:
    order = await _captured(till, buyer)
    await till.app.say(_completed(order))

    await eventually(lambda: _is_known(till, order, "complete"))
    return order


def _completed(order: OrderPlaced) -> OrderCompleted:
    changes = {"version": 2, "status": "complete"}
    return OrderCompleted.model_validate(order.model_dump() | changes)


def _called_off(order: OrderPlaced) -> OrderCancelled:
    return cancelled(order, version=3, because="performance cancelled")


async def _is_known(till: Till, order: OrderPlaced, status: str) -> None:
    known = await store.select_order(till.db, order.order_id)
    assert known is not None
    assert known.status == status


async def _is_postponed(till: Till, order: OrderPlaced) -> None:
    payment = await till.payment(order.order_id)
    assert (payment.looks > 0, payment.busy_until, payment.status) == (True, None, "captured")


async def _refunds(till: Till) -> list[int]:
    """What Stripe has given back, each time that it did."""
    found = await till.stripe.client.v1.refunds.list_async({"limit": 100})
    return [refund.amount for refund in found.data]


async def _said_to_be_refunded(till: Till, many: int) -> list[PaymentRefunded]:
    async def look() -> list[PaymentRefunded]:
        said = await till.app.said(PaymentRefunded)
        assert len(said) == many
        return said

    assert len(await till.app.said(PaymentCaptured)) >= many
    return await eventually(look)
