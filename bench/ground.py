"""What the measurements stand on: servers, processes, performances and people."""

import asyncio
import json
import os
import random
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from joserfc import jwt
from joserfc.jwk import ECKey

from boxoffice.events.shows import PerformanceScheduled, SeatRow, Section
from boxoffice.kit import bus, clock
from boxoffice.kit.auth import ALGORITHM, AUDIENCE, ISSUER
from boxoffice.kit.database import open_database
from boxoffice.kit.process import prepare
from boxoffice.kit.settings import Settings, load
from boxoffice.services import NAMES
from boxoffice.services import load as load_services
from boxoffice.services.orders import commands
from boxoffice.services.orders.model import Performance
from boxoffice.stack.embedded import embedded
from load import Ask
from processes import end, free_port, ready

PEOPLE = 4_096  # who ask in turn; their tokens are checked once and then known
SERVER = Path(__file__).parent / "server.py"
ROW_SEATS, ROWS = 50, 100  # of a section: 5,000 places
KEY = ECKey.generate_key("P-256", {"kid": "bench", "alg": ALGORITHM, "use": "sig"})


@dataclass(frozen=True)
class Ground:
    """Servers that run, and what it takes to start processes on them."""

    settings: Settings
    given: Mapping[str, str]
    tokens: Sequence[str]

    @asynccontextmanager
    async def process(self, *names: str, alone: bool = False) -> AsyncGenerator[str]:
        """Run these services in a process of their own; yield its address."""
        port = free_port()
        changes = {"database_connections": "32"} if alone else {}
        given = {**self.given, **changes}
        environment = {f"BOXOFFICE_{name.upper()}": one for name, one in given.items()}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(SERVER), str(port), *names, *(["--alone"] if alone else [])),
            env=os.environ | environment,
            stdout=DEVNULL,
        )
        try:
            await ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            await end(process)

    async def schedule(self, places: int, title: str = "The Tempest") -> "House":
        """Put a performance with so many seats on sale, as news of it does."""
        sections = tuple(_sections(places))
        now = clock.now()
        news = PerformanceScheduled(
            performance_id=clock.new_id(),
            version=1,
            show_id=clock.new_id(),
            organiser_id=clock.new_id(),
            title=title,
            venue_id=clock.new_id(),
            venue="Globe",
            city="London",
            time_zone="Europe/London",
            starts_at=now + timedelta(days=1),
            doors_at=None,
            on_sale_at=now - timedelta(hours=1),
            currency="USD",
            state="published",
            sections=sections,
        )
        async with bus.connect(self.settings, "bench") as client:
            headers = {"Event": type(news).__name__, "Event-Id": str(clock.new_id())}
            await client.jetstream().publish(
                news.subject, news.model_dump_json(by_alias=True).encode(), headers=headers
            )
        async with open_database("orders", self.settings) as db, db.transaction() as tx:
            await commands.copy_performance(tx, Performance.of(news), sections, now)
        return House(news.performance_id, sections, self.tokens)


@dataclass(frozen=True)
class House:
    """A performance, and requests for its seats."""

    performance_id: UUID
    sections: Sequence[Section]
    tokens: Sequence[str]

    def holds(self) -> list[Ask]:
        """Ask for every two neighbours once, in an order of chance."""
        labels = [label for section in self.sections for label in section.labels()]
        pairs = list(zip(labels[::2], labels[1::2], strict=True))
        random.Random(1).shuffle(pairs)  # noqa: S311 - the same in each run
        return [self.hold(n, *pair) for n, pair in enumerate(pairs)]

    def hold(self, number: int, *seats: str) -> Ask:
        """Ask for seats, in somebody's name."""
        named = ",".join(f'"{seat}"' for seat in seats)
        return self._post(number, f'"seats":[{named}]')

    def best(self, many: int) -> list[Ask]:
        """Ask for the two best seats of one section after another."""
        names = [section.name for section in self.sections]
        return [
            self._post(n, f'"section":"{names[n % len(names)]}","quantity":2') for n in range(many)
        ]

    def echoes(self) -> list[Ask]:
        """Ask the echo what a hold asks."""
        return [Ask("POST", "/api/echo", one.token, one.body) for one in self.holds()[:PEOPLE]]

    def _post(self, number: int, wanted: str) -> Ask:
        body = f'{{"performanceId":"{self.performance_id}",{wanted}}}'
        return Ask("POST", "/api/orders", self.tokens[number % len(self.tokens)], body)


@asynccontextmanager
async def open_ground() -> AsyncGenerator[Ground]:
    """Start durable servers, with the databases and streams of all services."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="boxoffice-bench-")))
        url = f"http://127.0.0.1:{free_port()}"
        servers = await stack.enter_async_context(embedded(folder, url, NAMES, lambda _: None))
        given = {
            **servers.settings,
            "seats_per_person": "100000",
            "rate_limits": "off",
            "log_level": "error",
        }
        settings = load(given=given)
        await prepare(load_services(), settings)
        async with bus.connect(settings, "bench") as client:
            keys = await client.jetstream().key_value(bus.KEYS)
            await keys.put(str(KEY.kid), _public().encode())
        yield Ground(settings, given, [_token() for _ in range(PEOPLE)])


def _sections(places: int) -> Iterator[Section]:
    size = ROWS * ROW_SEATS
    for number in range(max(1, places // size)):
        rows = min(ROWS, places // ROW_SEATS)
        yield Section(
            name=f"S{number}",
            price_minor=3000,
            capacity=rows * ROW_SEATS,
            rows=tuple(
                SeatRow(name=f"R{n}", cells="s" * ROW_SEATS, x=number * 60, y=n)
                for n in range(rows)
            ),
        )


def _token() -> str:
    now = clock.now()
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(clock.new_id()),
        "email": "somebody@example.com",
        "name": "Somebody",
        "roles": ["member"],
        "verified": True,
        "jti": str(clock.new_id()),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(hours=1)).timestamp()),
    }
    return jwt.encode({"alg": ALGORITHM, "kid": KEY.kid}, claims, KEY)


def _public() -> str:
    return json.dumps(KEY.as_dict(private=False))
