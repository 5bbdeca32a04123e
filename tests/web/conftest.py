"""What tests of the pages may ask for."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import TypeAlias

import pytest

from stage import App, Someone
from web.browser import Browser

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
