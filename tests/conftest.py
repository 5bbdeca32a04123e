"""What every test may ask for."""

import socket
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import configure_logs
from stage.app import Play
from stage.browser import open_browser
from stage.market import Market, open_market
from stage.people import Someone
from stage.place import free_port, fresh_settings, open_play
from stage.prices import FULL, LOW, scrypt_at
from stage.servers import Servers, running_servers

# How long an example takes says more of the machine than of the product.
hypothesis.settings.register_profile("boxoffice", deadline=None)
hypothesis.settings.load_profile("boxoffice")


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    configure_logs("error")


@pytest.fixture(scope="session", autouse=True)
def _unsecured(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Nobody speaks TLS here, and to read whom a system trusts costs each client 20 ms."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", str(tmp_path_factory.mktemp("trusted")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Generator[None]:
    with scrypt_at(LOW):
        yield


@pytest.fixture
def full_price() -> Generator[None]:
    """Passwords cost what they cost people."""
    with scrypt_at(FULL):
        yield


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Generator[Servers]:
    with running_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture
def sock() -> Generator[socket.socket]:
    with free_port() as sock:
        yield sock


@pytest.fixture
def settings(servers: Servers, sock: socket.socket) -> Settings:
    return fresh_settings(servers, sock)


@pytest.fixture
async def play(servers: Servers, settings: Settings, sock: socket.socket) -> AsyncGenerator[Play]:
    """Start services: `app = await play("tickets", "orders", hold_seconds=1)`."""
    async with open_play(servers, settings, sock) as play:
        yield play


@pytest_asyncio.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    """One for all tests: it takes longer to start than most of them."""
    async with open_browser() as chromium:
        yield chromium


@pytest.fixture
async def browser(chromium: Browser) -> AsyncGenerator[Browser]:
    """A browser that has seen nothing; what is opened in it is closed after the test."""
    yield chromium
    for context in chromium.contexts:
        await context.close()


@pytest.fixture
async def market(play: Play, settings: Settings, tmp_path: Path) -> AsyncGenerator[Market]:
    """The whole product, with holds of 15 minutes."""
    async with open_market(play, settings, tmp_path) as market:
        yield market


@pytest.fixture
async def hasty_market(play: Play, settings: Settings, tmp_path: Path) -> AsyncGenerator[Market]:
    """The whole product, with holds of two seconds."""
    async with open_market(play, settings, tmp_path, hold_seconds=2) as market:
        yield market


@pytest.fixture
def alice() -> Someone:
    """She sells."""
    return Someone("alice")


@pytest.fixture
def bob() -> Someone:
    """He buys."""
    return Someone("bob")


@pytest.fixture
def charlie() -> Someone:
    """He may see nothing of the others."""
    return Someone("charlie")
