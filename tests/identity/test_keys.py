"""The keys that sign: made once, sealed at rest, published everywhere, and gone in time."""

import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from nats.js.errors import KeyNotFoundError
from pydantic import SecretStr

from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.kit.settings import SettingsError
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import SigningKey
from identity.conftest import Visit
from identity.visitor import Visitor
from stage import App, Play, eventually
from stage.rivals import replica, rivals

REPLICAS = 8
MOMENT_SECONDS = 0.2  # a refresh that waits for nothing takes a tenth of it
JWKS = "/.well-known/jwks.json"


async def test_what_checks_our_tokens_is_published_without_what_signs_them(app: App):
    answer = await app.get(JWKS)

    (key,) = answer.json()["keys"]
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert key.keys() == {"kid", "kty", "crv", "x", "y", "alg", "use"}
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")

    async def the_bucket_holds_it():
        assert await _published(app, key["kid"]) == key

    await eventually(the_bucket_holds_it)


async def test_the_very_first_token_is_believed_at_once(play: Play, visit: Visit):
    app = await play("identity", "tickets")
    alice = visit("alice@example.com")

    await alice.sign_up()
    sold = await alice.http.post("/api/tickets", json={"title": "Hamlet", "price": 5})

    assert app.services
    assert sold.status_code == 201


async def test_nobody_is_signed_in_before_everybody_can_check_it(app: App, alice: Visitor):
    db = await app.db("identity")

    async with commands.open_vault(app.settings, db) as vault:
        refreshing = asyncio.create_task(
            commands.refresh(vault, db, alice.refresh_token, clock.now())
        )
        early, _ = await asyncio.wait([refreshing], timeout=MOMENT_SECONDS)
        vault.published.set()
        signed_in = await refreshing

    assert not early
    assert signed_in


async def test_a_key_rests_sealed_and_opens_with_our_secret_alone(app: App):
    db = await app.db("identity")
    (kept,) = await store.select_signing_keys(db)
    other = app.settings.model_copy(update={"secret": SecretStr("another secret, as long as ours")})

    (key,) = await commands.load_keys(db, app.settings)

    assert str(key.key.as_dict(private=True)["d"]) not in kept.sealed
    with pytest.raises(SettingsError, match="BOXOFFICE_SECRET"):
        await commands.load_keys(db, other)


async def test_replicas_that_start_together_make_one_key(app: App):
    db = await _before_the_first_key(app)

    kids = await _race(app)

    assert await db.fetchval("SELECT count(*) FROM signing_keys") == 1
    assert len(set(kids)) == 1


async def test_without_the_index_each_replica_would_make_its_own(app: App):
    db = await _before_the_first_key(app)
    await db.execute("DROP INDEX signing_keys_in_service")

    await _race(app)

    assert await db.fetchval("SELECT count(*) FROM signing_keys") > 1


async def test_another_replica_and_the_next_start_sign_with_the_same_key(app: App, alice: Visitor):
    before = (await app.get(JWKS)).json()

    async with replica(app) as second:
        beside = (await second.get(JWKS)).json()
    await app.stop()
    await app.start()

    assert (await app.get(JWKS)).json() == beside == before
    assert await alice.who() is not None


async def test_a_bucket_that_was_lost_is_filled_again(app: App, alice: Visitor):
    (key,) = (await app.get(JWKS)).json()["keys"]
    bucket = await app.client.jetstream().key_value("keys")
    await bucket.purge(key["kid"])

    await app.stop()
    await app.start()

    async def she_is_known_again():
        assert await alice.who() is not None

    await eventually(she_is_known_again)
    assert await _published(app, key["kid"]) == key


async def test_a_retired_key_signs_no_more_and_its_tokens_live_out_their_time(
    app: App, alice: Visitor, visit: Visit
):
    bob = visit("bob@example.com")

    (old,) = await _retire(app, timedelta(minutes=15))
    await bob.sign_up()

    kids = [key["kid"] for key in (await app.get(JWKS)).json()["keys"]]
    assert len(kids) == 2
    assert kids[1] == old
    assert _kid(alice.token) == old
    assert _kid(bob.token) == kids[0]
    assert await alice.who() is not None
    assert await bob.who() is not None


async def test_a_key_is_gone_when_its_last_token_has_expired_and_a_token_of_it_refused(
    app: App, alice: Visitor
):
    (old,) = await _retire(app, timedelta(0))

    async def it_is_gone():
        assert await _published(app, old) is None
        assert await alice.who() is None

    await eventually(it_is_gone)
    assert old not in (await app.get(JWKS)).text
    db = await app.db("identity")
    assert [key.kid for key in await store.select_signing_keys(db)] != [old]
    assert (await alice.refresh()).status_code == 200
    assert await alice.who() is not None


async def _retire(app: App, after: timedelta) -> Sequence[str]:
    """Take the key out of service, for good after this time; identity starts anew."""
    db = await app.db("identity")
    kids = [key.kid for key in await store.select_signing_keys(db)]
    await app.stop()
    await db.execute("UPDATE signing_keys SET retires_at = $1", clock.now() + after)
    await app.start()
    return kids


async def _race(app: App) -> Sequence[str]:
    async with rivals(app, "identity", REPLICAS) as database:

        async def load() -> Sequence[SigningKey]:
            async with database.transaction() as tx:
                return await commands.load_keys(tx, app.settings)

        loaded = await asyncio.gather(*(load() for _ in range(REPLICAS)))
    return [keys[0].kid for keys in loaded]


async def _before_the_first_key(app: App) -> Database:
    await app.stop()
    db = await app.db("identity")
    await db.execute("DELETE FROM signing_keys")
    return db


async def _published(app: App, kid: str) -> dict[str, Any] | None:
    bucket = await app.client.jetstream().key_value("keys")
    try:
        return json.loads((await bucket.get(kid)).value or b"")
    except KeyNotFoundError:
        return None


def _kid(token: str) -> str:
    head = token.partition(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
