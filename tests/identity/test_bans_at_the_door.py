"""Bans at the door of identity: what the banned are told, and what of their sign-in is left."""

import asyncio
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.kit.errors import Forbidden
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.model import Asker, SignedIn, Sought, digest_of
from identity.conftest import Visit
from identity.office import SOON_SECONDS, ban, gets_out, kept, lift, settle
from identity.visitor import Visitor, open_vault
from stage import PASSWORD, App, Someone, eventually
from stage.rivals import Swaps, rivals

HERE = Asker("203.0.113.7", "the office")
ROUNDS = 5
GUARDS: dict[str, LiteralString] = {
    "refresh": "FOR SHARE OF people",
    "sign-in": "FOR UPDATE",
}


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
async def alice_id(alice: Visitor) -> UUID:
    return UUID((await alice.who() or {})["id"])


async def test_who_shows_the_right_password_is_told_why_and_how_long(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID, visit: Visit
):
    phone = visit(alice.email)
    await ban(app, ada, alice_id)
    for_good = await phone.sign_in()
    await ban(app, ada, alice_id, until="2999-07-14T18:30:00+02:00")
    for_long = await phone.sign_in()

    assert (for_good.status_code, for_long.status_code) == (403, 403)
    assert for_good.json()["detail"] == "This account is banned: selling air"
    assert for_long.json()["detail"] == (
        "This account is banned until 14 July 2999, 16:30 UTC: selling air"
    )
    assert not phone.http.cookies


async def test_who_guesses_learns_nothing_of_a_ban(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID, visit: Visit
):
    before = await visit(alice.email).sign_in(password="not hers at all")
    await ban(app, ada, alice_id)

    wrong = await visit(alice.email).sign_in(password="not hers at all")
    unknown = await visit("nobody@example.com").sign_in()

    assert (before.status_code, wrong.status_code, unknown.status_code) == (400, 400, 400)
    assert before.content == wrong.content == unknown.content
    assert wrong.json()["detail"] == "Invalid credentials"


async def test_a_refused_sign_in_of_the_banned_is_noted_and_signs_in_nobody(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID, visit: Visit
):
    await ban(app, ada, alice_id)
    db = await app.db("identity")
    sign_ins = await db.fetchval("SELECT count(*) FROM sign_ins")

    await visit(alice.email).sign_in()

    (newest, *_) = await store.select_entries(db, Sought(), None, 9)
    assert (newest.entry.action, newest.entry.person_id) == ("sign-in refused", alice_id)
    assert await db.fetchval("SELECT count(*) FROM sign_ins") == sign_ins


async def test_a_refused_refresh_spends_nothing_and_goes_on_when_the_ban_is_lifted(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID
):
    token = alice.refresh_token
    await ban(app, ada, alice_id)

    refused = [await alice.refresh(token) for _ in range(2)]
    await lift(app, ada, alice_id)
    renewed = await alice.refresh(token)

    assert [answer.status_code for answer in refused] == [403, 403]
    assert refused[0].json()["detail"] == "This account is banned: selling air"
    assert "set-cookie" not in refused[0].headers
    assert renewed.status_code == 200
    await eventually(lambda: _is_somebody(alice), SOON_SECONDS)


async def test_a_ban_that_is_over_lets_in_and_refreshes_by_itself(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID, visit: Visit
):
    until = clock.now() + timedelta(seconds=SOON_SECONDS)
    await ban(app, ada, alice_id, until=until.isoformat())
    too_early = await alice.refresh()

    async def refreshes() -> None:
        assert (await alice.refresh()).status_code == 200

    await eventually(refreshes, 2 * SOON_SECONDS)

    assert too_early.status_code == 403
    assert clock.now() >= until
    assert await alice.who() is not None
    assert (await visit(alice.email).sign_in()).status_code == 200


async def test_a_sign_out_of_the_banned_still_ends_the_sign_in(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID
):
    token = alice.refresh_token
    await ban(app, ada, alice_id)

    answer = await alice.sign_out()
    await lift(app, ada, alice_id)

    assert answer.status_code == 200
    assert (await alice.refresh(token)).status_code == 401


@pytest.mark.parametrize("what", GUARDS)
async def test_who_asks_in_the_middle_of_a_ban_waits_for_it_and_is_refused(
    app: App, alice: Visitor, alice_id: UUID, what: str
):
    token = alice.refresh_token

    outcome = await _during_a_ban(app, alice, alice_id, what)

    known = await store.select_refresh_token(await app.db("identity"), digest_of(token))
    assert isinstance(outcome, Forbidden)
    assert known
    assert known.used_at is None


@pytest.mark.parametrize("what", GUARDS)
async def test_without_its_lock_who_asks_in_the_middle_of_a_ban_would_get_a_token_of_no_use(
    app: App, alice: Visitor, alice_id: UUID, what: str
):
    outcome = await _during_a_ban(app, alice, alice_id, what, {GUARDS[what]: ""})

    assert isinstance(outcome, SignedIn)
    await gets_out(Someone("alice", id=alice_id, token=outcome.access_token), app)
    assert (await alice.refresh(outcome.refresh_token)).status_code == 403


async def test_a_token_that_is_given_while_its_person_is_banned_is_refused_like_an_old_one(
    app: App, ada: Someone, alice: Visitor, alice_id: UUID
):
    for _ in range(ROUNDS):
        await asyncio.gather(alice.refresh(), ban(app, ada, alice_id))
        await gets_out(Someone("alice", id=alice_id, token=alice.token), app)

        await lift(app, ada, alice_id)
        await eventually(lambda: _is_somebody(alice), SOON_SECONDS)


async def _during_a_ban(
    app: App, alice: Visitor, alice_id: UUID, what: str, swaps: Swaps | None = None
) -> SignedIn | BaseException | None:
    """What comes of asking while a ban is written, and not yet committed."""
    async with open_vault(app) as vault, rivals(app, "identity", swaps=swaps) as db:
        async with (await app.db("identity")).transaction() as tx:
            banned = (await kept(app, alice_id)).ban("selling air", None, clock.now())
            await store.update_person(tx, banned)
            await tx.emit(StandingChanged.of(banned))
            asking = asyncio.create_task(_ask(what, vault, db, alice))
            await eventually(lambda: _is_done_or_waits(app, asking))
        (outcome,) = await asyncio.gather(asking, return_exceptions=True)
        return outcome


async def _ask(what: str, vault: Vault, db: Database, alice: Visitor) -> SignedIn | None:
    if what == "refresh":
        return await commands.refresh(vault, db, alice.refresh_token, HERE, clock.now())
    return await commands.sign_in(vault, db, alice.email, PASSWORD, HERE, clock.now())


async def _is_done_or_waits(app: App, asking: asyncio.Task[SignedIn | None]) -> None:
    db = await app.db("identity")
    waiting = await db.fetchval(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    assert asking.done() or waiting


async def _is_somebody(visitor: Visitor) -> None:
    assert await visitor.who() is not None
