"""Races that a test decides: one side is held up where it hurts most, with its guards or without."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString

import asyncpg

from boxoffice.kit.database import Database, Queries, Tx
from stage import eventually
from stage.rivals import Rivals, Swaps, UnguardedTx


class Unguarded(Database):
    """A database whose single statements lack some guards."""

    def __init__(self, database: Database, swaps: Swaps) -> None:
        super().__init__(database.service, database._pool)  # noqa: SLF001 - the same one
        self._swaps = swaps
        self.missing = set(swaps)  # guards that stand in no statement so far

    async def fetchval(self, sql: LiteralString, *args: object) -> Any:
        for guard, instead in self._swaps.items():
            if guard in sql:
                self.missing.discard(guard)
                sql = sql.replace(guard, instead)
        return await super().fetchval(sql, *args)


class Halting(Rivals):
    """A database whose reader stops between what it read and what it does about it."""

    def __init__(self, database: Database, swaps: Swaps) -> None:
        super().__init__(database, 1, swaps)
        self.read = asyncio.Event()
        self.gate = asyncio.Event()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """Begin; whatever is fetched is handed over once the gate is open."""
        async with super().transaction() as tx:
            yield _HaltingTx(tx, self)


class _HaltingTx(UnguardedTx):
    def __init__(self, tx: Tx, halting: Halting) -> None:
        super().__init__(tx, halting)
        self._halting = halting

    async def fetch(self, sql: LiteralString, *args: object) -> list[asyncpg.Record]:
        rows = await super().fetch(sql, *args)
        self._halting.read.set()
        await self._halting.gate.wait()
        return rows


async def held_up(db: Queries, tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Wait until each of these waits for a lock of the database, or is done."""

    async def they_wait():
        waiting = await db.fetchval(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
            """
        )
        assert waiting + sum(task.done() for task in tasks) == len(tasks)

    await eventually(they_wait)
