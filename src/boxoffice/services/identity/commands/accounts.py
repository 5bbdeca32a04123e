"""Finding an account, and writing to whose it is."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from boxoffice.events.identity import Notice, SendMessage
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import BadInput, NotFound
from boxoffice.services.identity import model, store
from boxoffice.services.identity.commands.audit import record
from boxoffice.services.identity.commands.keys import Vault
from boxoffice.services.identity.model import Asker, Person

WRONG_PASSWORD = "This is not your password"  # noqa: S105 - what somebody is told


async def get_person(db: Queries, person_id: UUID) -> Person:
    """Return one person. NotFound when there is none."""
    return _found(await store.select_person_by_id(db, person_id))


async def get_person_for_update(tx: Tx, person_id: UUID) -> Person:
    """Return one person, whom nobody else changes meanwhile. NotFound when there is none.

    Whatever else a transaction locks of a person, it locks the person first.
    """
    return _found(await store.select_person_for_update(tx, person_id))


async def require_password(
    vault: Vault,
    db: Database,
    person: Person,
    password: str,
    field: str,
    asker: Asker,
    at: datetime,
) -> None:
    """BadInput, which is noted, when this is not the person's password."""
    if await vault.work(partial(model.fits, password, person.password_hash)):
        return
    async with db.transaction() as tx:
        whose = person.person_id
        await record(tx, "sign-in refused", asker, at, by=whose, person=whose, detail="of a change")
    raise BadInput(WRONG_PASSWORD, field=field)


async def notify(
    tx: Tx, kind: Notice, person: Person, at: datetime, asker: Asker | None = None, **told: Any
) -> None:
    """Mail a person what happened to their account."""
    letter: dict[str, Any] = {
        "letter_id": clock.new_id(),
        "kind": kind,
        "person_id": person.person_id,
        "email": person.email,
        "name": person.name,
        "at": at,
        "address": asker and asker.address,
        "device": asker and model.device_of(asker.device),
    }
    await tx.emit(SendMessage(**letter | told))


def _found(person: Person | None) -> Person:
    if person is None:
        raise NotFound("There is no such person")
    return person
