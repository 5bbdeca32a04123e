"""A process: some services, or all, as one app, with everything that works behind it."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from nats.aio.client import Client
from starlette.types import ASGIApp

from boxoffice.kit import bus, clock, migrate, spans
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.consumer import Consumer
from boxoffice.kit.database import Database, open_database, url_of
from boxoffice.kit.housekeeping import FORGETTING
from boxoffice.kit.http import health, openapi, problems
from boxoffice.kit.http.front import Front
from boxoffice.kit.http.openapi import DescribedApp
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.kit.http.shortcut import Shortcut
from boxoffice.kit.measuring import Measuring
from boxoffice.kit.outbox import Relay
from boxoffice.kit.service import Job, Running, Service
from boxoffice.kit.settings import Settings
from boxoffice.kit.signal import wait
from boxoffice.kit.telemetry import JOBS, log
from boxoffice.kit.watch import heed_cancel

JOB_PAUSE_SECONDS = 1  # after a failure; the work is still there
LAST_RELAY_SECONDS = 5  # what a stopping process still hands to the bus; the rest is swept up later
CANCEL_SECONDS = 15  # past the longest statement; a lost server's error may have hidden a cancel
WATCH_SECONDS = 5  # the bus answers in milliseconds; without keys nobody is recognised


async def prepare(services: Sequence[Service], settings: Settings) -> list[str]:
    """Bring databases and bus up to date; return what was applied. Safe to repeat."""
    applied: list[str] = []
    for service in services:
        applied += await migrate.migrate(url_of(service.name, settings), service.name)
    async with bus.connect(settings, "migrate") as client:
        await bus.ensure_streams(client, settings)
        for service in services:
            await bus.ensure_consumers(client, service.name, service.listens())
    return applied


async def require_ready(services: Sequence[Service], settings: Settings) -> None:
    """MigrationError, BusError unless these services can start here: each names the setting."""
    for service in services:
        await migrate.require_current(url_of(service.name, settings), service.name)
    async with bus.connect(settings, "check"):
        pass


def create_app(
    services: Sequence[Service],
    settings: Settings,
    mounts: Mapping[str, ASGIApp] | None = None,
    described: Callable[[], Sequence[Service]] | None = None,
) -> Front:
    """Return the app of these services. Its lifespan runs all that works behind them.

    Its OpenAPI document is about them, or about those that `described` returns when it is made.
    It expects `prepare` to have been done: MigrationError at the start otherwise.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        async with _at_work(services, settings) as (client, running):
            app.state.client, app.state.running = client, running
            yield

    app = DescribedApp(
        title="Boxoffice",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.settings = settings
    app.answers = lambda: _guarded(described() if described else services)
    pages = [service.refuse_page for service in services if service.refuse_page]
    app.state.refuse_page = pages[0] if pages else None
    problems.install(app)
    health.install(app)
    openapi.install(app)
    for path, mounted in (mounts or {}).items():
        app.mount(path, mounted)
    for service in services:
        if service.routes is not None:
            app.router.routes.extend(service.routes.routes)
    guarded = _guarded(services)
    return Front(Shortcut(app, guarded), settings, guarded)


def _guarded(services: Sequence[Service]) -> list[GuardedRoute]:
    return [route for one in services if one.routes for route in one.routes.guarded()]


@asynccontextmanager
async def _at_work(
    services: Sequence[Service], settings: Settings
) -> AsyncGenerator[tuple[Client, dict[str, Running]]]:
    for service in services:
        await migrate.require_current(url_of(service.name, settings), service.name)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(spans.collected(settings))
        client = await stack.enter_async_context(bus.connect(settings, "boxoffice"))
        jetstream = client.jetstream()
        keys, standing = watched_keys(), watched_standing()
        await stack.enter_async_context(_tasks(keys.run(client), standing.run(client)))
        doorkeeper = Doorkeeper(keys, standing, settings)
        running: dict[str, Running] = {}
        for service in services:
            db = await stack.enter_async_context(open_database(service.name, settings))
            outside = service.opens and await stack.enter_async_context(service.opens(settings, db))
            running[service.name] = Running(
                service.name,
                settings,
                db,
                jetstream,
                doorkeeper,
                outside,
                tuple(service.listens()),
            )
            # Left in the reverse order: first the listening ends, then the last facts go out.
            await stack.enter_async_context(_relaying(db, client))
            await stack.enter_async_context(_tasks(*_work(service, running[service.name], client)))
        async with asyncio.timeout(WATCH_SECONDS):
            await keys.current.wait()
            await standing.current.wait()
        yield client, running


def _work(
    service: Service, running: Running, client: Client
) -> Sequence[Coroutine[Any, Any, None]]:
    tries = running.settings.delivery_tries
    has_model = bool(migrate.model_steps(service.name))
    consumers = [
        Consumer(running.db, client, stream, service.reactions, tries, writes_model=has_model)
        for stream in service.listens()
    ]
    jobs = (*service.jobs, FORGETTING)
    return [
        *(one.run() for one in consumers),
        *(_repeat(job, running) for job in jobs),
        Measuring(service, running).run(),
    ]


async def _repeat(job: Job, running: Running) -> None:
    while True:
        mark = running.db.work.mark() if job.is_woken else asyncio.Event()
        begun = time.perf_counter()
        try:
            due = await job.run(running)
        except Exception as error:  # noqa: BLE001 - the work is still there, and is tried again
            _note(job, running, "failed", begun)
            log.error("job", service=running.name, job=job.run.__name__, error=repr(error))
            await asyncio.sleep(JOB_PAUSE_SECONDS)
            continue
        _note(job, running, "done", begun)
        heed_cancel()  # or who stops this process waits for it until it is cancelled again
        await wait(mark, min(job.every, due - clock.now()) if due else job.every)


def _note(job: Job, running: Running, outcome: str, begun: float) -> None:
    seconds = time.perf_counter() - begun
    JOBS.labels(running.name, job.run.__name__, outcome).observe(seconds)


@asynccontextmanager
async def _relaying(db: Database, client: Client) -> AsyncGenerator[None]:
    relay = Relay(db, client)
    async with _tasks(relay.run()):
        yield
    try:
        async with asyncio.timeout(LAST_RELAY_SECONDS):
            while await relay.run_once():
                pass
    except Exception as error:  # noqa: BLE001 - the next process sweeps up
        log.warning("outbox left", service=db.service, error=repr(error))


@asynccontextmanager
async def _tasks(*work: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        while waiting := [task for task in tasks if not task.done()]:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting, timeout=CANCEL_SECONDS)
        await asyncio.gather(*tasks, return_exceptions=True)
