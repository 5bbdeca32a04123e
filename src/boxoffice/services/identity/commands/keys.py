"""The keys that sign tokens, and hands for passwords."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from joserfc.errors import JoseError
from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import Conflict, Unavailable
from boxoffice.kit.settings import Settings, SettingsError
from boxoffice.services.identity import store
from boxoffice.services.identity.model import SigningKey

HASHED_AT_ONCE = 2  # each takes a core for a quarter of a second, and 32 MiB
LONGEST_QUEUE = 40  # passwords; with more, the last would wait past `QUEUE_SECONDS`
QUEUE_SECONDS = 5  # later than that people have pressed the button again
PUBLISH_SECONDS = 5  # the bus answers in milliseconds; a token that nobody can check is useless
SETTLE_SECONDS = 2  # until every process has heard of a key: a watch that was cut is back by then
LEARNT = timedelta(minutes=2)  # until every replica signs with the new key: twice its job's minute

T = TypeVar("T")


class Vault:
    """What signing people in needs: the keys, the one in service first, and hands for scrypt."""

    def __init__(self, settings: Settings, keys: Sequence[SigningKey]) -> None:
        self.keys = keys
        self.published = asyncio.Event()
        self.token_life = timedelta(seconds=settings.token_seconds)
        self.refresh_life = timedelta(days=settings.refresh_days)
        self.code_key = settings.secret.get_secret_value()
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


async def rotate_keys(
    db: Database, bucket: KeyValue, settings: Settings, at: datetime
) -> SigningKey:
    """Put a new key in service and return it; nobody is signed out.

    Every process knows it before the first token is signed with it. The old one is published until
    the last token that it signed has expired. SettingsError for another secret than sealed the
    keys, Conflict when somebody else puts a new one in service at the same moment.
    """
    await load_keys(db, settings)  # sealed with another secret, no replica could open the new one
    key = SigningKey.new()
    await publish_key(bucket, key)
    await asyncio.sleep(SETTLE_SECONDS)
    async with db.transaction() as tx:
        life = timedelta(seconds=settings.token_seconds)
        await store.retire_signing_key(tx, at + LEARNT + life)
        sealed = key.seal(settings.secret.get_secret_value())
        is_in_service = await store.insert_signing_key(tx, sealed)
    if not is_in_service:
        await bucket.purge(key.kid)
        raise Conflict("Somebody else has just put a new key in service")
    return key


async def publish_key(bucket: KeyValue, key: SigningKey) -> None:
    """Have the bucket hold what checks this key's tokens."""
    wanted = json.dumps(key.public, sort_keys=True).encode()
    try:
        known = (await bucket.get(key.kid)).value
    except KeyNotFoundError:
        known = None
    if known != wanted:
        await bucket.put(key.kid, wanted)
