"""Building a model anew from all that was ever said, beside the one that is read, and swapping it in.

The new one grows in the schema `fresh`; how far it is stands beside it, in the same transactions, so
that one who was interrupted is gone on with. Meanwhile the old one is read and kept up to date. At
the end whoever writes waits for the moment in which the last news is taken and the schemas change
their names; whoever reads does not.
"""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from boxoffice.events.streams import Stream
from boxoffice.kit import bus, migrate
from boxoffice.kit.database import (
    UNREACHABLE,
    Database,
    Queries,
    Tx,
    open_database,
    url_of,
)
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.kit.heard import Heard, Undecodable, by_reaction, is_on, read, subjects_of
from boxoffice.kit.pull import Pull
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log

ENOUGH = 2048  # events for a transaction: nobody waits for one, and each has its price
LARGEST = 4096  # on their way at once: they come while others are written
NEAR = 1024  # events that may be missing when writers are made to wait for the rest
ALIVE_SECONDS = 60  # that the bus keeps our place without being asked
WRITING = 0x4D6F64  # "Mod": shared by who writes to the model, alone for who swaps it
BUILDING = 0x427569  # "Bui": one at a time builds

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: how many events are in it, and what tells this model and the last apart."""

    events: int
    skipped: int  # that could not be read, or were refused: they are dead letters, too
    before: str | None  # checksum of the model that was read until now, if that was asked
    after: str | None  # of the one that is read from now on


async def share(tx: Tx) -> None:
    """Have the model stay in its place until this transaction, which writes to it, ends."""
    await tx.execute("SELECT pg_advisory_xact_lock_shared($1)", WRITING)


async def rebuild(
    service: Service, settings: Settings, tell: Tell, *, compare: bool = False
) -> Rebuilt:
    """Build the model of a service anew, or go on with that, and have it read from then on.

    NotFound when the service has none; Conflict when somebody builds it already; MigrationError on
    the tables of another version, which would lack something of its own afterwards. `tell` hears
    where in a stream it is, and where that ends. To `compare` takes seconds, in which news waits.
    """
    if not migrate.model_steps(service.name):
        raise NotFound(f"{service.name} has no model that could be built anew")
    await migrate.require_current(url_of(service.name, settings), service.name, alone=True)
    async with (
        bus.connect(settings, f"rebuild {service.name}") as client,
        open_database(service.name, settings) as db,
        _alone(db),
    ):
        building = _Building(service, db, client, tell)
        await building.begin()
        for stream in service.listens():
            await building.follow(stream)
        return await building.swap(compare=compare)


async def checksum(db: Queries, schema: str) -> str:
    """Return what tells two models with the same tables apart."""
    return await db.fetchval("SELECT checksum_of($1)", schema)


@dataclass(frozen=True, slots=True)
class _Read:
    """Some news, and where in its stream the last of it is."""

    heard: Sequence[Heard]
    position: int


class _Building:
    """A model on its way."""

    def __init__(self, service: Service, db: Database, client: Client, tell: Tell) -> None:
        self._service = service
        self._db = db
        self._client = client
        self._tell = tell
        self._events = {event.__name__: event for event in service.reactions}
        self._subjects = subjects_of(service.reactions)
        self._skipped = 0

    async def begin(self) -> None:
        """Make its tables, or find those of one who was interrupted."""
        steps = migrate.model_steps(self._service.name)
        of = hashlib.sha256("".join(steps).encode()).hexdigest()
        async with self._db.transaction() as tx:
            known = await tx.fetch("SELECT DISTINCT steps FROM rebuilds")
            if [row["steps"] for row in known] == [of]:
                return
            await tx.execute("DROP SCHEMA IF EXISTS fresh CASCADE")
            await tx.execute("DELETE FROM rebuilds")
            await tx.execute("CREATE SCHEMA fresh")
            await _enter(tx)
            for sql in steps:
                await tx.execute(sql)
            await tx.execute(
                "INSERT INTO public.rebuilds SELECT unnest($1::text[]), 0, 0, $2",
                [stream.name for stream in self._service.listens()],
                of,
            )

    async def follow(self, stream: Stream) -> None:
        """Take what was said on a stream, until nearly all of it is in."""
        position = await self._db.fetchval(
            "SELECT position FROM rebuilds WHERE stream = $1", stream.name
        )
        last = await self._last(stream)
        writing: asyncio.Task[None] | None = None
        try:
            async with self._messages(stream, position) as batches:
                async for messages in batches:
                    some = self._read(messages)  # while what came before is written
                    if writing:
                        await writing
                        self._tell(position, last)
                    writing = asyncio.create_task(self._write(stream, some))
                    position = some.position
                    if position >= last - NEAR:
                        break
            if writing:
                await writing
                self._tell(position, last)
        finally:
            if writing:
                writing.cancel()
                await asyncio.wait([writing])

    async def _write(self, stream: Stream, some: _Read) -> None:
        async with self._db.transaction() as tx:
            await tx.execute("SET LOCAL synchronous_commit = off")  # it can be built again
            await self._take(tx, stream, some)

    async def swap(self, *, compare: bool) -> Rebuilt:
        """Take the rest while nobody writes, and change places with what is read."""
        async with self._db.transaction() as tx:
            await tx.execute("SET LOCAL lock_timeout = 0")
            await tx.execute("SET LOCAL statement_timeout = 0")
            await tx.execute("SELECT pg_advisory_xact_lock($1)", WRITING)
            for stream in self._service.listens():
                await self._finish(tx, stream)
            events = await tx.fetchval("SELECT sum(heard)::bigint FROM public.rebuilds")
            before = await checksum(tx, "model") if compare else None
            after = await checksum(tx, "fresh") if compare else None
            await tx.execute("ALTER SCHEMA model RENAME TO stale")
            await tx.execute("ALTER SCHEMA fresh RENAME TO model")
            await tx.execute("DELETE FROM public.rebuilds")
        await self._db.execute("DROP SCHEMA stale CASCADE")
        return Rebuilt(events, self._skipped, before, after)

    async def _finish(self, tx: Tx, stream: Stream) -> None:
        position = await tx.fetchval(
            "SELECT position FROM public.rebuilds WHERE stream = $1", stream.name
        )
        last = await self._last(stream)
        if position >= last:
            return
        async with self._messages(stream, position) as batches:
            async for messages in batches:
                some = self._read(messages)
                await self._take(tx, stream, some)
                if some.position >= last:
                    return

    async def _take(self, tx: Tx, stream: Stream, some: _Read) -> None:
        """Put news into the model, and note until where in the stream all of it is in."""
        await _enter(tx)
        try:
            async with tx.savepoint():
                await self._react(tx, some.heard)
        except UNREACHABLE:
            raise
        except Exception:  # noqa: BLE001 - one by one tells which of them it was
            for one in some.heard:
                await self._take_alone(tx, one)
        await tx.execute(
            "UPDATE public.rebuilds SET position = $2, heard = heard + $3 WHERE stream = $1",
            stream.name,
            some.position,
            len(some.heard),
        )

    async def _take_alone(self, tx: Tx, one: Heard) -> None:
        try:
            async with tx.savepoint():
                await self._react(tx, [one])
        except UNREACHABLE:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, it stands in the way of no other
            self._skip(one.message, error)

    async def _react(self, tx: Tx, heard: Sequence[Heard]) -> None:
        for reaction, some in by_reaction(heard, self._service.reactions):
            await reaction.to(tx, *(one.event for one in some))

    def _read(self, messages: Sequence[Msg]) -> _Read:
        heard: list[Heard] = []
        for message in messages:
            if not is_on(message, self._subjects):
                continue
            try:
                heard.append(read(message, self._events))
            except Undecodable as error:
                self._skip(message, error)
        return _Read(heard, messages[-1].metadata.sequence.stream)

    def _skip(self, message: Msg, error: Exception) -> None:
        self._skipped += 1
        log.warning("not rebuilt", subject=message.subject, error=repr(error))

    async def _last(self, stream: Stream) -> int:
        """Return where in a stream the last news for this service is."""
        last = 0
        for event in self._service.listens()[stream]:
            try:
                message = await self._client.jetstream().get_last_msg(stream.name, event.every())
            except NotFoundError:
                continue
            last = max(last, message.seq or 0)
        return last

    @asynccontextmanager
    async def _messages(
        self, stream: Stream, position: int
    ) -> AsyncGenerator[AsyncGenerator[list[Msg]]]:
        """Yield batches of what was said behind a position, without end."""
        name = f"rebuild-{self._service.name}-{secrets.token_hex(8)}"
        if position >= await self._last(stream):
            yield _nothing()
            return
        await self._client.jetstream().add_consumer(
            stream.name,
            ConsumerConfig(
                name=name,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=position + 1,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=ALIVE_SECONDS,
                mem_storage=True,
            ),
        )
        async with Pull(self._client, stream.name, name, LARGEST) as pull:
            yield _batches(pull, await self._last(stream))
        await self._client.jetstream().delete_consumer(stream.name, name)


async def _batches(pull: Pull, last: int) -> AsyncGenerator[list[Msg]]:
    some: list[Msg] = []
    while True:
        some += await pull.batch()
        if len(some) >= ENOUGH or some[-1].metadata.sequence.stream >= last:
            yield some
            some = []


async def _nothing() -> AsyncGenerator[list[Msg]]:
    return
    yield


async def _enter(tx: Tx) -> None:
    await tx.execute("SET LOCAL search_path = fresh, public")


@asynccontextmanager
async def _alone(db: Database) -> AsyncGenerator[None]:
    async with db.transaction() as tx:
        await tx.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        if not await tx.fetchval("SELECT pg_try_advisory_xact_lock($1)", BUILDING):
            raise Conflict(f"Somebody is building the model of {db.service} already")
        yield
