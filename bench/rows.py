"""What is measured of an on-sale, row by row. Each row says what it asks and of which processes."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import TypeAlias
from urllib.parse import urlencode

import checks
from boxoffice.kit.database import open_database
from ground import Ground, House
from load import Ask, Load, load, mean
from model import building
from programme import fill
from questions import KINDS, SHOWS
from row import Row

SECONDS = 8
TURNS, TURN_SECONDS = 4, 4  # where two are compared: a machine is faster now and slower then
BIG = 100_000  # places
FEW, MANY = 64, 512  # connections
CONTESTED = 1_000  # seats that everybody wants
BURST, BURST_SECONDS = 20_000, 45  # holds, and how long they may take
LOOK_SECONDS = 0.5  # between looks at how far services are behind
OTHERS = ("identity", "shows", "query", "tickets", "expiration", "payments", "mail")


Measure: TypeAlias = Callable[[Ground], Awaitable[Sequence[Row]]]


async def holds(ground: Ground) -> Sequence[Row]:
    """The echo beside holds of two seats each, by few and by many at once."""
    async with ground.process("orders") as url:
        house, crowd = await ground.schedule(BIG), await ground.schedule(BIG)
        echo, few = await _in_turns(url, house.echoes(), house.holds())
        echo_then, many = await _in_turns(url, crowd.echoes(), crowd.holds(), MANY)
    await checks.require_sound(ground)
    return [
        _row("echo", f"echo, {FEW} connections", echo),
        _row("hold", f"hold two seats, {FEW} connections", few, _ratio(few, echo)),
        _row("hold_512", f"hold two seats, {MANY} connections", many, _ratio(many, echo_then)),
    ]


async def refusals(ground: Ground) -> Sequence[Row]:
    """Seats that are gone already, and seats that everybody wants."""
    async with ground.process("orders") as url:
        house = await ground.schedule(BIG)
        fresh = house.holds()
        await _load([url], fresh[:2_000], FEW, once=True)
        mixed = [fresh[n % 2_000] if n % 5 == 0 else one for n, one in enumerate(fresh[2_000:])]
        some = await _load([url], mixed, FEW, once=True)
        crowd = await ground.schedule(BIG)
        wanted = crowd.holds()[: CONTESTED // 2]
        Random(2).shuffle(wanted)  # noqa: S311 - the same in each run
        all_gone = await _load([url], wanted, FEW)
    await checks.require_sound(ground)
    return [
        _row("hold_20_gone", "hold, a fifth of the seats gone already", some, _refused(some)),
        _row("hold_contested", f"everybody wants {CONTESTED} seats", all_gone, _refused(all_gone)),
    ]


async def batching(ground: Ground) -> Sequence[Row]:
    """The same without batches, and what PostgreSQL itself makes of the same statements."""
    async with ground.process("orders", alone=True) as url:
        house = await ground.schedule(BIG)
        alone = await _load([url], house.holds(), FEW, once=True)
    bare = await checks.pgbench(ground, await ground.schedule(BIG), SECONDS)
    await checks.require_sound(ground)
    return [
        _row("hold_alone", "hold, one transaction each", alone),
        Row("pgbench", "the same statements by pgbench, 32 clients", bare),
    ]


async def best(ground: Ground) -> Sequence[Row]:
    """Best available: two seats together, whichever are best."""
    async with ground.process("orders") as url:
        house = await ground.schedule(BIG)
        found = await _load([url], house.best(40_000), FEW, once=True)
    await checks.require_sound(ground)
    return [_row("best_available", "best two seats of a section", found, _refused(found))]


async def reads(ground: Ground) -> Sequence[Row]:
    """What people look at while they wait: the state of all seats, whole and unchanged."""
    async with ground.process("orders") as url:
        house = await ground.schedule(BIG)
        await _load([url], house.holds()[:5_000], FEW, once=True)
        path = f"/api/performances/{house.performance_id}/seats"
        taken = await _load([url], [Ask("GET", path)], FEW)
        rows = await _load([url], [Ask("GET", f"{path}?form=rows")], FEW)
    return [
        _row("seats_taken", "seats that are taken, 10,000 of 100,000", taken),
        _row("seats_rows", "every seat, 100,000", rows),
    ]


async def finding(ground: Ground) -> Sequence[Row]:
    """Pages and searches of every kind among many shows, each beside the echo."""
    async with (
        open_database("query", ground.settings) as db,
        open_database("shows", ground.settings) as catalogue,
    ):
        await fill(db, SHOWS, catalogue)
        ids = await catalogue.fetch("SELECT show_id FROM shows ORDER BY random() LIMIT 1000")
    chance = Random(5)  # noqa: S311 - the same questions each time
    kinds = list(KINDS.values())
    asked = [kinds[n % len(kinds)](chance) for n in range(5_000)]
    rows: list[Row] = []
    async with ground.process("query") as url:
        for key, what, asks in (
            ("home", "the front page's data", [Ask("GET", "/api/pages/home")]),
            ("first", "the first page of all shows", [Ask("GET", "/api/shows")]),
            (
                "show",
                "the data of a show's page",
                [Ask("GET", f"/api/pages/shows/{row['show_id']}") for row in ids],
            ),
            (
                "search",
                f"search, {len(kinds)} kinds of question, {SHOWS:,} shows",
                [Ask("GET", f"/api/shows?{urlencode(one)}") for one in asked],
            ),
        ):
            echoes = [Ask("GET", ask.path.replace("/api/", "/api/echo/", 1)) for ask in asks]
            echo, found = await _in_turns(url, echoes, asks, once=False)
            rows.append(_row(key, what, found, _ratio(found, echo)))
    return rows


async def mixed(ground: Ground) -> Sequence[Row]:
    """An on-sale: nine look, one holds; all services at work in a second process."""
    async with _whole(ground) as url:
        house = await ground.schedule(BIG)
        look = Ask("GET", f"/api/performances/{house.performance_id}/seats")
        asks = [one for hold in house.holds() for one in (hold, *(look,) * 9)]
        found = await _load([url], asks, FEW, once=True)
        await checks.until_heard(ground)
        await checks.require_agreement(ground)
    return [_row("mixed", "nine look at the seats, one holds", found)]


async def burst(ground: Ground) -> Sequence[Row]:
    """A burst of holds with every service at work, and how far the others fall behind."""
    async with _whole(ground) as url:
        house = await ground.schedule(BIG)
        begun, lags = time.perf_counter(), list[tuple[float, int]]()
        watching = asyncio.create_task(_watch(ground, lags))
        found = await load([url], house.holds()[:BURST], FEW, BURST_SECONDS, once=True)
        await checks.until_heard(ground)
        watching.cancel()
        await checks.require_agreement(ground)
    await checks.require_sound(ground)
    last = begun + found.answered / found.per_s
    caught_up = max((at for at, behind in lags if behind), default=last) - last
    note = (
        f"at most {max(behind for _, behind in lags):,} events behind;"
        f" none {max(0.0, caught_up):.1f} s after the last hold"
    )
    return [_row("burst", f"{found.answered:,} holds, all services at work", found, note)]


async def _watch(ground: Ground, lags: list[tuple[float, int]]) -> None:
    """Note how far the slowest service is behind, and when."""
    while True:
        behind = await checks.behind(ground)
        lags.append((time.perf_counter(), behind))
        await asyncio.sleep(LOOK_SECONDS)


async def growth(ground: Ground) -> Sequence[Row]:
    """Whether holds become slower with the house, and with the past; each beside the echo."""
    found: list[Row] = []
    for places in (1_000, 10_000, BIG):
        houses = [await ground.schedule(places) for _ in range(BIG // places)]
        found.append(await _grown(ground, f"seats_{places}", f"{places:,} seats a house", houses))
    for past in (1_000, 100_000, 1_000_000):
        await checks.make_past(ground, past)
        houses = [await ground.schedule(BIG)]
        found.append(await _grown(ground, f"past_{past}", f"{past:,} past orders", houses))
    return found


async def replicas(ground: Ground) -> Sequence[Row]:
    """Two and four processes of orders on one database."""
    found: list[Row] = []
    for many in (1, 2, 4):
        async with AsyncExitStack() as stack:
            urls = [await stack.enter_async_context(ground.process("orders")) for _ in range(many)]
            house = await ground.schedule(BIG)
            held = await _load(urls, house.holds(), FEW, once=True)
            found.append(_row(f"processes_{many}", f"hold, {many} processes", held))
    await checks.require_sound(ground)
    return found


ROWS: Mapping[str, Measure] = {  # first those after which all services are asked what they know
    "burst": burst,
    "mixed": mixed,
    "holds": holds,
    "refusals": refusals,
    "batching": batching,
    "best": best,
    "reads": reads,
    "finding": finding,
    "model": building,
    "growth": growth,
    "replicas": replicas,
}


@asynccontextmanager
async def _whole(ground: Ground) -> AsyncGenerator[str]:
    async with ground.process("orders") as url, ground.process(*OTHERS):
        yield url


async def _grown(ground: Ground, key: str, what: str, houses: Sequence[House]) -> Row:
    asks = [ask for house in houses for ask in house.holds()]
    Random(3).shuffle(asks)  # noqa: S311 - the same in each run
    async with ground.process("orders") as url:
        echo, hold = await _in_turns(url, houses[0].echoes(), asks)
    return _row(key, f"hold, {what}", hold, _ratio(hold, echo))


async def _in_turns(
    url: str,
    echoes: Sequence[Ask],
    asks: Sequence[Ask],
    connections: int = FEW,
    *,
    once: bool = True,
) -> tuple[Load, Load]:
    """Return what the echo by few, and these requests, each asked once or over and over, came to."""
    await _load([url], echoes, FEW)  # so that everybody is known
    echoed: list[Load] = []
    others: list[Load] = []
    for turn in range(TURNS):
        echoed.append(await load([url], echoes, FEW, TURN_SECONDS))
        share = asks[turn * len(asks) // TURNS : (turn + 1) * len(asks) // TURNS] if once else asks
        others.append(await load([url], share, connections, TURN_SECONDS, once=once))
    return mean(echoed), mean(others)


async def _load(
    urls: Sequence[str], asks: Sequence[Ask], connections: int, *, once: bool = False
) -> Load:
    return await load(urls, asks, connections, SECONDS, once=once)


def _row(key: str, what: str, found: Load, note: str = "") -> Row:
    lost = f"{found.lost} lost" if found.lost else ""
    return Row(
        key, what, found.per_s, found.p50_ms, found.p99_ms, "; ".join(filter(None, (note, lost)))
    )


def _ratio(found: Load, echo: Load) -> str:
    return f"{found.per_s / echo.per_s:.2f} of the echo"


def _refused(found: Load) -> str:
    return f"{found.refused / max(found.answered, 1):.0%} refused"
