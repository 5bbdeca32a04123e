"""An idempotency key does one thing once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import stripe

from boxoffice.stack.stripe.api import KEY_KEPT
from stack.stripe.shop import KEY, Shop


async def test_the_same_key_gives_the_same_answer_and_says_so(shop: Shop):
    first = await shop.intend(key="order-1", metadata={"a": "1", "b": "2"})
    again = await shop.intend(key="order-1", metadata={"b": "2", "a": "1"})
    other = await shop.intend(key="order-2")

    assert first.id == again.id != other.id
    assert first.last_response
    assert again.last_response
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id


async def test_twenty_requests_at_once_with_one_key_make_one_intent(shop: Shop):
    one = await asyncio.gather(*(shop.intend(key="order-1", retries=5) for _ in range(20)))
    many = await asyncio.gather(*(shop.intend(key=f"order-1-{nth}") for nth in range(20)))
    listed = await shop.client.v1.payment_intents.list_async({"limit": 100})

    assert len({intent.id for intent in one}) == 1
    assert len({intent.id for intent in many}) == 20
    assert len(listed.data) == 21


async def test_a_key_that_is_in_use_is_refused_until_its_request_is_done(shop: Shop):
    url = f"{shop.url}/dev/stripe/v1/payment_intents"
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Idempotency-Key": "slow",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    begun, finish = asyncio.Event(), asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b"amount=2400&"
        begun.set()
        await finish.wait()
        yield b"currency=eur"

    slow = asyncio.create_task(shop.browser.post(url, headers=headers, content=body()))
    await begun.wait()
    meanwhile = await shop.browser.post(url, headers=headers, content="amount=2400&currency=eur")
    finish.set()
    done = await slow
    after = await shop.browser.post(url, headers=headers, content="amount=2400&currency=eur")

    assert meanwhile.status_code == 409
    assert meanwhile.json()["error"]["code"] == "idempotency_key_in_use"
    assert done.status_code == 200
    assert after.json()["id"] == done.json()["id"]


async def test_a_key_with_other_parameters_or_for_something_else_is_refused(shop: Shop):
    held = await shop.authorize(key="order-1")

    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        await shop.authorize(key="order-1", amount=2500)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint") as elsewhere:
        await shop.client.v1.payment_intents.capture_async(
            held.id, options={"idempotency_key": "order-1"}
        )

    assert elsewhere.value.http_status == 400
    assert f"'/v1/payment_intents/{held.id}/capture' vs '/v1/payment_intents'" in str(
        elsewhere.value
    )


async def test_a_decline_is_remembered_and_does_not_charge_twice(shop: Shop):
    declining = {"payment_method": "pm_card_visa_chargeDeclined", "confirm": True}

    with pytest.raises(stripe.CardError) as first:
        await shop.intend(key="order-1", **declining)
    with pytest.raises(stripe.CardError) as again:
        await shop.intend(key="order-1", **declining)

    assert first.value.http_body == again.value.http_body
    assert again.value.headers
    assert again.value.headers["idempotent-replayed"] == "true"
    assert len(await shop.events("payment_intent.payment_failed")) == 1


async def test_a_request_that_made_no_sense_leaves_its_key_free(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError):
        await shop.intend(key="order-1", amount="many")

    made = await shop.intend(key="order-1")

    assert made.amount == 2400


async def test_a_state_error_is_remembered_though_the_state_has_changed(shop: Shop):
    wish = await shop.intend(capture_method="manual")
    intents = shop.client.v1.payment_intents

    with pytest.raises(stripe.InvalidRequestError):
        await intents.capture_async(wish.id, options={"idempotency_key": "too-early"})
    await intents.confirm_async(wish.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError):
        await intents.capture_async(wish.id, options={"idempotency_key": "too-early"})
    taken = await intents.capture_async(wish.id, options={"idempotency_key": "in-time"})

    assert taken.status == "succeeded"


async def test_a_key_is_forgotten_after_a_day(shop: Shop):
    first = await shop.intend(key="order-1")

    shop.clock.ahead = KEY_KEPT.total_seconds() + 60
    later = await shop.intend(key="order-1", amount=2500)

    assert first.id != later.id
