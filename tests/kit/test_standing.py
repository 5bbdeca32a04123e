"""What has changed since a token was signed counts in every process, and at once."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID

import pytest
from nats.aio.client import Client
from pydantic import SecretStr

from boxoffice.events.identity import SignInEnded
from boxoffice.events.streams import STANDING
from boxoffice.kit import bus, clock
from boxoffice.kit.settings import Settings
from kit.door import Door, banned, standing
from stage import App, Play, Someone, cable, eventually, news
from stage.rivals import replica

AT_ONCE_SECONDS = 1  # what is promised of a ban; it takes some milliseconds
PHONE = UUID("019a0000-0000-7000-8000-000000000001")
LAPTOP = UUID("019a0000-0000-7000-8000-000000000002")


@pytest.fixture
async def app(play: Play) -> App:
    return await play(Door().service)


@pytest.fixture
async def identity(app: App, settings: Settings) -> AsyncGenerator[Client]:
    """A line of its own to the bus, on which identity speaks."""
    assert app
    async with bus.connect(settings, "identity") as client:
        yield client


async def test_a_ban_refuses_a_good_token_at_once(app: App, alice: Someone, bob: Someone):
    for person in (alice, bob):
        assert await _status(app, person) == 200

    await app.say(banned(alice))

    await eventually(lambda: _is(app, alice, 401), AT_ONCE_SECONDS)
    assert await _status(app, bob) == 200


async def test_the_banned_are_nobody_by_cookie_too_and_by_a_token_signed_later(
    app: App, alice: Someone
):
    await app.say(banned(alice))
    await eventually(lambda: _is(app, alice, 401))

    by_cookie = await app.get("/api/hall", headers={"Cookie": f"session={alice.sign()}"})
    caller = await app.get("/api/caller", alice)

    assert by_cookie.status_code == 401
    assert caller.json()["name"] is None


async def test_every_replica_refuses_thebanned(app: App, alice: Someone):
    async with replica(app) as second:
        assert await _status(second, alice) == 200

        await app.say(banned(alice))

        for one in (app, second):
            await eventually(lambda one=one: _is(one, alice, 401), AT_ONCE_SECONDS)


async def test_a_process_that_starts_after_the_ban_refuses_at_its_first_request(
    app: App, alice: Someone, bob: Someone
):
    await app.stop()
    await app.say(banned(alice))

    await app.start()

    assert await _status(app, alice) == 401
    assert await _status(app, bob) == 200


async def test_a_process_that_was_cut_off_hears_of_the_ban_soon_after(
    play: Play, settings: Settings, identity: Client, alice: Someone
):
    async with cable(settings.nats_url.get_secret_value()) as line:
        far = await play(Door().service, nats_url=SecretStr(line.url))
        assert await _status(far, alice) == 200
        line.cut()
        await news.say(identity, banned(alice))
        assert await _status(far, alice) == 200

        line.mend()

        await eventually(lambda: _is(far, alice, 401), 2 * AT_ONCE_SECONDS)
        await far.close()


async def test_who_is_forgiven_may_come_back_at_once(app: App, alice: Someone):
    await app.say(banned(alice))
    await eventually(lambda: _is(app, alice, 401))

    await app.say(standing(alice, version=2))

    await eventually(lambda: _is(app, alice, 200), AT_ONCE_SECONDS)


async def test_a_ban_that_is_over_refuses_nobody(app: App, alice: Someone):
    past = clock.now() - timedelta(seconds=1)

    await app.say(banned(alice, banned_until=past, roles=("member", "moderator")))

    await eventually(lambda: _has_roles(app, alice, ["member", "moderator"]))


async def test_a_ban_ends_by_itself(app: App, alice: Someone):
    await app.say(banned(alice, banned_until=clock.now() + timedelta(seconds=0.5)))
    await eventually(lambda: _is(app, alice, 401), 0.5)

    await eventually(lambda: _is(app, alice, 200), 2)


async def test_a_role_that_was_granted_counts_though_the_token_lacks_it(app: App, alice: Someone):
    assert await _status(app, alice, "/api/vault") == 403

    await app.say(standing(alice, roles=("member", "admin")))

    await eventually(lambda: _is(app, alice, 200, "/api/vault"), AT_ONCE_SECONDS)


async def test_a_role_that_was_taken_counts_no_more_though_the_token_has_it(app: App):
    root = Someone("root", roles=("member", "admin"))
    assert await _status(app, root, "/api/vault") == 200

    await app.say(standing(root))

    await eventually(lambda: _is(app, root, 403, "/api/vault"), AT_ONCE_SECONDS)
    assert await _status(app, root) == 200


async def test_an_address_counts_as_verified_as_soon_as_it_is(play: Play, app: App, alice: Someone):
    await app.stop()
    strict = await play(Door().service, require_verified=True)
    unverified = Someone("carol", token=alice.sign(verified=False))
    assert await _status(strict, unverified, "/api/shelves") == 403

    await strict.say(standing(alice, verified=True))
    await eventually(lambda: _is(strict, unverified, 200, "/api/shelves"), AT_ONCE_SECONDS)
    await strict.say(standing(alice, version=2, verified=False))

    await eventually(lambda: _is(strict, unverified, 403, "/api/shelves"), AT_ONCE_SECONDS)


async def test_a_sign_in_that_ended_takes_its_own_tokens_with_it_and_no_others(
    app: App, alice: Someone, bob: Someone
):
    phone = [Someone("phone", token=alice.sign(sid=str(PHONE))) for _ in range(2)]
    others = [Someone("laptop", token=alice.sign(sid=str(LAPTOP))), alice, bob]
    for one in (*phone, *others):
        assert await _status(app, one) == 200

    await app.say(SignInEnded(sign_in_id=PHONE, ended_at=clock.now()))

    for one in phone:
        await eventually(lambda one=one: _is(app, one, 401), AT_ONCE_SECONDS)
    assert [await _status(app, one) for one in others] == [200, 200, 200]


async def test_a_sign_in_that_ended_stays_so_after_a_restart(app: App, alice: Someone):
    phone = Someone("phone", token=alice.sign(sid=str(PHONE)))
    await app.stop()
    await app.say(SignInEnded(sign_in_id=PHONE, ended_at=clock.now()))

    await app.start()

    assert await _status(app, phone) == 401


async def test_a_token_that_names_its_sign_in_in_vain_is_nobodys(app: App, alice: Someone):
    for sid in ("", "phone", None, 3, [str(PHONE)]):
        assert await _status(app, Someone("phone", token=alice.sign(sid=sid))) == 401


async def test_news_that_cannot_be_read_leaves_a_ban_in_force(app: App, alice: Someone):
    bucket = await app.client.jetstream().key_value(STANDING.bucket or "")
    await app.say(banned(alice))
    await eventually(lambda: _is(app, alice, 401))

    await bucket.put(f"person.{alice.id}", b'{"of": "a later version"}')
    await app.say(standing(Someone("marker", id=PHONE), roles=("heard",)))
    marker = Someone("marker", id=PHONE)
    await eventually(lambda: _has_roles(app, marker, ["heard"]))

    assert await _status(app, alice) == 401


async def _status(app: App, person: Someone, path: str = "/api/hall") -> int:
    return (await app.get(path, person)).status_code


async def _is(app: App, person: Someone, status: int, path: str = "/api/hall") -> None:
    assert await _status(app, person, path) == status


async def _has_roles(app: App, person: Someone, roles: list[str]) -> None:
    assert (await app.get("/api/hall", person)).json() == roles
