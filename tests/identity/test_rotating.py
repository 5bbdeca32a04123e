"""Rotating keys: a new one signs, the old one checks until its last token is over, all stay in."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from nats.js.errors import KeyNotFoundError
from pydantic import SecretStr

from boxoffice.cli import people as operating
from boxoffice.kit import bus, clock
from boxoffice.kit.errors import Conflict
from boxoffice.kit.service import Service
from boxoffice.kit.settings import SettingsError
from boxoffice.services import load
from boxoffice.services.identity import commands, jobs, store
from boxoffice.services.identity.commands.keys import LEARNT
from boxoffice.services.identity.model import SigningKey
from identity.conftest import Visit
from identity.forging import head_of, is_refused, signed
from identity.visitor import Visitor
from stage import App, Play, eventually
from stage.rivals import replica, rivals

OFTEN = timedelta(seconds=0.2)  # instead of a minute
FOR_EVER = 4_000_000_000  # seconds since 1970
JWKS = "/.well-known/jwks.json"


@pytest.fixture
async def app(play: Play) -> App:
    return await play(_attentive(), "tickets")


async def test_a_rotation_signs_nobody_out_and_has_every_replica_sign_with_the_new_key(
    app: App, alice: Visitor, visit: Visit
):
    old, bob, settings = alice.token, visit("bob@example.com"), app.settings

    async with replica(app) as second:
        charlie = Visitor(second.settings.public_url, "charlie@example.com")
        new = await operating.rotate_keys(settings)
        await bob.sign_up()
        await charlie.sign_up()
        for visitor in (alice, bob, charlie):
            await eventually(lambda visitor=visitor: _signs_with(visitor, new))

        newer = [visitor.token for visitor in (alice, bob, charlie)]
        refused = [await is_refused(each, token) for each in (app, second) for token in newer]
        assert refused == [False] * 6
        assert await is_refused(app, old) is await is_refused(second, old) is False
        assert await _kids(app) == await _kids(second) == [new, head_of(old)["kid"]]
        await charlie.http.aclose()


async def test_before_a_key_signs_its_first_token_every_process_knows_it(app: App, alice: Visitor):
    db, (old,) = await app.db("identity"), await _kids(app)

    async with replica(app) as second:
        rotating = asyncio.create_task(operating.rotate_keys(app.settings))
        published = await eventually(lambda: _a_new_one_in_the_bucket(app, old))
        in_service_then = (await store.select_signing_keys(db))[0].kid
        await eventually(lambda: _a_new_one_in_service(app, old))
        (new, _) = await commands.load_keys(db, app.settings)
        first = signed(new.key, alice.token)
        refused = [await is_refused(each, first) for each in (app, second)]

    assert in_service_then == old
    assert new.kid == published == await rotating
    assert refused == [False, False]


async def test_who_came_in_before_two_rotations_stays_in(app: App, alice: Visitor, visit: Visit):
    bob = visit("bob@example.com")
    oldest = alice.token

    second = await operating.rotate_keys(app.settings)
    await bob.sign_up()
    await eventually(lambda: _signs_with(bob, second))
    older = bob.token
    third = await operating.rotate_keys(app.settings)
    await eventually(lambda: _signs_with(bob, third))

    assert [await is_refused(app, token) for token in (oldest, older, bob.token)] == [False] * 3
    assert await _kids(app) == [third, second, head_of(oldest)["kid"]]
    assert (await alice.refresh()).status_code == 200
    assert head_of(alice.token)["kid"] == third


async def test_an_old_key_is_published_until_the_last_token_that_it_signs_anywhere_has_expired(
    app: App, alice: Visitor
):
    (own,) = load(["identity"])
    (watch,) = [job for job in own.jobs if job.run is jobs.publish_keys]
    begun = clock.now()

    await operating.rotate_keys(app.settings)

    _, old = await store.select_signing_keys(await app.db("identity"))
    last_signed = begun + 2 * watch.every  # a round of its job that fails, and the next
    assert old.kid == head_of(alice.token)["kid"]
    assert old.retires_at
    assert old.retires_at >= last_signed + timedelta(seconds=app.settings.token_seconds)
    assert old.retires_at <= clock.now() + LEARNT + timedelta(seconds=app.settings.token_seconds)


async def test_a_key_is_gone_when_its_time_is_over_and_whoever_has_a_copy_signs_in_nobody(
    app: App, alice: Visitor
):
    db = await app.db("identity")
    (leaked,) = await commands.load_keys(db, app.settings)
    stolen = signed(leaked.key, alice.token, exp=FOR_EVER)
    believed_at_first = not await is_refused(app, stolen)
    new = await operating.rotate_keys(app.settings)

    await _retire(app, clock.now() + OFTEN)

    async def it_is_gone():
        assert await _published(app, leaked.kid) is None
        assert await is_refused(app, stolen)
        assert await is_refused(app, alice.token)

    assert believed_at_first
    await eventually(it_is_gone)
    assert [key.kid for key in await store.select_signing_keys(db)] == [new]
    assert await eventually(lambda: _kids_are(app, [new]))
    assert (await alice.refresh()).status_code == 200
    assert not await is_refused(app, alice.token)


async def test_a_key_that_another_replica_takes_away_is_not_brought_back_by_a_late_one(
    app: App, alice: Visitor
):
    old = head_of(alice.token)["kid"]
    await operating.rotate_keys(app.settings)
    bucket = await app.client.jetstream().key_value(bus.KEYS)
    await app.stop()

    await _retire(app, clock.now() + jobs.LAST_WORD / 2)
    await bucket.purge(old)
    await app.start()

    (new, _) = await _kids(app)
    assert await _published(app, new)
    assert await _published(app, old) is None


async def test_a_lost_bucket_gets_the_old_key_back_too(app: App, alice: Visitor):
    old = head_of(alice.token)["kid"]
    new = await operating.rotate_keys(app.settings)
    bucket = await app.client.jetstream().key_value(bus.KEYS)

    for kid in (old, new):
        await bucket.purge(kid)

    async def both_are_back():
        assert await _published(app, old)
        assert await _published(app, new)
        assert not await is_refused(app, alice.token)

    await eventually(both_are_back)


async def test_a_rotation_with_another_secret_is_refused_and_changes_nothing(
    app: App, alice: Visitor
):
    other = app.settings.model_copy(update={"secret": SecretStr("another secret, as long as ours")})
    before = await _bucket(app)

    with pytest.raises(SettingsError, match="BOXOFFICE_SECRET"):
        await operating.rotate_keys(other)

    assert await _bucket(app) == before
    assert await _kids(app) == [head_of(alice.token)["kid"]]


async def test_of_two_rotations_at_once_each_that_succeeds_counts_and_no_other_is_published(
    app: App, alice: Visitor
):
    bucket = await app.client.jetstream().key_value(bus.KEYS)
    before = await _bucket(app)

    async with rivals(app, "identity", 2) as database:
        rotations = (
            commands.rotate_keys(database, bucket, app.settings, clock.now()) for _ in range(2)
        )
        outcomes = await asyncio.gather(*rotations, return_exceptions=True)

    new = {outcome.kid for outcome in outcomes if isinstance(outcome, SigningKey)}
    kept = await store.select_signing_keys(await app.db("identity"))
    assert new
    assert all(isinstance(one, (SigningKey, Conflict)) for one in outcomes)
    assert {key.kid for key in kept} == new | {head_of(alice.token)["kid"]}
    assert [key.kid for key in kept if key.retires_at is None] == [kept[0].kid]
    assert await _bucket(app) == before | new


def _attentive() -> Service:
    """Identity that looks at its keys more often."""
    (own,) = load(["identity"])
    return replace(own, jobs=[replace(job, every=OFTEN) for job in own.jobs])


async def _signs_with(visitor: Visitor, kid: str) -> None:
    await visitor.refresh()
    assert head_of(visitor.token)["kid"] == kid


async def _kids(app: App) -> list[str]:
    return [key["kid"] for key in (await app.get(JWKS)).json()["keys"]]


async def _kids_are(app: App, kids: list[str]) -> bool:
    assert await _kids(app) == kids
    return True


async def _retire(app: App, at: datetime) -> None:
    """Make it as if the old key had been taken out of service so long ago that it goes now."""
    await (await app.db("identity")).execute(
        "UPDATE signing_keys SET retires_at = $1 WHERE retires_at IS NOT NULL", at
    )


async def _a_new_one_in_the_bucket(app: App, old: str) -> str:
    fresh = await _bucket(app) - {old, "stage"}
    assert fresh
    return fresh.pop()


async def _a_new_one_in_service(app: App, old: str) -> None:
    kept = await store.select_signing_keys(await app.db("identity"))
    assert kept[0].kid != old


async def _bucket(app: App) -> set[str]:
    """The names of all keys that are published, the stage's own among them."""
    bucket = await app.client.jetstream().key_value(bus.KEYS)
    return set(await bucket.keys())


async def _published(app: App, kid: str) -> dict[str, Any] | None:
    bucket = await app.client.jetstream().key_value(bus.KEYS)
    try:
        return json.loads((await bucket.get(kid)).value or b"")
    except KeyNotFoundError:
        return None
