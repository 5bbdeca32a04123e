"""Bans where they bite: in every service and process, whatever was down or lost meanwhile."""

import asyncio
from datetime import timedelta

import pytest
from nats.js.errors import NotFoundError
from pydantic import SecretStr

from boxoffice.events.identity import BanLifted, PersonBanned, StandingChanged
from boxoffice.events.streams import STANDING
from boxoffice.kit import clock
from boxoffice.kit.outbox import count_unsent
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Asker
from identity.office import (
    DOORS,
    SOON_SECONDS,
    answers,
    apart,
    ban,
    gets_in,
    gets_out,
    is_in,
    is_out,
    kept,
    lift,
    settle,
)
from stage import App, Play, Someone, cable, eventually
from stage.rivals import replica

ROUNDS = 3
AT_ONCE = 12  # bans and lifts that two replicas are asked for at the same time
OTHERS = ("tickets", "orders", "payments")
OFFICE = Asker("203.0.113.7", "the office")


@pytest.fixture
async def house(play: Play) -> App:
    """Every service that somebody can knock at, in one process."""
    return await play(*DOORS)


@pytest.fixture
async def ada(house: App) -> Someone:
    """She is the admin."""
    return await settle(house, "ada", "admin")


@pytest.fixture
async def mallory(house: App) -> Someone:
    """He sells air, and his token is good for a quarter of an hour."""
    return await settle(house, "mallory")


async def test_every_service_in_every_process_refuses_the_banned_and_lets_them_in_again(
    house: App, ada: Someone, mallory: Someone
):
    async with replica(house) as second:
        await gets_in(mallory, house, second)

        await ban(house, ada, mallory.id)
        await gets_out(mallory, house, second)
        refused = await house.post("/api/tickets", mallory, json={"title": "Air", "price": 5})

        await lift(second, ada, mallory.id)
        await gets_in(mallory, house, second)

    assert refused.json()["detail"] == "Sign in first"
    await is_in(house, ada)


async def test_the_banned_are_nobody_by_cookie_too(house: App, ada: Someone, mallory: Someone):
    cookie = {"Cookie": f"session={mallory.token}"}
    before = (await house.get("/api/users/currentuser", headers=cookie)).json()["currentUser"]

    await ban(house, ada, mallory.id)
    await gets_out(mallory, house)

    assert before["id"] == str(mallory.id)
    assert (await house.get("/api/users/currentuser", headers=cookie)).json() == {
        "currentUser": None
    }
    assert (await house.get("/api/orders", headers=cookie)).status_code == 401


async def test_a_ban_is_of_one_person(house: App, ada: Someone, mallory: Someone):
    alice = await settle(house, "alice")

    await ban(house, ada, mallory.id)
    await gets_out(mallory, house)

    await is_in(house, alice)


async def test_a_service_that_restarts_knows_who_is_banned_before_it_answers(
    house: App, ada: Someone, mallory: Someone
):
    await ban(house, ada, mallory.id)
    await gets_out(mallory, house)

    await house.stop()
    await house.start()

    await is_out(house, mallory)


async def test_a_service_that_was_down_at_the_time_knows_it_before_it_answers(
    house: App, ada: Someone, mallory: Someone
):
    await house.stop()
    async with apart(house, "identity") as identity:
        async with apart(house, *OTHERS) as before:
            await is_in(before, mallory)
        await ban(identity, ada, mallory.id)
        await gets_out(mallory, identity)

        async with apart(house, *OTHERS) as after:
            await is_out(after, mallory)
            await lift(identity, ada, mallory.id)
            await gets_in(mallory, after)


async def test_the_banned_stay_out_while_identity_is_down(
    house: App, ada: Someone, mallory: Someone
):
    await house.stop()
    async with apart(house, *OTHERS) as listening:
        async with apart(house, "identity") as identity:
            await is_in(listening, mallory)
            await ban(identity, ada, mallory.id)
            await gets_out(mallory, listening)

        await is_out(listening, mallory)
        async with apart(house, *OTHERS) as late:
            await is_out(late, mallory)


async def test_a_process_whose_line_was_cut_refuses_the_banned_once_it_is_mended(
    house: App, ada: Someone, mallory: Someone
):
    async with (
        cable(house.settings.nats_url.get_secret_value()) as line,
        apart(house, "tickets", nats_url=SecretStr(line.url)) as remote,
    ):
        line.cut()
        await ban(house, ada, mallory.id)
        await gets_out(mallory, house)
        await is_in(remote, mallory)

        line.mend()

        await gets_out(mallory, remote, seconds=SOON_SECONDS + 3)


