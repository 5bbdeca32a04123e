"""PostgreSQL in a folder: for anyone, anywhere, and still whole after anything."""

import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest

from boxoffice.stack.children import StackError
from boxoffice.stack.postgres import postgres


async def test_what_was_written_is_there_in_the_next_run(tmp_path: Path):
    async with postgres(tmp_path / "postgres") as server:
        await server.ensure_service("orders")
        await keep_a_seat(server.url("boxoffice_orders", "boxoffice_orders"))

    async with postgres(tmp_path / "postgres") as server:
        await server.ensure_service("orders")
        seats = await kept_seats(server.service_url.format(service="orders"))

    assert seats == ["Stalls/A/12"]


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open to all", "closed like root's home"])
async def test_it_runs_below_any_folder(mode: int):
    with folder_of_mode(mode) as parent:
        async with postgres(parent / "état du théâtre", durable=False) as server:
            connection = await asyncpg.connect(server.admin_url)
            version = connection.get_server_version()
            limit = await connection.fetchval("SHOW max_connections")
            await connection.close()

    assert (version.major, limit) == (18, "300")


@pytest.mark.parametrize(("durable", "expected"), [(True, "on"), (False, "off")])
async def test_only_tests_give_up_durability(tmp_path: Path, durable: bool, expected: str):
    async with postgres(tmp_path, durable=durable) as server:
        connection = await asyncpg.connect(server.admin_url)
        settings = [
            await connection.fetchval("SELECT current_setting($1)", name)
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        ]
        await connection.close()

    assert settings == [expected] * 3


async def test_a_service_enters_its_own_database_alone(tmp_path: Path):
    async with postgres(tmp_path, durable=False) as server:
        await server.ensure_service("orders")
        await server.ensure_service("payments")

        own = server.service_url.format(service="orders")
        foreign = [
            server.url("boxoffice_payments", "boxoffice_orders"),
            server.url("postgres", "boxoffice_orders"),
        ]

        await keep_a_seat(own)
        for url in foreign:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(url)


@pytest.mark.parametrize("name", ["", "Orders", "orders; DROP TABLE seats", "x" * 60])
async def test_only_a_plain_word_names_a_service(tmp_path: Path, name: str):
    async with postgres(tmp_path, durable=False) as server:
        with pytest.raises(ValueError, match="not the name of a service"):
            await server.ensure_service(name)


async def test_nobody_enters_without_the_password(tmp_path: Path):
    async with postgres(tmp_path, durable=False) as server:
        guessed = server.admin_url.replace(server.admin_password, "postgres")

        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(guessed)

    kept = tmp_path / "passwords"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert server.admin_password in kept.read_text()
    assert server.admin_password != server.service_password


async def test_a_pid_file_that_names_somebody_else_is_no_obstacle(tmp_path: Path):
    async with postgres(tmp_path, durable=False) as server:
        await keep_a_seat(server.admin_url)
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path}/data\n")

    async with postgres(tmp_path, durable=False) as server:
        seats = await kept_seats(server.admin_url)

    assert seats == ["Stalls/A/12"]


async def test_a_set_up_that_was_cut_short_is_begun_again(tmp_path: Path):
    cut_short = tmp_path / "data.new" / "base"
    cut_short.mkdir(parents=True)

    async with postgres(tmp_path, durable=False) as server:
        await keep_a_seat(server.admin_url)

    assert not cut_short.exists()


async def test_a_server_that_cannot_start_says_why_in_its_own_words(tmp_path: Path):
    async with postgres(tmp_path, durable=False):
        pass
    (tmp_path / "data" / "PG_VERSION").write_text("12\n")

    with pytest.raises(StackError, match=r"did not start: .*incompatible with server"):
        async with postgres(tmp_path):
            pass


async def test_lost_passwords_are_named(tmp_path: Path):
    async with postgres(tmp_path, durable=False):
        (tmp_path / "passwords").unlink()

    with pytest.raises(StackError, match=r"passwords is gone or unreadable: put it back"):
        async with postgres(tmp_path):
            pass


@contextmanager
def folder_of_mode(mode: int) -> Generator[Path]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(mode)
        yield folder


async def keep_a_seat(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE seats (label text)")
    await connection.execute("INSERT INTO seats VALUES ('Stalls/A/12')")
    await connection.close()


async def kept_seats(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT label FROM seats")
    await connection.close()
    return [row["label"] for row in rows]
