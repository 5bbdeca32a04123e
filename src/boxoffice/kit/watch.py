"""Small shared facts that every process must know at once: a watched key-value bucket."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from nats.aio.client import Client
from nats.js.kv import KeyValue

from boxoffice.kit.telemetry import log

RETRY_SECONDS = 0.5
LOOK_SECONDS = 0.2  # between looks at whether the line, and the watch with it, was lost
REFRESH_SECONDS = 30  # then all of it is read anew: what has expired is not news
FORGOTTEN_SECONDS = 5  # after a watch ends the bus drops what it kept of it

V = TypeVar("V")


class Watched(Generic[V]):
    """A bucket's entries as of now, each as `read` understands it. `revision` changes with them.

    `learned` is called with what an entry was, if it was known, and what it is, whenever one comes
    after `current` is set.
    """

    def __init__(
        self,
        bucket: str,
        read: Callable[[str, bytes], V],
        learned: Callable[[V | None, V], None] = lambda _, __: None,
    ) -> None:
        self.bucket = bucket
        self.entries: dict[str, V] = {}
        self.revision = 0
        self.current = asyncio.Event()
        self._read = read
        self._learned = learned

    async def run(self, client: Client, refresh_seconds: float = REFRESH_SECONDS) -> None:
        """Follow the bucket until cancelled. `current` is set once all it held is known."""
        while True:
            try:
                await self._follow(client, refresh_seconds)
            except Exception as error:  # noqa: BLE001 - what is known stays in force meanwhile
                log.warning("bucket waits", bucket=self.bucket, error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, client: Client, refresh_seconds: float) -> None:
        loop = asyncio.get_running_loop()
        line, until = client.stats["reconnects"], loop.time() + refresh_seconds
        bucket = await client.jetstream().key_value(self.bucket)
        watcher = await bucket.watchall(inactive_threshold=FORGOTTEN_SECONDS)
        held: dict[str, V] | None = {}  # until all that the bucket holds has come
        seen: set[str] = set()
        try:
            while client.stats["reconnects"] == line and loop.time() < until:
                entry = await _next(watcher)
                if held is None:
                    if entry:
                        self._learn(entry)
                elif entry:
                    seen.add(entry.key)
                    self._apply(held, entry)
                elif len(seen) >= (await bucket.status()).values:
                    self._replace(held)
                    held = None
                heed_cancel()
        finally:
            await watcher.stop()

    def _replace(self, held: dict[str, V]) -> None:
        before, self.entries = self.entries, held
        if held != before:
            self.revision += 1
        if self.current.is_set():  # what came while nobody listened
            for key, value in held.items():
                if before.get(key) != value:
                    self._learned(before.get(key), value)
        self.current.set()

    def _learn(self, entry: KeyValue.Entry) -> None:
        before = self.entries.get(entry.key)
        self._apply(self.entries, entry)
        self.revision += 1
        if entry.key in self.entries:
            self._learned(before, self.entries[entry.key])

    def _apply(self, entries: dict[str, V], entry: KeyValue.Entry) -> None:
        if entry.operation is not None:  # deleted, purged or expired
            entries.pop(entry.key, None)
            return
        try:
            entries[entry.key] = self._read(entry.key, entry.value or b"")
        except ValueError as error:  # another version's; what is known of it stays in force
            log.error("bucket entry", bucket=self.bucket, key=entry.key, error=repr(error))
            if entry.key in self.entries:
                entries[entry.key] = self.entries[entry.key]


def heed_cancel() -> None:
    """CancelledError when this task was cancelled: the client's own waiting may have hidden it."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def _next(watcher: KeyValue.KeyWatcher) -> KeyValue.Entry | None:
    """Return the next entry; None when there is none for now.

    The client's own mark behind all that a bucket holds is taken for no more than that: it may
    come before the first entry.
    """
    try:
        entry = await watcher.updates(timeout=LOOK_SECONDS)
    except TimeoutError:
        return None
    return entry if isinstance(entry, KeyValue.Entry) else None
