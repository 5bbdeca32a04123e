"""Numbered SQL files, applied once."""

import asyncio
from typing import LiteralString

import pytest

from boxoffice.kit.database import url_of
from boxoffice.kit.migrate import MigrationError, migrate, require_current
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, Room

STEPS = [
    "kit/0001_messages.sql",
    "kit/0002_secrets_and_limits.sql",
    "kit/0003_models.sql",
    "kit/0004_unsent.sql",
    "expiration/0001_timers.sql",
]
LATER: LiteralString = "INSERT INTO migrations (name, checksum) VALUES ('kit/9999_x.sql', '')"


@pytest.fixture
async def url(room: Room, place: Settings) -> str:
    """The address of a database with nothing in it."""
    await room.db.execute("DROP SCHEMA public CASCADE")
    await room.db.execute("CREATE SCHEMA public")
    return url_of(SERVICE, place)


async def test_an_empty_database_gets_the_kits_tables_and_then_the_services(url: str):
    assert await migrate(url, SERVICE) == STEPS


async def test_the_second_time_there_is_nothing_to_do(url: str):
    await migrate(url, SERVICE)

    assert await migrate(url, SERVICE) == []
    await require_current(url, SERVICE)


async def test_of_many_at_once_one_does_it(url: str):
    applied = await asyncio.gather(*(migrate(url, SERVICE) for _ in range(5)))

    assert sorted(applied) == [[], [], [], [], STEPS]


async def test_a_file_that_changed_since_is_named(url: str, room: Room):
    await migrate(url, SERVICE)
    await room.db.execute("UPDATE migrations SET checksum = 'other' WHERE name = $1", STEPS[-1])

    with pytest.raises(MigrationError, match=r"expiration/0001_timers\.sql has changed"):
        await migrate(url, SERVICE)
    with pytest.raises(MigrationError, match=r"expiration/0001_timers\.sql has changed"):
        await require_current(url, SERVICE)


async def test_a_database_of_a_later_version_is_left_alone_and_good_enough(url: str, room: Room):
    await migrate(url, SERVICE)
    await room.db.execute(LATER)

    assert await migrate(url, SERVICE) == []
    await require_current(url, SERVICE)
    with pytest.raises(MigrationError, match=r"kit/9999_x\.sql, which this version does not know"):
        await require_current(url, SERVICE, alone=True)


async def test_a_database_of_a_version_that_parted_ways_is_not_touched(url: str, room: Room):
    await migrate(url, SERVICE)
    await room.db.execute(LATER)
    await room.db.execute("DELETE FROM migrations WHERE name = $1", STEPS[-1])

    with pytest.raises(MigrationError, match=r"kit/9999_x\.sql, which this version does not know"):
        await migrate(url, SERVICE)


async def test_a_service_does_not_start_on_an_old_database(url: str, room: Room):
    with pytest.raises(MigrationError, match=r"lacks kit/0001_messages\.sql"):
        await require_current(url, SERVICE)

    await migrate(url, SERVICE)
    await room.db.execute("DELETE FROM migrations WHERE name = $1", STEPS[-1])

    with pytest.raises(MigrationError, match=r"lacks expiration/0001_timers\.sql; run"):
        await require_current(url, SERVICE)
