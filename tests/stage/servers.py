"""PostgreSQL and NATS for a whole run of tests; a fresh database and account for each of them."""

import asyncio
import os
import shutil
import threading
from collections import defaultdict
from collections.abc import AsyncGenerator, Coroutine, Generator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
import nats

from boxoffice.kit.migrate import migrate
from boxoffice.stack.nats import Nats, nats_server
from boxoffice.stack.postgres import Postgres, postgres

if TYPE_CHECKING:
    from asyncpg.pool import Pool

ACCOUNTS = 1_500  # more than there are tests that use the bus
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in memory: nothing waits for a disk there
ROOM = 4 * 1024**3  # bytes that must be free in it; a container often has but 64 MB
OURS = "boxoffice-"  # then the number of the process whose folder it is
ADMINS = 2  # connections: one makes databases, one drops them
QUICKER = (  # for a server whose databases live for a second
    "ALTER SYSTEM SET scram_iterations = 1",  # else 3 ms of each connection
    "ALTER SYSTEM SET autovacuum = off",
    "ALTER SYSTEM SET checkpoint_timeout = '1d'",
    "SELECT pg_reload_conf()",
)

T = TypeVar("T")


class Servers:
    """The servers that all tests of one process share. They work on a loop of their own."""

    def __init__(
        self, pg: Postgres, bus: Nats, admins: "Pool[asyncpg.Record]", folder: Path
    ) -> None:
        self.pg = pg
        self._folder = folder
        self._bus = bus
        self._admins = admins
        self._loop = asyncio.get_running_loop()
        self._accounts = count()
        self._runs = count()
        self._albums = count()
        self._made = count()
        self._making = asyncio.Lock()
        self._dropping = asyncio.Lock()
        self._templates: set[str] = set()
        self._spares: dict[str, list[str]] = defaultdict(list)
        self._left: set[asyncio.Task[None]] = set()

    def next_account(self) -> str:
        """The address of a bus that nobody has used."""
        return self._bus.account_url(next(self._accounts))

    def next_databases(self) -> str:
        """The address of databases that nobody has used, with `{service}` for its name."""
        run = f"t{next(self._runs)}"
        url = self.pg.service_url
        head, _, tail = url.rpartition("/boxoffice_{service}")
        return f"{head}/{run}_{{service}}{tail}"

    def next_pictures(self) -> str:
        """The address of a folder for pictures in which there is none."""
        return (self._folder / "pictures" / str(next(self._albums))).as_uri()

    async def clone(self, service: str, url: str) -> None:
        """Make one of those databases, as migrated as the service wants it."""
        work = self._hand_out(service, _database(service, url))
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    async def drop(self, url: str, services: list[str]) -> None:
        """Forget them. Nobody waits for it."""
        names = [_database(service, url) for service in services]
        self._loop.call_soon_threadsafe(self._leave, self._drop(names))

    async def forget(self, account: str) -> None:
        """Forget what is on this bus: the less is there, the quicker is the server."""
        self._loop.call_soon_threadsafe(self._leave, self._clear(account))

    async def finish(self) -> None:
        """Wait until what tests have left is done; the first error of it, if there was any."""
        while self._left:
            await asyncio.gather(*self._left)

    def _leave(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._left.add(task)
        task.add_done_callback(self._forget_done)

    def _forget_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is None:
            self._left.discard(task)

    async def _hand_out(self, service: str, name: str) -> None:
        async with self._making:
            spares = self._spares[service]
            spare = spares.pop() if spares else await self._make(service)
            await self._admins.execute(f'ALTER DATABASE "{spare}" RENAME TO "{name}"')
        self._leave(self._refill(service))

    async def _refill(self, service: str) -> None:
        async with self._making:
            if not self._spares[service]:
                self._spares[service].append(await self._make(service))

    async def _make(self, service: str) -> str:
        role = f"boxoffice_{service}"
        if service not in self._templates:
            await self.pg.ensure_service(service)
            await migrate(self.pg.url(role, role), service)
            # Whoever enters first writes down what there is; clones are spared that.
            await (await asyncpg.connect(self.pg.url(role, role))).close()
            self._templates.add(service)
        name = f"spare_{next(self._made)}"
        await self._admins.execute(
            f'CREATE DATABASE "{name}" TEMPLATE {role} OWNER {role} STRATEGY FILE_COPY'
        )
        return name

    async def _drop(self, names: list[str]) -> None:
        async with self._dropping:
            for name in names:
                await self._admins.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _clear(self, account: str) -> None:
        client = await nats.connect(account)
        try:
            bus = client.jetstream()
            for stream in await bus.streams_info():
                await bus.delete_stream(stream.config.name or "")
        finally:
            await client.close()


@contextmanager
def running_servers(folder: Path) -> Generator[Servers]:
    """Run both in a thread with a loop of its own: tests come and go on theirs.

    On `folder`, or in memory where the system has room there.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="servers")
    thread.start()
    with TemporaryDirectory(prefix=f"{OURS}{os.getpid()}-", dir=_place(folder)) as place:
        running = _running(Path(place))
        try:
            servers = asyncio.run_coroutine_threadsafe(running.__aenter__(), loop).result()
            try:
                yield servers
            finally:
                left = running.__aexit__(None, None, None)
                asyncio.run_coroutine_threadsafe(left, loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


@asynccontextmanager
async def _running(folder: Path) -> AsyncGenerator[Servers]:
    async with (
        postgres(folder / "postgres", durable=False) as pg,
        nats_server(folder / "nats", accounts=ACCOUNTS) as bus,
        asyncpg.create_pool(pg.admin_url, min_size=ADMINS, max_size=ADMINS) as admins,
    ):
        for setting in QUICKER:
            await admins.execute(setting)
        servers = Servers(pg, bus, admins, folder)
        yield servers
        await servers.finish()


def _place(folder: Path) -> Path:
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return folder
    for left in MEMORY.glob(f"{OURS}*-*"):  # by a run that was killed
        if not Path("/proc", left.name.split("-")[1]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return MEMORY


def _database(service: str, url: str) -> str:
    return url.replace("{service}", service).rpartition("/")[2].partition("?")[0]
