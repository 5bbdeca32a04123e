"""The SQL of people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import asyncpg

from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import Conflict, StaleVersion
from boxoffice.services.identity.model import Newcomer, Person, Role


async def insert_person(tx: Tx, newcomer: Newcomer, at: datetime) -> Person | None:
    """Add a person and return them; None when the address is taken, in any letter case."""
    row = await tx.fetchrow(
        """
        INSERT INTO people (email, name, password_hash, roles, verified, joined_at, standing_at)
        VALUES ($1, $2, $3, $4, $5, $6, $6)
        ON CONFLICT (casefold(email)) DO NOTHING
        RETURNING *
        """,
        newcomer.email,
        newcomer.name,
        newcomer.password_hash,
        newcomer.roles,
        newcomer.verified,
        at,
    )
    return _person(row) if row else None


async def update_person(tx: Tx, person: Person) -> None:
    """Save the next version of a person. StaleVersion when another came first.

    Conflict when somebody else has the address.
    """
    try:
        saved = await tx.fetchval(
            """
            UPDATE people SET version = $2, email = $3, name = $4, password_hash = $5, roles = $6,
                              verified = $7, banned_at = $8, banned_until = $9, ban_reason = $10,
                              standing_at = $11
            WHERE person_id = $1 AND version = $2 - 1
            RETURNING true
            """,
            person.person_id,
            person.version,
            person.email,
            person.name,
            person.password_hash,
            person.roles,
            person.verified,
            person.banned_at,
            person.banned_until,
            person.ban_reason,
            person.standing_at,
        )
    except asyncpg.UniqueViolationError:
        raise Conflict("This e-mail address has an account already", field="email") from None
    if not saved:
        raise StaleVersion


async def select_person(db: Queries, email: str) -> Person | None:
    """Return who has this address, in any letter case."""
    row = await db.fetchrow(
        "SELECT * FROM people WHERE casefold(email) = casefold($1 COLLATE pg_unicode_fast)", email
    )
    return _person(row) if row else None


async def select_person_by_id(db: Queries, person_id: UUID) -> Person | None:
    """Return one person."""
    row = await db.fetchrow("SELECT * FROM people WHERE person_id = $1", person_id)
    return _person(row) if row else None


async def select_person_for_update(tx: Tx, person_id: UUID) -> Person | None:
    """Return one person, whom nobody else changes until the transaction ends."""
    row = await tx.fetchrow("SELECT * FROM people WHERE person_id = $1 FOR UPDATE", person_id)
    return _person(row) if row else None


async def select_person_of(tx: Tx, sign_in_id: UUID) -> Person | None:
    """Return who signed in, whom nobody bans until the transaction ends."""
    row = await tx.fetchrow(
        """
        SELECT people.* FROM people JOIN sign_ins USING (person_id) WHERE sign_in_id = $1
        FOR SHARE OF people
        """,
        sign_in_id,
    )
    return _person(row) if row else None


async def select_admins_for_update(tx: Tx) -> Sequence[Person]:
    """Return all admins, whom nobody else changes until the transaction ends."""
    rows = await tx.fetch(
        "SELECT * FROM people WHERE 'admin' = ANY (roles) ORDER BY person_id FOR UPDATE"
    )
    return [_person(row) for row in rows]


async def select_people(
    db: Queries,
    *,
    text: str | None,
    role: Role | None,
    banned_at: datetime | None,
    after: UUID | None,
    limit: int,
) -> Sequence[Person]:
    """Return people, the newest first, from behind `after`.

    With this text in name or address, this role, banned at this time; None is all.
    """
    rows = await db.fetch(
        """
        SELECT * FROM people
        WHERE ($1::text IS NULL OR strpos(casefold(email), casefold($1 COLLATE pg_unicode_fast)) > 0
               OR strpos(casefold(name COLLATE pg_unicode_fast),
                         casefold($1 COLLATE pg_unicode_fast)) > 0)
          AND ($2::text IS NULL OR $2 = ANY (roles))
          AND ($3::timestamptz IS NULL
               OR banned_at IS NOT NULL AND coalesce(banned_until, 'infinity') > $3)
          AND ($4::uuid IS NULL OR person_id < $4)
        ORDER BY person_id DESC LIMIT $5
        """,
        text,
        role,
        banned_at,
        after,
        limit,
    )
    return [_person(row) for row in rows]


async def select_changed(db: Queries, since: datetime, limit: int) -> Sequence[Person]:
    """Return people whose roles, verification or ban changed since then, the latest first."""
    rows = await db.fetch(
        """
        SELECT * FROM people WHERE standing_at > $1 AND version > 0
        ORDER BY standing_at DESC LIMIT $2
        """,
        since,
        limit,
    )
    return [_person(row) for row in rows]


def _person(row: asyncpg.Record) -> Person:
    return replace(Person(**dict(row)), roles=tuple(row["roles"]))
