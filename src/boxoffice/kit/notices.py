"""What replicas of a service tell each other by their database: NOTIFY, at every commit.

A notice comes after the commit that it was said in, and notices come in the order of commits. They
are lost on who is not connected, so whoever listens looks anew when a connection is made.
"""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg

from boxoffice.kit.database import url_of
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log

RETRY_SECONDS = 0.5
LOOK_SECONDS = 10  # between looks at whether the line still stands: a cut one may be silent
LARGEST = 7_900  # bytes of a notice; PostgreSQL takes less than 8,000


class Notices:
    """Calls `heard` with every notice on a channel, and `begun` whenever it begins to listen."""

    def __init__(
        self,
        service: str,
        settings: Settings,
        channel: str,
        heard: Callable[[str], None],
        begun: Callable[[], Awaitable[None]],
    ) -> None:
        self._service = service
        self._url = url_of(service, settings)
        self._channel = channel
        self._heard = heard
        self._begun = begun

    async def run(self) -> None:
        """Listen until cancelled; a database that is away only delays."""
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - what is known stays, and is renewed later
                log.warning("notices wait", service=self._service, error=repr(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        connection = await asyncpg.connect(self._url, timeout=LOOK_SECONDS)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(self._channel, self._hear)
            await self._begun()
            while not lost.is_set():
                await connection.execute("SELECT true", timeout=LOOK_SECONDS)
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    continue
        finally:
            connection.terminate()

    def _hear(self, _connection: object, _process: int, _channel: str, text: object) -> None:
        try:
            self._heard(str(text))
        except Exception as error:  # noqa: BLE001 - one bad notice must not end the listening
            log.error("notice", service=self._service, error=repr(error))
