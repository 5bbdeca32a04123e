"""Stolen refresh tokens: one that comes back ends its sign-in, everywhere, and its person is told."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import AuditRecorded, SendMessage, SignInEnded
from boxoffice.kit import clock
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import OVERLAP, Asker, SignedIn
from identity.conftest import Visit
from identity.office import gets_in, gets_out, is_in, letters
from identity.visitor import ASKER, Visitor, open_vault, somebody_waits
from stage import App, Play, eventually
from stage.rivals import replica, rivals

REPLAYS = 20
ENDED_ONCE: LiteralString = "WHERE sign_in_id = $1 AND ended_at IS NULL"
THIEF = Asker("198.51.100.66", "the thief's browser")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders")


@pytest.fixture
async def thief(alice: Visitor, visit: Visit) -> Visitor:
    """Somebody with a copy of the cookies in Alice's browser."""
    thief = visit(alice.email)
    thief.give("refresh", alice.refresh_token)
    thief.give("session", alice.token)
    return thief


async def test_a_stolen_token_that_comes_back_later_signs_the_thief_and_the_person_out(
    app: App, alice: Visitor, thief: Visitor
):
    await thief.refresh()
    await _let_pass(app, OVERLAP)

    replayed = await alice.refresh()
    thiefs = await thief.refresh()

    assert (replayed.status_code, thiefs.status_code) == (401, 401)
    assert replayed.headers["content-type"] == "application/problem+json"
    assert not alice.http.cookies
    assert not thief.http.cookies


async def test_a_thief_who_comes_second_gets_nothing_and_is_found_out(
    app: App, alice: Visitor, thief: Visitor
):
    await alice.refresh()
    await _let_pass(app, OVERLAP)

    answer = await thief.refresh()

    assert answer.status_code == 401
    assert not thief.http.cookies
    assert (await alice.refresh()).status_code == 401


async def test_their_access_tokens_are_refused_at_once_in_every_service_and_process(
    app: App, alice: Visitor, thief: Visitor
):
    first = alice.bearer
    await thief.refresh()
    second = thief.bearer
    await _let_pass(app, OVERLAP)

    async with replica(app) as beside:
        for token in (first, second):
            await gets_in(token, app, beside)
        await alice.refresh()

        for token in (first, second):
            await gets_out(token, app, beside)
        (ended,) = await app.said(SignInEnded)
        assert str(ended.sign_in_id) == str(await _only_sign_in(app))


async def test_their_person_is_told_by_mail_from_where_it_came_and_it_is_on_record(
    app: App, alice: Visitor
):
    db, alice_id = await app.db("identity"), UUID((await alice.who() or {})["id"])
    spent = alice.refresh_token
    await alice.refresh()

    async with open_vault(app) as vault:
        at = clock.now() + 2 * OVERLAP
        again = [await commands.refresh(vault, db, spent, THIEF, at) for _ in range(2)]

    (letter,) = await letters(app, SendMessage)
    assert again == [None, None]
    assert (letter.kind, letter.person_id, letter.email) == (
        "sign-in-stolen",
        alice_id,
        alice.email,
    )
    assert (letter.address, letter.device, letter.at) == (THIEF.address, THIEF.device, at)
    assert letter.token is None

    async def it_is_on_record():
        said = [one for one in await app.said(AuditRecorded) if one.action.startswith("stolen")]
        assert [(one.by_id, one.person_id, one.at) for one in said] == [(None, alice_id, at)]
        assert [(one.address, one.device) for one in said] == [(THIEF.address, THIEF.device)]

    await eventually(it_is_on_record)


async def test_a_replay_ends_the_sign_in_that_it_belongs_to_and_no_other(
    app: App, alice: Visitor, visit: Visit
):
    phone, bob = visit(alice.email), visit("bob@example.com")
    await phone.sign_in()
    await bob.sign_up()
    spent = alice.refresh_token
    await alice.refresh()
    await _let_pass(app, OVERLAP)

    ended = alice.bearer
    await alice.refresh(spent)
    await gets_out(ended, app)

    for untouched in (phone, bob):
        await is_in(app, untouched.bearer)
        assert (await untouched.refresh()).status_code == 200


