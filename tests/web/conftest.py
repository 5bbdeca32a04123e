"""What tests of the pages may ask for."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import TypeAlias

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from stage import App, Someone
from web.browser import Browser
from web.gallery import look
from web.houses import open_house

Browse: TypeAlias = Callable[..., Browser]


@pytest.fixture
async def browse() -> AsyncGenerator[Browse]:
    """Sit down before a browser: `page = browse(app, bob)`, or as nobody."""
    async with AsyncExitStack() as stack:

        def sit_down(app: App, person: Someone | None = None) -> Browser:
            browser = Browser(app, person)
            stack.push_async_callback(browser.http.aclose)
            return browser

        yield sit_down


@pytest.fixture
async def performance(app: App) -> str:
    """A performance on sale."""
    return await open_house(app)


@pytest.fixture
def house(performance: str) -> str:
    """The address of its page."""
    return f"/performances/{performance}"


@pytest.fixture
async def page(app: App, browser: Chromium, performance: str, bob: Someone) -> Page:
    """Bob, before the map of it."""
    return await look(browser, app, performance, bob)
