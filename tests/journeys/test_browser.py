"""The main job as people do it: in a browser, from the front page to the mail."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from stage import PASSWORD, Market, eventually
from stage.browser import violations

CARD = {"Card number": "4242 4242 4242 4242", "Expiration date": "12 / 40", "CVC": "123"}


async def sign_up(context: BrowserContext, market: Market, name: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{market.app.settings.public_url}/signup")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.locator("main form button").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


async def sell(page: Page, title: str, price: str) -> None:
    await page.get_by_role("link", name="Sell", exact=True).click()
    await page.get_by_label("What is the ticket for?").fill(title)
    await page.get_by_label("Price").fill(price)
    await page.get_by_role("button", name="Put it on sale").click()
    await expect(page.get_by_role("heading", name="Your ticket is on sale")).to_be_visible()


async def buy(page: Page, title: str) -> None:
    await page.get_by_role("link", name="Market").first.click()
    await page.get_by_role("link", name=title).click()
    await page.get_by_role("button", name="Buy this ticket").click()
    await expect(page.get_by_role("heading", name="Held for you")).to_be_visible()


async def pay(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("^Pay")).click()
    await page.get_by_label("Email").fill("bob@example.com")
    for label, value in CARD.items():
        await page.get_by_label(label).fill(value)
    await page.get_by_label("Name on card").fill("Bob")
    await page.get_by_role("button", name=re.compile("^Pay")).click()


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_person_sells_another_buys_pays_and_reads_the_mail(
    market: Market, browser: Browser, javascript: bool
):
    home = market.app.settings.public_url
    sellers = await browser.new_context(java_script_enabled=javascript)
    buyers = await browser.new_context(java_script_enabled=javascript)
    alice = await sign_up(sellers, market, "Alice")
    await sell(alice, "Hamlet, row C seat 12", "12.50")

    bob = await sign_up(buyers, market, "Bob")
    await buy(bob, "Hamlet, row C seat 12")
    await pay(bob)

    await expect(bob.get_by_role("heading", name="It’s yours")).to_be_visible(timeout=20_000)

    async def the_mail_is_there() -> None:
        assert market.letters("bob")

    await eventually(the_mail_is_there)
    await bob.goto(f"{home}/dev/mail")
    await expect(bob.get_by_text("Your ticket: Hamlet, row C seat 12").first).to_be_visible()
    await alice.goto(f"{home}/my/tickets")
    await expect(alice.get_by_text("Sold").first).to_be_visible()


async def test_who_does_not_pay_in_time_is_told_and_the_ticket_is_free(
    hasty_market: Market, browser: Browser
):
    alice = await sign_up(await browser.new_context(), hasty_market, "Alice")
    await sell(alice, "Hamlet", "12.50")
    bob = await sign_up(await browser.new_context(), hasty_market, "Bob")

    await buy(bob, "Hamlet")

    gone = bob.get_by_text("The time to pay ran out, so the ticket went back on sale.")
    await expect(gone).to_be_visible(timeout=20_000)
    await bob.get_by_role("link", name="See whether this one is still there").click()
    await expect(bob.get_by_role("button", name="Buy this ticket")).to_be_visible()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_no_page_has_a_serious_or_critical_violation(
    market: Market, browser: Browser, scheme: str, width: int
):
    home = market.app.settings.public_url
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    alice = await sign_up(await browser.new_context(**look), market, "Alice")  # pyright: ignore[reportArgumentType]
    await sell(alice, "Hamlet", "12.50")
    edited = f"{alice.url}/edit"
    bob = await sign_up(await browser.new_context(**look), market, "Bob")  # pyright: ignore[reportArgumentType]
    await buy(bob, "Hamlet")
    order, ticket = bob.url, alice.url

    found: dict[str, list[str]] = {}
    for page, url in [
        (alice, home),
        (alice, f"{home}/market"),
        (alice, ticket),
        (alice, edited),
        (alice, f"{home}/sell"),
        (alice, f"{home}/my/tickets"),
        (alice, f"{home}/signin"),
        (alice, f"{home}/signup"),
        (alice, f"{home}/nowhere"),
        (alice, f"{home}/api/docs"),
        (alice, order),
        (bob, order),
        (bob, ticket),
        (bob, f"{home}/my/orders"),
        (bob, f"{home}/dev/mail"),
    ]:
        await page.goto(url)
        found[url] = await violations(page)
        assert not await page.evaluate("document.body.scrollWidth > innerWidth"), url

    assert {url: what for url, what in found.items() if what} == {}
