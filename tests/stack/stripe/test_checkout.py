"""Checkout sessions, as the shop sees them."""

import time

import pytest
import stripe

from stack.stripe.shop import Shop

MINUTE, HOUR = 60, 3600


async def test_a_session_is_open_until_somebody_pays_it(shop: Shop):
    opened = await shop.offer(
        client_reference_id="o-1",
        metadata={"order": "o-1"},
        payment_intent_data={"capture_method": "manual", "metadata": {"order": "o-1"}},
    )
    page = await shop.fill_in(opened)
    paid = await shop.session(opened.id, "payment_intent", "line_items")

    assert opened.id.startswith("cs_test_")
    assert (opened.status, opened.payment_status, opened.payment_intent) == ("open", "unpaid", None)
    assert (opened.amount_total, opened.currency) == (4800, "eur")
    assert page.status_code == 303
    assert page.headers["Location"] == f"{shop.url}/thanks?session={opened.id}"
    assert (paid.status, paid.url, paid.client_reference_id) == ("complete", None, "o-1")
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert paid.payment_intent.status == "requires_capture"
    assert paid.payment_intent.metadata["order"] == "o-1"
    assert paid.customer_details
    assert paid.customer_details.email == "bob@example.com"
    assert paid.line_items
    assert paid.line_items.data[0].amount_total == 4800


async def test_a_held_session_is_paid_once_its_money_is_taken(shop: Shop):
    opened = await shop.offer(payment_intent_data={"capture_method": "manual"})
    at_once = await shop.offer()

    await shop.fill_in(opened)
    await shop.fill_in(at_once)
    held = await shop.session(opened.id)
    await shop.client.v1.payment_intents.capture_async(str(held.payment_intent))
    taken = await shop.session(opened.id)

    assert (held.status, held.payment_status) == ("complete", "unpaid")
    assert taken.payment_status == "paid"
    assert (await shop.session(at_once.id)).payment_status == "paid"


async def test_paying_is_told_with_the_session_and_the_intent(shop: Shop):
    opened = await shop.offer(payment_intent_data={"capture_method": "manual"})

    await shop.fill_in(opened)
    heard = await shop.endpoint.heard(
        "payment_intent.amount_capturable_updated", "checkout.session.completed"
    )

    told = {event.type: event.data.object for event in heard}
    session = told["checkout.session.completed"]
    assert session["id"] == opened.id
    assert session["payment_intent"] == (told["payment_intent.amount_capturable_updated"]["id"])
    assert not [name for name in session.to_dict() if name.startswith("_")]


async def test_a_session_can_be_closed_while_nobody_has_paid(shop: Shop):
    opened = await shop.offer()
    sessions = shop.client.v1.checkout.sessions

    closed = await sessions.expire_async(opened.id)
    page = await shop.fill_in(opened)
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        await sessions.expire_async(opened.id)
    await shop.endpoint.heard("checkout.session.expired")

    assert (closed.status, closed.url) == ("expired", None)
    assert "has expired" in page.text
    assert not (await shop.client.v1.payment_intents.list_async()).data


async def test_a_paid_session_cannot_be_closed_but_its_hold_can_be_let_go(shop: Shop):
    opened = await shop.offer(payment_intent_data={"capture_method": "manual"})
    await shop.fill_in(opened)
    paid = await shop.session(opened.id)

    with pytest.raises(stripe.InvalidRequestError, match="status of `complete`"):
        await shop.client.v1.checkout.sessions.expire_async(opened.id)
    gone = await shop.client.v1.payment_intents.cancel_async(str(paid.payment_intent))

    assert gone.status == "canceled"


async def test_a_session_owns_its_intent_until_it_is_over(shop: Shop):
    opened = await shop.offer()
    await shop.fill_in(opened, number="4000000000000002")
    tried = await shop.session(opened.id, "payment_intent")
    assert isinstance(tried.payment_intent, stripe.PaymentIntent)
    intents = shop.client.v1.payment_intents

    with pytest.raises(stripe.InvalidRequestError, match="pays it in Checkout"):
        await shop.confirm(tried.payment_intent.id, payment_method="pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError, match="Expire the Checkout Session"):
        await intents.cancel_async(tried.payment_intent.id)
    await shop.client.v1.checkout.sessions.expire_async(opened.id)

    assert (tried.status, tried.payment_intent.status) == ("open", "requires_payment_method")
    assert (await shop.intent(tried.payment_intent.id)).status == "canceled"


async def test_an_unpaid_session_ends_when_its_time_is_up(shop: Shop):
    short = await shop.offer(expires_at=int(time.time()) + 31 * MINUTE)
    long = await shop.offer()

    shop.clock.ahead = 32 * MINUTE
    after_half_an_hour = [(await shop.session(each.id)).status for each in (short, long)]
    shop.clock.ahead = 25 * HOUR
    page = await shop.browser.get(str(long.url))

    assert after_half_an_hour == ["expired", "open"]
    assert "has expired" in page.text
    assert {event.data.object["id"] for event in await shop.events("checkout.session.expired")} == {
        short.id,
        long.id,
    }


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"expires_at": int(time.time()) + 29 * MINUTE}, "at least 30 minutes"),
        ({"expires_at": int(time.time()) + 25 * HOUR}, "less than 24 hours"),
        ({"mode": "subscription"}, "Invalid mode"),
        ({"line_items": []}, "Missing required param: line_items"),
        ({"success_url": "javascript:alert(1)"}, "Not a valid URL"),
        ({"cancel_url": "https://shop.example;script-src *"}, "Not a valid URL"),
        ({"customer_email": "bob"}, "Invalid email address"),
        ({"payment_method_types": ["ideal"]}, "ideal is invalid"),
    ],
)
async def test_a_session_that_makes_no_sense_is_refused(
    shop: Shop, wishes: dict[str, object], sentence: str
):
    with pytest.raises(stripe.InvalidRequestError, match=sentence) as refused:
        await shop.offer(**wishes)

    assert refused.value.http_status == 400


async def test_a_total_below_the_smallest_charge_is_refused(shop: Shop):
    price = {"currency": "eur", "unit_amount": 20, "product_data": {"name": "Programme"}}

    with pytest.raises(stripe.InvalidRequestError, match=r"at least €0\.50 eur") as refused:
        await shop.offer(line_items=[{"quantity": 2, "price_data": price}])

    assert refused.value.code == "amount_too_small"
