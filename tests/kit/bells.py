"""A room with a database and a bus, and bells to ring in it: as little business as there can be."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from nats.aio.client import Client
from pydantic import Field

from boxoffice.events.event import Event
from boxoffice.events.streams import FACTS
from boxoffice.kit import bus
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.clock import new_id
from boxoffice.kit.consumer import Consumer
from boxoffice.kit.database import Database, Tx, open_database
from boxoffice.kit.outbox import Relay
from boxoffice.kit.service import Handler, Reaction, Running, on
from boxoffice.kit.settings import Settings
from stage import news

SERVICE = "expiration"  # the room borrows its database and its place on the bus


class BellRang(Event):
    """Somebody rang a bell, for the `times`-th time."""

    publisher: ClassVar[str] = "tests"
    about: ClassVar[str] = "bell_id"

    bell_id: UUID = Field(default_factory=new_id)
    times: int = 1


class GongStruck(Event):
    """Somebody struck a gong, for the `times`-th time: news that a later version takes, too."""

    publisher: ClassVar[str] = "tests"
    about: ClassVar[str] = "bell_id"

    bell_id: UUID = Field(default_factory=new_id)
    times: int = 1


@dataclass(frozen=True)
class Room:
    """A database and a bus, with nothing at work between them."""

    settings: Settings
    db: Database
    client: Client

    @property
    def relay(self) -> Relay:
        """What hands this room's outbox to the bus."""
        return Relay(self.db, self.client)

    def running(self, db: Database | None = None, **changes: object) -> Running:
        """A service at work in this room; `changes` stand in place of its settings."""
        settings = self.settings.model_copy(update=changes)
        doorkeeper = Doorkeeper(watched_keys(), watched_standing(), settings)
        return Running(SERVICE, settings, db or self.db, self.client.jetstream(), doorkeeper)

    async def consumer(self, handler: Handler, *kinds: type[Event]) -> Consumer:
        """What hears these kinds of news here: bells, when none is named."""
        heard = {kind: on(kind, handler) for kind in kinds or (BellRang,)}
        reactions: Mapping[type[Event], Reaction] = heard
        await bus.ensure_consumers(self.client, SERVICE, {FACTS: reactions})
        return Consumer(self.db, self.client, FACTS, reactions, self.settings.delivery_tries)

    async def ring(self, event: BellRang) -> None:
        """Note a bell and say so."""
        async with self.db.transaction() as tx:
            await note(tx, event)
            await tx.emit(event)

    async def say(self, *events: Event) -> None:
        """Have events said, in one transaction; they wait in the outbox."""
        async with self.db.transaction() as tx:
            await tx.emit(*events)

    async def murmur(self, subject: str, body: str, headers: dict[str, str]) -> None:
        """Publish anything at all."""
        await self.client.jetstream().publish(subject, body.encode(), headers=headers or None)

    async def noted(self) -> list[int]:
        """What was noted, oldest first."""
        return [row["times"] for row in await self.db.fetch("SELECT times FROM bells ORDER BY nth")]

    async def said(self) -> list[int]:
        """What the bus has, oldest first."""
        return [event.times for event in await news.said(self.client, BellRang)]

    async def unheard(self) -> tuple[int, int]:
        """How many events the bus still keeps for this room, and how many of them are in hand."""
        place = await self.client.jetstream().consumer_info(FACTS.name, SERVICE)
        in_hand = place.num_ack_pending or 0
        return (place.num_pending or 0) + in_hand, in_hand


async def note(tx: Tx, event: BellRang | GongStruck) -> None:
    """Write down that something rang."""
    await tx.execute(
        "INSERT INTO bells (bell_id, times) VALUES ($1, $2)", event.bell_id, event.times
    )


@asynccontextmanager
async def open_room(settings: Settings) -> AsyncGenerator[Room]:
    """Enter the room by these addresses; its database must be there."""
    async with (
        open_database(SERVICE, settings) as db,
        bus.connect(settings, "room") as client,
    ):
        await db.execute(
            "CREATE TABLE IF NOT EXISTS bells"
            " (nth bigint GENERATED ALWAYS AS IDENTITY, bell_id uuid, times integer)"
        )
        await bus.ensure_streams(client, settings)
        yield Room(settings, db, client)
