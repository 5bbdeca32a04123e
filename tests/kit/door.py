"""A service of the tests' own: a door that sees who stands before it, and from where they came."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from boxoffice.events.identity import StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.kit.http.routing import Address, Device, Here, MaybeMe, Me, Router, allow, limited
from boxoffice.kit.http.wire import View
from boxoffice.kit.limits import Limit
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE
from stage import Someone

KNOCKS = Limit("knocks", at_once=2, every=timedelta(minutes=1))


@dataclass
class Door:
    """What the tests see of the service."""

    knocks: list[str] = field(default_factory=list[str])  # from where, if they were let

    @property
    def service(self) -> Service:
        """The service at this door."""

        @asynccontextmanager
        async def opens(_settings: Settings, _db: Database) -> AsyncGenerator[Door]:
            yield self

        return Service(name=SERVICE, does="lets people in, or not", routes=_routes(), opens=opens)


def standing(person: Someone, **changes: object) -> StandingChanged:
    """What identity says counts of a person; `changes` stand in place of the usual."""
    usual: dict[str, object] = {
        "person_id": person.id,
        "version": 1,
        "roles": ("member",),
        "verified": True,
        "banned_at": None,
        "banned_until": None,
    }
    return StandingChanged.model_validate(usual | changes)


def banned(person: Someone, **changes: object) -> StandingChanged:
    """What identity says of who was banned just now."""
    return standing(person, **{"banned_at": clock.now(), **changes})


class Caller(View):
    """Who stands there, as far as it is known."""

    name: str | None
    roles: Sequence[str]
    verified: bool
    address: str
    device: str


async def _get_caller(me: MaybeMe, address: Address, device: Device) -> Caller:
    return Caller(
        name=me and me.name,
        roles=me.roles if me else (),
        verified=bool(me and me.verified),
        address=address,
        device=device,
    )


async def _post_knock(here: Here, address: Address) -> Sequence[str]:
    door: Door = here.outside
    door.knocks.append(address)
    return door.knocks


async def _get_hall(me: Me) -> Sequence[str]:
    return me.roles


async def _get_vault(me: Me) -> Sequence[str]:
    return me.roles


async def _get_shelves(me: Me) -> Sequence[str]:
    return me.roles


def _routes() -> Router:
    router = Router()
    router.get("/api/caller")(allow("anyone")(_get_caller))
    router.post("/api/knocks")(allow("anyone")(limited(KNOCKS)(_post_knock)))
    router.get("/api/hall")(allow("member")(_get_hall))
    router.get("/api/vault")(allow("admin")(_get_vault))
    router.get("/api/shelves")(allow("member", verified=True)(_get_shelves))
    return router
