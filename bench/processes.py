"""The product in several processes on this machine, on embedded real servers."""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from boxoffice.kit.process import prepare
from boxoffice.kit.settings import Settings, load
from boxoffice.services import NAMES
from boxoffice.services import load as load_services
from boxoffice.stack.embedded import embedded

START_SECONDS = 30
STOP_SECONDS = 15
LOOK_SECONDS = 0.1


@asynccontextmanager
async def processes(many: int) -> AsyncGenerator[tuple[Settings, Sequence[str]]]:
    """Run all services in so many processes; yield the settings and the address of each."""
    ports = [free_port() for _ in range(many)]
    urls = [f"http://127.0.0.1:{port}" for port in ports]
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="boxoffice-bench-")))
        servers = await stack.enter_async_context(embedded(folder, urls[0], NAMES, lambda _: None))
        settings = load(given=servers.settings)
        await prepare(load_services(), settings)
        for port in ports:
            await stack.enter_async_context(_process(port, servers.settings))
        for url in urls:
            await ready(url)
        yield settings, urls


@asynccontextmanager
async def _process(port: int, settings: Mapping[str, str]) -> AsyncGenerator[Process]:
    given = {f"BOXOFFICE_{name.upper()}": value for name, value in settings.items()}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "boxoffice", "run", "--port", str(port)),
        env=os.environ | given | {"BOXOFFICE_LOG_LEVEL": "error"},
        stdout=DEVNULL,
    )
    try:
        yield process
    finally:
        await end(process)


async def end(process: Process) -> None:
    """Have a process stop, and see that it does."""
    process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), STOP_SECONDS)
    if process.returncode is None:
        process.kill()
        await process.wait()


async def ready(url: str) -> None:
    """Wait until a process answers there."""
    async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            await asyncio.sleep(LOOK_SECONDS)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
