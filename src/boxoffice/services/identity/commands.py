"""What can be done with accounts.

A sign-in is a family of refresh tokens. Each is good once and gives the next; one that comes back
after its use is in two hands, so the whole family ends and both must sign in again. The exception
is a token that was used less than `OVERLAP` ago: two tabs of one browser refresh at the same
instant, and the one that came second finds the new cookies already there. It is told so
(Conflict), gets no token and ends nothing; a thief who is that quick gets nothing either.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from joserfc.errors import JoseError

from boxoffice.events.identity import PersonChanged, PersonSignedUp
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import BadInput, Conflict, Unavailable
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.kit.telemetry import log
from boxoffice.services.identity import model, store
from boxoffice.services.identity.model import Newcomer, Person, Role, SignedIn, SigningKey

HASHED_AT_ONCE = 2  # each takes a core for a quarter of a second, and 32 MiB
LONGEST_QUEUE = 40  # passwords; with more, the last would wait past `QUEUE_SECONDS`
QUEUE_SECONDS = 5  # later than that people have pressed the button again
PUBLISH_SECONDS = 5  # the bus answers in milliseconds; a token that nobody can check is useless

T = TypeVar("T")


class Vault:
    """What signing people in needs: the keys, the one in service first, and hands for scrypt."""

    def __init__(self, settings: Settings, keys: Sequence[SigningKey]) -> None:
        self.keys = keys
        self.published = asyncio.Event()
        self.token_life = timedelta(seconds=settings.token_seconds)
        self.refresh_life = timedelta(days=settings.refresh_days)
        self._hands = ThreadPoolExecutor(HASHED_AT_ONCE, thread_name_prefix="scrypt")
        self._queue = 0

    @property
    def public_keys(self) -> Sequence[Mapping[str, Any]]:
        """What checks our tokens, as JWKs."""
        return [key.public for key in self.keys]

    async def ready(self) -> None:
        """Return once every process can check what we sign. Unavailable when that takes long."""
        try:
            async with asyncio.timeout(PUBLISH_SECONDS):
                await self.published.wait()
        except TimeoutError:
            raise Unavailable("Nobody can be signed in at the moment; try again") from None

    async def work(self, scrypt: Callable[[], T]) -> T:
        """Return what some of scrypt's work gives. Unavailable when too many wait for theirs."""
        if self._queue >= LONGEST_QUEUE:
            raise Unavailable(
                "Too many people are signing in right now; try again in a few seconds",
                retry_after_seconds=QUEUE_SECONDS,
            )
        self._queue += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hands, scrypt)
        finally:
            self._queue -= 1

    def close(self) -> None:
        """Give up what waits."""
        self._hands.shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_vault(settings: Settings, db: Database) -> AsyncGenerator[Vault]:
    """Yield the vault, with a key in it. SettingsError for another secret than sealed the keys."""
    vault = Vault(settings, await load_keys(db, settings))
    try:
        yield vault
    finally:
        vault.close()


async def load_keys(db: Queries, settings: Settings) -> Sequence[SigningKey]:
    """Return all keys, the one in service first; it is made where there is none."""
    secret = settings.secret.get_secret_value()
    kept = await store.select_signing_keys(db)
    if not kept or kept[0].retires_at:
        await store.insert_signing_key(db, SigningKey.new().seal(secret))
        kept = await store.select_signing_keys(db)
    try:
        return [SigningKey.opened(key, secret) for key in kept]
    except JoseError:
        raise SettingsError(
            "BOXOFFICE_SECRET: this is not the secret that sealed the signing keys"
        ) from None


async def sign_up(
    vault: Vault, db: Database, email: str, password: str, name: str | None, at: datetime
) -> SignedIn:
    """Make an account and sign its person in. Conflict when the address has one."""
    await vault.ready()
    password_hash = await vault.work(partial(model.hash_password, password))
    newcomer = Newcomer(email, name or model.name_of(email), password_hash)
    async with db.transaction() as tx:
        person = await _join(tx, newcomer, at)
        return await _begin_sign_in(vault, tx, person, at)


async def sign_in(vault: Vault, db: Database, email: str, password: str, at: datetime) -> SignedIn:
    """Sign a person in. BadInput for a wrong password and an unknown address, after equal work."""
    await vault.ready()
    person = await store.select_person(db, email)
    kept = person.password_hash if person else model.NOBODYS_HASH
    fits = await vault.work(partial(model.fits, password, kept))
    if person is None or not fits:
        raise BadInput("Invalid credentials")
    async with db.transaction() as tx:
        return await _begin_sign_in(vault, tx, person, at)


async def refresh(vault: Vault, db: Database, refresh_token: str, at: datetime) -> SignedIn | None:
    """Continue a sign-in with its next tokens; None when it has ended, as a replay ends it.

    Conflict for a token that another tab used a moment ago.
    """
    await vault.ready()
    digest = model.digest_of(refresh_token)
    async with db.transaction() as tx:
        sign_in_id = await store.use_refresh_token(tx, digest, at)
        person = sign_in_id and await store.select_person_of(tx, sign_in_id)
        if sign_in_id and person:
            return await _continue_sign_in(vault, tx, sign_in_id, person, at)
    await _suspect(db, digest, at)
    return None


async def sign_out(db: Database, refresh_token: str, at: datetime) -> None:
    """End the sign-in of this token; its access token lives out its minutes."""
    await store.end_sign_in_of(db, model.digest_of(refresh_token), at)


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


async def _begin_sign_in(vault: Vault, tx: Tx, person: Person, at: datetime) -> SignedIn:
    sign_in_id = await store.insert_sign_in(tx, person.person_id, at)
    return await _continue_sign_in(vault, tx, sign_in_id, person, at)


async def _continue_sign_in(
    vault: Vault, tx: Tx, sign_in_id: UUID, person: Person, at: datetime
) -> SignedIn:
    token = model.new_refresh_token()
    expires_at = at + vault.refresh_life
    await store.insert_refresh_token(tx, model.digest_of(token), sign_in_id, expires_at)
    return SignedIn(person, vault.keys[0].sign(person, at, vault.token_life), token)


async def _suspect(db: Database, digest: bytes, at: datetime) -> None:
    token = await store.select_refresh_token(db, digest)
    if token and token.overlaps(at):
        raise Conflict("Another tab did this a moment ago; its cookies are yours")
    if token and token.is_replayed(at):
        await store.end_sign_in(db, token.sign_in_id, at)
        log.warning("refresh token replayed", sign_in=str(token.sign_in_id))
