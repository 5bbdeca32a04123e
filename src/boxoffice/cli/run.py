"""`boxoffice run` and `migrate`: services against the servers that the environment names."""

import asyncio
from collections.abc import Sequence

import uvloop

from boxoffice.kit.process import create_app, prepare
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import load
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import load as load_services


def run(names: Sequence[str], host: str, port: int) -> None:
    """Run these services, or all, until told to stop."""
    settings = load()
    configure_logs(settings.log_level)
    app = create_app(load_services(names), settings)
    uvloop.run(serve(app, bind(host, port)))


def migrate(names: Sequence[str]) -> list[str]:
    """Bring databases and bus up to date; return what was applied."""
    return asyncio.run(prepare(load_services(names), load()))
