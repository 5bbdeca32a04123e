"""How long it takes to find shows among 100,000 in four languages: `make bench`.

Each kind of question is asked with other words, cities or dates each time: of the service's own
code (`found`, two pages), then of the whole product over HTTP on this machine (`answered`). Then
the database tells of some: the program fails when it read more rows one after another than an index
would have spared.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from statistics import quantiles
from typing import Any

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from boxoffice.kit import clock
from boxoffice.kit.database import Database, Queries, open_database
from boxoffice.services.query.commands.search import find_shows
from boxoffice.services.query.model.search import Cursor
from boxoffice.services.query.routes.search import Question
from processes import processes
from programme import fill
from questions import KINDS, SHOWS, Ask

ROUNDS = 100  # questions of each kind
EXPLAINED = 10  # of them
MOST_SCANNED = 20_000  # rows read one after another by one statement: some milliseconds


OTHERS = {"best sellers": "/api/shows/bestsellers", "cities": "/api/cities"}


async def main() -> None:
    """Measure, print the table, and exit with 1 when rows were scanned that an index has."""
    rows: list[Sequence[str]] = []
    async with processes(1) as (settings, urls), open_database("query", settings) as db:
        seconds = await fill(db, SHOWS)
        async with httpx.AsyncClient(base_url=urls[0], timeout=30) as client:
            for what, ask in track(KINDS.items(), "questions", transient=True):
                rows.append((what, *await _measure(db, client, ask)))
            for what, path in OTHERS.items():
                times = await _times(lambda _: {}, partial(_get, client, path))
                rows.append((what, "", "", *times, ""))
    _show(rows, seconds)
    sys.exit(any(int(row[-1] or 0) > MOST_SCANNED for row in rows))


async def _measure(db: Database, client: httpx.AsyncClient, ask: Ask) -> Sequence[str]:
    found = await _times(ask, partial(_find, db))
    answered = await _times(ask, partial(_get, client, "/api/shows"))
    chance = random.Random(4)  # noqa: S311 - the same questions each time
    scanned = [await _scanned(db, ask(chance)) for _ in range(EXPLAINED)]
    return (*found, *answered, str(max(scanned)))


async def _get(client: httpx.AsyncClient, path: str, asked: Mapping[str, Any]) -> None:
    (await client.get(path, params=asked)).raise_for_status()


async def _find(db: Queries, asked: Mapping[str, Any]) -> None:
    question = Question.model_validate(asked)
    after = None
    for _ in range(2):  # the first page and the next
        search = question.search(clock.now())
        page = json.loads(await find_shows(db, search, question.order, after, question.limit))
        if page["next"] is None:
            return
        after = Cursor.read(page["next"], question.order).spot


async def _scanned(db: Database, asked: Mapping[str, Any]) -> int:
    """Return how many rows a question had read one after another."""
    async with db.transaction() as tx:
        await _find(tx, asked)
        return await tx.fetchval("SELECT sum(seq_tup_read)::bigint FROM pg_stat_xact_user_tables")


async def _times(
    ask: Ask, answer: Callable[[Mapping[str, Any]], Awaitable[None]], rounds: int = ROUNDS
) -> Sequence[str]:
    chance = random.Random(4)  # noqa: S311 - the same questions each time
    times: list[float] = []
    for _ in range(rounds):
        asked = ask(chance)
        begun = time.perf_counter()
        await answer(asked)
        times.append(time.perf_counter() - begun)
    cuts = quantiles(times, n=100)
    return [f"{cut * 1000:.1f}" for cut in (cuts[49], cuts[98])]


def _show(rows: Sequence[Sequence[str]], seconds: float) -> None:
    titles = ("question", "found p50 ms", "p99", "answered p50 ms", "p99", "rows scanned")
    table = Table(*titles, box=None)
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)
    Console().print(f"{SHOWS:,} shows were made findable in {seconds:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())
