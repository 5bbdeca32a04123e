"""The paths of payments: by card, on Stripe's page, and what Stripe tells us."""

import json
import time
from typing import Any

import pytest
from stripe import WebhookSignature

from boxoffice.kit import clock
from contract.shapes import is_id, refused, sent
from stage import Market, Someone, eventually

SECRET = "whsec_stage"
HEARD = {"id": "evt_1", "type": "charge.succeeded", "data": {"object": {"id": "ch_1"}}}
PATHS = ["/api/payments", "/api/payments/checkout"]


async def test_a_payment_is_answered_and_the_same_order_again_gives_the_same(
    market: Market, alice: Someone, bob: Someone
):
    order_id = await _ordered(market, alice, bob)

    first = await market.pay(bob, order_id)
    again = await market.pay(bob, order_id, "tok_mastercard")
    await market.order_is(bob, order_id, "complete")
    late = await market.pay(bob, order_id)

    assert [answer.status_code for answer in (first, again, late)] == [201] * 3
    assert first.json().keys() == {"id", "status"}
    assert is_id(first.json()["id"])
    assert {answer.json()["id"] for answer in (first, again, late)} == {first.json()["id"]}
    assert late.json()["status"] == "captured"


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("tok_chargeDeclined", "declined"),
        ("tok_chargeDeclinedInsufficientFunds", "insufficient funds"),
        ("tok_chargeDeclinedExpiredCard", "expired"),
    ],
)
async def test_a_declined_card_says_why_and_another_may_pay(
    market: Market, alice: Someone, bob: Someone, token: str, reason: str
):
    order_id = await _ordered(market, alice, bob)

    declined = await market.pay(bob, order_id, token)
    paid = await market.pay(bob, order_id)

    assert reason in refused(declined, 402)["detail"]
    assert paid.status_code == 201


async def test_stripes_page_is_opened_once(market: Market, alice: Someone, bob: Someone):
    order_id = await _ordered(market, alice, bob)

    answers = [
        await market.app.post("/api/payments/checkout", bob, json={"orderId": order_id})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json().keys() == {"id", "url"}
    assert is_id(answers[0].json()["id"])
    page = await market.app.get(answers[0].json()["url"])
    assert page.status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_who_may_pay_what(
    market: Market, alice: Someone, bob: Someone, charlie: Someone, path: str
):
    body = {"orderId": await _ordered(market, alice, bob), "token": "tok_visa"}
    unknown = body | {"orderId": str(clock.new_id())}
    given_up = body | {"orderId": await _ordered(market, alice, bob)}
    await market.app.delete(f"/api/orders/{given_up['orderId']}", bob)

    refused(await market.app.post(path, json=body), 401)
    refused(await market.app.post(path, bob, json=unknown), 404)
    refused(await market.app.post(path, charlie, json=body), 403)
    refused(await market.app.post(path, alice, json=body), 403)

    async def given_up_is_heard_of():
        refused(await market.app.post(path, bob, json=given_up), 409)

    await eventually(given_up_is_heard_of)


async def test_a_paid_order_opens_no_page(market: Market, alice: Someone, bob: Someone):
    order_id = await _ordered(market, alice, bob)
    (await market.pay(bob, order_id)).raise_for_status()

    answer = await market.app.post("/api/payments/checkout", bob, json={"orderId": order_id})

    refused(answer, 409)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["orderId", "token"]),
        ({"orderId": "seven", "token": ""}, ["orderId", "token"]),
        ({"orderId": 7, "token": 7}, ["orderId", "token"]),
        ({"orderId": None, "token": "4242424242424242"}, ["orderId", "token"]),
        ({"orderId": "\0", "token": "tok_\0"}, ["orderId", "token"]),
        ({"orderId": "\ud800", "token": "tok_\ud800"}, ["orderId", "token"]),
        ({"orderId": [], "token": "tok_" + "x" * 300}, ["orderId", "token"]),
    ],
)
async def test_all_that_is_wrong_with_a_payment_is_said_at_once(
    market: Market, bob: Someone, body: dict[str, Any], fields: list[str]
):
    by_card = await market.app.post("/api/payments", bob, **sent(body))
    on_the_page = await market.app.post("/api/payments/checkout", bob, **sent(body))

    refused(by_card, 400, *fields)
    refused(on_the_page, 400, "orderId")
    assert "4242424242424242" not in by_card.text


async def test_a_token_that_stripe_does_not_know_is_refused(
    market: Market, alice: Someone, bob: Someone
):
    order_id = await _ordered(market, alice, bob)

    answer = await market.pay(bob, order_id, "tok_ofnobody")

    refused(answer, 400, "token")


async def test_a_signed_webhook_is_stored(market: Market):
    body = json.dumps(HEARD)

    answers = [await _tell(market, body, _signed(body)) for _ in range(2)]

    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2


@pytest.mark.parametrize("body", [json.dumps(HEARD), "", "{", "[]", "{}", "null", "\0", "x" * 9])
async def test_a_webhook_is_believed_when_stripe_has_signed_it_just_now(market: Market, body: str):
    wrong = [
        None,
        "",
        "nonsense",
        "t=,v1=",
        f"t=soon,v1={'0' * 64}",
        f"t={int(time.time())},v1={'0' * 64}",
        _signed(body, secret="whsec_of_others"),
        _signed(body + " "),
        _signed(body, age_seconds=3_600),
        "\xff",
    ]

    for signature in wrong:
        refused(await _tell(market, body, signature), 400)
    if body != json.dumps(HEARD):
        refused(await _tell(market, body, _signed(body)), 400)


async def _ordered(market: Market, seller: Someone, buyer: Someone) -> str:
    order = await market.order(buyer, await market.list_ticket(seller))
    return order.json()["id"]


async def _tell(market: Market, body: str, signature: str | None):
    headers = {"Stripe-Signature": signature.encode("latin-1")} if signature is not None else {}
    return await market.app.post("/api/payments/webhook", content=body, headers=headers)


def _signed(body: str, secret: str = SECRET, age_seconds: int = 0) -> str:
    at = int(time.time()) - age_seconds
    return WebhookSignature.generate_signature_header(body, secret, at)
