"""PostgreSQL and NATS for a whole run of tests; a fresh database and account for each of them."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from itertools import count
from pathlib import Path

import asyncpg

from boxoffice.kit.migrate import migrate
from boxoffice.stack.nats import Nats, nats_server
from boxoffice.stack.postgres import Postgres, postgres

ACCOUNTS = 1_500  # more than there are tests that use the bus


class Servers:
    """The servers that all tests of one process share."""

    def __init__(self, pg: Postgres, nats: Nats) -> None:
        self.pg = pg
        self._nats = nats
        self._accounts = count()
        self._runs = count()
        self._templates: set[str] = set()

    def next_account(self) -> str:
        """The address of a bus that nobody has used."""
        return self._nats.account_url(next(self._accounts))

    def next_databases(self) -> str:
        """The address of databases that nobody has used, with `{service}` for its name."""
        run = f"t{next(self._runs)}"
        url = self.pg.service_url
        head, _, tail = url.rpartition("/boxoffice_{service}")
        return f"{head}/{run}_{{service}}{tail}"

    async def clone(self, service: str, url: str) -> None:
        """Make one of those databases, as migrated as the service wants it."""
        name = url.replace("{service}", service).rpartition("/")[2].partition("?")[0]
        role = f"boxoffice_{service}"
        if service not in self._templates:
            await self.pg.ensure_service(service)
            await migrate(self.pg.url(role, role), service)
            self._templates.add(service)
        admin = await asyncpg.connect(self.pg.admin_url)
        try:
            await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE {role} OWNER {role}')
        finally:
            await admin.close()

    async def drop(self, url: str, services: list[str]) -> None:
        """Forget them."""
        admin = await asyncpg.connect(self.pg.admin_url)
        try:
            for service in services:
                name = url.replace("{service}", service).rpartition("/")[2].partition("?")[0]
                await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        finally:
            await admin.close()


@contextmanager
def running_servers(folder: Path) -> Generator[Servers]:
    """Run both in a thread with a loop of its own: tests come and go on theirs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="servers")
    thread.start()
    stack = AsyncExitStack()

    async def start() -> Servers:
        pg = await stack.enter_async_context(postgres(folder / "postgres", durable=False))
        nats = await stack.enter_async_context(nats_server(folder / "nats", accounts=ACCOUNTS))
        return Servers(pg, nats)

    try:
        try:
            yield asyncio.run_coroutine_threadsafe(start(), loop).result()
        finally:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
