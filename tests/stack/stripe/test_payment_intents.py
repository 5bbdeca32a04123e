"""Payment intents: hold, take, let go; and what each state refuses."""

import asyncio
from typing import Any

import pytest
import stripe

from stack.stripe.shop import CARD, Shop


async def test_a_card_is_held_and_the_money_taken_later(shop: Shop):
    held = await shop.authorize(metadata={"order": "o-1"})

    taken = await shop.client.v1.payment_intents.capture_async(held.id)

    assert (held.status, held.amount_capturable, held.amount_received) == (
        "requires_capture",
        2400,
        0,
    )
    assert (taken.status, taken.amount_capturable, taken.amount_received) == ("succeeded", 0, 2400)
    assert taken.metadata["order"] == "o-1"
    assert held.id.startswith("pi_")
    assert str(taken.latest_charge).startswith("ch_")
    assert not taken.livemode


async def test_a_payment_that_captures_by_itself_succeeds_at_once(shop: Shop):
    paid = await shop.pay(payment_method_data=None, payment_method="pm_card_mastercard")

    whole = await shop.intent(paid.id, "latest_charge", "payment_method")

    assert (paid.status, paid.amount_received) == ("succeeded", 2400)
    assert isinstance(whole.latest_charge, stripe.Charge)
    assert (whole.latest_charge.captured, whole.latest_charge.paid) == (True, True)
    assert isinstance(whole.payment_method, stripe.PaymentMethod)
    assert whole.payment_method.card
    assert (whole.payment_method.card.brand, whole.payment_method.card.last4) == (
        "mastercard",
        "4444",
    )


async def test_an_intent_can_be_made_first_and_confirmed_with_a_card_later(shop: Shop):
    wish = await shop.intend(capture_method="manual")
    ready = await shop.intend(capture_method="manual", payment_method="pm_card_visa")

    with pytest.raises(stripe.InvalidRequestError) as without_card:
        await shop.confirm(wish.id)
    confirmed = await shop.confirm(wish.id, payment_method_data=CARD)
    prepared = await shop.confirm(ready.id)

    assert (wish.status, ready.status) == ("requires_payment_method", "requires_confirmation")
    assert without_card.value.code == "payment_intent_unexpected_state"
    assert (confirmed.status, prepared.status) == ("requires_capture", "requires_capture")


async def test_part_of_a_hold_can_be_taken_but_never_more_than_all(shop: Shop):
    held = await shop.authorize()

    with pytest.raises(stripe.InvalidRequestError) as greedy:
        await shop.client.v1.payment_intents.capture_async(held.id, {"amount_to_capture": 2401})
    taken = await shop.client.v1.payment_intents.capture_async(
        held.id, {"amount_to_capture": 1000, "expand": ["latest_charge"]}
    )

    assert greedy.value.code == "amount_too_large"
    assert (taken.amount_received, taken.amount_capturable) == (1000, 0)
    assert isinstance(taken.latest_charge, stripe.Charge)
    assert (taken.latest_charge.amount_captured, taken.latest_charge.amount_refunded) == (
        1000,
        1400,
    )


async def test_a_hold_can_be_let_go(shop: Shop):
    held = await shop.authorize()

    gone = await shop.client.v1.payment_intents.cancel_async(
        held.id, {"cancellation_reason": "abandoned", "expand": ["latest_charge"]}
    )

    assert (gone.status, gone.cancellation_reason) == ("canceled", "abandoned")
    assert (gone.amount_capturable, gone.amount_received) == (0, 0)
    assert gone.canceled_at
    assert isinstance(gone.latest_charge, stripe.Charge)
    assert (gone.latest_charge.captured, gone.latest_charge.refunded) == (False, True)


async def test_what_is_over_cannot_be_taken_let_go_or_paid_again(shop: Shop):
    taken = await shop.pay()
    gone = await shop.client.v1.payment_intents.cancel_async((await shop.authorize()).id)
    intents = shop.client.v1.payment_intents

    refusals = await asyncio.gather(
        *(
            attempt
            for over in (taken, gone)
            for attempt in (
                intents.capture_async(over.id),
                intents.cancel_async(over.id),
                shop.confirm(over.id, payment_method="pm_card_visa"),
            )
        ),
        return_exceptions=True,
    )

    for refused in refusals:
        assert isinstance(refused, stripe.InvalidRequestError)
        assert refused.http_status == 400
        assert refused.code == "payment_intent_unexpected_state"
        assert refused.error
        assert refused.error.payment_intent
        assert refused.error.payment_intent.status in {"succeeded", "canceled"}


async def test_capture_and_cancel_at_once_end_in_exactly_one(shop: Shop):
    held = [await shop.authorize() for _ in range(5)]
    intents = shop.client.v1.payment_intents

    outcomes = await asyncio.gather(
        *(
            call(intent.id)
            for intent in held
            for call in (intents.capture_async, intents.cancel_async)
        ),
        return_exceptions=True,
    )

    for first, second in zip(outcomes[::2], outcomes[1::2], strict=True):
        won = [done for done in (first, second) if isinstance(done, stripe.PaymentIntent)]
        assert len(won) == 1
        end = await shop.intent(won[0].id)
        assert end.status == won[0].status
        assert end.amount_received == (2400 if end.status == "succeeded" else 0)


async def test_a_hold_is_captured_once_however_many_ask(shop: Shop):
    held = await shop.authorize()

    outcomes = await asyncio.gather(
        *(shop.client.v1.payment_intents.capture_async(held.id) for _ in range(10)),
        return_exceptions=True,
    )

    assert sum(isinstance(done, stripe.PaymentIntent) for done in outcomes) == 1
    assert len(await shop.events("payment_intent.succeeded")) == 1


async def test_a_card_that_may_redirect_needs_an_address_to_come_back_to(shop: Shop):
    anything: Any = {"payment_method_types": [], "payment_method": "pm_card_visa", "confirm": True}

    with pytest.raises(stripe.InvalidRequestError, match="you must provide a `return_url`"):
        await shop.intend(**anything)
    led_back = await shop.intend(**anything, return_url="https://shop.example/back")
    never_led = await shop.intend(
        **anything, automatic_payment_methods={"enabled": True, "allow_redirects": "never"}
    )

    assert (led_back.status, never_led.status) == ("succeeded", "succeeded")


async def test_an_intent_that_makes_no_sense_is_refused_in_stripes_words(shop: Shop):
    senseless: Any = (
        ({"amount": None}, "parameter_missing", "amount"),
        ({"amount": "many"}, "parameter_invalid_integer", "amount"),
        ({"amount": 49}, "amount_too_small", "amount"),
        ({"amount": 100_000_000}, "amount_too_large", "amount"),
        ({"currency": "euro"}, None, "currency"),
        ({"capture_method": "never"}, None, "capture_method"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_method": "pm_card_nobody"}, "resource_missing", "payment_method"),
        (
            {"payment_method_data": {"type": "card", "card": {"token": "tok_nobody"}}},
            "resource_missing",
            "payment_method_data[card][token]",
        ),
    )

    for wishes, code, param in senseless:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            await shop.intend(**wishes)

        error = refused.value
        assert (error.http_status, error.code, error.param) == (400, code, param)  # pyright: ignore[reportUnknownMemberType]