async def test_a_ban_ends_by_itself(house: App, ada: Someone, mallory: Someone):
    async with replica(house) as second:
        until = clock.now() + timedelta(seconds=2 * SOON_SECONDS)
        await ban(house, ada, mallory.id, until=until.isoformat())
        await gets_out(mallory, house, second)
        assert clock.now() < until

        await gets_in(mallory, house, second, seconds=3 * SOON_SECONDS)

        assert clock.now() >= until
    assert (await house.get(f"/api/users/{mallory.id}", ada)).json()["ban"] is None
    assert (await kept(house, mallory.id)).version == 1


async def test_however_quickly_bans_and_lifts_follow_each_other_the_last_word_counts(
    house: App, ada: Someone, mallory: Someone
):
    async with replica(house) as second:
        for _ in range(ROUNDS):
            said = [
                ban(app, ada, mallory.id, reason=f"number {number}")
                if number % 2
                else lift(app, ada, mallory.id)
                for number in range(AT_ONCE)
                for app in (house, second)
            ]
            assert {answer.status_code for answer in await asyncio.gather(*said)} == {200}

            await eventually(lambda: _all_is_sent(house))
            await _agree(mallory, house, second)
    versions = [one.version for one in await house.said(PersonBanned)]
    lifted = [one.version for one in await house.said(BanLifted)]
    assert versions == sorted(versions)
    assert lifted == sorted(lifted)
    assert {*versions, *lifted} == set(range(1, (await kept(house, mallory.id)).version + 1))


async def test_a_ban_whose_process_died_before_it_could_say_so_is_said_by_the_next(
    house: App, ada: Someone, mallory: Someone
):
    await house.stop()
    db = await house.db("identity")  # no relay is at work here
    await commands.ban_person(db, mallory.id, "selling air", None, ada.id, OFFICE, clock.now())
    async with apart(house, *OTHERS) as listening:
        await is_in(listening, mallory)
        unsent = await count_unsent(db)

        async with apart(house, "identity"):
            await gets_out(mallory, listening)

    assert unsent > 0


@pytest.mark.parametrize("loss", ["purged", "deleted", "garbled"])
async def test_what_the_bus_has_lost_is_said_again(
    house: App, ada: Someone, mallory: Someone, loss: str
):
    await ban(house, ada, mallory.id)
    await gets_out(mallory, house)
    await house.stop()
    await _lose(house, mallory, loss)

    async with apart(house, *OTHERS) as listening:
        await is_in(listening, mallory)
        async with apart(house, "identity"):
            await gets_out(mallory, listening)


async def test_what_the_bus_has_kept_is_not_said_again(house: App, ada: Someone, mallory: Someone):
    alice, bus = await settle(house, "alice"), house.client.jetstream()
    await ban(house, ada, alice.id)
    await ban(house, ada, mallory.id)
    await gets_out(mallory, house)
    before = await _said_of(house, mallory)
    await house.stop()

    await bus.purge_stream(STANDING.name, subject=_subject(alice))
    await house.start()
    await eventually(lambda: _said_of(house, alice))  # who changed last is looked after first

    assert await _said_of(house, mallory) == before


async def _agree(somebody: Someone, *apps: App) -> None:
    """Wait until every door says what the database says."""
    banned = (await kept(apps[0], somebody.id)).is_banned(clock.now())
    await (gets_out if banned else gets_in)(somebody, *apps)
    for app in apps:
        found = await answers(app, somebody)
        assert (set(found.values()) == {401}) == banned


async def _lose(app: App, somebody: Someone, how: str) -> None:
    """Have the bus forget what counts of somebody, and of all the others perhaps."""
    bus = app.client.jetstream()
    if how == "purged":
        await bus.purge_stream(STANDING.name)
    elif how == "deleted":
        await bus.delete_stream(STANDING.name)
    else:
        await bus.publish(_subject(somebody), b"?")


async def _all_is_sent(app: App) -> None:
    assert await count_unsent(await app.db("identity")) == 0


async def _said_of(app: App, somebody: Someone) -> int | None:
    """Where in the bucket the latest word about somebody stands, once there is one."""
    try:
        return (await app.client.jetstream().get_last_msg(STANDING.name, _subject(somebody))).seq
    except NotFoundError:
        raise AssertionError from None


def _subject(somebody: Someone) -> str:
    return StandingChanged.subjects.replace("*", str(somebody.id))
