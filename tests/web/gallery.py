"""Somebody before the map of a house, in a real browser."""

import re
from typing import Any

from playwright.async_api import Browser, Locator, Page, expect

from stage import App, Someone

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


async def look(
    browser: Browser, app: App, performance: str, person: Someone | None = None, **options: Any
) -> Page:
    """Somebody's browser at a performance's page, once the map is there and hears of changes."""
    context = await browser.new_context(**options)
    if person:
        cookie = {"name": "session", "value": person.sign(), "url": app.settings.public_url}
        await context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    async with page.expect_response("**/seats/changes"):
        await page.goto(f"{app.settings.public_url}/performances/{performance}")
    await expect(page.locator("[data-ready]")).to_be_attached()
    return page


def seat(page: Page, section: str, row: str, number: int) -> Locator:
    """A seat on the map."""
    group = page.get_by_role("group", name=re.compile(rf"^{section}, (\$|Free)"))
    return group.get_by_role("option", name=f"Row {row}, seat {number},")


def chosen(page: Page) -> Locator:
    """What stands under “Your seats”."""
    return page.locator("[data-bag-list] [data-line-name]")


async def buy(page: Page, label: str) -> None:
    """Press the button that buys, and wait for the order."""
    await page.get_by_role("button", name=label).click()
    await expect(page.get_by_role("heading", name="Held for you")).to_be_visible()
