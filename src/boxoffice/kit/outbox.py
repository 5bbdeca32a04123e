"""The outbox: facts wait in the service's own database until the bus has them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError

from boxoffice.events.event import Event
from boxoffice.kit import clock
from boxoffice.kit.signal import wait
from boxoffice.kit.telemetry import SENT, UNSENT, current_trace, log

if TYPE_CHECKING:
    from boxoffice.kit.database import Connection, Database, Queries, Tx

LARGEST = 256  # events a round: big enough to fill the pipe, small enough to repeat after a crash
SWEEP = timedelta(seconds=1)  # finds what another process left behind
RETRY = timedelta(milliseconds=500)  # the bus is away: ask again soon, but not in a spin
ACK_SECONDS = 5  # past that the bus did not take it; saying it again is safe
LOCK = 0x4F7574  # "Out": one relay at a time in each database
KEPT = timedelta(days=7)  # sent events stay this long, so that a lost stream can be refilled


async def insert_events(connection: "Connection", events: Sequence[Event]) -> None:
    """Put events into the outbox, in this order, under the current trace."""
    trace = current_trace()
    await connection.execute(
        """
        INSERT INTO outbox (id, subject, name, body, kept, trace, cause)
        SELECT id, subject, name, body, kept, $6, $7
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::boolean[])
             WITH ORDINALITY AS said (id, subject, name, body, kept, nth)
        ORDER BY nth
        """,
        [clock.new_id() for _ in events],
        [event.subject for event in events],
        [type(event).__name__ for event in events],
        [event.model_dump_json(by_alias=True) for event in events],
        [not event.stream.is_queue for event in events],
        trace.parent,
        trace.cause,
    )


class Relay:
    """Hands one service's outbox to the bus, woken by each commit that said something."""

    def __init__(self, database: "Database", client: Client) -> None:
        self._database = database
        self._client = client
        self._bus = client.jetstream()

    async def run(self) -> None:
        """Relay until cancelled; an unreachable bus or database only delays."""
        while True:
            mark = self._database.emitted.mark()
            try:
                sent = await self.run_once()
            except Exception as error:  # noqa: BLE001 - whatever it was, the events are safe here
                log.warning("outbox waits", service=self._database.service, error=repr(error))
                await asyncio.sleep(RETRY.total_seconds())
                continue
            if sent < LARGEST:
                await wait(mark, SWEEP)

    async def run_once(self) -> int:
        """Send the oldest unsent events and mark them; return how many. Repeats are harmless.

        One replica at a time, so that two facts about one thing go out in the order in which they
        were said: where only the latest is kept, it is the last one sent.
        """
        async with self._database.transaction() as tx:
            await tx.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
            rows = await tx.fetch(
                """
                SELECT position, id, subject, name, body, trace, cause, said_at
                FROM outbox WHERE sent_at IS NULL
                ORDER BY position LIMIT $1
                """,
                LARGEST,
            )
            UNSENT.labels(self._database.service).set(
                (clock.now() - rows[0]["said_at"]).total_seconds() if rows else 0
            )
            if not rows:
                return 0
            if not self._client.is_connected:  # the client would keep them, up to a limit, unasked
                raise ConnectionReconnectingError
            async with asyncio.timeout(ACK_SECONDS):
                acks = [
                    await self._bus.publish_async(
                        row["subject"],
                        row["body"].encode(),
                        headers=_headers(row["id"], row["name"], row["trace"], row["cause"]),
                    )
                    for row in rows
                ]
                await asyncio.gather(*acks)
            await _mark_sent(tx, [row["position"] for row in rows])
        SENT.labels(self._database.service).inc(len(rows))
        return len(rows)


async def count_unsent(db: "Queries") -> int:
    """Return how many events the bus does not have yet."""
    return await db.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL")


async def delete_sent(tx: "Tx", before: datetime) -> None:
    """Forget what the bus has had since before this time."""
    await tx.execute("DELETE FROM outbox WHERE sent_at < $1", before)


async def _mark_sent(tx: "Tx", positions: Sequence[int]) -> None:
    await tx.execute(
        "DELETE FROM outbox WHERE position = ANY($1::bigint[]) AND NOT kept", positions
    )
    await tx.execute(
        "UPDATE outbox SET sent_at = now() WHERE position = ANY($1::bigint[])", positions
    )


def _headers(event_id: object, name: str, trace: str, cause: object) -> dict[str, str]:
    headers = {
        "Nats-Msg-Id": str(event_id),  # the bus drops repeats of the last minutes by this one
        "Event-Id": str(event_id),
        "Event": name,
        "traceparent": trace,
    }
    return headers | {"Causation-Id": str(cause)} if cause else headers
