"""What each thing that people do costs: the time that all parts take for it, on one machine."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx

import checks
from crowd import crowds
from ground import Ground, House
from load import Ask, load
from meter import Cost, Meter, memory_of
from row import Row
from whole import PLACES, buying, product

SECONDS = 6
FEW = 64  # connections
HOUSE = 20_000  # places
WATCHERS = 800  # of one performance; a shell mostly lets a program have 1,024 connections
TELLING_SECONDS = 10
BETWEEN_HOLDS = 0.05  # seconds: somebody holds something in each message
PATIENCE_SECONDS = 60
LOOK_SECONDS = 0.1
LONGEST_LINE = 2**20  # bytes: all seats that are taken


async def costs(ground: Ground) -> Sequence[Row]:
    """Holds, refusals, seats and watchers of one process; pages and paid orders of the product."""
    rows = [*await _of_seats(ground), *await _of_people()]
    found = {row.key: Cost(**row.cost) for row in rows if row.cost}
    return [*rows, *crowds(found)]


async def _of_seats(ground: Ground) -> list[Row]:
    async with ground.process("orders") as url:
        house = await ground.schedule(HOUSE)
        holds = house.holds()
        await load([url], house.echoes(), FEW, SECONDS)  # so that everybody is known
        seats = Ask("GET", f"/api/performances/{house.performance_id}/seats")
        rows = [
            await _row(url, "cost_hold", "hold two seats", holds[:5_000], once=True),
            await _row(url, "cost_refused", "two seats that are gone", holds[:5_000]),
            await _row(url, "cost_seats", "which of 20,000 seats are taken", [seats]),
            await _told(url, house, holds[5_000:]),
        ]
    await checks.require_sound(ground)
    return rows


async def _of_people() -> list[Row]:
    async with product("--demo") as (url, _):
        pages = await _pages(url)
        rows = [
            await _row(url, f"cost_{key}", f"page: {what}", [Ask("GET", path)])
            for key, (what, path) in pages.items()
        ]
    async with (
        product("--no-demo") as (url, ground),
        buying(url, await ground.schedule(PLACES)) as buy,
    ):
        meter = Meter()
        cost = meter.cost(len(await buy()))
    what = "held, paid, ticketed and mailed; with the pretend Stripe and the mail catcher"
    rows.append(Row("cost_paid", what, note=str(cost), cost=cost._asdict()))
    return rows


async def _row(url: str, key: str, what: str, asks: Sequence[Ask], *, once: bool = False) -> Row:
    meter = Meter()
    found = await load([url], asks, FEW, SECONDS, once=once)
    cost = meter.cost(found.answered)
    return Row(key, what, found.per_s, found.p50_ms, found.p99_ms, str(cost), cost._asdict())


async def _pages(url: str) -> Mapping[str, tuple[str, str]]:
    """Return the addresses of pages, once the demonstration has its shows."""
    async with httpx.AsyncClient(base_url=url) as client, asyncio.timeout(PATIENCE_SECONDS):
        while not (shows := (await client.get("/api/shows")).json()["items"]):
            await asyncio.sleep(1)
        show_id = shows[0]["id"]
        page = (await client.get(f"/api/pages/shows/{show_id}")).json()
    return {
        "home": ("home", "/"),
        "show": ("a show", f"/shows/{show_id}"),
        "performance": ("a performance", f"/performances/{page['performances'][0]['id']}"),
    }


async def _told(url: str, house: House, holds: Sequence[Ask]) -> Row:
    """Hold seats one after another, watched by nobody and by many; what is more is for telling."""
    port = str(urlsplit(url).port)
    alone = await _hold_slowly(url, holds[:1_000])
    before = memory_of(port)
    async with _watched(url, house) as heard:
        kilobytes = (memory_of(port) - before) / WATCHERS / 1e3
        watched = await _hold_slowly(url, holds[1_000:2_000])
        told = sum(heard)
    more = (max(0.0, one - other) for one, other in zip(watched, alone, strict=True))
    each = Cost(*(part / told for part in more))
    what = f"a change told to one of {WATCHERS} who watch"
    note = f"{each}; {kilobytes:.0f} kB of memory for each who watches"
    return Row("cost_told", what, told / TELLING_SECONDS, note=note, cost=each._asdict())


async def _hold_slowly(url: str, holds: Sequence[Ask]) -> Cost:
    """Return what some holds cost together; they are as many each time."""
    meter = Meter()
    async with httpx.AsyncClient(base_url=url) as client:
        for hold in holds[: int(TELLING_SECONDS / BETWEEN_HOLDS)]:
            headers = {"Authorization": f"Bearer {hold.token}", "Content-Type": "application/json"}
            answer = await client.post(hold.path, content=hold.body, headers=headers)
            answer.raise_for_status()
            await asyncio.sleep(BETWEEN_HOLDS)
    return meter.cost(1)


@asynccontextmanager
async def _watched(url: str, house: House) -> AsyncGenerator[Sequence[int]]:
    """Have many watch a performance; yield how many messages each has heard by now."""
    heard = [0] * WATCHERS
    listening = [asyncio.create_task(_listen(url, house, heard, n)) for n in range(WATCHERS)]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not all(heard):
                await asyncio.sleep(LOOK_SECONDS)
        yield heard
    finally:
        for one in listening:
            one.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


async def _listen(url: str, house: House, heard: list[int], number: int) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=LONGEST_LINE)
    path = f"/api/performances/{house.performance_id}/seats/changes"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    try:
        while line := await reader.readline():
            heard[number] += line.startswith(b"event: ")
    finally:
        writer.close()
