"""What identity does by the clock."""

import json
from datetime import datetime

from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import SigningKey


async def publish_keys(running: Running) -> datetime | None:
    """Have the bucket `keys` hold what checks our tokens, and nothing whose tokens have expired."""
    vault: Vault = running.outside
    bucket = await running.bus.key_value("keys")
    for kid in await store.select_expired_kids(running.db, clock.now()):
        await bucket.purge(kid)
        await store.delete_signing_key(running.db, kid)
    keys = await commands.load_keys(running.db, running.settings)
    for key in keys:
        await _publish(bucket, key)
    vault.keys = keys
    vault.published.set()
    return None


async def forget_sign_ins(running: Running) -> datetime | None:
    """Forget refresh tokens that have expired, and sign-ins that have no other."""
    async with running.db.transaction() as tx:
        await store.delete_expired_tokens(tx, clock.now())
        await store.delete_spent_sign_ins(tx)
    return None


async def _publish(bucket: KeyValue, key: SigningKey) -> None:
    wanted = json.dumps(key.public, sort_keys=True).encode()
    try:
        known = (await bucket.get(key.kid)).value
    except KeyNotFoundError:
        known = None
    if known != wanted:
        await bucket.put(key.kid, wanted)
