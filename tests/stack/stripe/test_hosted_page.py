"""The hosted page, as a browser without JavaScript sees it."""

import asyncio
from html import unescape

import httpx
import pytest

from stack.stripe.shop import Shop


async def test_the_page_shows_what_is_bought_and_that_no_money_moves(shop: Shop):
    opened = await shop.offer()

    page = await shop.browser.get(str(opened.url))
    style = await shop.browser.get(f"{shop.url}/dev/stripe/static/checkout.css")

    assert page.status_code == 200
    assert "Test mode. No real money." in page.text
    assert "Stalls A12" in page.text
    assert "Winter &lt;Tale&gt;" in page.text
    assert "€48.00" in page.text
    assert f'href="{shop.url}/basket"' in page.text
    assert 'href="/dev/stripe/static/checkout.css"' in page.text
    assert style.status_code == 200


async def test_the_page_allows_nothing_foreign_and_leads_only_to_the_shop(shop: Shop):
    opened = await shop.offer(success_url="https://shop.example:8443/thanks?a=1")

    page = await shop.browser.get(str(opened.url))

    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://shop.example:8443;" in policy
    assert "unsafe" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert " style=" not in page.text
    assert "<script>" not in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"number": "4242 4242 4242 4241"}, "Your card number is invalid."),
        ({"number": "4242 4242"}, "Your card number is incomplete."),
        ({"number": "4111 1111 1111 1111"}, "used a non test (live) card"),
        ({"expiry": "12 / 20"}, "Your card's expiration date is in the past."),
        ({"expiry": "13 / 44"}, "Your card's expiration date is invalid."),
        ({"expiry": ""}, "Your card's expiration date is incomplete."),
        ({"cvc": "12"}, "Your card's security code is incomplete."),
        ({"number": "378282246310005"}, "Your card's security code is incomplete."),
        ({"email": "bob"}, "Your email is incomplete."),
        ({"name": " "}, "Enter the name on your card."),
    ],
)
async def test_a_slip_is_named_and_the_form_keeps_the_rest(
    shop: Shop, typed: dict[str, str], sentence: str
):
    opened = await shop.offer()

    page = await shop.fill_in(opened, **({"email": "slip@example.com"} | typed))
    session = await shop.session(opened.id)

    assert page.status_code == 400
    assert sentence in unescape(page.text)
    assert page.text.count('aria-invalid="true"') == 1
    assert typed.get("email", "slip@example.com") in page.text
    assert 'value="123"' not in page.text
    assert (session.status, session.payment_intent) == ("open", None)


async def test_a_declined_card_keeps_the_page_open_for_another(shop: Shop):
    opened = await shop.offer()

    declined = await shop.fill_in(opened, number="4000 0000 0000 0002")
    tried = await shop.session(opened.id)
    paid = await shop.fill_in(opened, number="5555 5555 5555 4444")
    done = await shop.session(opened.id)

    assert declined.status_code == 402
    assert "Your card was declined." in declined.text
    assert "bob@example.com" in declined.text
    assert (tried.status, done.status) == ("open", "complete")
    assert tried.payment_intent == done.payment_intent
    assert paid.status_code == 303


async def test_two_clicks_pay_once(shop: Shop):
    opened = await shop.offer()

    clicks = await asyncio.gather(*(shop.fill_in(opened) for _ in range(5)))
    listed = await shop.client.v1.charges.list_async()

    assert {click.status_code for click in clicks} == {303}
    assert len(listed.data) == 1


async def test_paying_and_closing_at_once_end_in_exactly_one(shop: Shop):
    opened = [await shop.offer() for _ in range(5)]
    close = shop.client.v1.checkout.sessions.expire_async

    outcomes = await asyncio.gather(
        *(act for each in opened for act in (shop.fill_in(each), close(each.id))),
        return_exceptions=True,
    )
    charges = (await shop.client.v1.charges.list_async({"limit": 100})).data

    paid = 0
    for page, closed, each in zip(outcomes[::2], outcomes[1::2], opened, strict=True):
        assert isinstance(page, httpx.Response)
        status = (await shop.session(each.id)).status
        assert status == ("complete" if isinstance(closed, BaseException) else "expired")
        assert (page.status_code == 303) == (status == "complete")
        paid += status == "complete"
    assert len(charges) == paid


async def test_a_page_that_is_over_says_so(shop: Shop):
    paid, expired = await shop.offer(), await shop.offer()
    await shop.fill_in(paid)
    await shop.client.v1.checkout.sessions.expire_async(expired.id)

    after = await shop.browser.get(str(paid.url))
    late = await shop.browser.get(str(expired.url))
    nowhere = await shop.browser.get(f"{shop.url}/dev/stripe/pay/cs_test_nobody")

    assert "You have paid" in after.text
    assert f"{shop.url}/thanks?session={paid.id}" in after.text
    assert "has expired" in late.text
    assert f"{shop.url}/basket" in late.text
    assert nowhere.status_code == 404
    assert "does not exist" in nowhere.text


async def test_an_address_that_the_shop_has_fixed_stays(shop: Shop):
    opened = await shop.offer(customer_email="alice@example.com")

    page = await shop.browser.get(str(opened.url))
    await shop.fill_in(opened, email="mallory@example.com")
    paid = await shop.session(opened.id)

    assert "readonly" in page.text
    assert paid.customer_details
    assert paid.customer_details.email == "alice@example.com"
