"""What admins do: bans, and roles."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from boxoffice.events.identity import BanLifted, PersonBanned, StandingChanged
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.services.identity import model, store
from boxoffice.services.identity.commands.accounts import get_person_for_update, notify
from boxoffice.services.identity.commands.audit import record
from boxoffice.services.identity.model import COMMAND_LINE, Asker, Person, Role


async def ban_person(
    db: Database,
    person_id: UUID,
    reason: str,
    until: datetime | None,
    by: UUID,
    asker: Asker,
    at: datetime,
) -> Person:
    """Refuse a person everywhere, until a time or for good, and return them; once is enough.

    BadInput for a time that is past, Conflict for oneself and for the last admin.
    """
    if person_id == by:
        raise Conflict("Nobody bans themselves")
    async with db.transaction() as tx:
        await _require_another_admin(tx, person_id, at)
        before = await get_person_for_update(tx, person_id)
        person = before.ban(reason, until, at)
        if person is before:
            return person
        await store.update_person(tx, person)
        await tx.emit(StandingChanged.of(person), PersonBanned.of(person))
        await notify(tx, "banned", person, at, until=until, reason=reason)
        detail = f"until {until:%Y-%m-%d %H:%M} UTC: {reason}" if until else f"for good: {reason}"
        await record(tx, "banned", asker, at, by=by, person=person_id, detail=detail)
    return person


async def lift_ban(db: Database, person_id: UUID, by: UUID, asker: Asker, at: datetime) -> Person:
    """Let a person in again and return them; once is enough."""
    async with db.transaction() as tx:
        banned = await get_person_for_update(tx, person_id)
        person = banned.lift_ban(at)
        if person is banned:
            return person
        await store.update_person(tx, person)
        await tx.emit(StandingChanged.of(person), BanLifted.of(person))
        if banned.is_banned(at):
            await notify(tx, "ban-lifted", person, at)
        await record(tx, "ban lifted", asker, at, by=by, person=person_id)
    return person


async def change_roles(
    db: Database, person_id: UUID, roles: Sequence[Role], by: UUID, asker: Asker, at: datetime
) -> Person:
    """Give a person these roles and no other, and return them. Conflict for the last admin."""
    async with db.transaction() as tx:
        if "admin" not in roles:
            await _require_another_admin(tx, person_id, at)
        return await _change_roles(tx, person_id, roles, by, asker, at)


async def appoint(db: Database, email: str, roles: Sequence[Role], at: datetime) -> Person:
    """Give who has this address these roles, from the command line. NotFound without an account.

    Conflict for the last admin.
    """
    known = await store.select_person(db, email)
    if known is None:
        raise NotFound(f"Nobody has an account with the address {email}")
    async with db.transaction() as tx:
        if "admin" not in roles:
            await _require_another_admin(tx, known.person_id, at)
        here = Asker("", COMMAND_LINE)
        return await _change_roles(tx, known.person_id, roles, None, here, at)


async def _change_roles(
    tx: Tx,
    person_id: UUID,
    roles: Sequence[Role],
    by: UUID | None,
    asker: Asker,
    at: datetime,
) -> Person:
    before = await get_person_for_update(tx, person_id)
    person = before.take_roles(roles, at)
    if person is before:
        return person
    await store.update_person(tx, person)
    await tx.emit(StandingChanged.of(person))
    detail = f"{', '.join(before.roles)} → {', '.join(person.roles)}"
    await record(tx, "roles changed", asker, at, by=by, person=person_id, detail=detail)
    return person


async def _require_another_admin(tx: Tx, person_id: UUID, at: datetime) -> None:
    admins = await store.select_admins_for_update(tx)
    if any(admin.person_id == person_id for admin in admins):
        model.require_another_admin(admins, person_id, at)
