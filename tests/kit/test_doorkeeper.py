"""What checks tokens: keys that come and go, and how fast a ban is in force."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from nats.js.kv import KeyValue

from boxoffice.kit import clock
from boxoffice.kit.auth import ALGORITHM, watched_keys
from boxoffice.kit.bus import KEYS
from kit.bells import Room
from kit.door import Door, banned, standing
from stage import App, Play, Someone, at_work, eventually
from stage.people import KEY, public_key

AT_ONCE_SECONDS = 1
NEW_KEY = ECKey.generate_key("P-256", {"kid": "new", "alg": ALGORITHM, "use": "sig"})
HEARD = "boxoffice_ban_in_force_seconds"
REFUSED = "boxoffice_ban_first_refusal_seconds"


@pytest.fixture
async def app(play: Play) -> App:
    return await play(Door().service)


@pytest.fixture
async def keys(app: App) -> KeyValue:
    return await app.client.jetstream().key_value(KEYS)


async def test_a_key_that_was_retired_checks_no_token_any_more_known_or_not(
    app: App, keys: KeyValue, alice: Someone, bob: Someone
):
    known = Someone("alice", id=alice.id, token=alice.sign())
    assert await _status(app, known) == 200

    await keys.delete("stage")

    await eventually(lambda: _is(app, known, 401), AT_ONCE_SECONDS)
    assert await _status(app, bob) == 401


async def test_a_new_key_counts_at_once_beside_the_old_one(
    app: App, keys: KeyValue, alice: Someone
):
    token = _signed_anew(alice)
    assert await _status(app, token) == 401

    await keys.put("new", json.dumps(NEW_KEY.as_dict(private=False)).encode())

    await eventually(lambda: _is(app, token, 200), AT_ONCE_SECONDS)
    assert await _status(app, alice) == 200


async def test_without_any_key_everybody_is_nobody_and_nothing_breaks(
    app: App, keys: KeyValue, alice: Someone
):
    await keys.purge("stage")
    await app.stop()

    await app.start()

    assert await _status(app, alice) == 401
    assert (await app.get("/api/caller", alice)).json()["name"] is None
    await keys.put("stage", public_key())
    await eventually(lambda: _is(app, alice, 200), AT_ONCE_SECONDS)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"nonsense",
        b"\xff",
        b"3",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"kty": "of a later version"}',
        b'{"kty": ["EC"]}',
        b'{"kty": "EC"}',
        b'{"kty": "EC", "crv": "P-0", "x": "AA", "y": "AA"}',
        b'{"kty": "EC", "crv": "P-256", "x": "!", "y": "?"}',
    ],
)
async def test_a_key_that_is_none_is_passed_over(room: Room, value: bytes):
    keys = await room.client.jetstream().key_value(KEYS)
    watched = watched_keys()
    await keys.put("broken", value)
    await keys.put("stage", public_key())

    async with at_work(watched.run(room.client)):

        async def the_good_one_is_known():
            assert watched.entries == {"stage": KEY.as_dict(private=False)}

        await eventually(the_good_one_is_known)


async def test_a_broken_key_keeps_nobody_out(app: App, keys: KeyValue, alice: Someone):
    await keys.put("broken", b"{}")
    await keys.put("new", json.dumps(NEW_KEY.as_dict(private=False)).encode())

    await eventually(lambda: _is(app, _signed_anew(alice), 200))

    assert await _status(app, alice) == 200


async def test_a_ban_is_measured_once_in_each_process(app: App, alice: Someone):
    before = await _measured(app)
    at = clock.now() - timedelta(seconds=30)

    for version, roles in ((1, ("member",)), (2, ("member", "moderator"))):
        await app.say(banned(alice, version=version, roles=roles, banned_at=at))
        await _heard(app, f"version {version}")
        for _ in range(3):
            assert await _status(app, alice) == 401

    gained = _gained(before, await _measured(app))
    assert [gained[f"{name}_count"] for name in (HEARD, REFUSED)] == [1, 1]
    assert all(30 <= gained[f"{name}_sum"] < 40 for name in (HEARD, REFUSED))


async def test_each_ban_of_a_person_is_measured(app: App, alice: Someone):
    before = await _measured(app)

    for version in (1, 3):
        await app.say(banned(alice, version=version, banned_at=clock.now()))
        await eventually(lambda: _is(app, alice, 401))
        await app.say(banned(alice, version=version + 1, banned_at=None))
        await eventually(lambda: _is(app, alice, 200))

    gained = _gained(before, await _measured(app))
    assert [gained[f"{name}_count"] for name in (HEARD, REFUSED)] == [2, 2]


async def test_a_process_that_starts_later_measures_its_first_refusal_alone(
    app: App, alice: Someone
):
    await app.stop()
    await app.say(banned(alice, version=1, banned_at=clock.now()))
    await app.start()
    before = await _measured(app)

    assert await _status(app, alice) == 401

    gained = _gained(before, await _measured(app))
    assert [gained[f"{name}_count"] for name in (HEARD, REFUSED)] == [0, 1]


def _signed_anew(person: Someone) -> Someone:
    claims = jwt.decode(person.sign(), KEY, algorithms=[ALGORITHM]).claims
    token = jwt.encode({"alg": ALGORITHM, "kid": NEW_KEY.kid}, claims, NEW_KEY)
    return Someone(person.name, id=person.id, token=token)


async def _status(app: App, person: Someone) -> int:
    return (await app.get("/api/hall", person)).status_code


async def _is(app: App, person: Someone, status: int) -> None:
    assert await _status(app, person) == status


async def _heard(app: App, word: str) -> None:
    """Say something of somebody else and wait until it counts: all before it counts by then."""
    other = Someone("other")
    await app.say(standing(other, roles=(word,)))

    async def it_counts():
        assert (await app.get("/api/hall", other)).json() == [word]

    await eventually(it_counts)


async def _measured(app: App) -> Mapping[str, float]:
    """How often, and how many seconds in all, this process measured of bans."""
    metrics = (await app.get("/metrics")).text
    lines = re.findall(rf"^((?:{HEARD}|{REFUSED})_(?:count|sum)) (\S+)$", metrics, re.MULTILINE)
    return {name: float(value) for name, value in lines}


def _gained(before: Mapping[str, float], after: Mapping[str, float]) -> Mapping[str, float]:
    return {name: after[name] - before[name] for name in after}
