"""Services of Boxoffice at work for one test, on real servers and a port of their own."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

import httpx
import uvicorn
from nats.aio.client import Client
from starlette.types import ASGIApp

from boxoffice.events.event import Event
from boxoffice.kit import bus
from boxoffice.kit.database import Database, open_database
from boxoffice.kit.process import create_app
from boxoffice.kit.service import Service
from boxoffice.kit.serving import KEEP_ALIVE_SECONDS
from boxoffice.kit.settings import Settings
from stage import news
from stage.eventually import eventually
from stage.people import PASSWORD, Someone, public_key
from stage.server import Server

E = TypeVar("E", bound=Event)
Play = Callable[..., Awaitable["App"]]


class App:
    """A product that runs. Ask it over HTTP; look into its databases; speak on its bus."""

    def __init__(
        self,
        settings: Settings,
        services: Sequence[Service],
        sock: socket.socket,
        client: Client,
        mounts: Mapping[str, ASGIApp] | None,
    ) -> None:
        self.settings = settings
        self.services = services
        self.client = client
        self.http = httpx.AsyncClient(base_url=settings.public_url, timeout=30)
        self._mounts = mounts
        self._sock = sock
        self._stack = AsyncExitStack()
        self._databases: dict[str, Database] = {}
        self._server: Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to answer; also after `stop`, on the same port and databases."""
        app = create_app(self.services, self.settings, self._mounts)
        config = uvicorn.Config(
            app,
            lifespan="on",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=5,
        )
        self._server = Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[self._sock.dup()]))
        while not self._server.started:
            await asyncio.sleep(0.005)
            if self._serving.done():
                raise RuntimeError("the app did not start; its log says why")

    async def stop(self) -> None:
        """Stop as a signal would have it stop."""
        if self._server and self._serving:
            self._server.leave.set()
            await self._serving
            self._server = None

    async def close(self) -> None:
        """Stop for good."""
        await self.stop()
        await self.http.aclose()
        await self._stack.aclose()

    async def db(self, service: str) -> Database:
        """A service's database, from outside."""
        if service not in self._databases:
            self._databases[service] = await self._stack.enter_async_context(
                open_database(service, self.settings)
            )
        return self._databases[service]

    async def ask(
        self, method: str, path: str, by: Someone | None = None, **options: Any
    ) -> httpx.Response:
        """Ask as a person, or as nobody."""
        headers = (by.headers if by else {}) | options.pop("headers", {})
        return await self.http.request(method, path, headers=headers, **options)

    async def get(self, path: str, by: Someone | None = None, **options: Any) -> httpx.Response:
        return await self.ask("GET", path, by, **options)

    async def post(self, path: str, by: Someone | None = None, **options: Any) -> httpx.Response:
        return await self.ask("POST", path, by, **options)

    async def put(self, path: str, by: Someone | None = None, **options: Any) -> httpx.Response:
        return await self.ask("PUT", path, by, **options)

    async def delete(self, path: str, by: Someone | None = None, **options: Any) -> httpx.Response:
        return await self.ask("DELETE", path, by, **options)

    async def sign_up(self, name: str) -> Someone:
        """A person who signed up at identity, with the token it gave."""
        async with httpx.AsyncClient(base_url=self.settings.public_url, timeout=30) as visitor:
            answer = await visitor.post(
                "/api/users/signup",
                json={"email": f"{name}@example.com", "password": PASSWORD, "name": name},
            )
            answer.raise_for_status()
            token = visitor.cookies["session"]
        return Someone(name, id=UUID(answer.json()["id"]), token=token)

    async def say(self, event: Event, event_id: UUID | None = None) -> UUID:
        """Publish an event as its publisher's relay would; the same id again is a repeat."""
        return await news.say(self.client, event, event_id)

    async def all_is_said(self) -> None:
        """Wait until the bus has what is committed."""
        for service in self.services:
            if service.emits:
                await eventually(partial(self._sent, service.name))

    async def said(self, kind: type[E]) -> list[E]:
        """Every such event so far, oldest first, once the bus has what is committed."""
        for service in self.services:
            if kind in service.emits:
                await eventually(partial(self._sent, service.name))
        return await news.said(self.client, kind)

    async def _sent(self, service: str) -> None:
        db = await self.db(service)
        assert not await db.fetchval("SELECT count(*) FROM unsent")


@asynccontextmanager
async def playing(
    settings: Settings,
    services: Sequence[Service],
    sock: socket.socket,
    mounts: Mapping[str, ASGIApp] | None = None,
) -> AsyncGenerator[App]:
    """Run these services until the block ends, on databases that are up to date."""
    async with bus.connect(settings, "stage") as client:
        await bus.ensure_streams(client, settings)
        for service in services:
            await bus.ensure_consumers(client, service.name, service.listens())
        keys = await client.jetstream().key_value("keys")
        await keys.put("stage", public_key())
        app = App(settings, services, sock, client, mounts)
        try:
            await app.start()
            yield app
        finally:
            await app.close()
