"""What every address of the API does alike: keys, errors, lists, limits."""

import base64

import pytest
import stripe

from stack.stripe.shop import KEY, Shop


async def test_only_the_holder_of_the_key_is_answered(shop: Shop):
    url = f"{shop.url}/dev/stripe/v1/payment_intents"
    basic = base64.b64encode(f"{KEY}:".encode()).decode()

    answers = [
        await shop.browser.get(url, headers=[(b"Authorization", shown.encode())])
        for shown in (
            "",
            "Bearer sk_test_wrong",
            "Basic %%%",
            "Basic é",
            f"Digest {KEY}",
            f"Bearer {KEY}",
            f"Basic {basic}",
        )
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 401, 200, 200]
    assert answers[1].json()["error"]["type"] == "invalid_request_error"
    assert KEY not in answers[1].text


async def test_what_is_not_there_is_a_404(shop: Shop):
    with pytest.raises(stripe.InvalidRequestError) as no_intent:
        await shop.intent("pi_nobody")
    with pytest.raises(stripe.InvalidRequestError) as other_kind:
        await shop.intent((await shop.offer()).id)
    with pytest.raises(stripe.InvalidRequestError) as no_address:
        await shop.client.v1.customers.list_async()

    assert (no_intent.value.http_status, no_intent.value.code) == (404, "resource_missing")
    assert other_kind.value.http_status == 404
    assert no_address.value.http_status == 404
    assert "(GET: /v1/customers)" in str(no_address.value)


async def test_a_list_is_read_page_by_page_newest_first(shop: Shop):
    made = [(await shop.intend()).id for _ in range(5)]
    intents = shop.client.v1.payment_intents

    first = await intents.list_async({"limit": 2})
    everything = [intent.id async for intent in first.auto_paging_iter()]
    back = await intents.list_async({"limit": 2, "ending_before": made[0]})
    with pytest.raises(stripe.InvalidRequestError):
        await intents.list_async({"limit": 101})

    assert first.has_more
    assert everything == made[::-1]
    assert [intent.id for intent in back.data] == [made[2], made[1]]


async def test_only_what_can_be_expanded_is(shop: Shop):
    paid = await shop.pay()
    refund = await shop.client.v1.refunds.create_async(
        {"payment_intent": paid.id, "expand": ["charge.payment_intent"]}
    )
    listed = await shop.client.v1.refunds.list_async({"expand": ["data.payment_intent"]})

    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        await shop.intent(paid.id, "amount")

    assert isinstance(refund.charge, stripe.Charge)
    assert isinstance(refund.charge.payment_intent, stripe.PaymentIntent)
    assert isinstance(listed.data[0].payment_intent, stripe.PaymentIntent)


async def test_too_much_is_refused_before_it_is_read(shop: Shop):
    url = f"{shop.url}/dev/stripe/v1/payment_intents"
    headers = {"Authorization": f"Bearer {KEY}"}
    form = headers | {"Content-Type": "application/x-www-form-urlencoded"}

    long = await shop.browser.post(url, headers=form, content=b"a" * 100_000)
    many = await shop.browser.post(url, headers=form, content=b"a=1&" * 2_000)
    deep = await shop.browser.post(url, headers=form, content=b"a[b][c][d][e][f][g]=1")
    with pytest.raises(stripe.InvalidRequestError):
        await shop.intend(metadata={"note": "x" * 501})
    with pytest.raises(stripe.InvalidRequestError):
        await shop.intend(metadata={f"key{nth}": "x" for nth in range(51)})

    assert (long.status_code, many.status_code, deep.status_code) == (413, 400, 400)
