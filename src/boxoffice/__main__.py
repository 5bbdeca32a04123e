"""The command line: `boxoffice --help`. A command imports what it runs, and nothing else does."""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from boxoffice.kit.settings import Settings

FILE = "file"  # where shows come from that name no other source

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
keys = typer.Typer(no_args_is_help=True, help="The keys that sign tokens.")
cli.add_typer(keys, name="keys")
imports = typer.Typer(no_args_is_help=True, help="Bring shows in from elsewhere.")
cli.add_typer(imports, name="import")
out = Console(highlight=False)

Services = Annotated[list[str] | None, typer.Argument(help="Names; without any, all of them.")]
Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[
    int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")
]


State = Annotated[
    Path | None,
    typer.Option(help="Folder of a running `boxoffice up`; without it the environment counts."),
]


def _settings(state: Path | None) -> "Settings":
    from boxoffice.kit.settings import load
    from boxoffice.stack.embedded import ENVIRONMENT

    return load(state and state / ENVIRONMENT)


@cli.command()
def up(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    state: Annotated[Path, typer.Option(help="Folder for everything that is kept.")] = Path(
        ".boxoffice"
    ),
    *,
    demo: Annotated[bool, typer.Option(help="Make demo people and tickets.")] = True,
) -> None:
    """Run the whole product on this machine, with its own PostgreSQL, NATS, mail and Stripe."""
    from boxoffice.cli import up as upping

    upping.up(host, port, state, with_demo=demo)


