"""The people, tickets and shows of a demonstration, so that there is something to try."""

import asyncio

import httpx

from boxoffice.cli.demo import programme
from boxoffice.kit import clock
from boxoffice.kit.database import UNREACHABLE, open_database
from boxoffice.kit.settings import Settings
from boxoffice.kit.telemetry import log
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Role

PASSWORD = "correct horse battery"  # noqa: S105 - printed on purpose; refused off loopback
TRIES, PAUSE_SECONDS = 30, 1  # a server that was killed is back within seconds
PEOPLE: dict[str, tuple[Role, ...]] = {
    "admin": ("admin", "member"),
    "organiser": ("organiser", "member"),
    "moderator": ("moderator", "member"),
    "alice": ("member",),
    "bob": ("member",),
}
ORGANISER = "organiser@example.com"
ADDRESSES = tuple(f"{name}@example.com" for name in PEOPLE)
TICKETS = {
    "alice@example.com": (
        ("Hamlet, Saturday evening, stalls row C seat 12", 48),
        ("The Magic Flute, Sunday matinee, upper circle", 35.5),
        ("Late Night Jazz at the Blue Room", 18),
        ("Museum of Moving Image, two-day pass", 22),
    ),
    "bob@example.com": (
        ("City Marathon grandstand, finish line", 27),
        ("Swan Lake, Friday, dress circle row A seat 4", 64),
        ("Open Air Cinema: a picnic for two", 31),
    ),
}


async def seed(settings: Settings) -> None:
    """Make the demo people, and their tickets and shows once; a server that comes back is waited for."""
    for _ in range(TRIES):
        try:
            await _seed(settings)
        except (httpx.HTTPError, *UNREACHABLE) as error:
            log.warning("demo waits", error=repr(error))
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    log.error("there is no demo", tries=TRIES)


async def _seed(settings: Settings) -> None:
    async with open_database("identity", settings) as db:
        for name, roles in PEOPLE.items():
            await commands.ensure_person(
                db,
                email=f"{name}@example.com",
                password=PASSWORD,
                name=name.capitalize(),
                roles=roles,
                at=clock.now(),
            )
    for address, tickets in TICKETS.items():
        async with _visitor(settings) as seller:
            if await _signed_in(seller, address):
                await _list_tickets(seller, tickets)
    async with _visitor(settings) as organiser:
        if await _signed_in(organiser, ORGANISER):
            await programme.put_on(organiser)


def _visitor(settings: Settings) -> httpx.AsyncClient:
    ours = {"Origin": settings.public_url}
    return httpx.AsyncClient(base_url=settings.public_url, headers=ours, timeout=30)


async def _signed_in(visitor: httpx.AsyncClient, address: str) -> bool:
    """Sign somebody in; False when they have been given another password."""
    person = {"email": address, "password": PASSWORD}
    return (await visitor.post("/api/users/signin", json=person)).is_success


async def _list_tickets(seller: httpx.AsyncClient, tickets: tuple[tuple[str, float], ...]) -> None:
    listed = await seller.get("/api/tickets", params={"seller": "me", "limit": 1})
    if listed.json():
        return
    for title, price in tickets:
        answer = await seller.post("/api/tickets", json={"title": title, "price": price})
        answer.raise_for_status()
