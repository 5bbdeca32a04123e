"""A real browser, and what it finds wrong with a page."""

import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

FLAGS = (
    "--no-sandbox",  # tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ASKED = {"resultTypes": ["violations"]}  # all of those; of what passes axe then keeps no list


@asynccontextmanager
async def open_browser() -> AsyncGenerator[Browser]:
    """Start the system's chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        yield browser
        await browser.close()


async def violations(page: Page) -> list[str]:
    """What axe finds on the page that is serious or critical."""
    found: Any = (await Axe().run(page, options=ASKED)).response["violations"]
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
