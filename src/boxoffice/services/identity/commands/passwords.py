"""Setting another password: by a link in a mail, or by showing the old one."""

from datetime import datetime
from functools import partial
from uuid import UUID

from boxoffice.events.identity import Action, StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import BadInput
from boxoffice.services.identity import model, store
from boxoffice.services.identity.commands.accounts import (
    WRONG_PASSWORD,
    get_person,
    get_person_for_update,
    notify,
    require_password,
)
from boxoffice.services.identity.commands.addresses import TOO_LATE
from boxoffice.services.identity.commands.audit import record
from boxoffice.services.identity.commands.keys import Vault
from boxoffice.services.identity.commands.sign_ins import end_sign_ins
from boxoffice.services.identity.model import Asked, Asker, Person


async def ask_for_reset(db: Database, email: str, asker: Asker, at: datetime) -> None:
    """Note that somebody forgot the password of this address.

    Whether it has an account is looked up later, so that neither the answer nor its time tells.
    """
    async with db.transaction() as tx:
        await store.insert_reset_request(tx, clock.new_id(), email, asker, at)
        tx.wake_jobs()


async def send_resets(vault: Vault, db: Database, at: datetime, limit: int) -> int:
    """Mail links to those who forgot their password and have an account; return how many asked."""
    async with db.transaction() as tx:
        requests = await store.take_reset_requests(tx, limit)
        asked = [(await store.select_person(tx, email), asker) for email, asker in requests]
        for person, asker in sorted(asked, key=_by_person):
            await record(tx, "password reset asked", asker, at, person=person and person.person_id)
            if person:
                await _send_reset(tx, person, vault.code_key, at)
    return len(requests)


async def reset_password(
    vault: Vault, db: Database, token: str, password: str, asker: Asker, at: datetime
) -> Person:
    """Set a password by the link of a mail, and end all sign-ins. BadInput for an old link."""
    digest = model.digest_of(token)
    challenge = await store.select_challenge(db, digest, "password", at)
    person = challenge and await store.select_person_by_id(db, challenge.person_id)
    if challenge is None or person is None:
        async with db.transaction() as tx:
            await record(tx, "reset refused", asker, at)
        raise BadInput(TOO_LATE, field="token")
    model.require_good_password(password, person.email, person.name)
    password_hash = await vault.work(partial(model.hash_password, password))
    async with db.transaction() as tx:
        known = await get_person_for_update(tx, challenge.person_id)
        is_theirs = known.email == challenge.email  # or else the letter is in a mailbox of before
        if not is_theirs or not await store.delete_challenge(tx, challenge.challenge_id):
            raise BadInput(TOO_LATE, field="token")
        if not known.verified:  # they read its mail
            known = known.verify(known.email, at)
            await store.update_person(tx, known)
            await tx.emit(StandingChanged.of(known))
        return await _take_password(tx, known, password_hash, None, "password reset", asker, at)


async def change_password(
    vault: Vault,
    db: Database,
    person_id: UUID,
    sign_in_id: UUID | None,
    passwords: tuple[str, str],
    asker: Asker,
    at: datetime,
) -> Person:
    """Set the second password for who knows the first, and end all sign-ins but this one.

    BadInput for a wrong first, and for a second that is soon guessed.
    """
    current, password = passwords
    person = await get_person(db, person_id)
    model.require_good_password(password, person.email, person.name)
    await require_password(vault, db, person, current, "current", asker, at)
    password_hash = await vault.work(partial(model.hash_password, password))
    async with db.transaction() as tx:
        known = await get_person_for_update(tx, person_id)
        if known.password_hash != person.password_hash:  # changed while this was checked
            raise BadInput(WRONG_PASSWORD, field="current")
        return await _take_password(
            tx, known, password_hash, sign_in_id, "password changed", asker, at
        )


def _by_person(asked: tuple[Person | None, Asker]) -> str:
    # One order for all replicas: two that write to the same people wait for each other in no circle.
    person, _ = asked
    return str(person.person_id) if person else ""


async def _send_reset(tx: Tx, person: Person, code_key: str, at: datetime) -> None:
    asked = Asked.new(clock.new_id(), person, person.email, "password", code_key, at)
    await store.upsert_challenge(tx, asked.challenge)
    until = asked.challenge.token_until
    await notify(tx, "reset", person, at, token=asked.token, until=until)


async def _take_password(
    tx: Tx,
    person: Person,
    password_hash: str,
    spare: UUID | None,
    action: Action,
    asker: Asker,
    at: datetime,
) -> Person:
    changed = person.take_password(password_hash)
    await store.update_person(tx, changed)
    await store.delete_challenges(tx, person.person_id, "password")
    await store.delete_moves(tx, person)  # asked for with the old password
    await end_sign_ins(tx, person.person_id, spare, action, asker, at)
    await notify(tx, "password-changed", changed, at, asker)
    return changed
