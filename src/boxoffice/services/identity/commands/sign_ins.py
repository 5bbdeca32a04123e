"""Signing up, in and out, and going on.

A sign-in is a family of refresh tokens. Each is good once and gives the next; one that comes back
after its use is in two hands, so the whole family ends and both must sign in again. The exception
is a token that was used less than `OVERLAP` ago: two tabs of one browser refresh at the same
instant, and the one that came second finds the new cookies already there. It is told so
(Conflict), gets no token and ends nothing; a thief who is that quick gets nothing either.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from boxoffice.events.identity import Action, PersonChanged, PersonSignedUp, SignInEnded
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import BadInput, Conflict, NotFound
from boxoffice.kit.telemetry import log
from boxoffice.services.identity import model, store
from boxoffice.services.identity.commands.accounts import get_person_for_update, notify
from boxoffice.services.identity.commands.addresses import ask_for_proof
from boxoffice.services.identity.commands.audit import record
from boxoffice.services.identity.commands.keys import Vault
from boxoffice.services.identity.model import Asker, Newcomer, Person, Role, SignedIn, SignIn


async def sign_up(
    vault: Vault,
    db: Database,
    email: str,
    password: str,
    name: str | None,
    asker: Asker,
    at: datetime,
) -> SignedIn:
    """Make an account, sign its person in and ask whether the address is theirs.

    Conflict when the address has an account, BadInput for a password that is soon guessed.
    """
    called = name or model.name_of(email)
    model.require_good_password(password, email, called)
    await vault.ready()
    password_hash = await vault.work(partial(model.hash_password, password))
    async with db.transaction() as tx:
        person = await _join(tx, Newcomer(email, called, password_hash), at)
        await ask_for_proof(tx, person, email, vault.code_key, at)
        await record(tx, "signed up", asker, at, by=person.person_id, person=person.person_id)
        return await _begin(vault, tx, person, asker, at)


async def sign_in(
    vault: Vault, db: Database, email: str, password: str, asker: Asker, at: datetime
) -> SignedIn:
    """Sign a person in. BadInput for a wrong password and an unknown address, after equal work.

    Forbidden to who is banned, once they have shown who they are.
    """
    await vault.ready()
    person = await store.select_person(db, email)
    kept = person.password_hash if person else model.NOBODYS_HASH
    fits = await vault.work(partial(model.fits, password, kept))
    if person is None or not fits or person.is_banned(at):
        async with db.transaction() as tx:
            whom = person and person.person_id
            await record(tx, "sign-in refused", asker, at, person=whom)
    if person is None or not fits:
        raise BadInput("Invalid credentials")
    async with db.transaction() as tx:
        known = await get_person_for_update(tx, person.person_id)
        known.require_welcome(at)
        if known.password_hash != person.password_hash:  # reset while this one was checked
            raise BadInput("Invalid credentials")
        await record(tx, "signed in", asker, at, by=person.person_id, person=person.person_id)
        return await _begin(vault, tx, known, asker, at)


async def refresh(
    vault: Vault, db: Database, refresh_token: str, asker: Asker, at: datetime
) -> SignedIn | None:
    """Continue a sign-in with its next tokens; None when it has ended, as a replay ends it.

    Conflict for a token that another tab used a moment ago. Forbidden to who is banned, whose
    sign-in goes on when the ban is over.
    """
    await vault.ready()
    digest = model.digest_of(refresh_token)
    async with db.transaction() as tx:
        sign_in_id = await store.use_refresh_token(tx, digest, at)
        person = sign_in_id and await store.select_person_of(tx, sign_in_id)
        if sign_in_id and person:
            person.require_welcome(at)
            goes_on = await store.update_seen(tx, sign_in_id, asker, at)
            return await _continue(vault, tx, sign_in_id, person, at) if goes_on else None
    await _suspect(db, digest, asker, at)
    return None


async def sign_out(
    db: Database, refresh_token: str | None, sign_in_id: UUID | None, asker: Asker, at: datetime
) -> None:
    """End the sign-in of these tokens, or both when they are of two; once is enough."""
    async with db.transaction() as tx:
        theirs = {sign_in_id} if sign_in_id else set[UUID]()
        if refresh_token:
            token = await store.select_refresh_token(tx, model.digest_of(refresh_token))
            theirs |= {token.sign_in_id} if token else set()
        for one in sorted(theirs):
            if ended := await store.end_sign_in(tx, one, at):
                await _announce_ends(tx, [ended], at)
                whose = ended.person_id
                await record(tx, "signed out", asker, at, by=whose, person=whose)


async def end_sign_in(
    db: Database, person_id: UUID, sign_in_id: UUID, asker: Asker, at: datetime
) -> None:
    """Sign a person out of one device. NotFound when they are not signed in there."""
    async with db.transaction() as tx:
        ended = await store.end_own_sign_in(tx, sign_in_id, person_id, at)
        if ended is None:
            raise NotFound("There is no such sign-in")
        await _announce_ends(tx, [ended], at)
        await record(tx, "sign-in ended", asker, at, by=person_id, person=person_id)


async def end_own_sign_ins(db: Database, person_id: UUID, asker: Asker, at: datetime) -> None:
    """Sign a person out everywhere."""
    async with db.transaction() as tx:
        await end_sign_ins(tx, person_id, None, "sign-in ended", asker, at)


async def end_sign_ins(
    tx: Tx, person_id: UUID, spare: UUID | None, because: Action, asker: Asker, at: datetime
) -> None:
    """Sign a person out everywhere but on the device to spare, for the reason that is noted."""
    ended = await store.end_all_sign_ins(tx, person_id, spare, at)
    await _announce_ends(tx, ended, at)
    await record(tx, because, asker, at, by=person_id, person=person_id)


async def ensure_person(
    db: Database,
    email: str,
    password: str,
    name: str,
    roles: Sequence[Role],
    at: datetime,
) -> Person:
    """Return who has this address; where nobody had, somebody new who is verified."""
    known = await store.select_person(db, email)
    if known:
        return known
    password_hash = await asyncio.to_thread(model.hash_password, password)
    newcomer = Newcomer(email, name, password_hash, tuple(roles), verified=True)
    async with db.transaction() as tx:
        return await _join(tx, newcomer, at)


async def _join(tx: Tx, newcomer: Newcomer, at: datetime) -> Person:
    person = await store.insert_person(tx, newcomer, at)
    if person is None:
        raise Conflict("This e-mail address has an account already", field="email")
    await tx.emit(PersonSignedUp.of(person), PersonChanged.of(person))
    return person


async def _begin(vault: Vault, tx: Tx, person: Person, asker: Asker, at: datetime) -> SignedIn:
    sign_in_id = await store.insert_sign_in(tx, person.person_id, asker, at)
    return await _continue(vault, tx, sign_in_id, person, at)


async def _continue(
    vault: Vault, tx: Tx, sign_in_id: UUID, person: Person, at: datetime
) -> SignedIn:
    token = model.new_secret()
    expires_at = at + vault.refresh_life
    await store.insert_refresh_token(tx, model.digest_of(token), sign_in_id, expires_at)
    signed = vault.keys[0].sign(person, sign_in_id, at, vault.token_life)
    return SignedIn(person, signed, token)


async def _announce_ends(tx: Tx, ended: Sequence[SignIn], at: datetime) -> None:
    await tx.emit(*(SignInEnded(sign_in_id=one.sign_in_id, ended_at=at) for one in ended))


async def _suspect(db: Database, digest: bytes, asker: Asker, at: datetime) -> None:
    token = await store.select_refresh_token(db, digest)
    if token and token.overlaps(at):
        raise Conflict("Another tab did this a moment ago; its cookies are yours")
    if token is None or not token.is_replayed(at):
        return
    async with db.transaction() as tx:
        person = await store.select_person_of(tx, token.sign_in_id)
        ended = await store.end_sign_in(tx, token.sign_in_id, at)
        if person is None or ended is None:
            return
        await _announce_ends(tx, [ended], at)
        await record(tx, "stolen sign-in ended", asker, at, person=person.person_id)
        await notify(tx, "sign-in-stolen", person, at, asker)
    log.warning("refresh token replayed", sign_in=str(token.sign_in_id))
