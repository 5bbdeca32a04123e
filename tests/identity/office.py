"""The office that rules over people: who works there, and every door at which its word counts."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import httpx

from boxoffice.events.event import Event
from boxoffice.events.identity import PersonChanged
from boxoffice.kit import clock
from boxoffice.services import load
from boxoffice.services.identity import store
from boxoffice.services.identity.model import NOBODYS_HASH, Newcomer, Person, Role
from stage import App, Someone, eventually
from stage.app import playing
from stage.place import free_port

L = TypeVar("L", bound=Event)

SOON_SECONDS = 3  # a second is promised; two more for a machine that does something else as well


class Door(NamedTuple):
    """What somebody asks of a service, and the answer to who is let in."""

    method: str
    path: str
    status: int


DOORS = {
    "identity": Door("GET", "/api/users/sessions", 200),
    "tickets": Door("POST", "/api/tickets", 400),
    "orders": Door("GET", "/api/orders", 200),
    "payments": Door("POST", "/api/payments", 400),
}

NOWHERE = UUID("0199aaaa-aaaa-7aaa-aaaa-aaaaaaaaaaaa")  # nobody's id
POWERLESS: dict[str, tuple[Role, ...]] = {  # who may not rule over others
    "nobody": (),
    "unverified": (),
    "member": (),
    "organiser": ("organiser",),
    "moderator": ("moderator",),
}


async def settle(app: App, name: str, *roles: Role, verified: bool = True) -> Someone:
    """Somebody who has had an account for long, and a token that was signed just now."""
    newcomer = Newcomer(
        f"{name}@example.com", name, NOBODYS_HASH, tuple(sorted({"member", *roles})), verified
    )
    async with (await app.db("identity")).transaction() as tx:
        person = await store.insert_person(tx, newcomer, clock.now())
        assert person, f"{name} has an account already"
        await tx.emit(PersonChanged.of(person))
    someone = Someone(name, id=person.person_id, roles=person.roles)
    return replace(someone, token=someone.sign(verified=verified))


async def powerless(app: App, name: str, kind: str) -> Someone | None:
    """Somebody as one of the POWERLESS; None is who has no account at all."""
    if kind == "nobody":
        return None
    return await settle(app, name, *POWERLESS[kind], verified=kind != "unverified")


async def ban(app: App, by: Someone | None, whom: UUID, **said: Any) -> httpx.Response:
    """Ask for a ban: for selling air and for good, unless something else is said."""
    return await app.put(f"/api/users/{whom}/ban", by, json={"reason": "selling air"} | said)


async def lift(app: App, by: Someone | None, whom: UUID) -> httpx.Response:
    """Ask that somebody may come back."""
    return await app.delete(f"/api/users/{whom}/ban", by)


async def give(app: App, by: Someone | None, whom: UUID, *roles: str) -> httpx.Response:
    """Ask that somebody has these roles."""
    return await app.put(f"/api/users/{whom}/roles", by, json={"roles": roles})


async def kept(app: App, person_id: UUID) -> Person:
    """A person as identity's database has them."""
    person = await store.select_person_by_id(await app.db("identity"), person_id)
    assert person
    return person


async def letters(app: App, kind: type[L], many: int = 1) -> list[L]:
    """The letters of a kind that wait to be sent, once there are as many; they go on waiting."""
    bus = app.client.jetstream()

    async def look() -> list[L]:
        state = (await bus.stream_info(kind.stream.name)).state
        waiting = [await bus.get_msg(kind.stream.name, n) for n in range(1, state.last_seq + 1)]
        found = [one.data or b"" for one in waiting if one.subject == kind.subjects]
        assert len(found) >= many
        return [kind.model_validate_json(one) for one in found]

    return await eventually(look)


async def answers(app: App, somebody: Someone) -> dict[str, int]:
    """What each service of the app that has a door answers somebody there."""
    return {
        service.name: (await app.ask(door.method, door.path, somebody, json={})).status_code
        for service in app.services
        if (door := DOORS.get(service.name))
    }


async def is_in(app: App, somebody: Someone) -> None:
    """Every service of the app lets them in."""
    found = await answers(app, somebody)
    assert found
    assert found == {name: DOORS[name].status for name in found}


async def is_out(app: App, somebody: Someone) -> None:
    """Every service of the app refuses their token."""
    found = await answers(app, somebody)
    assert found
    assert set(found.values()) == {401}, found


async def gets_in(somebody: Someone, *apps: App, seconds: float = SOON_SECONDS) -> None:
    """Wait, no longer than that, until all these let them in."""
    for app in apps:
        await eventually(lambda app=app: is_in(app, somebody), seconds)


async def gets_out(somebody: Someone, *apps: App, seconds: float = SOON_SECONDS) -> None:
    """Wait, no longer than that, until all these refuse them."""
    for app in apps:
        await eventually(lambda app=app: is_out(app, somebody), seconds)


@asynccontextmanager
async def apart(app: App, *names: str, **changes: Any) -> AsyncGenerator[App]:
    """Some services of the app in a process of their own: same databases and bus, another port."""
    with free_port() as sock:
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        changes = {"public_url": url, "services_url": url} | changes
        settings = app.settings.model_copy(update=changes)
        async with playing(settings, load(names), sock) as own:
            yield own
