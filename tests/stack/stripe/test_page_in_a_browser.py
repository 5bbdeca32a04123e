"""The hosted page in a real browser: by keyboard, by screen reader, without JavaScript."""

from typing import Literal

import pytest
from playwright.async_api import Browser

from stack.stripe.shop import PAYER, Shop
from stage.browser import violations


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_every_face_of_the_page_is_accessible(
    shop: Shop, browser: Browser, scheme: Literal["light", "dark"], width: int
):
    opened, closed = await shop.offer(), await shop.offer()
    await shop.client.v1.checkout.sessions.expire_async(closed.id)
    page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 844})

    await page.goto(str(opened.url))
    fresh = await violations(page)
    await page.get_by_role("button").click()
    await page.get_by_role("alert").wait_for()
    wrong = await violations(page)
    overflows = await page.evaluate("document.body.scrollWidth > innerWidth")
    await page.goto(str(closed.url))
    over = await violations(page)

    assert fresh == wrong == over == []
    assert not overflows


async def test_a_person_pays_with_the_keyboard_alone(shop: Shop, browser: Browser):
    opened = await shop.offer(customer_email="bob@example.com")
    page = await browser.new_page()

    await page.goto(str(opened.url))
    await page.get_by_label("Email").focus()
    for typed in ("4000000000000002", "1244", "123", "Bob Buyer"):
        await page.keyboard.press("Tab")
        await page.keyboard.type(typed)
    spaced = await page.get_by_label("Card number").input_value()
    expiry = await page.get_by_label("Expiration date").input_value()
    await page.keyboard.press("Enter")
    await page.get_by_text("Your card was declined.").wait_for()
    blamed = await page.evaluate("document.activeElement.id")
    await page.keyboard.press("Control+A")
    await page.keyboard.type("4242424242424242")
    await page.get_by_label("CVC").fill("123")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{shop.url}/thanks?session={opened.id}")

    assert (spaced, expiry, blamed) == ("4000 0000 0000 0002", "12 / 44", "number")
    assert (await shop.session(opened.id)).status == "complete"


async def test_a_person_pays_without_javascript(shop: Shop, browser: Browser):
    opened = await shop.offer()
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()

    await page.goto(str(opened.url))
    for field, typed in PAYER.items():
        await page.locator(f"#{field}").fill(typed)
    await page.get_by_role("button", name="Pay €48.00").click()
    await page.wait_for_url(f"{shop.url}/thanks?session={opened.id}")

    assert (await shop.session(opened.id)).payment_status == "paid"
