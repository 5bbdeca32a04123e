"""What Stripe tells us by itself."""

import json
import time
from typing import Any

import pytest
from stripe import WebhookSignature

from boxoffice.events.orders import OrderPlaced
from boxoffice.kit.clock import new_id
from payments.till import OpenTill, Till, placed
from stage import Someone, eventually

SECRET = "whsec_stage"


async def test_a_webhook_has_the_payment_looked_at(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", webhooks=False)
    order_id = await _paid_unnoticed(till, bob)

    answer = await _tell(till, _event(order_id))

    assert answer.status_code == 204
    await till.settled(order_id, "authorized")


async def test_a_webhook_that_comes_twice_is_heard_once(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", webhooks=False)
    order = placed(bob)
    await till.app.say(order)
    await till.open_page(order.order_id, bob)
    event = _event(str(order.order_id))

    first = await _tell(till, event)
    await eventually(lambda: _is_looked_at(till, order))
    await till.db.execute("UPDATE payments SET look_at = NULL")
    before = await till.payment(order.order_id)
    again = await _tell(till, event)

    assert (first.status_code, again.status_code) == (204, 204)
    assert await till.payment(order.order_id) == before
    assert await till.db.fetchval("SELECT count(*) FROM webhooks") == 1


async def test_a_webhook_that_lies_changes_nothing(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", webhooks=False)
    order = placed(bob)
    await till.app.say(order)
    await till.open_page(order.order_id, bob)

    answer = await _tell(till, _event(str(order.order_id)))

    assert answer.status_code == 204
    await eventually(lambda: _is_looked_at(till, order))
    assert (await till.payment(order.order_id)).status == "pending"


@pytest.mark.parametrize(
    ("secret", "age_seconds"), [("whsec_another", 0), (SECRET, 3600), (None, 0)]
)
async def test_what_stripe_did_not_sign_just_now_is_refused(
    open_till: OpenTill, secret: str | None, age_seconds: int
):
    till = await open_till("payments")

    answer = await _tell(till, _event(str(new_id())), secret, age_seconds)

    assert answer.status_code == 400
    assert await till.db.fetchval("SELECT count(*) FROM webhooks") == 0


@pytest.mark.parametrize("body", ["", "[]", "{}", "not json", '{"id": 1}', "\x00"])
async def test_what_is_no_event_is_refused_even_when_signed(open_till: OpenTill, body: str):
    till = await open_till("payments")
    signature = WebhookSignature.generate_signature_header(body, SECRET)

    answer = await till.app.post(
        "/api/payments/webhook", content=body, headers={"Stripe-Signature": signature}
    )

    assert answer.status_code == 400


async def test_too_much_is_refused(open_till: OpenTill):
    till = await open_till("payments")

    answer = await till.app.post("/api/payments/webhook", content="x" * 70_000)

    assert answer.status_code == 413


async def test_events_of_other_shops_and_other_kinds_are_taken_and_left_alone(till: Till):
    foreign = _event("not-an-order-of-ours")
    unknown = _event(str(new_id()))
    other = {"id": "evt_other", "type": "account.updated", "data": {"object": {"id": "acct_1"}}}

    answers = [await _tell(till, event) for event in (foreign, unknown, other)]

    assert [answer.status_code for answer in answers] == [204, 204, 204]


async def _is_looked_at(till: Till, order: OrderPlaced) -> None:
    payment = await till.payment(order.order_id)
    assert (payment.looks > 1, payment.busy_until) == (True, None)


async def _paid_unnoticed(till: Till, buyer: Someone) -> str:
    """An order that is paid on Stripe's page, of which nobody has told us."""
    order = placed(buyer)
    await till.app.say(order)
    url = (await till.open_page(order.order_id, buyer)).json()["url"]
    await till.db.execute("UPDATE payments SET look_at = NULL")
    await till.pay_on_page(url)
    return str(order.order_id)


def _event(order_id: str) -> dict[str, Any]:
    paid = {"id": "cs_1", "metadata": {"order_id": order_id}, "amount_total": 1}
    return {
        "id": f"evt_{new_id().hex}",
        "object": "event",
        "type": "checkout.session.completed",
        "data": {"object": paid},
    }


async def _tell(
    till: Till, event: dict[str, Any], secret: str | None = SECRET, age_seconds: int = 0
):
    body = json.dumps(event)
    at = int(time.time()) - age_seconds
    signature = WebhookSignature.generate_signature_header(body, secret, at) if secret else ""
    return await till.app.post(
        "/api/payments/webhook", content=body, headers={"Stripe-Signature": signature}
    )
