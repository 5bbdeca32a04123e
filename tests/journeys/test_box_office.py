"""A first night as people make it, in a browser: a house is drawn, a show is put on, seats are sold."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from shows.catalogue import an_organiser
from stage import PASSWORD, Market, eventually
from web.easel import begin, drag, rows_of, text

CARD = {"Card number": "4242 4242 4242 4242", "Expiration date": "12 / 40", "CVC": "123"}
LOOK_MS = 30_000  # the page of sales looks every ten seconds


async def arrive(context: BrowserContext, market: Market) -> Page:
    """Olga, who puts on shows, where her day begins."""
    url = market.app.settings.public_url
    session = an_organiser("olga").sign()
    await context.add_cookies([{"name": "session", "value": session, "url": url}])
    page = await context.new_page()
    await page.goto(f"{url}/organise")
    return page


async def draw_venue(page: Page, *, javascript: bool) -> None:
    """Build a house of two sections, the first of which has an aisle down the middle."""
    await page.get_by_role("link", name="Draw a venue").click()
    await page.locator('[id="name"]').fill("The Globe")
    await page.get_by_label("City").fill("London")
    await page.get_by_label("Time zone").fill("Europe/London")
    await page.locator('[id="section.0.name"]').fill("Stalls")
    if javascript:
        await begin(page, "A-C 9")
        await drag(page, (0, 4), (2, 4))
        assert await rows_of(page) == ["A ssss.ssss", "B ssss.ssss", "C ssss.ssss"]
    else:
        await text(page).fill("A-C ssss.ssss")
    await page.get_by_role("button", name="Add a section").click()
    await page.locator('[id="section.1.name"]').fill("Yard")
    await page.get_by_label("A floor to stand on").last.check()
    await page.get_by_label("How many may stand there?").last.fill("50")
    await page.get_by_role("button", name="Add the venue").click()
    await expect(page.get_by_text("The venue is ready.")).to_be_visible()


async def add_show(page: Page) -> None:
    """Say what is played."""
    await page.get_by_role("link", name="Add a show").click()
    await page.get_by_label("Title").fill("Hamlet")
    await page.get_by_label("Kind of show").select_option("Play")
    await page.get_by_label("Story").fill("A prince hesitates.")
    await page.get_by_role("button", name="Add the show").click()
    await expect(page.get_by_text("The show is ready.")).to_be_visible()


async def publish_performance(page: Page) -> None:
    """Plan a performance, and put it on sale."""
    await page.get_by_role("link", name="Plan a performance").click()
    await page.get_by_role("link", name="The Globe").click()
    await page.get_by_label("It starts").fill("2031-01-10T19:30")
    await page.get_by_label("Stalls").fill("30")
    await page.get_by_label("Yard").fill("5")
    await page.get_by_role("button", name="Save and publish").click()
    await expect(page.get_by_text("It is published.")).to_be_visible()


async def sign_up(context: BrowserContext, market: Market) -> Page:
    """Bob makes an account."""
    page = await context.new_page()
    await page.goto(f"{market.app.settings.public_url}/signup")
    await page.get_by_label("Your name").fill("Bob")
    await page.get_by_label("E-mail").fill("bob@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.locator("main form button").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


async def take_seats(page: Page, *, javascript: bool) -> None:
    """Find the show, choose two seats of its only date, and hold them."""
    await page.get_by_role("link", name="Shows", exact=True).first.click()
    await page.get_by_role("link", name="Hamlet").click()
    await page.get_by_role("link", name=re.compile("Fri 10 Jan 2031")).click()
    for number in (4, 5):
        if javascript:
            stalls = page.get_by_role("group", name=re.compile("^Stalls, "))
            await stalls.get_by_role("option", name=f"Row B, seat {number},").click()
        else:
            await page.locator(f'input[value="Stalls/B/{number}"]').check()
    await page.get_by_role("button", name=re.compile("^Buy (2|these) seats")).click()
    await expect(page.get_by_role("heading", name="Held for you")).to_be_visible()


async def pay(page: Page) -> None:
    """Pay with a card, on the processor's page."""
    await page.get_by_role("button", name="Pay $60.00").click()
    await page.get_by_label("Email").fill("bob@example.com")
    for label, value in CARD.items():
        await page.get_by_label(label).fill(value)
    await page.get_by_label("Name on card").fill("Bob")
    await page.get_by_role("button", name=re.compile("^Pay")).click()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("javascript", [True, False])
async def test_a_house_is_drawn_a_show_put_on_and_two_of_its_seats_are_sold(
    market: Market, browser: Browser, javascript: bool
):
    olga = await arrive(await browser.new_context(java_script_enabled=javascript), market)
    await draw_venue(olga, javascript=javascript)
    await add_show(olga)
    await publish_performance(olga)

    bob = await sign_up(await browser.new_context(java_script_enabled=javascript), market)
    await take_seats(bob, javascript=javascript)
    await olga.get_by_role("link", name="Sales", exact=True).click()
    await expect(olga.locator(".sum-held dd")).to_have_text("2")
    await pay(bob)

    await expect(bob.get_by_role("heading", name="They’re yours")).to_be_visible(timeout=20_000)
    if not javascript:
        await olga.get_by_role("link", name="Look again").click()
    await expect(olga.locator(".sum-sold dd")).to_have_text("2", timeout=LOOK_MS)
    await expect(olga.get_by_text("$60.00").first).to_be_visible()

    async def the_mail_is_there() -> None:
        assert any("Hamlet" in letter["subject"] for letter in market.letters("bob"))

    await eventually(the_mail_is_there)
