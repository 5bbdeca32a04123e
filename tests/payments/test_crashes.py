"""What a crash, or a lost answer, leaves behind is brought to its end."""

from datetime import UTC, datetime

import pytest

from boxoffice.events.payments import PaymentAuthorized
from boxoffice.kit import clock
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.payments import gateway, store
from boxoffice.services.payments.model import LEASE, Payment
from payments.till import OpenTill, Till, placed
from stage import Someone, eventually

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def test_a_crash_before_anything_was_opened_leaves_the_order_payable(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    claimed = await _claimed(till, bob, LONG_AGO)

    await till.settled(claimed.order_id, "pending")

    assert (await till.pay(claimed.order_id, bob)).status_code == 201
    assert len(await till.intents()) == 1


async def test_an_intent_that_a_crash_forgot_is_found_again(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    claimed = await _claimed(till, bob, LONG_AGO)
    await _open_intent(till, claimed)

    await till.settled(claimed.order_id, "pending")

    assert (await till.pay(claimed.order_id, bob)).status_code == 201
    assert len(await till.intents()) == 1


async def test_a_card_that_was_confirmed_before_a_crash_is_authorized(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments", webhooks=False)
    claimed = await _claimed(till, bob, clock.now())
    intent_id = await _open_intent(till, claimed)
    async with till.db.transaction() as tx:
        recorded = claimed.with_intent(intent_id)
        await store.update_payment(tx, recorded)
    await gateway.confirm_intent(till.stripe, recorded, intent_id, "tok_visa")

    await till.db.execute("UPDATE payments SET busy_until = now()")

    await till.settled(claimed.order_id, "authorized")
    assert (await till.pay(claimed.order_id, bob)).status_code == 201
    assert len(await till.charges()) == 1

    async def it_was_said():
        assert len(await till.app.said(PaymentAuthorized)) == 1

    await eventually(it_was_said)


async def test_whoever_lost_its_claim_writes_nothing(open_till: OpenTill, bob: Someone):
    till = await open_till("payments")
    late = await _claimed(till, bob, LONG_AGO)
    await till.settled(late.order_id, "pending")
    paid = await till.pay(late.order_id, bob)

    with pytest.raises(StaleVersion):
        async with till.db.transaction() as tx:
            await store.update_payment(tx, late.with_intent("pi_late"))

    assert paid.status_code == 201
    assert (await till.payment(late.order_id)).status == "authorized"


async def test_an_answer_that_is_lost_takes_no_money_twice(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    till.line.loses = "/confirm"

    unknown = await till.pay(order_id, bob)
    till.line.loses = None

    assert unknown.status_code == 503
    assert "retry-after" in unknown.headers
    await till.order_is(order_id, bob, "complete")
    again = await till.pay(order_id, bob)
    assert (again.status_code, again.json()["status"]) == (201, "captured")
    assert (len(await till.charges()), await till.taken()) == (1, 2500)


async def test_a_capture_whose_answer_is_lost_is_recognised(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    till.line.loses = "/capture"
    await till.pay(order_id, bob)

    async def it_is_taken():
        assert await till.taken() == 2500

    await eventually(it_is_taken)
    till.line.loses = None

    await till.order_is(order_id, bob, "complete")
    assert await till.taken() == 2500


async def test_while_stripe_is_away_nothing_is_lost(till: Till, alice: Someone, bob: Someone):
    order_id = await till.order(alice, bob)
    till.line.cut = ""

    by_card = await till.pay(order_id, bob)
    on_page = await till.open_page(order_id, bob)
    till.line.cut = None

    assert (by_card.status_code, on_page.status_code) == (503, 503)
    assert (await till.pay(order_id, bob)).status_code == 201
    await till.order_is(order_id, bob, "complete")


async def _claimed(till: Till, buyer: Someone, at: datetime) -> Payment:
    """A payment that somebody claimed at that time and never gave back."""
    news = placed(buyer)
    await till.app.say(news)

    async def known() -> Payment:
        async with till.db.transaction() as tx:
            order = await store.select_order(tx, news.order_id)
            assert order is not None
            await store.insert_payment(tx, order)
            claimed = await store.claim_payment(tx, order.order_id, at, at + LEASE)
            assert claimed is not None
            return claimed

    return await eventually(known)


async def _open_intent(till: Till, payment: Payment) -> str:
    order = await store.select_order(till.db, payment.order_id)
    assert order is not None
    return await gateway.open_intent(till.stripe, order, payment)
