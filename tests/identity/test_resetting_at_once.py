"""Resetting while something else happens: twenty uses of one link, a sign-in, another replica."""

import asyncio
from typing import LiteralString

import pytest

from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Person, SignedIn
from identity.conftest import Visit
from identity.letters import (
    BETTER,
    all_is_sent,
    change,
    forget,
    notices,
    reset,
    reset_token,
)
from identity.office import settle
from identity.vaults import SlowVault, ThriftyVault
from identity.visitor import ASKER, Visitor, open_vault
from stage import PASSWORD, App
from stage.rivals import Swaps, replica, rivals

USES = 20
ONCE: LiteralString = "DELETE FROM challenges WHERE challenge_id = $1 RETURNING true"
AGAIN_AND_AGAIN: Swaps = {ONCE: "SELECT true WHERE $1::uuid IS NOT NULL"}


async def test_of_two_who_use_one_link_at_once_in_two_replicas_one_sets_the_password(
    app: App, alice: Visitor, visit: Visit
):
    await forget(alice)
    token = await reset_token(app, alice.email)
    passwords = ["a battery for each", "each for a battery"]

    async with replica(app) as second:
        uses = (
            at.put("/api/users/password-reset", json={"token": token, "password": password})
            for at, password in zip((app, second), passwords, strict=True)
        )
        answers = await asyncio.gather(*uses)

    (won,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]
    assert answers[1 - won].status_code == 400
    assert (await visit(alice.email).sign_in(password=passwords[won])).status_code == 200
    assert (await visit(alice.email).sign_in(password=passwords[1 - won])).status_code == 400


async def test_of_twenty_who_use_one_link_at_once_one_sets_the_password(app: App, alice: Visitor):
    outcomes = await _use_at_once(app, alice, {})

    assert sorted(outcomes, key=str) == [BadInput] * (USES - 1) + [Person]
    assert len(await notices(app, alice.email, "password-changed")) == 1


async def test_without_the_guard_each_of_twenty_would_set_the_password(app: App, alice: Visitor):
    outcomes = await _use_at_once(app, alice, AGAIN_AND_AGAIN)

    assert outcomes == [Person] * USES


@pytest.mark.parametrize("meanwhile", ["nothing", "reset", "change"])
async def test_a_sign_in_with_the_old_password_that_was_being_checked_gets_nowhere(
    app: App, alice: Visitor, visit: Visit, meanwhile: str
):
    db, owner = await app.db("identity"), visit(alice.email)
    await forget(owner)
    token = await reset_token(app, alice.email)

    async with open_vault(app) as vault:
        slow = SlowVault(app.settings, vault)
        at = clock.now()
        thief = asyncio.create_task(commands.sign_in(slow, db, alice.email, PASSWORD, ASKER, at))
        await slow.worked.wait()
        if meanwhile == "reset":
            await reset(owner, token)
        if meanwhile == "change":
            await change(alice)
        slow.gate.set()
        (outcome,) = await asyncio.gather(thief, return_exceptions=True)
        slow.close()

    assert type(outcome) is (SignedIn if meanwhile == "nothing" else BadInput)
    open_now = await db.fetchval("SELECT count(*) FROM sign_ins WHERE ended_at IS NULL")
    assert open_now == {"nothing": 2, "reset": 0, "change": 1}[meanwhile]


async def test_replicas_that_write_to_the_same_people_wait_for_each_other_in_no_circle(
    app: App,
):
    db, at = await app.db("identity"), clock.now()
    people = [await settle(app, name) for name in ("alice", "bob")]
    await app.stop()  # its own job would send them
    for one in (*people, *reversed(people)):
        await commands.ask_for_reset(db, one.email, ASKER, at)

    async with open_vault(app) as vault, rivals(app, "identity", 2) as database:
        sent = await asyncio.gather(
            *(commands.send_resets(vault, database, at, 2) for _ in range(2))
        )

    await app.start()
    await all_is_sent(app)
    assert sent == [2, 2]
    assert [len(await notices(app, one.email, "reset")) for one in people] == [2, 2]


async def test_of_two_letters_at_once_one_link_counts(app: App, alice: Visitor):
    await asyncio.gather(*(forget(alice) for _ in range(4)))
    sent = await notices(app, alice.email, "reset", 4)

    answers = [await reset(alice, letter.token or "") for letter in sent]

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert len(await notices(app, alice.email, "password-changed")) == 1
    assert (await alice.sign_in(password=BETTER)).status_code == 200


async def _use_at_once(app: App, alice: Visitor, swaps: Swaps) -> list[type]:
    await forget(alice)
    token = await reset_token(app, alice.email)
    async with (
        open_vault(app) as vault,
        rivals(app, "identity", USES, swaps=swaps) as database,
    ):
        thrifty = ThriftyVault(app.settings, vault)
        uses = (
            commands.reset_password(thrifty, database, token, BETTER, ASKER, clock.now())
            for _ in range(USES)
        )
        outcomes = await asyncio.gather(*uses, return_exceptions=True)
        thrifty.close()
    return [type(one) for one in outcomes]
