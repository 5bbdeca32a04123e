"""Webhooks: signed, in order of need, again until they are heard."""

from pathlib import Path

import pytest
import stripe

from boxoffice.stack.stripe.webhooks import FIRST_DELAY, LONGEST_DELAY, delay_after
from stack.stripe.shop import Endpoint, Shop, open_shop


async def test_every_turn_of_a_payment_is_told_with_the_object_as_it_was(shop: Shop):
    held = await shop.authorize(metadata={"order": "o-1"})
    await shop.client.v1.payment_intents.capture_async(held.id)
    await shop.client.v1.refunds.create_async({"payment_intent": held.id, "amount": 400})
    await shop.client.v1.payment_intents.cancel_async((await shop.intend()).id)
    with pytest.raises(stripe.CardError):
        await shop.pay(payment_method_data=None, payment_method="pm_card_visa_chargeDeclined")

    heard = await shop.endpoint.heard(
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "charge.refunded",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
    )

    told = {event.type: event.data.object for event in heard}
    assert told["payment_intent.amount_capturable_updated"]["amount_capturable"] == 2400
    assert told["payment_intent.amount_capturable_updated"]["metadata"]["order"] == "o-1"
    assert told["payment_intent.succeeded"]["amount_received"] == 2400
    assert told["charge.refunded"]["amount_refunded"] == 400
    assert told["payment_intent.payment_failed"]["last_payment_error"]["code"] == "card_declined"
    assert len(heard) == len({event.id for event in heard}) == 5
    assert not any(event.livemode for event in heard)


async def test_letting_go_of_a_hold_is_told_as_a_refund_of_what_was_never_captured(shop: Shop):
    held = await shop.authorize()

    await shop.client.v1.payment_intents.cancel_async(held.id)
    heard = await shop.endpoint.heard("payment_intent.canceled", "charge.refunded")

    freed = next(event for event in heard if event.type == "charge.refunded").data.object
    assert (freed["captured"], freed["refunded"], freed["amount_refunded"]) == (False, True, 2400)


async def test_an_endpoint_that_fails_twice_is_told_a_third_time(shop: Shop):
    shop.endpoint.refusals = 2

    paid = await shop.pay(key="order-1")
    heard = await shop.endpoint.heard("payment_intent.succeeded")

    assert shop.endpoint.refused == [heard[0].id] * 2
    assert heard[0].data.object["id"] == paid.id
    assert heard[0].request
    assert heard[0].request.idempotency_key == "order-1"


async def test_what_nobody_heard_before_a_restart_is_told_after_it(tmp_path: Path):
    deaf, awake = Endpoint(refusals=1_000_000), Endpoint()

    async with open_shop(tmp_path, deaf) as shop:
        shop.clock.ahead = 3600  # to the next start, nothing is due for an hour
        paid = await shop.pay()
        await deaf.has_refused(times=2)
    async with open_shop(tmp_path, awake):
        heard = await awake.heard("payment_intent.succeeded")

    assert heard[0].id in deaf.refused
    assert heard[0].data.object["id"] == paid.id


async def test_events_can_be_read_back_and_say_whether_they_were_heard(shop: Shop):
    shop.endpoint.refusals = 1
    await shop.pay()

    await shop.endpoint.has_refused(times=1)
    waiting = (await shop.events("payment_intent.succeeded"))[0]
    await shop.endpoint.heard("payment_intent.succeeded")
    whole = await shop.client.v1.events.retrieve_async(waiting.id)

    assert (waiting.id, waiting.pending_webhooks) == (whole.id, 1)
    assert whole.type == "payment_intent.succeeded"


def test_the_delay_doubles_up_to_a_minute():
    delays = [delay_after(attempts) for attempts in range(1, 1000)]

    assert delays[:4] == [FIRST_DELAY, 0.4, 0.8, 1.6]
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY
