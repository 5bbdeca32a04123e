"""Refunds give back what was captured, never more."""

import asyncio

import pytest
import stripe

from stack.stripe.shop import Shop


async def test_a_payment_is_given_back_in_parts_until_nothing_is_left(shop: Shop):
    paid = await shop.pay()
    refunds = shop.client.v1.refunds

    first = await refunds.create_async({"payment_intent": paid.id, "amount": 1000})
    with pytest.raises(stripe.InvalidRequestError) as too_much:
        await refunds.create_async({"payment_intent": paid.id, "amount": 1401})
    rest = await refunds.create_async({"payment_intent": paid.id})
    with pytest.raises(stripe.InvalidRequestError) as again:
        await refunds.create_async({"payment_intent": paid.id})

    assert (first.status, first.amount, rest.amount) == ("succeeded", 1000, 1400)
    assert first.id.startswith("re_")
    assert too_much.value.user_message == (
        "Refund amount (€14.01) is greater than unrefunded amount on charge (€14.00)"
    )
    assert again.value.code == "charge_already_refunded"
    assert len((await refunds.list_async({"payment_intent": paid.id})).data) == 2


async def test_only_what_was_captured_is_given_back(shop: Shop):
    held = await shop.authorize()
    refunds = shop.client.v1.refunds

    with pytest.raises(stripe.InvalidRequestError, match="must cancel the PaymentIntent"):
        await refunds.create_async({"payment_intent": held.id})
    await shop.client.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 1000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        await refunds.create_async({"payment_intent": held.id, "amount": 1001})
    given = await refunds.create_async({"payment_intent": held.id, "reason": "duplicate"})

    assert (given.amount, given.reason) == (1000, "duplicate")


async def test_twenty_refunds_at_once_never_give_back_more_than_was_paid(shop: Shop):
    paid = await shop.pay()

    outcomes = await asyncio.gather(
        *(
            shop.client.v1.refunds.create_async({"payment_intent": paid.id, "amount": 500})
            for _ in range(20)
        ),
        return_exceptions=True,
    )
    whole = await shop.intent(paid.id, "latest_charge")

    assert sum(isinstance(done, stripe.Refund) for done in outcomes) == 4
    assert isinstance(whole.latest_charge, stripe.Charge)
    assert whole.latest_charge.amount_refunded == 2000


async def test_nothing_is_given_back_where_nothing_was_paid(shop: Shop):
    wish = await shop.intend()

    for asked in ({"payment_intent": wish.id}, {"payment_intent": "pi_nobody"}, {}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await shop.client.v1.refunds.create_async(asked)  # pyright: ignore[reportArgumentType]

        assert refused.value.http_status == 400
