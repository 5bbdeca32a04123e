"""What a service declares of itself, so that it can be run, drawn and checked."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from nats.js import JetStreamContext
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
Handler = Callable[[Tx, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Running:
    """A service at work in this process: what its routes and jobs may reach."""

    name: str
    settings: Settings
    db: Database
    bus: JetStreamContext
    doorkeeper: "Doorkeeper"
    outside: Any = None  # what the service's `opens` opened


@dataclass(frozen=True, slots=True)
class Reaction:
    """A service does this about that news."""

    event: type[Event]
    handler: Handler


@dataclass(frozen=True, slots=True)
class Job:
    """Work by the clock. `run` does what is due and returns when the next is, if it knows.

    It is called at that time, after `every` at the latest, and whenever `Tx.wake_jobs` says so.
    """

    run: Callable[[Running], Awaitable[datetime | None]]
    every: timedelta


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its name, what it answers, hears, does by the clock and says."""

    name: str
    does: str  # one sentence, for the documents
    routes: "Router | None" = None
    reacts_to: Sequence[Reaction] = ()
    jobs: Sequence[Job] = ()
    emits: Sequence[type[Event]] = ()
    opens: Callable[[Settings, Database], AbstractAsyncContextManager[Any]] | None = None
    tally: Callable[[Queries], Awaitable[Mapping[str, int]]] | None = None  # for the audit
    refuse_page: Callable[[Request, Refusal], Awaitable[Response]] | None = None
    handlers: Mapping[type[Event], Handler] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        handlers = {reaction.event: reaction.handler for reaction in self.reacts_to}
        if len(handlers) != len(self.reacts_to):
            raise ValueError(f"{self.name} reacts twice to one event")
        object.__setattr__(self, "handlers", handlers)
        if self.routes is not None:
            self.routes.belong_to(self.name)

    def listens(self) -> dict[Stream, list[type[Event]]]:
        """Return the events that it reacts to, by the stream that they come on."""
        by_stream: dict[Stream, list[type[Event]]] = {}
        for event in self.handlers:
            by_stream.setdefault(event.stream, []).append(event)
        return by_stream


def on(event: type[E], handler: Callable[[Tx, E], Awaitable[None]]) -> Reaction:
    """Declare that this handler is what the service does about that event."""
    return Reaction(event, handler)
