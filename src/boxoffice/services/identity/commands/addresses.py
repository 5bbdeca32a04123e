"""Showing that an e-mail address is one's own, and moving to another."""

from datetime import datetime
from hmac import compare_digest
from uuid import UUID

from boxoffice.events.identity import PersonChanged, SendVerification, StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import BadInput, Conflict
from boxoffice.services.identity import model, store
from boxoffice.services.identity.commands.accounts import (
    WRONG_PASSWORD,
    get_person,
    get_person_for_update,
    notify,
    require_password,
)
from boxoffice.services.identity.commands.audit import record
from boxoffice.services.identity.commands.keys import Vault
from boxoffice.services.identity.model import Asked, Asker, Challenge, Person

TOO_LATE = "This link has been used, or is too old; ask for another"
WRONG_CODE = "This code is wrong, too old, or was tried too often"


async def ask_for_proof(tx: Tx, person: Person, email: str, code_key: str, at: datetime) -> None:
    """Mail a code and a link to an address that this person says is theirs."""
    asked = Asked.new(clock.new_id(), person, email, "address", code_key, at)
    await store.upsert_challenge(tx, asked.challenge)
    await tx.emit(
        SendVerification(
            letter_id=asked.challenge.challenge_id,
            person_id=person.person_id,
            email=email,
            code=asked.code,
            code_until=asked.challenge.code_until,
            token=asked.token,
            token_until=asked.challenge.token_until,
            at=at,
        )
    )


async def ask_again(vault: Vault, db: Database, person_id: UUID, at: datetime) -> None:
    """Mail a new code and link to a person's own address. Conflict when it is verified."""
    async with db.transaction() as tx:
        person = await get_person_for_update(tx, person_id)
        if person.verified:
            raise Conflict("This e-mail address is verified already")
        await ask_for_proof(tx, person, person.email, vault.code_key, at)


async def ask_to_move(
    vault: Vault,
    db: Database,
    person_id: UUID,
    email: str,
    password: str,
    asker: Asker,
    at: datetime,
) -> None:
    """Mail a code and a link to a person's new address, which counts once they come back.

    BadInput for a wrong password, Conflict when the address is somebody else's.
    """
    person = await get_person(db, person_id)
    await require_password(vault, db, person, password, "password", asker, at)
    taken_by = await store.select_person(db, email)
    if taken_by and taken_by.person_id != person_id:
        raise Conflict("This e-mail address has an account already", field="email")
    async with db.transaction() as tx:
        known = await get_person_for_update(tx, person_id)
        if known.password_hash != person.password_hash:  # changed while this one was checked
            raise BadInput(WRONG_PASSWORD, field="password")
        await ask_for_proof(tx, known, email, vault.code_key, at)


async def verify_by_code(
    vault: Vault, db: Database, person_id: UUID, code: str, asker: Asker, at: datetime
) -> Person:
    """Return a person whose address is verified now. BadInput for a wrong or old code."""
    async with db.transaction() as tx:  # a wrong try counts, so it is committed
        person = await get_person_for_update(tx, person_id)
        challenge = await store.try_code(tx, person_id, at)
        sealed = model.seal_code(code, person_id, vault.code_key)
        if challenge and compare_digest(challenge.code, sealed):
            return await _verify(tx, person, challenge, asker, at)
        await record(tx, "code refused", asker, at, by=person_id, person=person_id)
    raise BadInput(WRONG_CODE, field="code")


async def verify_by_link(db: Database, token: str, asker: Asker, at: datetime) -> Person:
    """Return the person whose address is verified now. BadInput for a used or old link."""
    async with db.transaction() as tx:
        digest = model.digest_of(token)
        challenge = await store.select_challenge(tx, digest, "address", at)
        if challenge:
            person = await get_person_for_update(tx, challenge.person_id)
            return await _verify(tx, person, challenge, asker, at)
        await record(tx, "code refused", asker, at, detail="of a link")
    raise BadInput(TOO_LATE, field="token")


async def _verify(
    tx: Tx, before: Person, challenge: Challenge, asker: Asker, at: datetime
) -> Person:
    if not await store.delete_challenge(tx, challenge.challenge_id):
        raise BadInput(TOO_LATE, field="token")
    person = before.verify(challenge.email, at)
    await store.update_person(tx, person)
    await tx.emit(StandingChanged.of(person))
    whose = person.person_id
    if person.email == before.email:
        await record(tx, "e-mail verified", asker, at, by=whose, person=whose)
        return person
    await store.delete_challenges(tx, whose, "password")  # a link in the old mailbox
    await tx.emit(PersonChanged.of(person))
    await notify(tx, "email-changed", before, at, asker, new_email=person.email)
    await record(tx, "e-mail changed", asker, at, by=whose, person=whose)
    return person
