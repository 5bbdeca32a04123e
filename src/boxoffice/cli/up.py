"""`boxoffice up`: the whole product on one machine, on embedded real servers."""

import socket
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from boxoffice.cli import demo
from boxoffice.kit.errors import BadInput
from boxoffice.kit.process import create_app, prepare
from boxoffice.kit.serving import bind, serve
from boxoffice.kit.settings import Settings, load
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services import NAMES
from boxoffice.services import load as load_services
from boxoffice.stack.embedded import embedded

LOOPBACK = ("127.0.0.1", "::1", "localhost")
DEMO = "demo"  # in the folder, from when demo people are made there


def up(host: str, port: int, state: Path, *, with_demo: bool) -> None:
    """Run everything until told to stop."""
    if host not in LOOPBACK and (with_demo or (state / DEMO).exists()):
        raise BadInput(
            "Demo people have a known password: use --no-demo and a folder that never had any,"
            " or stay on 127.0.0.1"
        )
    sock = bind(host, port)
    uvloop.run(_up(sock, state.absolute(), with_demo=with_demo))


async def _up(sock: socket.socket, state: Path, *, with_demo: bool) -> None:
    console = Console(stderr=True, highlight=False)
    url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    with console.status("Starting") as status:

        def tell(what: str) -> None:
            status.update(f"Starting {what}")

        async with embedded(state, url, NAMES, tell) as servers:
            teaching = {"demo_rules": "on"} if with_demo else {}
            settings = load(given={**servers.settings, **teaching})
            configure_logs(
                settings.log_level if "log_level" in settings.model_fields_set else "warning"
            )
            services = load_services()
            tell("databases and streams")
            await prepare(services, settings)
            tell("services")

            async def ready() -> None:
                if with_demo:
                    tell("demo people and tickets")
                    (state / DEMO).touch()
                    await demo.seed(settings)
                status.stop()
                _greet(console, settings, with_demo=with_demo)

            await serve(create_app(services, settings, servers.mounts), sock, ready)
            status.start()
            status.update("Stopping")


def _greet(console: Console, settings: Settings, *, with_demo: bool) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Boxoffice[/]", f"[link]{settings.public_url}[/]")
    table.add_row("Mail", f"{settings.public_url}/dev/mail")
    table.add_row("API", f"{settings.public_url}/api/docs")
    if with_demo:
        table.add_row("Sign in as", ", ".join(demo.ADDRESSES))
        table.add_row("Password", demo.PASSWORD)
        table.add_row("Card", "4242 4242 4242 4242, any date to come, any code")
    console.print()
    console.print(table)
    console.print("\nCtrl-C stops it; nothing is lost.", style="dim")
