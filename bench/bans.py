"""How long it takes until a ban bites in each of four processes: `make bench`.

One person asks every process for their orders without a pause, while an admin bans them and lets
them in again. Measured is the time from sending the admin's request until each process has refused,
or let in, for the first time. Everything runs on this machine, this program included.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import quantiles
from typing import Any, NamedTuple

import httpx
from rich.console import Console
from rich.progress import track
from rich.table import Table

from boxoffice.kit import clock
from boxoffice.kit.database import open_database
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Role
from processes import processes

PROCESSES = 4
BANS = 200
READERS = 16  # who look at the market without a pause, when it is busy
PATIENCE_SECONDS = 10
PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as this program
REFUSED, LET_IN = 401, 200


class Row(NamedTuple):
    """What was measured, in seconds: for each ban until the first, and until the last process."""

    what: str
    first: list[float]
    last: list[float]


async def main() -> None:
    """Measure, and print the table."""
    async with processes(PROCESSES) as (settings, urls):
        person, token = await _someone(settings, urls[0], "member")
        _, admin = await _someone(settings, urls[0], "admin")
        rows = await _measure(urls, f"/api/users/{person}/ban", admin, token, "nothing else")
        async with _readers(urls):
            rows += await _measure(urls, f"/api/users/{person}/ban", admin, token, "busy")
    _show(rows)


async def _measure(urls: Sequence[str], ban: str, admin: str, token: str, how: str) -> list[Row]:
    banned = Row(f"ban, {how}", [], [])
    lifted = Row(f"ban lifted, {how}", [], [])
    async with AsyncExitStack() as stack:
        asking = [await stack.enter_async_context(_client(url, token)) for url in urls]
        deciding = await stack.enter_async_context(_client(urls[0], admin))
        for _ in track(range(BANS), how, transient=True):
            for row, method, wanted in ((banned, "PUT", REFUSED), (lifted, "DELETE", LET_IN)):
                body = {"reason": "a measurement"} if method == "PUT" else None
                times = await _once(asking, deciding.request(method, ban, json=body), wanted)
                row.first.append(min(times))
                row.last.append(max(times))
    return [banned, lifted]


async def _once(
    asking: Sequence[httpx.AsyncClient], decision: Coroutine[Any, Any, httpx.Response], wanted: int
) -> list[float]:
    begun = time.perf_counter()

    async def until(client: httpx.AsyncClient) -> float:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await client.get("/api/orders")).status_code != wanted:
                pass
        return time.perf_counter() - begun

    deciding = asyncio.create_task(decision)
    times = await asyncio.gather(*(until(client) for client in asking))
    (await deciding).raise_for_status()
    return times


async def _someone(settings: Settings, url: str, role: Role) -> tuple[str, str]:
    email = f"{role}@example.com"
    async with open_database("identity", settings) as db:
        await commands.ensure_person(db, email, PASSWORD, role, [role], clock.now())
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.post("/api/users/signin", json={"email": email, "password": PASSWORD})
        return answer.json()["id"], client.cookies["session"]


@asynccontextmanager
async def _client(url: str, token: str) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        yield client


@asynccontextmanager
async def _readers(urls: Sequence[str]) -> AsyncGenerator[None]:
    async def read(url: str) -> None:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            while True:
                await client.get("/api/tickets")

    reading = [asyncio.create_task(read(urls[n % len(urls)])) for n in range(READERS)]
    try:
        yield
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


def _show(rows: Sequence[Row]) -> None:
    table = Table("from the request to", "in", "p50 ms", "p99 ms", "max ms", box=None)
    for row in rows:
        for which, times in ((f"the first of {PROCESSES}", row.first), ("the last", row.last)):
            cuts = quantiles(times, n=100)
            table.add_row(
                row.what, which, *(f"{t * 1000:.1f}" for t in (cuts[49], cuts[98], max(times)))
            )
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
