"""A place of its own for one test or one module: databases, a bus and a port."""

import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any

import pytest_asyncio

from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from boxoffice.services import load
from stage.app import App, Play, playing
from stage.servers import Servers


@contextmanager
def free_port() -> Generator[socket.socket]:
    """A socket on a port that nobody else has."""
    # Named TCP, since asyncio leaves Nagle's algorithm on (40 ms an answer) where it is not.
    with socket.socket(proto=socket.IPPROTO_TCP) as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock


def fresh_settings(servers: Servers, sock: socket.socket) -> Settings:
    """Settings of a product that nobody has used, at this port."""
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    values: dict[str, Any] = {
        "database_url": servers.next_databases(),
        "database_connections": 4,
        "nats_url": servers.next_account(),
        "secret": "a secret of the tests, long enough",
        "hop_secret": "another secret of the tests, long enough",
        "rate_limits": False,
        "public_url": url,
        "services_url": url,
        "smtp_url": "smtp://127.0.0.1:9",
        "stripe_url": f"{url}/dev/stripe",
        "pictures_url": servers.next_pictures(),
        "stripe_key": "sk_test_stage",
        "stripe_webhook_secret": "whsec_stage",
        "delivery_tries": 7,
        "shared_answer_ms": 0,
        "log_level": "error",
    }
    return Settings(**values)


@asynccontextmanager
async def open_play(
    servers: Servers, settings: Settings, sock: socket.socket
) -> AsyncGenerator[Play]:
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
    await servers.forget(settings.nats_url.get_secret_value())


def shared_app(*services: str, **changes: Any) -> Any:
    """A fixture: these services for all tests of a module, each of which makes what it needs."""

    @pytest_asyncio.fixture(scope="module")
    async def app(servers: Servers) -> AsyncGenerator[App]:
        with free_port() as sock:
            async with open_play(servers, fresh_settings(servers, sock), sock) as play:
                yield await play(*services, **changes)

    return app
