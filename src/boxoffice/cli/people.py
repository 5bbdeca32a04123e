"""`boxoffice keys rotate` and `boxoffice appoint`: what an operator does for identity."""

from collections.abc import Sequence

from boxoffice.kit import bus, clock
from boxoffice.kit.database import open_database
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Person, Role


async def rotate_keys(settings: Settings) -> str:
    """Put a new signing key in service and return its name; nobody is signed out."""
    async with open_database("identity", settings) as db, bus.connect(settings, "keys") as client:
        bucket = await client.jetstream().key_value(bus.KEYS)
        return (await commands.rotate_keys(db, bucket, settings, clock.now())).kid


async def appoint(email: str, roles: Sequence[Role], settings: Settings) -> Person:
    """Give who has this address these roles and no other. NotFound without an account."""
    async with open_database("identity", settings) as db:
        return await commands.appoint(db, email, roles, clock.now())
