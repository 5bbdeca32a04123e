"""Numbered SQL files, applied once."""

import asyncio

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


@pytest.mark.parametrize("later", ["kit/9999_x.sql", f"{SERVICE}/0002_x.sql"])
async def test_a_version_runs_on_the_tables_of_a_later_one(url: str, room: Room, later: str):
    await migrate(url, SERVICE)
    await room.db.execute("INSERT INTO migrations (name, checksum) VALUES ($1, '')", later)

    assert await migrate(url, SERVICE) == []
    await require_current(url, SERVICE)


async def test_a_file_that_is_gone_from_among_the_others_is_named(url: str, room: Room):
    await migrate(url, SERVICE)
    await room.db.execute("INSERT INTO migrations (name, checksum) VALUES ('kit/0002_x.sql', '')")

    with pytest.raises(MigrationError, match=r"kit/0002_x\.sql, which is not among its files"):
        await migrate(url, SERVICE)
    with pytest.raises(MigrationError, match=r"kit/0002_x\.sql, which is not among its files"):
        await require_current(url, SERVICE)


async def test_a_service_does_not_start_on_an_old_database(url: str, room: Room):
    with pytest.raises(MigrationError, match=r"lacks kit/0001_messages\.sql"):
        await require_current(url, SERVICE)

    await migrate(url, SERVICE)
    await room.db.execute("DELETE FROM migrations WHERE name = $1", STEPS[-1])

    with pytest.raises(MigrationError, match=r"lacks expiration/0001_timers\.sql; run"):
        await require_current(url, SERVICE)
