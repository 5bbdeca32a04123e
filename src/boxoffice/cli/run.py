"""`boxoffice run` and `migrate`: services against the servers that the environment names."""

import asyncio
import socket
from collections.abc import Sequence

import uvloop

from boxoffice.cli.ways import PAGES
from boxoffice.kit.process import create_app, prepare, require_ready
from boxoffice.kit.service import Service
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import Settings, load
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import load as load_services
from boxoffice.services import unread


def run(names: Sequence[str], host: str, port: int) -> None:
    """Run these services, or all, until told to stop."""
    services = load_services(names)
    settings = load(unread=unread(services))
    configure_logs(settings.log_level)
    uvloop.run(_run(services, settings, bind(host, port)))


async def _run(services: Sequence[Service], settings: Settings, sock: socket.socket) -> None:
    await require_ready(services, settings)
    # The gateway sends the pages' process what is nobody else's: there the API is described whole.
    whole = load_services if PAGES in {service.name for service in services} else None
    await serve(create_app(services, settings, described=whole), sock)


def migrate(names: Sequence[str]) -> list[str]:
    """Bring databases and bus up to date; return what was applied."""
    services = load_services(names)
    return asyncio.run(prepare(services, load(unread=unread([]))))
