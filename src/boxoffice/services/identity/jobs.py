"""What identity does by the clock."""

from datetime import datetime, timedelta
from typing import TypeVar

from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from boxoffice.events.event import Event
from boxoffice.events.identity import SignInEnded, StandingChanged
from boxoffice.events.streams import AUDIT_KEPT, STANDING, STANDING_KEPT
from boxoffice.kit import bus, clock
from boxoffice.kit.service import Running
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Person

AT_ONCE = 50  # letters a transaction; each is a row and two events
CHECKED = 1_000  # people and sign-ins that are looked after at once, the latest first
LAST_WORD = timedelta(minutes=1)  # so long before a key goes nobody brings it back by a late put
FORGOTTEN = 5_000  # rows a statement: far below its ten seconds

E = TypeVar("E", bound=Event)


async def publish_keys(running: Running) -> datetime | None:
    """Have the bucket `keys` hold what checks our tokens, and nothing whose tokens have expired."""
    vault: Vault = running.outside
    at = clock.now()
    bucket = await running.bus.key_value(bus.KEYS)
    for kid in await store.select_expired_kids(running.db, at):
        await bucket.purge(kid)
        await store.delete_signing_key(running.db, kid)
    keys = await commands.load_keys(running.db, running.settings)
    for key in keys:
        if key.retires_at is None or key.retires_at > at + LAST_WORD:
            await commands.publish_key(bucket, key)
    vault.keys = keys
    vault.published.set()
    return min((key.retires_at for key in keys if key.retires_at), default=None)


async def restore_standing(running: Running) -> datetime | None:
    """Say again what counts of people where the bus has forgotten it: a power cut, a lost bucket."""
    at = clock.now()
    bucket = await running.bus.key_value(STANDING.bucket or "")
    for person in await store.select_changed(running.db, at - STANDING_KEPT, CHECKED):
        said = await _said(bucket, f"person.{person.person_id}", StandingChanged)
        if said is None or said.version < person.version:
            await _say_again(running, person)
    for sign_in_id, ended_at in await store.select_ended(running.db, at - STANDING_KEPT, CHECKED):
        if await _said(bucket, f"sign-in.{sign_in_id}", SignInEnded) is None:
            async with running.db.transaction() as tx:
                await tx.emit(SignInEnded(sign_in_id=sign_in_id, ended_at=ended_at))
    return None


async def send_resets(running: Running) -> datetime | None:
    """Mail links to those who forgot their password."""
    at = clock.now()
    sent = await commands.send_resets(running.outside, running.db, at, AT_ONCE)
    return at if sent == AT_ONCE else None


async def forget(running: Running) -> datetime | None:
    """Forget sign-ins and challenges that are over, and entries that are too old."""
    at = clock.now()
    async with running.db.transaction() as tx:
        gone = (
            await store.delete_expired_tokens(tx, at, FORGOTTEN),
            await store.delete_old_challenges(tx, at, FORGOTTEN),
            await store.delete_old_entries(tx, at - AUDIT_KEPT, FORGOTTEN),
        )
    return at if FORGOTTEN in gone else None


async def _said(bucket: KeyValue, key: str, kind: type[E]) -> E | None:
    """Return what the bus has under a key; None when that is lost, or cannot be read."""
    try:
        return kind.model_validate_json((await bucket.get(key)).value or b"")
    except (KeyNotFoundError, ValueError):
        return None


async def _say_again(running: Running, person: Person) -> None:
    async with running.db.transaction() as tx:
        known = await store.select_person_for_update(tx, person.person_id)
        if known:
            await tx.emit(StandingChanged.of(known))
