"""What every test may ask for."""

import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import load
from stage.app import App, Play, playing
from stage.browser import open_browser
from stage.market import Market, open_market
from stage.people import Someone
from stage.servers import Servers, running_servers


@pytest.fixture(scope="session", autouse=True)
def _quiet() -> None:
    configure_logs("error")


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Generator[Servers]:
    with running_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest.fixture
def sock() -> Generator[socket.socket]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


@pytest.fixture
def settings(servers: Servers, sock: socket.socket) -> Settings:
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    values: dict[str, Any] = {
        "database_url": servers.next_databases(),
        "database_connections": 4,
        "nats_url": servers.next_account(),
        "secret": "a secret of the tests, long enough",
        "public_url": url,
        "services_url": url,
        "smtp_url": "smtp://127.0.0.1:9",
        "stripe_url": f"{url}/dev/stripe",
        "stripe_key": "sk_test_stage",
        "stripe_webhook_secret": "whsec_stage",
        "rate_limits": False,
        "delivery_tries": 7,
        "log_level": "error",
    }
    return Settings(**values)


@pytest.fixture
async def play(servers: Servers, settings: Settings, sock: socket.socket) -> AsyncGenerator[Play]:
    """Start services: `app = await play("tickets", "orders", hold_seconds=1)`.

    A service of the test's own may stand for its name. The same ones again are a replica: it
    has the same databases, bus and port.
    """
    cloned: list[str] = []
    async with AsyncExitStack() as stack:

        async def start(*parts: str | Service, **changes: Any) -> App:
            mounts = changes.pop("mounts", None)
            services = [load([part])[0] if isinstance(part, str) else part for part in parts]
            for name in (service.name for service in services if service.name not in cloned):
                await servers.clone(name, settings.database_url.get_secret_value())
                cloned.append(name)
            own = settings.model_copy(update=changes)
            return await stack.enter_async_context(playing(own, services, sock, mounts))

        yield start
    await servers.drop(settings.database_url.get_secret_value(), cloned)


@pytest.fixture
async def browser() -> AsyncGenerator[Browser]:
    async with open_browser() as browser:
        yield browser


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
