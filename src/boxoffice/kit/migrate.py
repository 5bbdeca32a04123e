"""Numbered SQL files, applied once, in order, under a lock; a file that was applied never changes.

A file only adds to what the version before has: that one goes on, starts again, and is gone back to
on the tables of the next.

What a file named `….model.sql` makes stands in the schema `model`: all of it follows from news
alone, so that it can be built anew beside the old one (kit/rebuild.py).
"""

import hashlib
from collections.abc import Iterator
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

    That of a later version is left alone. MigrationError when a file that was applied has changed
    since, or when a file is missing among those of a later version: the two have parted ways.
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
            if fresh and (later := _later(applied, service)):
                raise MigrationError(f"{service} has {later[0]}, which this version does not know")
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


async def require_current(url: str, service: str, *, alone: bool = False) -> None:
    """MigrationError unless every file has been applied; if `alone`, none of a later version."""
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
    if alone and (later := _later(applied, service)):
        raise MigrationError(f"{service} has {later[0]}, which this version does not know")


def _compare(applied: dict[str, str], service: str) -> None:
    for name, sql in _steps(service):
        if applied.get(name, _checksum(sql)) != _checksum(sql):
            raise MigrationError(f"{service}: {name} has changed since it was applied")


def _later(applied: dict[str, str], service: str) -> list[str]:
    """Return what a later version has applied."""
    known = dict(_steps(service))
    return sorted(name for name in applied if name not in known)


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
