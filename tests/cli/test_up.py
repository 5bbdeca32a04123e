"""`boxoffice up`: one command, nothing lost, one sentence when it cannot."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest

from boxoffice.cli.up import DEMO
from stage import PASSWORD, eventually

START_SECONDS = 150
pytestmark = pytest.mark.timeout(180)  # it starts everything, more than once


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@asynccontextmanager
async def up(state: Path, port: int, *options: str) -> AsyncGenerator[Process]:
    command = [sys.executable, "-m", "boxoffice", "up", "--port", str(port), "--state", str(state)]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=PIPE, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def ready(process: Process, port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as visitor:

        async def look() -> None:
            assert process.returncode is None
            try:
                answer = await visitor.get("/readyz")
            except httpx.TransportError as error:
                raise AssertionError from error
            assert answer.status_code == 200

        await eventually(look, START_SECONDS)


@asynccontextmanager
async def signed_in(port: int, name: str) -> AsyncGenerator[httpx.AsyncClient]:
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}, timeout=30) as visitor:

        async def sign_in() -> None:
            answer = await visitor.post(
                "/api/users/signin", json={"email": f"{name}@example.com", "password": PASSWORD}
            )
            assert answer.status_code == 200

        await eventually(sign_in, START_SECONDS)
        yield visitor


async def test_what_was_acknowledged_survives_kill_9_of_the_launcher(tmp_path: Path):
    port = free_port()
    async with up(tmp_path / "state", port) as process:
        await ready(process, port)
        async with signed_in(port, "alice") as alice:
            made = await alice.post("/api/tickets", json={"title": "Kept", "price": 9})
        async with signed_in(port, "bob") as bob:
            order = (await bob.post("/api/orders", json={"ticketId": made.json()["id"]})).json()
            paid = await bob.post(
                "/api/payments", json={"orderId": order["id"], "token": "tok_visa"}
            )
        assert paid.status_code == 201

        process.send_signal(signal.SIGKILL)
        await process.wait()

    async with up(tmp_path / "state", port) as process:
        await ready(process, port)
        async with signed_in(port, "bob") as bob:

            async def it_is_complete() -> None:
                found = (await bob.get(f"/api/orders/{order['id']}")).json()
                assert found["status"] == "complete"

            await eventually(it_is_complete, START_SECONDS)
        assert "minor units paid" in await said("audit", "--state", str(tmp_path / "state"))
        assert "OrderCompleted" in await said(
            "trace", order["id"], "--state", str(tmp_path / "state")
        )


async def said(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "boxoffice", *command, stdout=PIPE, stderr=PIPE
    )
    out, error = await process.communicate()
    assert process.returncode == 0, error.decode()
    return out.decode()


async def test_servers_that_are_killed_come_back_and_the_market_goes_on(tmp_path: Path):
    port = free_port()
    async with up(tmp_path / "state", port) as process:
        await ready(process, port)
        async with signed_in(port, "alice") as alice, signed_in(port, "bob") as bob:
            first = await alice.post("/api/tickets", json={"title": "Before", "price": 9})

            for pid in _children_of(process.pid):
                os.kill(pid, signal.SIGKILL)

            async def it_works_again() -> httpx.Response:
                second = await alice.post("/api/tickets", json={"title": "After", "price": 9})
                assert second.status_code == 201
                return second

            second = await eventually(it_works_again, START_SECONDS)

            for made in (first, second):

                async def it_is_bought(ticket: str = made.json()["id"]) -> None:
                    answer = await bob.post("/api/orders", json={"ticketId": ticket})
                    assert answer.status_code in (201, 409)  # 409: the try before was heard
                    held = (await bob.get(f"/api/tickets/{ticket}")).json()
                    assert held["status"] == "locked"

                await eventually(it_is_bought, START_SECONDS)


async def test_it_greets_with_people_and_mail_and_ctrl_c_stops_it_and_its_servers(tmp_path: Path):
    port = free_port()
    async with up(tmp_path / "state", port) as process:
        assert process.stderr is not None
        said = (await asyncio.wait_for(process.stderr.readuntil(b"Ctrl-C"), START_SECONDS)).decode()
        children = _children_of(process.pid)
        async with signed_in(port, "moderator") as moderator:
            rules = (await moderator.get("/api/moderation/rules")).json()["rules"]

        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), START_SECONDS)

    assert process.returncode == 0
    assert rules[0]["name"] == "Oranges"  # to show what a rejection is
    assert f"http://127.0.0.1:{port}" in said
    assert "alice@example.com" in said
    assert PASSWORD in said
    assert "/dev/mail" in said
    assert children

    async def all_are_gone() -> None:
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]

    await eventually(all_are_gone)


async def test_ctrl_c_twice_ends_it_at_once_without_a_trace(tmp_path: Path):
    port = free_port()
    async with up(tmp_path / "state", port) as process:
        await ready(process, port)
        children = _children_of(process.pid)

        with suppress(ProcessLookupError):
            while process.returncode is None:
                os.kill(process.pid, signal.SIGINT)  # Popen's own would reap it, unseen by asyncio
                await asyncio.sleep(0)
        _, error = await process.communicate()

    assert process.returncode in (0, 130)
    assert "Traceback" not in error.decode()

    async def all_are_gone() -> None:
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]

    await eventually(all_are_gone)


async def test_a_port_in_use_is_one_sentence_that_says_what_to_do(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        async with up(tmp_path / "state", port) as process:
            _, error = await process.communicate()

    assert process.returncode == 1
    assert re.fullmatch(rf"boxoffice: Port {port} .*--port\s*", error.decode(), re.DOTALL)


async def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")

    async with up(blocked / "state", free_port()) as process:
        _, error = await process.communicate()

    assert process.returncode == 1
    assert str(blocked) in error.decode().replace("\n", "")
    assert "Traceback" not in error.decode()


async def test_demo_people_of_an_earlier_run_are_refused_off_loopback(tmp_path: Path):
    (tmp_path / DEMO).touch()

    async with up(tmp_path, free_port(), "--host", "0.0.0.0", "--no-demo") as process:  # noqa: S104
        _, error = await process.communicate()

    assert process.returncode == 1
    assert "known password" in error.decode().replace("\n", " ")


async def test_demo_people_are_refused_off_loopback(tmp_path: Path):
    async with up(tmp_path / "state", free_port(), "--host", "0.0.0.0") as process:  # noqa: S104
        _, error = await process.communicate()

    assert process.returncode == 1
    assert "--no-demo" in error.decode()


@pytest.mark.parametrize("missing", ["BOXOFFICE_DATABASE_URL", "BOXOFFICE_NATS_URL"])
async def test_a_missing_setting_stops_the_start_with_its_name(missing: str):
    given = {
        "BOXOFFICE_DATABASE_URL": "postgresql://127.0.0.1:9/{service}",
        "BOXOFFICE_NATS_URL": "nats://127.0.0.1:9",
        "BOXOFFICE_SECRET": "a secret of the tests, long enough",
        "BOXOFFICE_HOP_SECRET": "another secret of the tests, long enough",
        "BOXOFFICE_SMTP_URL": "smtp://127.0.0.1:9",
        "BOXOFFICE_STRIPE_KEY": "sk_test_stage",
        "BOXOFFICE_STRIPE_WEBHOOK_SECRET": "whsec_stage",
        "PATH": os.environ["PATH"],
    }
    del given[missing]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "boxoffice", "run", "--port", "0", env=given, stderr=PIPE, stdout=PIPE
    )

    _, error = await process.communicate()

    assert process.returncode == 1
    assert missing in error.decode()
    assert "Traceback" not in error.decode()


async def test_a_database_that_does_not_answer_is_one_sentence_that_names_the_setting():
    given = {
        "BOXOFFICE_DATABASE_URL": "postgresql://boxoffice@127.0.0.1:9/{service}",
        "BOXOFFICE_NATS_URL": "nats://127.0.0.1:9",
        "BOXOFFICE_SECRET": "a secret of the tests, long enough",
        "BOXOFFICE_HOP_SECRET": "another secret of the tests, long enough",
        "BOXOFFICE_SMTP_URL": "smtp://127.0.0.1:9",
        "BOXOFFICE_STRIPE_KEY": "sk_test_stage",
        "BOXOFFICE_STRIPE_WEBHOOK_SECRET": "whsec_stage",
        "PATH": os.environ["PATH"],
    }
    for command in (["run", "--port", "0"], ["migrate"], ["audit"]):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "boxoffice", *command, env=given, stderr=PIPE, stdout=PIPE
        )

        _, error = await process.communicate()

        assert process.returncode == 1
        assert "does not answer" in error.decode()
        assert "Traceback" not in error.decode()


def _children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]
