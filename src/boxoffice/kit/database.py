"""A service's own PostgreSQL: reads, and transactions that say what they changed."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any, LiteralString, TypeAlias

import asyncpg

from boxoffice.events.event import Event
from boxoffice.kit import outbox, receipts
from boxoffice.kit.receipts import Receipt
from boxoffice.kit.settings import Settings
from boxoffice.kit.signal import Signal
from boxoffice.kit.statements import Measured

if TYPE_CHECKING:
    from asyncpg.pool import Pool, PoolConnectionProxy

    Connection: TypeAlias = PoolConnectionProxy[asyncpg.Record]

ACQUIRE_SECONDS = 5  # past that the database is what is short, and waiting longer helps nobody
SEARCH_PATH = "model, public"  # what follows from news alone stands in a schema of its own
SESSION = {
    "search_path": SEARCH_PATH,
    "statement_timeout": "10s",  # no page or handler needs a statement that long
    "lock_timeout": "5s",  # below the statement's, so that the error says which it was
    "idle_in_transaction_session_timeout": "30s",  # a lost client must not keep its locks
}
UNREACHABLE = (  # the database is away; what was asked may be asked again
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InternalClientError,  # the server's last words were read, its end not yet seen
)


class Queries(ABC):
    """What a store may ask. SQL is a literal; values go in as `$1`, never into the text."""

    service: str

    @abstractmethod
    def _connection(self) -> AbstractAsyncContextManager["Connection"]: ...

    async def fetch(self, sql: LiteralString, *args: object) -> list[asyncpg.Record]:
        """Return all rows."""
        async with self._connection() as connection:
            with Measured(self.service):
                return await connection.fetch(sql, *args)

    async def fetchrow(self, sql: LiteralString, *args: object) -> asyncpg.Record | None:
        """Return the first row, or None."""
        async with self._connection() as connection:
            with Measured(self.service):
                return await connection.fetchrow(sql, *args)

    async def fetchval(self, sql: LiteralString, *args: object) -> Any:
        """Return the first column of the first row, or None."""
        async with self._connection() as connection:
            with Measured(self.service):
                return await connection.fetchval(sql, *args)

    async def execute(self, sql: LiteralString, *args: object) -> None:
        """Run it for its effect."""
        async with self._connection() as connection:
            with Measured(self.service):
                await connection.execute(sql, *args)


class Tx(Queries):
    """One transaction: rows first, then `emit` what they mean. Both happen, or neither."""

    def __init__(self, connection: "Connection", service: str = "") -> None:
        self.service = service
        self._held = connection
        self.has_news = False
        self.has_work = False

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator["Connection"]:
        yield self._held

    @asynccontextmanager
    async def savepoint(self) -> AsyncGenerator[None]:
        """Roll back what the block did, and no more, when it raises."""
        async with self._held.transaction():
            yield

    async def emit(self, *events: Event) -> None:
        """Say these facts once the transaction commits, in this order."""
        if events:
            await outbox.insert_events(self._held, events)
            self.has_news = True
            last = events[-1]
            if (version := getattr(last, "version", None)) is not None:
                receipts.note(Receipt(last.publisher, last.about_id, version))

    def wake_jobs(self) -> None:
        """Have the service's jobs look once the transaction commits: it left them work."""
        self.has_work = True


class Database(Queries):
    """One service's database. `emitted` wakes its relay, `work` its jobs."""

    def __init__(self, service: str, pool: "Pool[asyncpg.Record]") -> None:
        self.service = service
        self.emitted = Signal()
        self.work = Signal()
        self._pool = pool

    def connections(self) -> tuple[int, int]:
        """Return how many connections are in use, and how many may be."""
        return self._pool.get_size() - self._pool.get_idle_size(), self._pool.get_max_size()

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator["Connection"]:
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """Commit at the end of the block, or roll all of it back when it raises.

        One of UNREACHABLE when the database went away meanwhile.
        """
        async with self._connection() as connection:
            try:
                async with connection.transaction():
                    tx = Tx(connection, self.service)
                    yield tx
            except asyncpg.InterfaceError as error:
                if _is_lost(connection):
                    raise asyncpg.ConnectionDoesNotExistError("lost in the middle") from error
                raise
            if tx.has_news:
                self.emitted.notify()
            if tx.has_work:
                self.work.notify()


@asynccontextmanager
async def open_database(service: str, settings: Settings) -> AsyncGenerator[Database]:
    """Yield the database of one service, with up to `database_connections` connections."""
    pool = await asyncpg.create_pool(
        url_of(service, settings),
        min_size=1,
        max_size=settings.database_connections,
        server_settings=SESSION | {"application_name": f"boxoffice {service}"},
        reset=_leave_as_it_is,
    )
    try:
        yield Database(service, pool)
    finally:
        await pool.close()


async def _leave_as_it_is(_: object) -> None:
    """Spare a round trip: what we set or lock ends with its transaction, which the pool ends."""


def url_of(service: str, settings: Settings) -> str:
    """Return where a service's database is."""
    return settings.database_url.get_secret_value().replace("{service}", service)


def _is_lost(connection: "Connection") -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool has taken it away already
        return True
