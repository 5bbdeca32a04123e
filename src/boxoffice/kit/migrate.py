"""Numbered SQL files, applied once, in order, under a lock; a file that was applied never changes.

While a new version goes out, and after it went back, an older one runs on the newer one's tables. So
files of later numbers than ours are no fault, and no file takes away what the version before it uses.

What a file named `….model.sql` makes stands in the schema `model`: all of it follows from news
alone, so that it can be built anew beside the old one (kit/rebuild.py).
"""

import hashlib
from collections.abc import Iterable, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import LiteralString, cast

import asyncpg

from boxoffice.kit.errors import Refusal

LOCK = 0x426F78  # "Box": one migration at a time in each database
OF_MODEL = ".model.sql"
IN_MODEL = "CREATE SCHEMA IF NOT EXISTS model; SET LOCAL search_path = model, public"
IN_PUBLIC = "SET LOCAL search_path = public"


class MigrationError(Refusal):
    """The database and the files tell different stories; the sentence names the file."""


async def connect(url: str, service: str) -> "asyncpg.Connection[asyncpg.Record]":
    """Return a connection to a service's database. MigrationError when there is none."""
    try:
        return await asyncpg.connect(url)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise MigrationError(
            f"BOXOFFICE_DATABASE_URL: the database of {service} does not answer ({error})"
        ) from None


async def migrate(url: str, service: str) -> list[str]:
    """Bring one service's database up to date; return the names of what was applied now.

    MigrationError when a file that was applied has changed since, or is gone from among ours.
    """
    connection = await connect(url, service)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            await connection.execute(
                "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY,"
                " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
            )
            rows = await connection.fetch("SELECT name, checksum FROM migrations")
            applied = {row["name"]: row["checksum"] for row in rows}
            _compare(applied, service)
            fresh = [step for step in _steps(service) if step[0] not in applied]
            for name, sql in fresh:
                await connection.execute(IN_MODEL if name.endswith(OF_MODEL) else IN_PUBLIC)
                await connection.execute(sql)
                await connection.execute(
                    "INSERT INTO migrations (name, checksum) VALUES ($1, $2)", name, _checksum(sql)
                )
            return [name for name, _ in fresh]
    finally:
        await connection.close()


def model_steps(service: str) -> list[LiteralString]:
    """Return the SQL that makes a service's model, in order; none where it has no model."""
    return [sql for name, sql in _steps(service) if name.endswith(OF_MODEL)]


async def require_current(url: str, service: str) -> None:
    """MigrationError unless every file of ours has been applied, as it stands here."""
    connection = await connect(url, service)
    try:
        known = await connection.fetchval("SELECT to_regclass('migrations') IS NOT NULL")
        rows = await connection.fetch("SELECT name, checksum FROM migrations") if known else []
    finally:
        await connection.close()
    applied = {row["name"]: row["checksum"] for row in rows}
    _compare(applied, service)
    if missing := [name for name, _ in _steps(service) if name not in applied]:
        raise MigrationError(f"{service} lacks {missing[0]}; run `boxoffice migrate` first")


def _compare(applied: dict[str, str], service: str) -> None:
    steps = dict(_steps(service))
    for name, checksum in applied.items():
        if name in steps and checksum != _checksum(steps[name]):
            raise MigrationError(f"{service}: {name} has changed since it was applied")
        if name not in steps and not _is_later(name, steps):
            raise MigrationError(f"{service} has {name}, which is not among its files")


def _is_later(name: str, steps: Iterable[str]) -> bool:
    """Whether a file comes after all of those in its room."""
    room = name.partition("/")[0]
    return all(name > step for step in steps if step.partition("/")[0] == room)


def _steps(service: str) -> Iterator[tuple[str, LiteralString]]:
    own = files(f"boxoffice.services.{service}") / "schema"
    for room, folder in (("kit", files("boxoffice.kit") / "schema"), (service, own)):
        if not folder.is_dir():
            continue
        for file in sorted(_sql_files(folder), key=lambda file: file.name):
            # Our own package's text: as literal as if it stood here.
            yield f"{room}/{file.name}", cast("LiteralString", file.read_text("utf-8"))


def _sql_files(folder: Traversable) -> Iterator[Traversable]:
    return (file for file in folder.iterdir() if file.name.endswith(".sql"))


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()
