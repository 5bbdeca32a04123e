"""A process as its container confines it: nobody, nothing to write to, and a signal to end."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from deploy.replicas import NOBODY, WRITABLE, Replica, environment
from stage import App, Play, Someone, eventually

KINDS = {"ext4", "xfs", "btrfs", "overlay", "tmpfs"}  # of file systems that keep files


@pytest.fixture
async def app(play: Play) -> App:
    """Orders by itself, with the databases and the bus of the confined one."""
    return await play("orders")


@pytest.fixture
async def confined(app: App, tmp_path: Path) -> AsyncGenerator[Replica]:
    told = environment(app.settings, "orders") | {"TMPDIR": WRITABLE}
    replica = Replica("orders", told, tmp_path / "log", confined=True)
    try:
        await replica.start()
        yield replica
    finally:
        await replica.kill()


async def test_it_works_as_nobody_where_nothing_can_be_written(confined: Replica, bob: Someone):
    assert confined.process
    place = Path("/proc", str(confined.process.pid))
    mounts = [line.split() for line in (place / "mounts").read_text().splitlines()]
    (who,) = [line for line in (place / "status").read_text().splitlines() if "Uid:" in line]

    async with httpx.AsyncClient(base_url=confined.url) as http:
        answer = await http.get("/api/orders", headers=bob.headers)

    assert answer.json() == []
    assert {at for _, at, kind, how, *_ in mounts if kind in KINDS and "rw" in how.split(",")} == {
        WRITABLE
    }
    assert set(who.split()[1:]) == {str(NOBODY)}


async def test_told_to_end_it_answers_who_has_asked_and_takes_nobody_else(
    app: App, confined: Replica, bob: Someone
):
    db = await app.db("orders")
    async with httpx.AsyncClient(base_url=confined.url, timeout=30) as http:
        async with db.transaction() as tx:
            await tx.execute("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
            asking = asyncio.create_task(http.get("/api/orders", headers=bob.headers))

            async def it_is_asked() -> None:
                assert await db.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")

            await eventually(it_is_asked)
            ending = asyncio.create_task(confined.stop())
            await eventually(lambda: _takes_nobody(confined))

        answer = await asking

    assert (answer.status_code, answer.json()) == (200, [])
    assert await ending == 0


async def _takes_nobody(confined: Replica) -> None:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", confined.port)
    except ConnectionError:
        return
    writer.close()
    raise AssertionError
