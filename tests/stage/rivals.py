"""Races: a service's own statements from many sides at once, with their guards or without."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from socket import socket
from typing import Any, LiteralString, TypeAlias

import asyncpg

from boxoffice.kit.database import Database, Tx, open_database
from stage.app import App, playing

Swaps: TypeAlias = Mapping[LiteralString, LiteralString]

START_SECONDS = 5  # to open every rival's connection


class Rivals(Database):
    """A database whose transactions begin together, and whose statements lack some guards."""

    def __init__(
        self, database: Database, many: int, swaps: Swaps, meet_at: LiteralString | None = None
    ) -> None:
        super().__init__(database.service, database._pool)  # noqa: SLF001 - the same one
        self._all = asyncio.Barrier(many)
        self._meet_at = meet_at
        self.swaps = swaps
        self.missing = set(swaps)  # guards that stand in no statement so far

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """Begin, wait for all the others, go on."""
        async with super().transaction() as tx:
            await self._wait_for_all()
            yield UnguardedTx(tx, self)

    async def before(self, sql: LiteralString) -> None:
        """Wait for all the others, when this is the statement before which they meet."""
        if self._meet_at and self._meet_at in sql:
            await self._wait_for_all()

    async def _wait_for_all(self) -> None:
        async with asyncio.timeout(START_SECONDS):
            await self._all.wait()


class UnguardedTx(Tx):
    """A transaction whose statements are run without the guards."""

    def __init__(self, tx: Tx, rivals: Rivals) -> None:
        super().__init__(tx._held)  # noqa: SLF001 - the same one
        self._rivals = rivals

    async def fetch(self, sql: LiteralString, *args: object) -> list[asyncpg.Record]:
        return await super().fetch(await self._cut(sql), *args)

    async def fetchrow(self, sql: LiteralString, *args: object) -> asyncpg.Record | None:
        return await super().fetchrow(await self._cut(sql), *args)

    async def fetchval(self, sql: LiteralString, *args: object) -> Any:
        return await super().fetchval(await self._cut(sql), *args)

    async def execute(self, sql: LiteralString, *args: object) -> None:
        await super().execute(await self._cut(sql), *args)

    async def _cut(self, sql: LiteralString) -> LiteralString:
        await self._rivals.before(sql)
        for guard, instead in self._rivals.swaps.items():
            if guard in sql:
                self._rivals.missing.discard(guard)
                sql = sql.replace(guard, instead)
        return sql


@asynccontextmanager
async def rivals(
    app: App,
    service: str,
    many: int = 1,
    without: Sequence[LiteralString] = (),
    swaps: Swaps | None = None,
    meet_at: LiteralString | None = None,
) -> AsyncGenerator[Rivals]:
    """Yield a service's database for `many` transactions that begin together.

    The pieces of SQL in `without` are taken out of every statement, those in `swaps` replaced by
    others; each must have been in one. Before a statement with `meet_at` all wait for each other
    again: what happens without a guard then does not hang on who is quick.
    """
    changes: dict[LiteralString, LiteralString] = dict(swaps or {})
    for guard in without:
        changes[guard] = ""
    settings = app.settings.model_copy(update={"database_connections": many})
    async with open_database(service, settings) as database:
        racing = Rivals(database, many, changes, meet_at)
        yield racing
    assert not racing.missing, f"no statement had {racing.missing}"


@asynccontextmanager
async def replica(app: App) -> AsyncGenerator[App]:
    """The same services once more, on the same databases and bus, at a port of their own."""
    with socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        settings = app.settings.model_copy(update={"public_url": url, "services_url": url})
        async with playing(settings, app.services, sock) as second:
            yield second
