"""NATS in a folder: streams that outlive a run, accounts that see nothing of each other."""

import asyncio
import json
import stat
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js.errors import NotFoundError

from boxoffice.stack.nats import nats_server


async def test_what_was_published_is_there_in_the_next_run(tmp_path: Path):
    async with nats_server(tmp_path / "büs") as server:
        bus = await nats.connect(server.url)
        await bus.jetstream().add_stream(name="EVENTS", subjects=["events.>"])
        await bus.jetstream().publish("events.orders.placed", b"one ticket")
        await bus.close()

    async with nats_server(tmp_path / "büs") as server:
        bus = await nats.connect(server.url)
        message = await bus.jetstream().get_msg("EVENTS", seq=1)
        await bus.close()

    assert message.data == b"one ticket"


async def test_accounts_share_nothing(tmp_path: Path):
    async with nats_server(tmp_path, accounts=2) as server:
        urls = [server.account_url(0), server.account_url(1), server.url]
        alice, bob, launcher = [await nats.connect(url) for url in urls]
        await alice.jetstream().add_stream(name="EVENTS", subjects=["events.>"])
        await alice.jetstream().publish("events.orders.placed", b"for alice alone")

        for other in (bob, launcher):
            with pytest.raises(NotFoundError):
                await other.jetstream().stream_info("EVENTS")
        for bus in (alice, bob, launcher):
            await bus.close()

    with pytest.raises(IndexError):
        server.account_url(2)


@pytest.mark.parametrize("said", [{}, {"user": "boxoffice", "pass": "guessed"}])
async def test_nobody_enters_without_the_password(tmp_path: Path, said: dict[str, str]):
    async with nats_server(tmp_path) as server:
        answer = await knock(server.port, said)

    assert answer == b"-ERR 'Authorization Violation'\r\n"
    assert server.password in (tmp_path / "nats.conf").read_text()
    assert stat.S_IMODE((tmp_path / "nats.conf").stat().st_mode) == 0o600


async def test_a_message_has_a_megabyte_at_most(tmp_path: Path):
    async with nats_server(tmp_path) as server:
        bus: Client = await nats.connect(server.url)
        await bus.publish("events.large", bytes(1024 * 1024))

        with pytest.raises(MaxPayloadError):
            await bus.publish("events.larger", bytes(1024 * 1024 + 1))
        await bus.close()


async def knock(port: int, said: dict[str, str]) -> bytes:
    """Introduce ourselves on the wire and return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    writer.write(b"CONNECT %s\r\nPING\r\n" % json.dumps(said).encode())
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return answer
