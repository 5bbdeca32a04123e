"""Child processes in folders of their own that never outlive their launcher."""

import asyncio
import fcntl
import os
import re
import secrets
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

Answer = TypeVar("Answer")

LEASH = Path(__file__).with_name("leash.py")
START_LIMIT = 60.0  # seconds; recovery after a crash replays at most a few gigabytes
STOP_LIMIT = 10.0  # seconds for each signal before the next, harder one
LOCK_LIMIT = 15.0  # seconds; what a killed launcher left needs some to write its last page
LOOK_EVERY = 0.02  # seconds between two looks at whether something is ready
REVIVE_AFTER = 0.2  # seconds; one that cannot start must not be tried in a spin
LOG_LIMIT = 1_000_000  # bytes; a longer log starts anew with the server
PORTS = range(20_000, 32_000)  # below those that systems lend to outgoing connections
GRAVE = re.compile(r"FATAL|PANIC|error:|\[FTL\]")  # how servers begin their last sentence


class StackError(Exception):
    """Why a server cannot run here, in one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The person of the operating system a child runs as; `reach`: closed folders lie above."""

    uid: int = 0
    gid: int = 0
    reach: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that one server and its launcher have to themselves."""

    folder: Path
    lock: int

    @property
    def log(self) -> Path:
        """Where the server writes what it has to say."""
        return self.folder / "log"

    def opened_log(self) -> BinaryIO:
        """Open the log to be continued, or started anew where it has grown too long."""
        with writing(self.folder):
            full = self.log.exists() and self.log.stat().st_size > LOG_LIMIT
            return open(self.log, "wb" if full else "ab", opener=_private)

    def keep_secret(self, name: str, text: str, owner: Owner | None = None) -> Path:
        """Write a file that its owner alone may read, durably, and return its path."""
        path = self.folder / name
        with writing(self.folder), open(path, "w", opener=_private) as file:
            os.fchmod(file.fileno(), 0o600)
            if owner and owner.uid:
                os.fchown(file.fileno(), owner.uid, owner.gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        return path


@dataclass(slots=True)
class Child:
    """A process that was started; `signals` end it, each harder than the one before."""

    name: str
    process: asyncio.subprocess.Process
    home: Home
    spoke_from: int
    signals: tuple[signal.Signals, ...]
    start: Callable[[], Awaitable[asyncio.subprocess.Process]]

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Start it again whenever it dies, as long as the block lasts."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])

    async def _keep(self) -> None:
        while True:
            await self.process.wait()
            await asyncio.sleep(REVIVE_AFTER)
            self.process = await self.start()

    async def until(self, ready: Callable[[], Awaitable[Answer | None]]) -> Answer:
        """Return what `ready` says once it does; StackError when the child ends before."""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_LIMIT):
                while self.process.returncode is None:
                    answer = await ready()
                    if answer is not None:
                        return answer
                    await asyncio.sleep(LOOK_EVERY)
        raise self.failure()

    async def finish(self) -> None:
        """Wait for the child to do its work; StackError when it did not succeed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(START_LIMIT):
                if await self.process.wait() == 0:
                    return
        raise self.failure()

    def failure(self) -> StackError:
        """Return the error that quotes the last grave line, or else the last, of this run's log."""
        log = self.home.log.read_bytes()[self.spoke_from :].decode(errors="replace")
        lines = [line.strip() for line in log.splitlines() if line.strip()]
        grave = [line for line in lines if GRAVE.search(line)]
        words = (grave or lines or ["it said nothing"])[-1]
        return StackError(f"{self.name} did not start: {words} (see {self.home.log})")

    async def stop(self) -> None:
        """End the child: gently, then harder; return when it is gone."""
        for number in self.signals:
            with suppress(ProcessLookupError):
                self.process.send_signal(number)
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_LIMIT):
                    await self.process.wait()
                return


@asynccontextmanager
async def home(folder: Path) -> AsyncGenerator[Home]:
    """Make `folder` and keep every other launcher out; StackError when that is not possible.

    The server inherits a lock, so that whoever gets it next knows that no process of an
    earlier run lives on the folder, not even of one whose launcher was killed.
    """
    place, launcher, server = _open_locks(folder)
    with launcher, server:
        if not _taken(launcher):
            raise StackError(f"Another run uses {place}: stop it, or choose another folder.")
        await _until_taken(server, place)
        yield Home(place, server.fileno())


@asynccontextmanager
async def child(
    home: Home, name: str, command: list[str], owner: Owner, *signals: signal.Signals
) -> AsyncGenerator[Child]:
    """Start `command` as `owner`; it is gone when the block ends or this process dies.

    The kernel's word reaches it when the *thread* that started it ends: that is the
    thread of the event loop, which outlives this block.
    """
    leash = (signals[0], os.getpid(), owner.uid, owner.gid, owner.reach)

    async def start() -> asyncio.subprocess.Process:
        with home.opened_log() as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-S", str(LEASH), *(str(int(word)) for word in leash)),
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=home.folder,
                env={"LC_ALL": "C", "PATH": os.defpath},  # our own variables hold secrets
                pass_fds=(home.lock,),
                start_new_session=True,  # Ctrl-C is the launcher's: services stop before servers
            )

    with home.opened_log() as log:
        spoke_from = log.tell()
    started = Child(name, await start(), home, spoke_from, signals, start)
    try:
        yield started
    finally:
        await started.stop()


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as attempt, suppress(OSError):
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            attempt.bind(("127.0.0.1", port))
            return port


@contextmanager
def writing(folder: Path) -> Generator[None]:
    """Turn an error of the file system into the sentence about this folder."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise StackError(f"Cannot write to {folder} ({reason}): choose another folder.") from error


def _open_locks(folder: Path) -> tuple[Path, BinaryIO, BinaryIO]:
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        launcher = open(folder / "launcher.lock", "ab", opener=_private)  # noqa: SIM115
        return folder.resolve(), launcher, open(folder / "server.lock", "ab", opener=_private)


def _taken(lock: BinaryIO) -> bool:
    """Whether the lock is ours, now or already."""
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False


async def _until_taken(lock: BinaryIO, folder: Path) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOCK_LIMIT):
            while True:
                if _taken(lock):
                    return
                await asyncio.sleep(LOOK_EVERY)
    raise StackError(f"A server of an earlier run still works on {folder}: end it and try again.")


def _private(path: str, flags: int) -> int:
    """Open for `open`, which Path.open cannot do, a file that only its owner may read."""
    return os.open(path, flags | os.O_CLOEXEC, 0o600)
