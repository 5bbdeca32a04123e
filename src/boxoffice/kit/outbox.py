"""The outbox: facts wait in the service's own database until the bus has them."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from nats.aio.client import Client
from nats.errors import ConnectionReconnectingError
from nats.js.api import Header

from boxoffice.events.event import Event
from boxoffice.events.streams import FACTS
from boxoffice.kit import clock
from boxoffice.kit.signal import wait
from boxoffice.kit.telemetry import SENT, UNSENT, current_trace, log

if TYPE_CHECKING:
    from asyncpg import Record

    from boxoffice.kit.database import Connection, Database, Queries, Tx

LARGEST = 256  # events a round: big enough to fill the pipe, small enough to repeat after a crash
SWEEP = timedelta(seconds=1)  # finds what another process left behind
RETRY = timedelta(milliseconds=500)  # the bus is away: ask again soon, but not in a spin
ACK_SECONDS = 5  # past that the bus did not take it; saying it again is safe
GATHER_SECONDS = 0.01  # between rounds: each has its price, and nobody waits for a fact that long
MANY = 16  # events a round: so many come in a burst alone, which needs the core for its requests
BURST_SECONDS = 0.04  # between rounds while a burst lasts
LOCK = 0x4F7574  # "Out": one relay at a time in each database
BATCH, NTH, COMMIT = Header.BATCH_ID, Header.BATCH_SEQUENCE, Header.BATCH_COMMIT
KEPT = timedelta(days=7)  # sent events stay this long, so that a lost stream can be refilled


async def insert_events(connection: "Connection", events: Sequence[Event]) -> None:
    """Put events into the outbox, in this order, under the current trace."""
    trace = current_trace()
    await connection.execute(
        """
        WITH said AS (
            INSERT INTO outbox (id, subject, name, body, kept, trace, cause)
            SELECT id, subject, name, body, kept, $6, $7
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::json[], $5::boolean[])
                AS event (id, subject, name, body, kept)
            RETURNING position
        )
        INSERT INTO unsent SELECT position FROM said
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
            if sent:  # what comes meanwhile goes together
                await asyncio.sleep(GATHER_SECONDS if sent < MANY else BURST_SECONDS)
            if sent < LARGEST:
                await wait(mark, SWEEP)

    async def run_once(self) -> int:
        """Send the oldest unsent events; return how many. Repeats are harmless.

        One replica at a time, so that two facts about one thing go out in the order in which they
        were said: where only the latest is kept, it is the last one sent.
        """
        async with self._database.transaction() as tx:
            await _lock(tx)
            rows = await _take(tx)
            UNSENT.labels(self._database.service).set(
                (clock.now() - rows[0]["said_at"]).total_seconds() if rows else 0
            )
            if not rows:
                return 0
            if not self._client.is_connected:  # the client would keep them, up to a limit, unasked
                raise ConnectionReconnectingError
            async with asyncio.timeout(ACK_SECONDS):
                await self._publish(rows)
            await _delete_unkept(tx, rows)
        SENT.labels(self._database.service).inc(len(rows))
        return len(rows)

    async def _publish(self, rows: "Sequence[Record]") -> None:
        """Have the bus take all of these: the facts among them together, with one answer.

        Where it refuses that, as it does when it has one of them already, each is sent by itself.
        """
        facts = [row for row in rows if row["subject"].startswith(FACTS.prefix)]
        others = [row for row in rows if not row["subject"].startswith(FACTS.prefix)]
        if len(facts) == 1 or (facts and not await self._publish_together(facts)):
            others = rows
        acks = [
            await self._bus.publish_async(
                row["subject"], row["body"].encode(), headers=_headers(row)
            )
            for row in others
        ]
        await asyncio.gather(*acks)

    async def _publish_together(self, rows: "Sequence[Record]") -> bool:
        """Publish these as one (NATS ADR-50, atomic batch); False when the bus has taken none."""
        batch = str(clock.new_id())
        *most, last = enumerate(rows, 1)
        for nth, row in most:
            headers = _headers(row) | {BATCH: batch, NTH: str(nth)}
            await self._client.publish(row["subject"], row["body"].encode(), headers=headers)
        nth, row = last
        headers = _headers(row) | {BATCH: batch, NTH: str(nth), COMMIT: "1"}
        answer = await self._client.request(
            row["subject"], row["body"].encode(), timeout=ACK_SECONDS, headers=headers
        )
        return "error" not in json.loads(answer.data)


async def count_unsent(db: "Queries") -> int:
    """Return how many events the bus does not have yet."""
    return await db.fetchval("SELECT count(*) FROM unsent")


async def delete_sent(tx: "Tx", before: datetime) -> None:
    """Forget what was said before this time, if the bus has it."""
    await tx.execute(
        """
        DELETE FROM outbox WHERE said_at < $1
            AND NOT EXISTS (SELECT FROM unsent WHERE unsent.position = outbox.position)
        """,
        before,
    )


async def _lock(tx: "Tx") -> None:
    """Keep other relays out until the end, whose commit waits for no disk.

    When a crash takes what was noted as sent, it is sent again: that is harmless. Indexes are used
    even where a statement was planned while `unsent` was empty.
    """
    await tx.execute(
        """
        SELECT pg_advisory_xact_lock($1), set_config('synchronous_commit', 'off', true),
               set_config('enable_seqscan', 'off', true)
        """,
        LOCK,
    )


async def _take(tx: "Tx") -> "Sequence[Record]":
    """Return the oldest unsent events, sent once the transaction commits."""
    return await tx.fetch(
        """
        WITH taken AS (
            DELETE FROM unsent WHERE position = ANY (
                ARRAY(SELECT position FROM unsent ORDER BY position LIMIT $1)
            )
            RETURNING position
        )
        SELECT position, id, subject, name, body, kept, trace, cause, said_at
        FROM outbox WHERE position = ANY (ARRAY(SELECT position FROM taken))
        ORDER BY position
        """,
        LARGEST,
    )


async def _delete_unkept(tx: "Tx", rows: "Sequence[Record]") -> None:
    if gone := [row["position"] for row in rows if not row["kept"]]:
        await tx.execute("DELETE FROM outbox WHERE position = ANY($1::bigint[])", gone)


def _headers(row: "Record") -> dict[str, str]:
    event_id = str(row["id"])
    headers = {
        Header.MSG_ID: event_id,  # the bus drops repeats of the last minutes by this one
        "Event-Id": event_id,
        "Event": row["name"],
        "traceparent": row["trace"],
    }
    return headers | {"Causation-Id": str(row["cause"])} if row["cause"] else headers
