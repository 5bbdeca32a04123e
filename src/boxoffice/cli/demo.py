"""The people and tickets of a demonstration, so that there is something to try."""

import asyncio

import httpx

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
    """Make the demo people, and list their tickets once; a server that comes back is waited for."""
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
        async with httpx.AsyncClient(base_url=settings.public_url, timeout=30) as seller:
            await _list_tickets(seller, address, tickets)


async def _list_tickets(
    seller: httpx.AsyncClient, address: str, tickets: tuple[tuple[str, float], ...]
) -> None:
    ours = {"Origin": str(seller.base_url).rstrip("/")}
    signed_in = await seller.post(
        "/api/users/signin", json={"email": address, "password": PASSWORD}
    )
    if signed_in.is_error:  # somebody gave the account another password
        return
    listed = await seller.get("/api/tickets", params={"seller": "me", "limit": 1})
    if listed.json():
        return
    for title, price in tickets:
        answer = await seller.post(
            "/api/tickets", json={"title": title, "price": price}, headers=ours
        )
        answer.raise_for_status()
