"""The keys that sign: made once, sealed at rest, published everywhere, and gone in time."""

import asyncio
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
from identity.forging import head_of
from identity.visitor import ASKER, Visitor
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
            commands.refresh(vault, db, alice.refresh_token, ASKER, clock.now())
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


async def test_a_retired_key_goes_when_its_time_is_over_and_not_at_the_next_look(
    app: App, alice: Visitor
):
    db, old = await app.db("identity"), head_of(alice.token)["kid"]
    await app.stop()
    soon = clock.now() + timedelta(seconds=2)
    await db.execute("UPDATE signing_keys SET retires_at = $1", soon)

    await app.start()
    kids = [key["kid"] for key in (await app.get(JWKS)).json()["keys"]]

    async def it_is_gone():
        assert await _published(app, old) is None
        assert await alice.who() is None

    await eventually(it_is_gone)
    assert clock.now() >= soon
    assert (await alice.refresh()).status_code == 200
    assert head_of(alice.token)["kid"] == kids[0]


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
