"""A bus whose users are those of deploy/, and services that have only their own."""

import asyncio
import json
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
from nats.aio.client import Client
from pydantic import SecretStr

from boxoffice.cli.deployment import bus
from boxoffice.kit.settings import Settings
from boxoffice.stack.nats import find_binary
from deploy.ground import DEPLOY, SERVICES
from stage import eventually

VIOLATION = "Violation"  # how the server's log calls what it refuses


@dataclass(frozen=True)
class Bus:
    """A server that answers on loopback, with the users of deploy/components/nats."""

    port: int
    password: str
    log: Path

    def settings(self, settings: Settings, user: str) -> Settings:
        """Return the settings of who speaks as this user."""
        return settings.model_copy(update={"nats_url": SecretStr(self.url(user))})

    def url(self, user: str) -> str:
        return f"nats://{user}:{self.password}@127.0.0.1:{self.port}"

    def refused(self) -> list[str]:
        """What the server has refused so far, a line each."""
        return [line for line in self.log.read_text().splitlines() if VIOLATION in line]

    @asynccontextmanager
    async def speaker(self, user: str) -> AsyncGenerator[tuple[Client, list[str]]]:
        """A connection of this user, and what the server objects to on it."""
        objections: list[str] = []

        async def object_to(error: Exception) -> None:
            objections.append(str(error))

        client = await nats.connect(
            self.url(user), error_cb=object_to, inbox_prefix=f"_INBOX_{user}"
        )
        try:
            yield client, objections
        finally:
            await client.close()


@asynccontextmanager
async def open_bus(folder: Path) -> AsyncGenerator[Bus]:
    """Run the server with the generated users."""
    password, log = f"s{secrets.token_hex(16)}", folder / "log"
    config = folder / "nats.conf"
    config.write_text(
        f'host: 127.0.0.1\nport: -1\njetstream: {{store_dir: "{folder}"}}\n'
        f'authorization {{\n  include "users.conf"\n}}\n'
    )
    (folder / "users.conf").write_bytes((DEPLOY / "components/nats/users.conf").read_bytes())
    env = {bus.variable(user): password for user in (*SERVICES, bus.OPERATOR)}
    options: Sequence[str] = ("-c", str(config), "--ports_file_dir", str(folder), "-l", str(log))
    server = await asyncio.create_subprocess_exec(str(find_binary()), *options, env=env)
    try:
        yield Bus(await eventually(lambda: _port(folder)), password, log)
    finally:
        with suppress(ProcessLookupError):
            server.terminate()
        await server.wait()


async def _port(folder: Path) -> int:
    said: list[dict[str, Any]] = []
    for path in folder.glob("*.ports"):
        with suppress(ValueError):
            said.append(json.loads(path.read_text()))
    assert said
    return urlsplit(said[0]["nats"][0]).port or 0
