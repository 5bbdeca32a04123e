"""A service's database, when it goes away."""

import struct

import pytest
from pydantic import SecretStr

from boxoffice.kit.database import UNREACHABLE, Database, open_database
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, Room
from stage import Cable, cable

DYING = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to unexpected postmaster exit\0\0"


async def test_a_server_that_dies_between_two_statements_is_unreachable(
    room: Room, place: Settings
):
    async with cable(place.database_url.get_secret_value()) as line:
        far = place.model_copy(update={"database_url": SecretStr(line.url)})
        async with open_database(SERVICE, far) as db:
            with pytest.raises(UNREACHABLE):
                await _outlive(db, line, room)
            line.cut()


async def _outlive(db: Database, line: Cable, room: Room) -> None:
    async with db.transaction() as tx:
        await tx.fetchval("SELECT 1")
        line.say(b"E" + struct.pack("!I", len(DYING) + 4) + DYING)
        await room.db.fetchval("SELECT 1")  # meanwhile those words arrive
