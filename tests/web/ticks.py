"""Seats that can be ticked on a page, as who has no scripts sees them."""

import re

from stage import eventually
from web.browser import Browser


def offered(browser: Browser) -> set[str]:
    """The seats on the page that can be ticked, ticked or not."""
    boxes = re.findall(r'<input type="checkbox" name="seat"[^>]*>', browser.page.text)
    return {box.split('value="')[1].split('"')[0] for box in boxes if "disabled" not in box}


def ticked(browser: Browser) -> list[str]:
    """The seats on the page that are ticked."""
    boxes = re.findall(r'name="seat" value="([^"]*)" checked', browser.page.text)
    return sorted(boxes)


async def says(browser: Browser, path: str, words: str) -> None:
    """Look at a page until it says so."""

    async def look() -> None:
        await browser.open(path)
        assert words in browser.words

    await eventually(look)