@cli.command()
def run(services: Services = None, host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Run services against the servers that BOXOFFICE_* name."""
    from boxoffice.cli import run as running

    running.run(services or (), host, port)


@cli.command()
def migrate(services: Services = None) -> None:
    """Bring databases, streams and consumers up to date. Safe to repeat."""
    from boxoffice.cli import run as running

    for name in running.migrate(services or ()):
        out.print(name)


@cli.command()
def describe(
    folder: Annotated[Path, typer.Option(help="Where the documents are.")] = Path("docs"),
    deploy: Annotated[Path, typer.Option(help="Where it is drawn for servers.")] = Path("deploy"),
    *,
    check: Annotated[bool, typer.Option(help="Only say what is not up to date.")] = False,
) -> None:
    """Write the event graph, the settings, the AsyncAPI document, and what deploy/ draws of them."""
    from boxoffice.cli import dashboards, deployment, mesh
    from boxoffice.cli import describe as describing
    from boxoffice.kit.errors import Refusal
    from boxoffice.services import load as load_services

    services = load_services()
    for room, texts in (
        (folder, describing.documents(services)),
        (
            deploy,
            dashboards.documents(services)
            | deployment.documents(services)
            | mesh.documents(services),
        ),
    ):
        if not check:
            describing.write(texts, room)
        elif stale := describing.stale(texts, room):
            raise Refusal(f"{', '.join(stale)} in {room} is not up to date; run `make describe`")


@cli.command()
def audit(state: State = None) -> None:
    """Check that all services agree on who has what and who has paid."""
    from boxoffice.cli import audit as auditing
    from boxoffice.kit.errors import Refusal
    from boxoffice.services import load as load_services

    result = asyncio.run(auditing.audit(load_services(), _settings(state)))
    table = Table("what", "service", "count")
    for what, counts in sorted(result.by_name().items()):
        for service, count in counts.items():
            table.add_row(what, service, str(count))
    out.print(table)
    if findings := result.findings():
        raise Refusal("; ".join(findings))


@cli.command()
def trace(order: UUID, state: State = None) -> None:
    """Tell an order's whole story."""
    from boxoffice.cli import trace as tracing

    table = Table("at", "service", "event", "trace", "cause")
    for told in asyncio.run(tracing.trace_order(order, _settings(state))):
        table.add_row(
            told.at.isoformat(timespec="milliseconds"),
            told.service,
            told.event,
            told.trace.split("-")[1][:8] if told.trace else "",
            told.cause[-12:],
        )
    out.print(table)


@cli.command()
def dead_letters(
    replay: Annotated[
        tuple[str, UUID] | None, typer.Option(metavar="SERVICE ID", help="Handle this one again.")
    ] = None,
    state: State = None,
) -> None:
    """List the events that services gave up on, or handle one again."""
    from boxoffice.cli import letters
    from boxoffice.services import load as load_services

    settings = _settings(state)
    if replay is not None:
        (service,) = load_services([replay[0]])
        letter = asyncio.run(letters.replay_letter(service, replay[1], settings))
        out.print(f"{service.name} has handled {letter.name} {letter.id}")
        return
    table = Table("service", "id", "event", "tries", "error")
    for name, letter in asyncio.run(letters.list_letters(load_services(), settings)):
        table.add_row(name, str(letter.id), letter.name, str(letter.tries), letter.error)
    out.print(table)


@cli.command()
def replay(
    service: Annotated[str, typer.Argument(help="Whose model: query.")],
    *,
    compare: Annotated[
        bool, typer.Option(help="Tell whether it is the same as before; news waits meanwhile.")
    ] = False,
    state: State = None,
) -> None:
    """Build the read model anew from all that was ever said, while the old one is read.

    Interrupted, it goes on where it was.
    """
    from boxoffice.cli import replay as replaying
    from boxoffice.services import load as load_services

    (of,) = load_services([service])
    built = replaying.replay(of, _settings(state), compare=compare)
    out.print(f"{service} is built anew from {built.events} events")
    if built.skipped:
        out.print(f"{built.skipped} could not be taken; see `boxoffice dead-letters`")
    if compare:
        same = "the same as before" if built.before == built.after else f"not {built.before}"
        out.print(f"Its checksum is {built.after}, {same}")


@keys.command()
def rotate(state: State = None) -> None:
    """Sign with a new key from now on; the old one checks tokens until its last has expired."""
    from boxoffice.cli import people as operating

    kid = asyncio.run(operating.rotate_keys(_settings(state)))
    out.print(f"Tokens are signed with {kid} from now on; nobody is signed out")


@imports.command("shows")
def import_shows(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON Lines.")],
    organiser: Annotated[str, typer.Option(help="E-mail address of whose they are.")],
    source: Annotated[
        str, typer.Option(help="Where they come from: ids are unique in there.")
    ] = FILE,
    state: State = None,
) -> None:
    """Import venues, shows and performances from a file: all of them, or none."""
    from boxoffice.cli import imports as importing

    importing.import_file(file, organiser, source, _settings(state))


@imports.command("kopis")
def import_kopis(state: State = None) -> None:
    """Import what is new at the performing-arts open API, as it is done once a day."""
    from boxoffice.cli import imports as importing

    importing.import_kopis(_settings(state))


@cli.command()
def appoint(
    email: Annotated[str, typer.Argument(help="Of somebody with an account.")],
    roles: Annotated[list[str], typer.Argument(help="What they may do from now on, all of it.")],
    state: State = None,
) -> None:
    """Give somebody roles: this is how the first admin is made."""
    from boxoffice.cli import people as operating

    person = asyncio.run(operating.appoint(email, roles, _settings(state)))
    out.print(f"{person.email} is {', '.join(person.roles)} within a second")


def main() -> None:
    """Run the command line; a refusal is one sentence and exit code 1."""
    try:
        cli()
    except Exception as error:
        if (sentence := _sentence(error)) is None:
            raise
        Console(stderr=True, highlight=False).print(f"boxoffice: {sentence}", style="red")
        sys.exit(1)


def _sentence(error: Exception) -> str | None:
    """Return what to say of an error; None of one that nobody foresaw."""
    import asyncpg

    from boxoffice.kit.database import UNREACHABLE
    from boxoffice.kit.errors import Refusal
    from boxoffice.stack.children import StackError

    if isinstance(error, Refusal | StackError):
        return str(error)
    if isinstance(error, (*UNREACHABLE, asyncpg.PostgresError)):
        return f"a server that this needs does not answer ({error or type(error).__name__})"
    return None


if __name__ == "__main__":
    main()
