"""What tests of identity may ask for."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from typing import TypeAlias

import pytest
from joserfc.jwk import ECKey

from boxoffice.services.identity import commands
from identity.visitor import Visitor
from stage import App, Play

Visit: TypeAlias = Callable[[str], Visitor]


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity")


@pytest.fixture
async def visit(app: App) -> AsyncGenerator[Visit]:
    """Come by for the first time: `bob = visit("bob@example.com")`."""
    async with AsyncExitStack() as stack:

        def come(email: str) -> Visitor:
            visitor = Visitor(app.settings.public_url, email)
            stack.push_async_callback(visitor.http.aclose)
            return visitor

        yield come


@pytest.fixture
async def alice(visit: Visit) -> Visitor:
    """She has an account, and is signed in."""
    alice = visit("alice@example.com")
    await alice.sign_up()
    return alice


@pytest.fixture
async def key(app: App) -> ECKey:
    """The key that signs, as only identity has it."""
    keys = await commands.load_keys(await app.db("identity"), app.settings)
    return keys[0].key
