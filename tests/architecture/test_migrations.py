"""Migrations only add: the version before goes on, and is gone back to, on the tables of the next."""

import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src/boxoffice"
# Before the first release nothing ran elsewhere, and these took away.
EARLY = {
    "kit/0004_unsent.sql",
    "mail/0002_accounts.sql",
    "mail/0003_tickets.sql",
    "shows/0005_found_elsewhere.sql",
}
# A check is dropped to be made wider, and an index to be made better: neither is missed.
TAKES_AWAY = re.compile(
    r"\b(DROP (?!CONSTRAINT \w+_check\b|INDEX\b)|RENAME\b|SET NOT NULL|ALTER COLUMN \w+ (SET DATA )?TYPE\b"
    r"|ADD COLUMN (IF NOT EXISTS )?\w+ [^,;]*\bNOT NULL\b(?![^,;]*\bDEFAULT\b))",
    re.IGNORECASE,
)


def _files() -> dict[str, str]:
    return {
        f"{path.parents[1].name}/{path.name}": path.read_text("utf-8")
        for path in SOURCE.rglob("schema/*.sql")
    }


@pytest.mark.parametrize("name", sorted(_files()))
def test_a_migration_takes_nothing_away_from_the_version_before(name: str):
    sql = re.sub(r"--[^\n]*", "", _files()[name])

    assert bool(TAKES_AWAY.search(sql)) == (name in EARLY)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE offers",
        "ALTER TABLE orders DROP COLUMN status",
        "ALTER TABLE orders RENAME COLUMN status TO state",
        "ALTER TABLE orders ALTER COLUMN status SET NOT NULL",
        "ALTER TABLE orders ALTER COLUMN total TYPE bigint",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL",
    ],
)
def test_what_takes_away_is_recognised(sql: str):
    assert TAKES_AWAY.search(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE orders ADD COLUMN note text",
        "ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT ''",
        "CREATE TABLE notes (body text NOT NULL)",
        "ALTER TABLE orders DROP CONSTRAINT orders_status_check",
    ],
)
def test_what_adds_may_be_done(sql: str):
    assert not TAKES_AWAY.search(sql)
