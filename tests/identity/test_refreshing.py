"""Refreshing: a sign-in goes on by tokens that are good once, and ends when one comes back."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString

from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import OVERLAP, SignedIn
from identity.conftest import Visit
from identity.visitor import Visitor, open_vault
from stage import App, eventually
from stage.rivals import replica, rivals

TABS = 20
GUARD: LiteralString = "AND used_at IS NULL"


async def test_a_refresh_gives_new_cookies_and_spends_the_old_token(alice: Visitor):
    spent, before = alice.refresh_token, alice.token

    answer = await alice.refresh()

    assert answer.status_code == 200
    assert answer.json()["email"] == alice.email
    assert alice.refresh_token != spent
    assert alice.token != before
    assert (await alice.refresh()).status_code == 200


async def test_a_refreshed_token_says_what_has_changed_meanwhile(app: App, alice: Visitor):
    await (await app.db("identity")).execute(
        "UPDATE people SET roles = '{member,moderator}', verified = true, name = 'Alice II'"
    )

    await alice.refresh()

    who = await alice.who() or {}
    assert (who["name"], who["roles"], who["verified"]) == (
        "Alice II",
        ["member", "moderator"],
        True,
    )


async def test_twenty_tabs_that_refresh_at_once_get_one_new_token_and_stay_signed_in(
    app: App, alice: Visitor, visit: Visit
):
    token = alice.refresh_token

    async with replica(app) as second:
        tabs = [visit(alice.email) for _ in range(TABS // 2)]
        tabs += [Visitor(second.settings.public_url, alice.email) for _ in range(TABS // 2)]
        answers = await asyncio.gather(*(tab.refresh(token) for tab in tabs))
        for tab in tabs[TABS // 2 :]:
            await tab.http.aclose()

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (TABS - 1)
    assert all("set-cookie" not in answer.headers for answer in answers if answer.is_error)
    (fresh,) = [answer.cookies["refresh"] for answer in answers if answer.is_success]
    assert (await alice.refresh(fresh)).status_code == 200


async def test_the_guard_alone_lets_one_of_twenty_tabs_refresh(app: App, alice: Visitor):
    outcomes = await _race(app, alice.refresh_token)

    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == TABS - 1


async def test_without_the_guard_each_of_twenty_tabs_would_refresh(app: App, alice: Visitor):
    outcomes = await _race(app, alice.refresh_token, without=[GUARD])

    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == TABS


async def test_an_idempotency_key_of_one_sign_in_means_nothing_to_another(
    alice: Visitor, visit: Visit
):
    bob = visit("bob@example.com")
    await bob.sign_up()
    for visitor in (alice, bob):  # their tokens have run out; what is left is the refresh cookie
        visitor.http.cookies.delete("session")
        visitor.http.headers["Idempotency-Key"] = "1"

    first, second = await alice.refresh(), await bob.refresh()

    assert first.json()["email"] == alice.email
    assert second.json()["email"] == bob.email


async def test_a_token_that_another_tab_used_a_moment_ago_gives_nothing_and_ends_nothing(
    alice: Visitor, visit: Visit
):
    slow_tab = visit(alice.email)
    slow_tab.give("refresh", alice.refresh_token)
    await alice.refresh()

    late = await slow_tab.refresh()

    assert late.status_code == 409
    assert "set-cookie" not in late.headers
    assert (await alice.refresh()).status_code == 200


async def test_a_stolen_token_that_comes_back_later_signs_the_thief_and_the_person_out(
    app: App, alice: Visitor, visit: Visit
):
    thief = visit(alice.email)
    thief.give("refresh", alice.refresh_token)
    thief.give("session", "stale")
    await thief.refresh()
    await _let_pass(app, OVERLAP)

    replayed = await alice.refresh()
    thiefs = await thief.refresh()

    assert (replayed.status_code, thiefs.status_code) == (401, 401)
    assert replayed.headers["content-type"] == "application/problem+json"
    assert not alice.http.cookies
    assert not thief.http.cookies


async def test_a_replay_ends_the_sign_in_that_it_belongs_to_and_no_other(
    app: App, alice: Visitor, visit: Visit
):
    phone = visit(alice.email)
    await phone.sign_in()
    spent = alice.refresh_token
    await alice.refresh()
    await _let_pass(app, OVERLAP)

    await alice.refresh(spent)

    assert (await phone.refresh()).status_code == 200


async def test_a_replay_after_many_refreshes_still_ends_the_sign_in(app: App, alice: Visitor):
    first = alice.refresh_token
    for _ in range(3):
        await alice.refresh()
    newest = alice.refresh_token
    await _let_pass(app, OVERLAP)

    await alice.refresh(first)

    assert (await alice.refresh(newest)).status_code == 401


async def test_a_sign_in_lasts_as_long_as_it_is_used_and_ends_when_it_is_not(
    app: App, alice: Visitor
):
    db, at = await app.db("identity"), clock.now()
    nearly = timedelta(days=app.settings.refresh_days) - timedelta(minutes=1)

    async with open_vault(app) as vault:
        first = await commands.refresh(vault, db, alice.refresh_token, at + nearly)
        assert first
        second = await commands.refresh(vault, db, first.refresh_token, at + 2 * nearly)
        assert second
        too_late = at + 3 * nearly + timedelta(minutes=1)
        third = await commands.refresh(vault, db, second.refresh_token, too_late)

    assert third is None


async def test_without_a_refresh_cookie_or_with_a_made_up_one_there_is_no_refresh(
    alice: Visitor, visit: Visit
):
    stranger = visit("nobody@example.com")
    forger = visit(alice.email)

    answers = [
        await stranger.refresh(),
        await forger.refresh("made up"),
        await forger.refresh(alice.token),
        await forger.refresh("x" * 5000),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert not forger.http.cookies
    assert (await alice.refresh()).status_code == 200


async def test_signing_out_ends_the_sign_in_for_whoever_kept_its_token(
    alice: Visitor, visit: Visit
):
    thief, phone = visit(alice.email), visit(alice.email)
    thief.give("refresh", alice.refresh_token)
    await phone.sign_in()

    answer = await alice.sign_out()

    assert (answer.status_code, answer.json()) == (200, {})
    assert not alice.http.cookies
    assert await alice.who() is None
    assert (await thief.refresh()).status_code == 401
    assert (await phone.refresh()).status_code == 200


async def test_whoever_is_not_signed_in_may_sign_out_again(alice: Visitor, visit: Visit):
    stranger = visit("nobody@example.com")
    await alice.sign_out()

    answers = [await alice.sign_out(), await stranger.sign_out()]
    stranger.give("refresh", "made up")
    answers.append(await stranger.sign_out())

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 3


async def test_tokens_past_their_time_are_forgotten_with_their_sign_ins(
    app: App, alice: Visitor, visit: Visit
):
    phone, db = visit(alice.email), await app.db("identity")
    await db.execute("UPDATE refresh_tokens SET expires_at = now()")
    await phone.sign_in()

    await app.stop()
    await app.start()

    async def one_is_left():
        assert await db.fetchval("SELECT count(*) FROM refresh_tokens") == 1
        assert await db.fetchval("SELECT count(*) FROM sign_ins") == 1

    await eventually(one_is_left)
    assert (await phone.refresh()).status_code == 200
    assert (await alice.refresh()).status_code == 401


async def _let_pass(app: App, time: timedelta) -> None:
    """Make it as if all tokens had been used longer ago."""
    await (await app.db("identity")).execute(
        "UPDATE refresh_tokens SET used_at = used_at - $1::interval", time + timedelta(seconds=1)
    )


async def _race(
    app: App, token: str, without: Sequence[LiteralString] = ()
) -> list[SignedIn | BaseException | None]:
    async with open_vault(app) as vault, rivals(app, "identity", TABS, without) as database:
        tabs = (commands.refresh(vault, database, token, clock.now()) for _ in range(TABS))
        return await asyncio.gather(*tabs, return_exceptions=True)
