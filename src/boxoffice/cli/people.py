"""`boxoffice keys rotate` and `boxoffice appoint`: what an operator does for identity."""

from collections.abc import Sequence
from typing import cast, get_args

from boxoffice.kit import bus, clock
from boxoffice.kit.database import open_database
from boxoffice.kit.errors import BadInput
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Person, Role

ROLES: tuple[Role, ...] = get_args(Role)


async def rotate_keys(settings: Settings) -> str:
    """Put a new signing key in service and return its name; nobody is signed out."""
    async with open_database("identity", settings) as db, bus.connect(settings, "keys") as client:
        bucket = await client.jetstream().key_value(bus.KEYS)
        return (await commands.rotate_keys(db, bucket, settings, clock.now())).kid


async def appoint(email: str, roles: Sequence[str], settings: Settings) -> Person:
    """Give who has this address these roles and no other. NotFound without an account.

    BadInput for a role that there is not.
    """
    if unknown := set(roles) - set(ROLES):
        raise BadInput(f"{min(unknown)} is no role; there are {', '.join(ROLES)}")
    async with open_database("identity", settings) as db:
        return await commands.appoint(db, email, cast("Sequence[Role]", roles), clock.now())
