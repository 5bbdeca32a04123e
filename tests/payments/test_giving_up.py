"""Orders that are given up around their payment: no money stays taken, none is taken later."""

import asyncio
from functools import partial

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.payments import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentFailed,
    PaymentRefunded,
    PaymentVoided,
)
from payments.till import OpenTill, Till, awaiting, cancelled, placed
from stage import Someone, eventually


async def test_paying_against_cancelling_ends_in_exactly_one_of_both(
    till: Till, alice: Someone, bob: Someone
):
    orders = [await till.order(alice, bob) for _ in range(12)]

    async def cancel(order_id: str, head_start: int) -> None:
        for _ in range(head_start):  # so that some are early and some are late
            await till.app.get(f"/api/orders/{order_id}", bob)
        await till.app.delete(f"/api/orders/{order_id}", bob)

    await asyncio.gather(
        *(till.pay(order_id, bob) for order_id in orders),
        *(cancel(order_id, place) for place, order_id in enumerate(orders)),
    )

    ends = [await eventually(partial(till.agree, order_id, alice, bob)) for order_id in orders]
    assert await till.taken() == 2500 * ends.count("complete")
    assert await till.held() == 0


async def test_without_giving_back_a_cancelled_order_would_hold_its_money(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)
    till.line.cut = "/cancel"

    await till.app.say(cancelled(order))

    await eventually(lambda: _is_postponed(till, order))
    with pytest.raises(AssertionError):
        await _nothing_is_left(till, order)
    till.line.cut = None
    await eventually(lambda: _nothing_is_left(till, order))


async def test_an_authorised_payment_of_a_cancelled_order_is_voided(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)

    await till.app.say(cancelled(order))

    await till.settled(order.order_id, "voided")
    assert (await till.held(), await till.taken()) == (0, 0)

    async def it_was_said():
        [authorized] = await till.app.said(PaymentAuthorized)
        [voided] = await till.app.said(PaymentVoided)
        assert voided.version > authorized.version

    await eventually(it_was_said)


async def test_a_declined_payment_of_a_cancelled_order_can_be_paid_by_nobody(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob, "tok_chargeDeclined")

    await till.app.say(cancelled(order))

    await till.settled(order.order_id, "voided")
    assert [intent.status for intent in await till.intents()] == ["canceled"]
    assert (await till.pay(order.order_id, bob)).status_code == 409


async def test_money_that_was_taken_for_a_cancelled_order_is_given_back(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)
    await till.app.say(awaiting(order))
    await till.settled(order.order_id, "captured")

    await till.app.say(cancelled(order, version=2))

    await till.settled(order.order_id, "refunded")
    assert await till.taken() == 0

    async def it_was_said():
        assert len(await till.app.said(PaymentRefunded)) == 1

    await eventually(it_was_said)


async def test_a_refund_by_hand_is_learned(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    await till.pay(order_id, bob)
    await till.order_is(order_id, bob, "complete")
    payment = await till.settled(order_id, "captured")

    await till.stripe.client.v1.refunds.create_async({"payment_intent": payment.intent_id or ""})

    await till.settled(order_id, "refunded")


async def test_a_promise_that_the_bank_took_back_fails_the_order(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", webhooks=False)
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)
    [intent] = await till.intents()
    await till.stripe.client.v1.payment_intents.cancel_async(intent.id)

    await till.app.say(awaiting(order))

    failed = await till.settled(order.order_id, "failed")
    assert "status of canceled" in str(failed.reason)
    assert (await till.pay(order.order_id, bob)).status_code == 409

    async def it_was_said():
        assert len(await till.app.said(PaymentFailed)) == 1
        assert await till.app.said(PaymentCaptured) == []

    await eventually(it_was_said)


async def test_a_lost_promise_ends_the_order_as_refused(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    till.line.cut = "/capture"
    await till.pay(order_id, bob)
    [intent] = await till.intents()
    await till.stripe.client.v1.payment_intents.cancel_async(intent.id)

    till.line.cut = None

    ended = await till.order_is(order_id, bob, "cancelled")
    assert ended["cancelledBecause"] == "refused"
    assert await till.taken() == 0


async def test_repeated_and_late_news_change_nothing(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)
    await till.app.say(awaiting(order))
    captured = await till.settled(order.order_id, "captured")

    for late in (awaiting(order), order, awaiting(order)):
        await till.app.say(late)
    marker = placed(bob)
    await till.app.say(marker)

    assert (await till.pay(marker.order_id, bob)).status_code == 201  # so all of it was heard
    after = await till.settled(order.order_id, "captured")
    assert (after.status, after.intent_id) == (captured.status, captured.intent_id)
    assert await till.taken() == 2500
    assert len(await till.app.said(PaymentCaptured)) == 1


async def test_an_order_that_is_placed_after_it_was_cancelled_stays_cancelled(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)

    await till.app.say(cancelled(order))
    await till.app.say(order)
    marker = placed(bob)
    await till.app.say(marker)
    await till.pay(marker.order_id, bob)

    assert (await till.pay(order.order_id, bob)).status_code == 409


async def _is_postponed(till: Till, order: OrderPlaced) -> None:
    payment = await till.payment(order.order_id)
    assert (payment.looks > 0, payment.busy_until) == (True, None)


async def _nothing_is_left(till: Till, order: OrderPlaced) -> None:
    assert (await till.held(), await till.taken()) == (0, 0)
    assert (await till.payment(order.order_id)).status == "voided"
