"""The whole path of an order through the whole product: held, paid, captured, ticketed."""

import asyncio
import os
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import httpx

import checks
from boxoffice.kit.settings import load
from boxoffice.stack.embedded import ENVIRONMENT
from ground import Ground, House
from processes import end, free_port, ready
from row import Row

BUYERS = 16  # who each buy one order after another
ORDERS = 12  # each; more than that says nothing new
PLACES = 1_000
LOOK_SECONDS = 0.3  # between looks for the tickets: looking takes from what is measured
PATIENCE_SECONDS = 30
PASSWORD = "correct horse battery"  # noqa: S105 - of people who live as long as this program


async def whole(_: Ground) -> Sequence[Row]:
    """`boxoffice up` by itself, and people who order, pay and wait for their tickets."""
    async with product("--no-demo") as (url, ground):
        async with buying(url, await ground.schedule(PLACES)) as buy:
            begun = time.perf_counter()
            every = await buy()
            seconds = time.perf_counter() - begun
        await checks.require_agreement(ground)
    cuts = quantiles(every, n=100)
    note = f"{BUYERS} people, {len(every)} orders of two seats"
    per_s = len(every) / seconds
    return [Row("whole", "ordered, paid and ticketed", per_s, cuts[49] * 1e3, cuts[98] * 1e3, note)]


@asynccontextmanager
async def buying(url: str, house: House) -> AsyncGenerator[Callable[[], Awaitable[list[float]]]]:
    """Yield what has everybody buy, and returns how long each order took, in seconds."""
    seats = [label for section in house.sections for label in section.labels()]
    shares = [seats[n::BUYERS] for n in range(BUYERS)]
    async with AsyncExitStack() as stack:
        buyers = [await stack.enter_async_context(_signed_up(url, n)) for n in range(BUYERS)]

        async def buy() -> list[float]:
            times = await asyncio.gather(
                *(_buy(buyer, house, share) for buyer, share in zip(buyers, shares, strict=True))
            )
            return [one for some in times for one in some]

        yield buy


@asynccontextmanager
async def _signed_up(url: str, number: int) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as client:
        person = {"email": f"buyer{number}@example.com", "password": PASSWORD}
        (await client.post("/api/users/signup", json=person)).raise_for_status()
        client.headers["Authorization"] = f"Bearer {client.cookies['session']}"
        yield client


async def _buy(client: httpx.AsyncClient, house: House, seats: Sequence[str]) -> list[float]:
    """Return how long each order took, in seconds."""
    return [await _once(client, house, seats[2 * nth : 2 * nth + 2]) for nth in range(ORDERS)]


async def _once(client: httpx.AsyncClient, house: House, seats: Sequence[str]) -> float:
    begun = time.perf_counter()
    wanted = {"performanceId": str(house.performance_id), "seats": list(seats)}
    order = await client.post("/api/orders", json=wanted)
    order.raise_for_status()
    paid = {"orderId": order.json()["id"], "token": "tok_visa"}
    (await client.post("/api/payments", json=paid)).raise_for_status()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            found = await client.get("/api/admissions", params={"orderId": paid["orderId"]})
            if found.is_success and len(found.json()["items"]) == len(seats):
                return time.perf_counter() - begun
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def product(demo: str) -> AsyncGenerator[tuple[str, Ground]]:
    """Run `boxoffice up`, `--demo` or `--no-demo`; yield its address and what it stands on."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    changes = {"BOXOFFICE_RATE_LIMITS": "off", "BOXOFFICE_SEATS_PER_PERSON": "1000"}
    with TemporaryDirectory(prefix="boxoffice-bench-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "boxoffice", "up", demo, "--port", str(port)),
            *("--state", folder),
            env=os.environ | changes,
            stdout=DEVNULL,
            stderr=DEVNULL,
        )
        try:
            await ready(url)
            yield url, Ground(load(Path(folder) / ENVIRONMENT), {}, [])
        finally:
            await end(process)
