"""`boxoffice import`: shows out of a file, and out of the performing-arts open API."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from boxoffice.cli.reading import Advance, Reading
from boxoffice.kit import clock
from boxoffice.kit.database import open_database
from boxoffice.kit.errors import BadInput, Conflict, Forbidden, NotFound
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services.identity import store as people
from boxoffice.services.shows import commands
from boxoffice.services.shows.gateway import open_kopis
from boxoffice.services.shows.model.imports import (
    LONGEST_SOURCE,
    MOST_FAULTS,
    Import,
    ImportRefused,
    Origin,
    Outcome,
)

COLUMNS = ("new", "changed", "as before", "left out", "no longer listed")
MOST_SHOWN = 20  # of what is left out; the log has them all


def import_file(path: Path, email: str, source: str, settings: Settings) -> None:
    """Import a file of shows, and show how far it is and what became of it.

    Refuses what `import_shows` does; the mistakes in the file are listed first.
    """
    try:
        with _progress() as progress, path.open("rb") as file:
            task = progress.add_task(path.name, total=2 * path.stat().st_size)
            outcome = asyncio.run(
                import_shows(
                    file,
                    email,
                    source,
                    settings,
                    lambda done: progress.update(task, completed=done),
                )
            )
    except ImportRefused as refused:
        _list_faults(refused)
        raise
    _report(outcome)


def import_kopis(settings: Settings) -> None:
    """Import from the open API now, and show how far it is and what became of it.

    Refuses what `import_from_kopis` does.
    """
    configure_logs("error")
    with _progress() as progress:
        task = progress.add_task("kopis", total=None)
        outcome = asyncio.run(
            import_from_kopis(
                settings, lambda done, of: progress.update(task, completed=done, total=of)
            )
        )
    _report(outcome)
    for sentence in outcome.left_out[:MOST_SHOWN]:
        _say(f"left out {sentence}")
    for fault in outcome.faults.first()[:MOST_SHOWN]:
        _say(f"left as it is {fault.source_id}: {fault.sentence}")


async def import_shows(
    file: BinaryIO, email: str, source: str, settings: Settings, advance: Advance
) -> Outcome:
    """Import a file of shows for who has this address, and return what became of it.

    `advance` is told how many bytes are read; each is read twice, since venues come first.
    NotFound, Forbidden unless they may organise; ImportRefused, and then nothing is imported.
    """
    if not 1 <= len(source) <= LONGEST_SOURCE:
        raise BadInput(f"A source has 1 to {LONGEST_SOURCE} characters")
    origin = Origin(source, await _find_organiser(email, settings))
    work = Import(origin, clock.now())
    reading = Reading(file, work.outcome, settings.currency, advance)
    async with open_database("shows", settings) as db:
        await commands.import_all(db, work, reading.batches())
    return work.outcome


async def import_from_kopis(settings: Settings, tell: commands.Tell) -> Outcome:
    """Import from the open API, whether it is due or not, and return what became of it.

    Conflict while somebody else does; Unavailable without a key, and when it does not answer.
    """
    async with open_database("shows", settings) as db, open_kopis(settings) as kopis:
        at = clock.now()
        if settings.kopis_organiser is None:
            raise BadInput("BOXOFFICE_KOPIS_ORGANISER: this is needed to import anything")
        if not await commands.claim_kopis(db, at, due=False):
            raise Conflict("Another import from the open API is at work; wait for its end")
        work = Import(Origin(commands.KOPIS, settings.kopis_organiser), at)
        await commands.import_kopis(db, kopis, work, settings.kopis_capacity, tell)
    return work.outcome


async def _find_organiser(email: str, settings: Settings) -> UUID:
    async with open_database("identity", settings) as db:
        person = await people.select_person(db, email)
    if person is None:
        raise NotFound(f"Nobody has an account with the address {email}")
    person.require_welcome(clock.now())
    if "organiser" not in person.roles:
        raise Forbidden(f"{email} is no organiser; `boxoffice appoint` makes one")
    if settings.require_verified and not person.verified:
        raise Forbidden(f"{email} has not shown that they read mail there")
    return person.person_id


@contextmanager
def _progress() -> Generator[Progress]:
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


def _list_faults(refused: ImportRefused) -> None:
    for fault in refused.faults.first():
        _say(f"line {fault.line}: {fault.sentence}")
    if (more := refused.faults.count - MOST_FAULTS) > 0:
        _say(f"and {more} more")


def _report(outcome: Outcome) -> None:
    table = Table("", *COLUMNS)
    for kind in ("venues", "shows", "performances"):
        table.add_row(kind, *(str(outcome.fates[kind, fate]) for fate in COLUMNS))
    console = Console(highlight=False)
    console.print(table)
    for reason, number in outcome.reasons.most_common():
        console.print(f"left out, {reason}: {number}", markup=False)


def _say(sentence: str) -> None:
    """Show a sentence that may hold what a stranger wrote: nothing in it moves the cursor."""
    plain = "".join(letter if letter.isprintable() else "\ufffd" for letter in sentence)
    Console(stderr=True, highlight=False).print(plain, markup=False, soft_wrap=True)
