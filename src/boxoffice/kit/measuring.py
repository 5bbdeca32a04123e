"""What a service measures of itself every few seconds: how far behind it is, what it could not do."""

import asyncio
from collections import deque
from datetime import datetime, timedelta

from nats.js import JetStreamContext

from boxoffice.events.streams import Stream
from boxoffice.kit import clock, inbox
from boxoffice.kit.database import Database
from boxoffice.kit.service import Running, Service
from boxoffice.kit.telemetry import (
    BUSY,
    KEPT,
    LAG,
    MEASURED,
    MOST,
    TALLY,
    UNHEARD,
    log,
)
from boxoffice.kit.watch import heed_cancel

EVERY = timedelta(seconds=10)  # Prometheus looks every 15 to 60
TALLY_EVERY = timedelta(minutes=5)  # whole tables are counted for the audit
MARKS = 360  # looks back: behind for longer than an hour is an hour


class Behind:
    """How long a consumer has been behind its stream."""

    def __init__(self, stream: Stream, durable: str) -> None:
        self._stream = stream
        self._durable = durable
        self._marks: deque[tuple[datetime, int]] = deque(maxlen=MARKS)

    async def look(self, bus: JetStreamContext, at: datetime) -> tuple[int, float]:
        """Return how many events are not handled, and since how many seconds the oldest is not.

        The latter is told from earlier looks: the age of the oldest one at which the stream ended
        behind what is handled now.
        """
        end = (await bus.stream_info(self._stream.name)).state.last_seq
        place = await bus.consumer_info(self._stream.name, self._durable)
        waiting = (place.num_pending or 0) + (place.num_ack_pending or 0)
        handled = place.ack_floor.stream_seq if place.ack_floor else 0
        self._marks.append((at, end))
        while self._marks and (not waiting or self._marks[0][1] <= handled):
            self._marks.popleft()
        return waiting, (at - self._marks[0][0]).total_seconds() if self._marks else 0


class Measuring:
    """Measures one service for as long as it is at work."""

    def __init__(self, service: Service, running: Running) -> None:
        self._service = service
        self._running = running
        self._behind = {stream.name: Behind(stream, service.name) for stream in running.streams}
        self._tally_at: datetime | None = None

    async def run(self) -> None:
        """Measure until cancelled; what cannot be measured now is measured later."""
        while True:
            try:
                await self.run_once(clock.now())
            except Exception as error:  # noqa: BLE001 - that it stands still is measured, too
                log.warning("not measured", service=self._service.name, error=repr(error))
            heed_cancel()
            await asyncio.sleep(EVERY.total_seconds())

    async def run_once(self, at: datetime) -> None:
        """Measure everything as of now."""
        name, db = self._service.name, self._running.db
        self._note_connections(db)
        KEPT.labels(name).set(await inbox.count_dead_letters(db))
        for measure in self._service.measures:
            measure.gauge(name).set(await measure.select(db, at))
        if self._tally_at is None or at - self._tally_at >= TALLY_EVERY:
            await self._count(db)
            self._tally_at = at
        for stream, behind in self._behind.items():
            waiting, seconds = await behind.look(self._running.bus, at)
            UNHEARD.labels(name, stream).set(waiting)
            LAG.labels(name, stream).set(seconds)
        MEASURED.labels(name).set(at.timestamp())

    async def _count(self, db: Database) -> None:
        if self._service.tally is not None:
            for what, count in (await self._service.tally(db)).items():
                TALLY.labels(self._service.name, what).set(count)

    def _note_connections(self, db: Database) -> None:
        busy, most = db.connections()
        BUSY.labels(self._service.name).set(busy)
        MOST.labels(self._service.name).set(most)
