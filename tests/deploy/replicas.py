"""Every service in three processes of its own behind the mesh's gateway, as a cluster has them."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from socket import socket

import httpx
import uvicorn
from joserfc.jwk import ECKey
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount

from boxoffice.kit.http.front import Front
from boxoffice.kit.process import prepare
from boxoffice.kit.settings import Settings
from boxoffice.services import load
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Role
from boxoffice.stack.children import LEASH, free_port
from boxoffice.stack.mailbox import mailbox
from boxoffice.stack.stripe import pretend_stripe
from deploy.doors import open_bus
from deploy.ground import SECRETS, SERVICES, secrets_of, variable
from identity.forging import signed
from identity.office import settle
from mesh.gateway import Gateway, envoy
from stage import App, Market, Servers, Someone, eventually
from stage.place import free_port as free_socket
from stage.place import fresh_settings
from stage.server import Server

MANY = 3  # processes of each service
AT_ONCE = 4  # that start: more would only wait for each other
START_SECONDS = 120.0
LOOK_SECONDS = 0.1
NOBODY = 65_534  # who the image's processes are
WRITABLE = "/dev/shm"  # noqa: S108 - it is made anew, and nobody else sees it
READ_ONLY = f"""
while read -r _ place kind _; do
  case "$kind" in ext4|xfs|btrfs|overlay|tmpfs) mount -o remount,bind,ro "$place" ;; esac
