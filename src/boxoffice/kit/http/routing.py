"""Routes that say who may call them, and what a route may ask for."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from boxoffice.kit import clock, limits, receipts
from boxoffice.kit.auth import Person, require
from boxoffice.kit.database import Database
from boxoffice.kit.errors import Forbidden, Refusal
from boxoffice.kit.http import idempotency, quick
from boxoffice.kit.http.visitor import neighbourhood
from boxoffice.kit.limits import Limit
from boxoffice.kit.service import Running

Who = Literal["anyone", "member", "organiser", "moderator", "admin"]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # methods that change nothing
LONGEST_DEVICE = 300  # characters of a User-Agent; browsers send about 120
F = TypeVar("F", bound=Callable[..., Any])


def allow(who: Who, *, verified: bool = False) -> Callable[[F], F]:
    """Declare who may call this route. Checked before anything of the request is read.

    `verified` asks for a verified e-mail address where `require_verified` is on.
    """

    def declare(endpoint: F) -> F:
        endpoint.__dict__["allows"] = who
        endpoint.__dict__["verified"] = verified
        return endpoint

    return declare


def limited(limit: Limit) -> Callable[[F], F]:
    """Declare how often one address may call this route: TooMany beyond."""

    def declare(endpoint: F) -> F:
        endpoint.__dict__["limit"] = limit
        return endpoint

    return declare


def takes(limit_bytes: int) -> Callable[[F], F]:
    """Declare how large a body this route takes, where that is more than `body_limit_bytes`."""

    def declare(endpoint: F) -> F:
        endpoint.__dict__["takes"] = limit_bytes
        return endpoint

    return declare


def refuses(*kinds: type[Refusal]) -> Callable[[F], F]:
    """Declare how this route refuses, beside what its method and path imply (see openapi)."""

    def declare(endpoint: F) -> F:
        endpoint.__dict__["refuses"] = kinds
        return endpoint

    return declare


class GuardedRoute(APIRoute):
    """A route that knows its service and lets in only whom it declares."""

    service: str

    @property
    def allows(self) -> Who:
        """Who may call it. A route that does not say fails when it is declared."""
        return self.endpoint.__dict__["allows"]

    @property
    def needs_verified(self) -> bool:
        """Whether it may ask for a verified e-mail address."""
        return self.endpoint.__dict__["verified"]

    @property
    def limit(self) -> Limit | None:
        """How often one address may call it."""
        return self.endpoint.__dict__.get("limit")

    @property
    def takes(self) -> int | None:
        """How many bytes of a body it takes, where that is more than others do."""
        return self.endpoint.__dict__.get("takes")

    @property
    def refuses(self) -> Sequence[type[Refusal]]:
        """How it refuses, beside what its method and path imply."""
        return self.endpoint.__dict__.get("refuses", ())

    @property
    def is_simple(self) -> bool:
        """Whether it is told by its path alone, and asks for nothing that has to be worked out."""
        return not self.param_convertors and self._quick is not None

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        if "allows" not in endpoint.__dict__:
            raise TypeError(f"{path} does not say whom it allows")
        super().__init__(path, endpoint, **options)
        self._quick = quick.answer_of(
            endpoint,
            GIVEN,
            self.param_convertors.keys(),
            self.status_code or 200,
            exclude_none=self.response_model_exclude_none,
        )
        answer = self._quick or super().handle
        self._answer = answer if SAFE.issuperset(self.methods or ()) else receipts.giving(answer)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether it is for a request, most of which are for others: paths first."""
        if not self.param_convertors and scope.get("path") != self.path:
            return Match.NONE, {}
        return super().matches(scope)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check who is asking, then answer; a POST with an Idempotency-Key only once."""
        if scope["method"] not in (self.methods or ()):
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(_methods(scope)))})
        running: Running = scope["app"].state.running[self.service]
        person = running.doorkeeper.who(Request(scope), clock.now())
        self._admit(person, running)
        if self.limit:
            who = neighbourhood(scope["address"])
            await limits.take(running, self.limit, who, clock.now())
        scope["running"], scope["person"] = running, person
        await idempotency.once(running, person, self._answer, scope, receive, send)

    def _admit(self, person: Person | None, running: Running) -> None:
        if self.allows == "anyone":
            return
        person = require(person)
        if self.allows != "member" and not person.may(self.allows):
            raise Forbidden(f"This needs the role {self.allows}")
        if self.needs_verified and running.settings.require_verified and not person.verified:
            raise Forbidden("Verify your e-mail address first")


class Router(APIRouter):
    """A service's routes."""

    def __init__(self) -> None:
        super().__init__(route_class=GuardedRoute)

    def belong_to(self, service: str) -> None:
        """Tell every route whose it is."""
        for route in self.guarded():
            route.service = service
            route.tags = [service]

    def guarded(self) -> list[GuardedRoute]:
        """Return the routes that answer requests."""
        return [route for route in self.routes if isinstance(route, GuardedRoute)]


def _methods(scope: Scope) -> set[str]:
    """Return every method that is answered at the path of a request."""
    return {
        method
        for route in scope["app"].routes
        if isinstance(route, GuardedRoute) and route.matches(scope)[0] is not Match.NONE
        for method in route.methods or ()
    }


async def _running(request: Request) -> Running:
    return request.scope["running"]


async def _db(request: Request) -> Database:
    return request.scope["running"].db


async def _me(request: Request) -> Person:
    return require(request.scope["person"])


async def _maybe_me(request: Request) -> Person | None:
    return request.scope["person"]


async def _now(_: Request) -> datetime:
    return clock.now()


async def _address(request: Request) -> str:
    return request.scope["address"]


async def _device(request: Request) -> str:
    said = request.headers.get("user-agent", "")[:LONGEST_DEVICE]
    return "".join(letter for letter in said if letter.isprintable())


Here = Annotated[Running, Depends(_running, scope="function")]
Db = Annotated[Database, Depends(_db, scope="function")]
Me = Annotated[Person, Depends(_me, scope="function")]
MaybeMe = Annotated[Person | None, Depends(_maybe_me, scope="function")]
Now = Annotated[datetime, Depends(_now, scope="function")]
Address = Annotated[str, Depends(_address, scope="function")]  # IP address of the visitor
Device = Annotated[str, Depends(_device, scope="function")]  # what the visitor's browser says it is
GIVEN = frozenset((_running, _db, _me, _maybe_me, _now, _address, _device))
