"""The SQL of mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from boxoffice.kit.database import Queries, Tx
from boxoffice.services.mail.model import (
    AccountFacts,
    Facts,
    Letter,
    OrderFacts,
    OrderKind,
    Performance,
    Person,
    TicketFacts,
    TicketsKind,
)

_OF_ORDER = TypeAdapter(OrderFacts)
_OF_TICKETS = TypeAdapter(TicketFacts)
_OF_ACCOUNT = TypeAdapter(AccountFacts)


async def upsert_person(tx: Tx, person: Person) -> None:
    """Copy a person, as identity says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO people (person_id, version, email, name) VALUES ($1, $2, $3, $4)
        ON CONFLICT (person_id) DO UPDATE SET
            version = excluded.version, email = excluded.email, name = excluded.name
        WHERE people.version < excluded.version
        """,
        person.person_id,
        person.version,
        person.email,
        person.name,
    )


async def select_person(db: Queries, person_id: UUID) -> Person | None:
    """Return one person."""
    row = await db.fetchrow("SELECT * FROM people WHERE person_id = $1", person_id)
    return Person(**dict(row)) if row else None


async def upsert_performance(tx: Tx, performance: Performance) -> None:
    """Copy a performance, as shows says, when that is newer than what is known."""
    await tx.execute(
        """
        INSERT INTO performances (performance_id, version, title, venue, city, time_zone, starts_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (performance_id) DO UPDATE SET
            version = excluded.version, title = excluded.title, venue = excluded.venue,
            city = excluded.city, time_zone = excluded.time_zone, starts_at = excluded.starts_at
        WHERE performances.version < excluded.version
        """,
        performance.performance_id,
        performance.version,
        performance.title,
        performance.venue,
        performance.city,
        performance.time_zone,
        performance.starts_at,
    )


async def select_performance(db: Queries, performance_id: UUID) -> Performance | None:
    """Return one performance."""
    row = await db.fetchrow("SELECT * FROM performances WHERE performance_id = $1", performance_id)
    return Performance(**dict(row)) if row else None


async def insert_paid_order(tx: Tx, order_id: UUID) -> None:
    """Note that an order of places was paid."""
    await tx.execute(
        "INSERT INTO paid_orders (order_id) VALUES ($1) ON CONFLICT DO NOTHING", order_id
    )


async def is_paid_order(db: Queries, order_id: UUID) -> bool:
    """Return whether an order of places was paid."""
    return await db.fetchval(
        "SELECT EXISTS (SELECT FROM paid_orders WHERE order_id = $1)", order_id
    )


async def insert_letter(tx: Tx, letter: Letter) -> None:
    """Add a letter, unless it was written before."""
    await tx.execute(
        """
        INSERT INTO letters (letter_id, kind, order_id, person_id, email, name, facts,
                             written_at, due_at, useless_at, urgent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT DO NOTHING
        """,
        letter.letter_id,
        letter.kind,
        letter.order_id,
        letter.person_id,
        letter.email,
        letter.name,
        _facts_out(letter),
        letter.written_at,
        letter.due_at,
        letter.useless_at,
        letter.is_urgent,
    )


async def claim_due(tx: Tx, at: datetime, until: datetime, limit: int) -> Sequence[Letter]:
    """Take letters that are due, until then, the urgent first; other replicas take others."""
    rows = await tx.fetch(
        """
        UPDATE letters SET due_at = $2, tries = tries + 1
        WHERE letter_id IN (
            SELECT letter_id FROM letters WHERE due_at <= $1
            ORDER BY urgent DESC, due_at LIMIT $3 FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """,
        at,
        until,
        limit,
    )  # in no order
    letters = [_letter_in(row) for row in rows]
    return sorted(letters, key=lambda letter: (not letter.is_urgent, letter.written_at))


async def update_letter(tx: Tx, letter: Letter) -> None:
    """Save how a try ended, unless the letter's lease has passed to another.

    What a blank letter told is gone.
    """
    await tx.execute(
        """
        UPDATE letters SET due_at = $3, sent_at = $4, error = $5,
                           facts = CASE WHEN $6 THEN '{}' ELSE facts END
        WHERE letter_id = $1 AND tries = $2 AND sent_at IS NULL
        """,
        letter.letter_id,
        letter.tries,
        letter.due_at,
        letter.sent_at,
        letter.error,
        letter.is_blank,
    )


async def select_next_due(db: Queries) -> datetime | None:
    """Return when the next letter is due."""
    return await db.fetchval("SELECT min(due_at) FROM letters")


async def count_waiting(db: Queries) -> int:
    """Return how many letters are neither sent nor given up."""
    return await db.fetchval("SELECT count(*) FROM letters WHERE due_at IS NOT NULL")


async def select_oldest_waiting(db: Queries) -> datetime | None:
    """Return when the oldest of them was written."""
    return await db.fetchval("SELECT min(written_at) FROM letters WHERE due_at IS NOT NULL")


async def blank_letters(tx: Tx, before: datetime) -> None:
    """Forget what letters told to whom that ended before this time; that they were written stays."""
    await tx.execute(
        """
        UPDATE letters SET email = '', name = '', facts = '{}', error = NULL
        WHERE due_at IS NULL AND coalesce(sent_at, written_at) < $1 AND email <> ''
        """,
        before,
    )


def _letter_in(row: asyncpg.Record) -> Letter:
    fields: dict[str, Any] = dict(row)
    del fields["urgent"]
    fields["facts"] = _facts_in(row["kind"], row["facts"])
    return Letter(**fields)


def _facts_in(kind: str, facts: str) -> Facts:
    if kind in get_args(OrderKind):
        return _OF_ORDER.validate_json(facts)
    if kind in get_args(TicketsKind):
        return _OF_TICKETS.validate_json(facts)
    return _OF_ACCOUNT.validate_json(facts)


def _facts_out(letter: Letter) -> str:
    match letter.facts:
        case OrderFacts():
            return _OF_ORDER.dump_json(letter.facts).decode()
        case TicketFacts():
            return _OF_TICKETS.dump_json(letter.facts).decode()
        case AccountFacts():
            return _OF_ACCOUNT.dump_json(letter.facts).decode()
