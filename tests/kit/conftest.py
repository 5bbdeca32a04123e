"""What tests of the kit may ask for."""

from collections.abc import AsyncGenerator

import pytest

from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, Room, open_room
from stage import Servers


@pytest.fixture
async def place(servers: Servers, settings: Settings) -> AsyncGenerator[Settings]:
    """Where a room's database and bus are; nobody has entered it yet."""
    url = settings.database_url.get_secret_value()
    await servers.clone(SERVICE, url)
    yield settings
    await servers.drop(url, [SERVICE])
    await servers.forget(settings.nats_url.get_secret_value())


@pytest.fixture
async def room(place: Settings) -> AsyncGenerator[Room]:
    async with open_room(place) as room:
        yield room