async def test_a_replay_after_many_refreshes_still_ends_the_sign_in(app: App, alice: Visitor):
    first = alice.refresh_token
    for _ in range(3):
        await alice.refresh()
    newest = alice.refresh_token
    await _let_pass(app, OVERLAP)

    await alice.refresh(first)

    assert (await alice.refresh(newest)).status_code == 401


async def test_a_replay_that_meets_the_next_refresh_ends_the_sign_in_all_the_same(
    app: App, alice: Visitor, thief: Visitor
):
    await alice.refresh()
    newest = alice.refresh_token
    await _let_pass(app, OVERLAP)

    await asyncio.gather(alice.refresh(), thief.refresh())

    for token in {newest, alice.http.cookies.get("refresh") or newest}:
        assert (await alice.refresh(token)).status_code == 401
    assert await alice.who() is None


async def test_twenty_replays_at_once_send_one_letter(app: App, alice: Visitor):
    spent = await _spent(alice)

    assert await _replay_at_once(app, spent) == [None] * REPLAYS

    assert await _letters_and_entries(app) == (1, 1)


async def test_without_the_guard_each_of_twenty_replays_would_send_one(app: App, alice: Visitor):
    spent = await _spent(alice)

    await _replay_at_once(app, spent, without=[ENDED_ONCE])

    assert await _letters_and_entries(app) == (REPLAYS, REPLAYS)


async def test_a_replay_and_a_change_of_password_at_once_wait_for_each_other_in_no_circle(
    app: App, alice: Visitor
):
    db, spent = await app.db("identity"), await _spent(alice)
    alice_id = UUID((await alice.who() or {})["id"])

    async with open_vault(app) as vault:
        async with db.transaction() as tx:  # as whoever changes a password does it
            await store.select_person_for_update(tx, alice_id)
            late = clock.now() + 2 * OVERLAP
            replay = asyncio.create_task(commands.refresh(vault, db, spent, THIEF, late))
            await eventually(lambda: somebody_waits(db))
            ended = await store.end_all_sign_ins(tx, alice_id, None, clock.now())
        replayed = await replay

    assert len(ended) == 1
    assert replayed is None


async def _spent(visitor: Visitor) -> str:
    token = visitor.refresh_token
    await visitor.refresh()
    return token


async def _let_pass(app: App, time: timedelta) -> None:
    """Make it as if all tokens had been used longer ago."""
    await (await app.db("identity")).execute(
        "UPDATE refresh_tokens SET used_at = used_at - $1::interval", time + timedelta(seconds=1)
    )


async def _replay_at_once(
    app: App, token: str, without: Sequence[LiteralString] = ()
) -> list[SignedIn | None]:
    late = clock.now() + 2 * OVERLAP
    # A replay looks at the token between two transactions; the rivals begin each of them together.
    swaps: dict[LiteralString, LiteralString] = dict.fromkeys(without, "WHERE sign_in_id = $1")
    async with (
        open_vault(app) as vault,
        rivals(app, "identity", REPLAYS, swaps=swaps) as database,
    ):
        replays = (commands.refresh(vault, database, token, ASKER, late) for _ in range(REPLAYS))
        return await asyncio.gather(*replays)


async def _letters_and_entries(app: App) -> tuple[int, int]:
    db = await app.db("identity")
    entries = await db.fetchval(
        "SELECT count(*) FROM audit_entries WHERE action = 'stolen sign-in ended'"
    )
    sent = await letters(app, SendMessage, entries)
    return len([one for one in sent if one.kind == "sign-in-stolen"]), entries


async def _only_sign_in(app: App) -> UUID:
    (row,) = await (await app.db("identity")).fetch("SELECT sign_in_id FROM sign_ins")
    return row["sign_in_id"]
