"""Hearing events: batches in one transaction, each event once, the poisonous ones set aside."""

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg

from boxoffice.events.event import Event
from boxoffice.events.streams import Stream
from boxoffice.kit import bus, inbox, rebuild, spans
from boxoffice.kit.database import UNREACHABLE, Database, Tx
from boxoffice.kit.heard import Heard, Undecodable, by_reaction, is_on, read, subjects_of
from boxoffice.kit.inbox import DeadLetter
from boxoffice.kit.pull import Pull
from boxoffice.kit.service import Reaction
from boxoffice.kit.telemetry import DEAD, HANDLED, log, new_trace

LARGEST = 128  # events a transaction: amortises the commit, keeps its locks short
FIRST_RETRY = timedelta(milliseconds=50)  # a cause is mostly right behind its effect
LAST_RETRY = timedelta(seconds=60)  # a broken neighbour needs minutes, not a busy loop
PAUSE = timedelta(seconds=1)  # database or bus are away: events stay on the bus meanwhile


class HandlerError(Exception):
    """A handler failed in a way that could be taken for an unreachable database."""


class Consumer:
    """One service's ear on one stream. Replicas share the durable consumer behind it."""

    def __init__(
        self,
        database: Database,
        client: Client,
        stream: Stream,
        reactions: Mapping[type[Event], Reaction],
        tries: int,
        *,
        writes_model: bool = False,
    ) -> None:
        self._database = database
        self._client = client
        self._stream = stream
        self._reactions = reactions
        self._by_name = {event.__name__: event for event in reactions}
        self._subjects = subjects_of(reactions)
        self._hears_all = bus.filters(stream, reactions) == [stream.subjects]
        self._tries = tries
        self._writes_model = writes_model

    async def run(self) -> None:
        """Listen until cancelled; an unreachable bus or database only delays.

        A batch in hand is finished first.
        """
        while True:
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 - whatever it was, events stay on the bus
                log.warning("listens again", service=self._database.service, error=repr(error))
                await asyncio.sleep(PAUSE.total_seconds())

    async def _listen(self) -> None:
        durable = self._database.service
        async with Pull(self._client, self._stream.name, durable, LARGEST) as pull:
            while True:
                messages = await pull.batch()
                while not await self._taken(messages):  # noqa: ASYNC110 - it waits for a database
                    await asyncio.sleep(PAUSE.total_seconds())

    async def _taken(self, messages: list[Msg]) -> bool:
        handling = asyncio.ensure_future(self._take(messages))
        try:
            await asyncio.shield(handling)
        except asyncio.CancelledError:
            await asyncio.wait([handling])
            raise
        except Exception as error:  # noqa: BLE001 - they stay in hand until they can be taken
            log.warning("events wait", service=self._database.service, error=repr(error))
            return False
        return True

    async def _take(self, messages: list[Msg]) -> None:
        # Those that are settled were so before the database went away.
        heard = await self._sort([message for message in messages if not message.is_acked])
        if not heard:
            return
        try:
            async with self._database.transaction() as tx:
                await self._handle(tx, heard)
        except UNREACHABLE:
            raise
        except Exception:  # noqa: BLE001 - one by one tells which of them it was
            for one in heard:
                await self._take_alone(one)
        else:
            for one in heard:
                await one.message.ack()

    async def _sort(self, messages: Sequence[Msg]) -> Sequence[Heard]:
        """Return the news for this service; settle what is none, and what cannot be understood."""
        heard: list[Heard] = []
        for message in messages:
            if not is_on(message, self._subjects):
                await self._pass_on(message)
                continue
            try:
                heard.append(read(message, self._by_name))
            except Undecodable as error:
                await self._bury(message, error)
        return heard

    async def _pass_on(self, message: Msg) -> None:
        """Settle news that no handler here takes, without keeping it from one elsewhere.

        Who asked for a few subjects gets others only when another version asks for them, in the
        same durable consumer: a replica of that version will take it.
        """
        tries = message.metadata.num_delivered
        if self._hears_all:
            await message.ack()
        elif tries < self._tries:
            await message.nak(delay=_backoff(tries))
        else:
            await self._bury(message, Undecodable("no version of this service has taken it"))

    async def _take_alone(self, one: Heard) -> None:
        try:
            async with self._database.transaction() as tx:
                await self._handle(tx, [one])
        except UNREACHABLE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the event is retried or kept
            HANDLED.labels(self._database.service, type(one.event).__name__, "failed").observe(0)
            if one.message.metadata.num_delivered >= self._tries:
                await self._bury(one.message, error)
            else:
                await one.message.nak(delay=_backoff(one.message.metadata.num_delivered))
        else:
            await one.message.ack()

    async def _handle(self, tx: Tx, heard: Sequence[Heard]) -> None:
        if self._writes_model:
            await rebuild.share(tx)
        fresh = await inbox.insert_heard(tx, [one.id for one in heard])
        new = {one.id: one for one in heard if one.id in fresh}
        for reaction, some in by_reaction(list(new.values()), self._reactions):
            await self._react(tx, reaction, some)

    async def _react(self, tx: Tx, reaction: Reaction, heard: Sequence[Heard]) -> None:
        """Have the service react to news: to one event under the trace that it came with."""
        begun = time.perf_counter()
        first = heard[0]
        trace = new_trace() if reaction.is_together else new_trace(first.parent, cause=first.id)
        name = type(first.event).__name__
        with spans.spanned(trace, self._database.service, f"on {name}", "CONSUMER"):
            try:
                await reaction.to(tx, *(one.event for one in heard))
            except OSError as error:  # its own: a lost database speaks in the driver's words
                raise HandlerError(repr(error)) from error
        each = (time.perf_counter() - begun) / len(heard)
        for one in heard:
            HANDLED.labels(self._database.service, type(one.event).__name__, "done").observe(each)

    async def _bury(self, message: Msg, error: Exception) -> None:
        headers = message.headers or {}
        name = headers.get("Event", "?")
        letter = DeadLetter(
            id=_event_id(message),
            subject=message.subject,
            name=name,
            body="" if self._stream.is_queue else _text(message),  # its secrets are not kept
            error=type(error).__name__ if self._stream.is_queue else repr(error),
            tries=message.metadata.num_delivered,
        )
        async with self._database.transaction() as tx:
            await inbox.insert_dead_letter(tx, letter)
        DEAD.labels(self._database.service, name).inc()
        log.error("dead letter", service=self._database.service, name=name, error=letter.error)
        await message.term()


def _text(message: Msg) -> str:
    return message.data.decode(errors="replace").replace("\0", "\ufffd")


def _event_id(message: Msg) -> UUID:
    try:
        return UUID((message.headers or {})["Event-Id"])
    except (KeyError, ValueError):
        return UUID(int=message.metadata.sequence.stream)


def _backoff(tries: int) -> float:
    seconds = FIRST_RETRY.total_seconds() * 2 ** min(tries - 1, 20)
    return min(seconds, LAST_RETRY.total_seconds()) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
