"""How fresh a model is: until when all news is in it."""

from datetime import datetime

from nats.js import JetStreamContext
from nats.js.errors import NotFoundError

from boxoffice.events.streams import Stream
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.service import Measure, Running


async def note_freshness(running: Running) -> datetime | None:
    """Note until when a service has heard all news, on each stream that it listens to."""
    for stream in running.streams:
        if as_of := await _heard_until(running.bus, stream, running.name):
            await _update(running.db, stream, as_of)
    return None


async def measure_staleness(db: Queries, at: datetime) -> float:
    """Return since how many seconds news may be missing."""
    as_of = await db.fetchval("SELECT min(as_of) FROM freshness")
    return max(0.0, (at - as_of).total_seconds()) if as_of else 0


STALE = Measure("stale_seconds", "Since when news may be missing in pages", measure_staleness)


async def _heard_until(bus: JetStreamContext, stream: Stream, durable: str) -> datetime | None:
    """Return until when a consumer has handled all that was said; None when that is unknown."""
    at = clock.now()
    place = await bus.consumer_info(stream.name, durable)
    if not place.num_pending and not place.num_ack_pending:
        return at
    floor = place.ack_floor.stream_seq if place.ack_floor else 0
    try:
        return (await bus.get_msg(stream.name, floor)).time if floor else None
    except NotFoundError:  # of that subject there is later news, which alone is kept
        return None


async def _update(db: Database, stream: Stream, as_of: datetime) -> None:
    await db.execute(
        """
        INSERT INTO freshness (stream, as_of) VALUES ($1, $2)
        ON CONFLICT (stream) DO UPDATE SET as_of = greatest(freshness.as_of, excluded.as_of)
        """,
        stream.name,
        as_of,
    )
