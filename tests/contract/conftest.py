"""One market for all contract tests of a module: each makes the tickets and orders it needs."""

from collections.abc import AsyncGenerator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio

from stage.market import Market, open_market
from stage.people import Someone
from stage.place import free_port, fresh_settings, open_play
from stage.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def market(
    servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Market]:
    """The whole product, with holds of 15 minutes."""
    folder = tmp_path_factory.mktemp("market")
    with free_port() as sock:
        settings = fresh_settings(servers, sock)
        async with (
            open_play(servers, settings, sock) as play,
            open_market(play, settings, folder) as market,
        ):
            yield market


@pytest_asyncio.fixture(scope="module")
async def alice(market: Market) -> Someone:
    """She sells."""
    return await market.app.sign_up("alice")


@pytest_asyncio.fixture(scope="module")
async def bob(market: Market) -> Someone:
    """He buys."""
    return await market.app.sign_up("bob")


@pytest_asyncio.fixture(scope="module")
async def admin(market: Market) -> Someone:
    """She may ask everything, with a token that no request can end."""
    admin = Someone("admin", id=(await market.app.sign_up("admin")).id, roles=("admin",))
    return replace(admin, token=admin.sign())


@pytest.fixture(scope="module")
def charlie() -> Someone:
    """He may see nothing of the others."""
    return Someone("charlie")


@pytest.fixture
async def visitor(market: Market) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser on one of our pages: it keeps cookies and says where it comes from."""
    url = market.app.settings.public_url
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=30) as visitor:
        yield visitor