done < /proc/self/mounts
mount -t tmpfs tmpfs {WRITABLE}
exec "$@"
"""


@dataclass(eq=False)
class Replica:
    """A process of one service: `boxoffice run orders`, with nothing that is another's."""

    service: str
    environment: Mapping[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    confined: bool = False  # as a container confines it: nobody, on a system that is read-only
    process: Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Begin, and return when it is ready."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self._command(), env=self.environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while not await self._is_ready(client):
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(LOOK_SECONDS)

    async def kill(self) -> None:
        """End it as a machine that loses power does."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int | None:
        """End it as a cluster does; return its exit code."""
        await self._end(signal.SIGTERM)
        return self.process.returncode if self.process else None

    def _command(self) -> Sequence[str]:
        run = (sys.executable, "-m", "boxoffice", "run", self.service, "--port", str(self.port))
        uid = NOBODY if self.confined and os.geteuid() == 0 else 0
        leash = (int(signal.SIGKILL), os.getpid(), uid, uid, 1)
        leashed = (sys.executable, "-I", "-S", str(LEASH), *map(str, leash), *run)
        if not self.confined:
            return leashed
        root = () if os.geteuid() == 0 else ("--map-root-user",)
        return ("unshare", *root, "--mount", "sh", "-euc", READ_ONLY, "sh", *leashed)

    async def _end(self, by: signal.Signals) -> None:
        if self.process and self.process.returncode is None:
            self.process.send_signal(by)
            await self.process.wait()

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/readyz")).is_success
        except httpx.TransportError:
            return False


@dataclass(frozen=True)
class Cluster:
    """The market of `market.app` answers at the gateway; its processes answer by themselves."""

    market: Market
    gateway: Gateway
    replicas: Sequence[Replica]
    key: ECKey  # with which identity signs

    async def settle(self, name: str, *roles: Role) -> Someone:
        """Somebody who has had a verified account for long, and a token of identity's."""
        someone = await settle(self.market.app, name, *roles)
        return replace(someone, token=signed(self.key, someone.token))

    def of(self, service: str) -> Sequence[Replica]:
        """The processes of one service."""
        return [one for one in self.replicas if one.service == service]


@asynccontextmanager
async def open_cluster(folder: Path, servers: Servers) -> AsyncGenerator[Cluster]:
    """Run all of it on the servers of the tests until the block ends."""
    async with AsyncExitStack() as stack:
        bus = await stack.enter_async_context(open_bus(folder))
        replicas = {name: [free_port() for _ in range(MANY)] for name in SERVICES}
        places = {name: [("127.0.0.1", port) for port in found] for name, found in replicas.items()}
        sock = stack.enter_context(free_socket())
        outside = {"outside": [("127.0.0.1", int(sock.getsockname()[1]))]}
        gateway = await stack.enter_async_context(
            envoy(folder, places | outside, {}, {"/dev/": "outside"})
        )
        settings = _settings(fresh_settings(servers, sock), gateway)
        mail = await stack.enter_async_context(mailbox(folder / "mail"))
        settings = settings.model_copy(update={"smtp_url": SecretStr(mail.smtp_url)})
        stripe = await stack.enter_async_context(
            pretend_stripe(
                folder / "stripe",
                webhook_url=f"{settings.public_url}/api/payments/webhook",
                api_key=settings.stripe_key.get_secret_value(),
                webhook_secret=settings.stripe_webhook_secret.get_secret_value(),
                public_url=f"{settings.public_url}/dev/stripe",
            )
        )
        pages = Starlette(routes=[Mount("/dev/stripe", stripe.app)])
        await stack.enter_async_context(_answering(Front(pages, settings), sock))
        databases = settings.database_url.get_secret_value()
        for name in SERVICES:
            await servers.clone(name, databases)
        await prepare(load(), bus.settings(settings, "operator"))
        processes = [
            Replica(
                name,
                environment(bus.settings(settings, name), name),
                folder / f"{name}-{port}.log",
                port,
            )
            for name, ports in replicas.items()
            for port in ports
        ]
        for one in processes:
            stack.push_async_callback(one.kill)
        await start_all(processes)
        client, _ = await stack.enter_async_context(bus.speaker("operator"))
        app = App(bus.settings(settings, "operator"), load(), sock, client, None)
        stack.push_async_callback(app.close)
        await eventually(lambda: _is_open(gateway))
        key, *_ = await commands.load_keys(await app.db("identity"), settings)
        yield Cluster(Market(app, mail), gateway, processes, key.key)
    await servers.drop(databases, list(SERVICES))


async def start_all(replicas: Sequence[Replica]) -> None:
    """Start processes, a few at once, and return when all are ready."""
    door = asyncio.Semaphore(AT_ONCE)

    async def start(one: Replica) -> None:
        async with door:
            await one.start()

    await asyncio.gather(*map(start, replicas))


def environment(settings: Settings, name: str) -> dict[str, str]:
    """What one service is told: everybody's settings, and of secrets its own."""
    said = settings.model_dump(exclude_defaults=True)
    foreign = {variable(one) for one in SECRETS} - secrets_of(name)
    given = {variable(one): _spelt(value) for one, value in said.items()}
    given["BOXOFFICE_DATABASE_URL"] = given["BOXOFFICE_DATABASE_URL"].replace("{service}", name)
    kept = {
        one: os.environ[one] for one in ("PATH", "PYTHONPATH", "SSL_CERT_DIR") if one in os.environ
    }
    return kept | {one: value for one, value in given.items() if one not in foreign}


def _settings(settings: Settings, gateway: Gateway) -> Settings:
    here = {"public_url": str(gateway.http.base_url).rstrip("/"), "services_url": gateway.inside}
    # What a killed process had in its hands comes again after half a minute: news behind it waits.
    tries = Settings.model_fields["delivery_tries"].default
    return settings.model_copy(update={**here, "require_verified": True, "delivery_tries": tries})


def _spelt(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@asynccontextmanager
async def _answering(app: Front, sock: socket) -> AsyncGenerator[None]:
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=5)
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        yield
    finally:
        server.leave.set()
        await serving


async def _is_open(gateway: Gateway) -> None:
    """The gateway answers by services, and has the keys that check tokens."""
    assert (await gateway.http.get("/")).status_code == 200
    assert (await gateway.http.get("/.well-known/jwks.json")).json()["keys"]


def door_of(service: str) -> tuple[str, str] | None:
    """Method and path of something that any member may ask of a service, and nobody else."""
    routes = SERVICES[service].routes
    doors = [
        (method, route.path)
        for route in (routes.guarded() if routes else [])
        for method in route.methods or ()
        if route.allows == "member" and "{" not in route.path
    ]
    return min(doors, default=None)
