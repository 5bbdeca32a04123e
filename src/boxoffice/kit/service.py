"""What a service declares of itself, so that it can be run, drawn and checked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from nats.js import JetStreamContext
from prometheus_client import Gauge
from starlette.requests import Request
from starlette.responses import Response

from boxoffice.events.event import Event
from boxoffice.events.streams import Stream
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import Refusal
from boxoffice.kit.settings import Settings

if TYPE_CHECKING:
    from boxoffice.kit.auth import Doorkeeper
    from boxoffice.kit.http.routing import Router

E = TypeVar("E", bound=Event)
Handler = Callable[[Tx, Any], Awaitable[None]]  # an event, or several for one of `on_all`


@dataclass(frozen=True, slots=True)
class Running:
    """A service at work in this process: what its routes and jobs may reach."""

    name: str
    settings: Settings
    db: Database
    bus: JetStreamContext
    doorkeeper: "Doorkeeper"
    outside: Any = None  # what the service's `opens` opened
    streams: Sequence[Stream] = ()  # that the service listens to


@dataclass(frozen=True, slots=True)
class Reaction:
    """A service does this about that news."""

    event: type[Event]
    handler: Handler
    is_together: bool = False  # whether the handler takes all such news of a batch at once

    async def to(self, tx: Tx, *events: Event) -> None:
        """Have the handler see to this news, in this order."""
        if self.is_together:
            await self.handler(tx, events)
        else:
            for event in events:
                await self.handler(tx, event)


@dataclass(frozen=True, slots=True)
class Job:
    """Work by the clock. `run` does what is due and returns when the next is, if it knows.

    It is called at that time, after `every` at the latest, and, if it is woken, whenever
    `Tx.wake_jobs` says that there is work.
    """

    run: Callable[[Running], Awaitable[datetime | None]]
    every: timedelta
    is_woken: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """A number that a service tells of itself every few seconds; alerts and dashboards know it."""

    name: str  # of the metric, behind `boxoffice_` and the service's; with its unit at the end
    means: str
    select: Callable[[Queries, datetime], Awaitable[float]]

    def gauge(self, service: str) -> Gauge:
        """Return what Prometheus reads."""
        return _gauge(f"boxoffice_{service}_{self.name}", self.means)


@cache
def _gauge(name: str, means: str) -> Gauge:
    return Gauge(name, means)


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, what it answers, hears, does by the clock and says."""

    name: str
    does: str  # one sentence, for the documents
    routes: "Router | None" = None
    reacts_to: Sequence[Reaction] = ()
    jobs: Sequence[Job] = ()
    emits: Sequence[type[Event]] = ()
    asks: Sequence[str] = ()  # services that it asks over HTTP
    needs: Sequence[str] = ()  # settings of secrets and of places outside that are not everybody's
    opens: Callable[[Settings, Database], AbstractAsyncContextManager[Any]] | None = None
    tally: Callable[[Queries], Awaitable[Mapping[str, int]]] | None = None  # for the audit
    measures: Sequence[Measure] = ()
    refuse_page: Callable[[Request, Refusal], Awaitable[Response]] | None = None
    reactions: Mapping[type[Event], Reaction] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        reactions = {reaction.event: reaction for reaction in self.reacts_to}
        if len(reactions) != len(self.reacts_to):
            raise ValueError(f"{self.name} reacts twice to one event")
        object.__setattr__(self, "reactions", reactions)
        if self.routes is not None:
            self.routes.belong_to(self.name)

    def listens(self) -> dict[Stream, list[type[Event]]]:
        """Return the events that it reacts to, by the stream that they come on."""
        by_stream: dict[Stream, list[type[Event]]] = {}
        for event in self.reactions:
            by_stream.setdefault(event.stream, []).append(event)
        return by_stream


def on(event: type[E], handler: Callable[[Tx, E], Awaitable[None]]) -> Reaction:
    """Declare that this handler is what the service does about that event."""
    return Reaction(event, handler)


def on_all(
    event: type[E], handler: Callable[[Tx, Sequence[E]], Awaitable[None]]
) -> Sequence[Reaction]:
    """Declare that this handler takes such news together, as much of it as has come.

    With `event` go all that are of its kind. The news is in order where it is about one thing;
    between several handlers there is none, so that this is for copies, which know versions.
    """
    kinds = event.__subclasses__() or [event]
    return [Reaction(kind, handler, is_together=True) for kind in kinds]
