"""Small shared facts that every process must know at once: a watched key-value bucket."""

import asyncio

from nats.js import JetStreamContext
from nats.js.kv import KeyValue

from boxoffice.kit.telemetry import log

RETRY_SECONDS = 0.5
REFRESH_SECONDS = 30  # after so long without news read all of it anew: a watch may die silently


class Watched:
    """A bucket's entries as of now. `revision` changes whenever they do."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.entries: dict[str, bytes] = {}
        self.revision = 0
        self.current = asyncio.Event()

    async def run(self, bus: JetStreamContext) -> None:
        """Follow the bucket until cancelled. `current` is set once all it held is known."""
        while True:
            try:
                await self._follow(bus)
            except Exception as error:  # noqa: BLE001 - what is known stays in force meanwhile
                log.warning("bucket waits", bucket=self.bucket, error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _follow(self, bus: JetStreamContext) -> None:
        watcher = await (await bus.key_value(self.bucket)).watchall()
        seen: dict[str, bytes] = {}
        complete = False
        try:
            while True:
                entry = await watcher.updates(timeout=REFRESH_SECONDS)
                if not isinstance(entry, KeyValue.Entry):  # the mark behind all that it held
                    complete = True
                elif entry.operation is None:
                    seen[entry.key] = entry.value or b""
                else:  # deleted, purged or expired
                    seen.pop(entry.key, None)
                if complete:
                    self._learn(dict(seen))
        except TimeoutError:
            return
        finally:
            await watcher.stop()

    def _learn(self, entries: dict[str, bytes]) -> None:
        if entries != self.entries:
            self.entries = entries
            self.revision += 1
        self.current.set()
