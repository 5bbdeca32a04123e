"""Finding an account, and writing to whose it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

from boxoffice.events.identity import Notice, SendMessage
from boxoffice.kit import clock
from boxoffice.kit.database import Queries, Tx
from boxoffice.kit.errors import NotFound
from boxoffice.services.identity import model, store
from boxoffice.services.identity.model import Asker, Person


async def get_person(db: Queries, person_id: UUID) -> Person:
    """Return one person. NotFound when there is none."""
    return _found(await store.select_person_by_id(db, person_id))


async def get_person_for_update(tx: Tx, person_id: UUID) -> Person:
    """Return one person, whom nobody else changes meanwhile. NotFound when there is none.

    Whatever else a transaction locks of a person, it locks the person first.
    """
    return _found(await store.select_person_for_update(tx, person_id))


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
