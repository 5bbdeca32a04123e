"""Paying an order with a card, over HTTP."""

import asyncio
from dataclasses import replace

import pytest

from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured, PaymentDeclined
from boxoffice.kit.clock import new_id
from boxoffice.services.payments import gateway, store
from boxoffice.services.payments.model import Order
from payments.till import OpenTill, Till, placed
from stage import Someone, eventually


async def test_a_paid_order_is_complete_and_its_events_are_said(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob, price=12.5)

    answer = await till.pay(order_id, bob)

    assert answer.status_code == 201, answer.text
    payment = await till.settled(order_id, "captured")
    assert answer.json() == {"id": str(payment.payment_id), "status": "authorized"}
    await till.order_is(order_id, bob, "complete")
    assert (await till.taken(), await till.held()) == (1250, 0)

    async def it_was_said():
        [authorized] = await till.app.said(PaymentAuthorized)
        [captured] = await till.app.said(PaymentCaptured)
        assert str(captured.order_id) == order_id
        assert captured.version > authorized.version
        assert (captured.amount_minor, captured.currency) == (1250, "USD")

    await eventually(it_was_said)


async def test_the_same_order_again_is_the_same_payment(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    first = await till.pay(order_id, bob)
    await till.order_is(order_id, bob, "complete")

    again = await till.pay(order_id, bob, "tok_mastercard")

    assert again.status_code == 201
    assert again.json() == first.json() | {"status": "captured"}
    assert len(await till.charges()) == 1


async def test_three_simultaneous_payments_make_one_intent_and_one_capture(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)

    answers = await asyncio.gather(*(till.pay(order_id, bob) for _ in range(3)))

    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    await till.order_is(order_id, bob, "complete")
    assert (len(await till.intents()), len(await till.charges())) == (1, 1)
    assert await till.taken() == 2500


async def test_without_the_claim_three_payments_would_hold_the_money_three_times(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = Order.of(placed(bob))
    async with till.db.transaction() as tx:
        await store.upsert_order(tx, order)
        unclaimed = await store.insert_payment(tx, order)

    for turn in range(3):
        rival = replace(unclaimed, turn=turn)
        intent_id = await gateway.open_intent(till.stripe, order, rival)
        await gateway.confirm_intent(
            till.stripe, replace(rival, version=turn), intent_id, "tok_visa"
        )

    assert len(await till.intents()) == 3
    assert await till.held() == 3 * order.total_minor


async def test_three_who_try_a_bad_card_at_once_hear_the_same_of_one_try(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    bad = "tok_chargeDeclinedInsufficientFunds"

    answers = await asyncio.gather(*(till.pay(order_id, bob, bad) for _ in range(3)))

    assert {answer.status_code for answer in answers} == {402}
    assert {answer.json()["detail"] for answer in answers} == {"Your card has insufficient funds."}
    assert len(await till.charges()) == 1


async def test_after_a_decline_another_card_pays_the_same_intent(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)

    declined = await till.pay(order_id, bob, "tok_chargeDeclined")
    again = await till.pay(order_id, bob, "tok_chargeDeclinedExpiredCard")
    paid = await till.pay(order_id, bob, "pm_card_visa")

    assert [a.status_code for a in (declined, again, paid)] == [402, 402, 201]
    assert declined.json()["detail"] == "Your card was declined."
    await till.order_is(order_id, bob, "complete")
    assert len(await till.intents()) == 1

    async def it_was_said():
        reasons = [event.reason for event in await till.app.said(PaymentDeclined)]
        assert reasons == ["Your card was declined.", "Your card has expired."]
        assert len(await till.app.said(PaymentCaptured)) == 1

    await eventually(it_was_said)


async def test_only_the_buyer_pays_an_order(
    till: Till, alice: Someone, bob: Someone, charlie: Someone
):
    order_id = await till.order(alice, bob)

    stranger = await till.pay(order_id, charlie)
    looking = await till.app.get(f"/api/payments/{order_id}", charlie)
    nobody = await till.app.post("/api/payments", json={"orderId": order_id, "token": "tok_visa"})
    unknown = await till.pay(new_id(), bob)

    answers = [stranger, looking, nobody, unknown]
    assert [answer.status_code for answer in answers] == [403, 403, 401, 404]
    assert await till.intents() == []


@pytest.mark.parametrize(
    "token", ["", "visa", "tok_", "tok_a b", "4242424242424242", "sk_test_x", "tok_" + "a" * 300]
)
async def test_what_is_no_token_is_refused_unseen(open_till: OpenTill, bob: Someone, token: str):
    till = await open_till("payments")

    answer = await till.pay(new_id(), bob, token)

    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == "token"
    assert "4242" not in answer.text


async def test_a_token_that_stripe_does_not_know_is_refused_and_a_good_one_pays(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)

    unknown = await till.pay(order_id, bob, "tok_nobody")
    paid = await till.pay(order_id, bob)

    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (400, "token")
    assert paid.status_code == 201
    await till.order_is(order_id, bob, "complete")


async def test_an_order_whose_time_is_over_is_not_charged(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    late = placed(bob, expires_at=placed(bob).placed_at)
    await till.app.say(late)

    answer = await till.pay(late.order_id, bob)
    page = await till.open_page(late.order_id, bob)

    assert (answer.status_code, page.status_code) == (409, 409)
    assert await till.intents() == []


async def test_an_order_that_was_given_up_is_not_charged(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    await till.app.delete(f"/api/orders/{order_id}", bob)

    async def nothing_is_charged():
        answer = await till.pay(order_id, bob)
        assert answer.status_code == 409

    await eventually(nothing_is_charged)
    assert await till.held() == 0


async def test_an_amount_that_no_card_pays_is_refused_in_stripes_words(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob, price=0.25)

    by_card = await till.pay(order_id, bob)
    on_page = await till.open_page(order_id, bob)

    assert (by_card.status_code, on_page.status_code) == (409, 409)
    assert "at least $0.50" in by_card.json()["detail"]
