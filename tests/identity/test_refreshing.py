"""Refreshing: a sign-in goes on by tokens that are good once, and ends when one comes back."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import SignedIn
from identity.conftest import Visit
from identity.office import ban, lift, settle
from identity.visitor import ASKER, Visitor, open_vault
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


async def test_two_devices_refresh_and_end_without_disturbing_each_other(
    alice: Visitor, visit: Visit
):
    phone = visit(alice.email)
    await phone.sign_in()

    rounds = [await device.refresh() for _ in range(3) for device in (alice, phone)]
    await phone.sign_out()

    assert [answer.status_code for answer in rounds] == [200] * 6
    assert await phone.who() is None
    assert await alice.who() is not None
    assert (await alice.refresh()).status_code == 200


async def test_the_token_of_a_sign_in_that_was_ended_elsewhere_is_good_for_nothing(
    alice: Visitor, visit: Visit
):
    phone = visit(alice.email)
    await phone.sign_in()
    here = next(one["id"] for one in await phone.sessions() if one["current"])
    await alice.http.delete(f"/api/users/sessions/{here}")

    answers = [await phone.refresh(phone.refresh_token) for _ in range(2) if phone.http.cookies]

    assert [answer.status_code for answer in answers] == [401]
    assert not phone.http.cookies
    assert (await alice.refresh()).status_code == 200


async def test_who_is_banned_goes_on_with_the_same_token_once_the_ban_is_lifted(
    app: App, alice: Visitor
):
    ada = await settle(app, "ada", "admin")
    alice_id = UUID((await alice.who() or {})["id"])
    token = alice.refresh_token
    await ban(app, ada, alice_id, reason="selling air")

    refused = [await alice.refresh() for _ in range(3)]
    await lift(app, ada, alice_id)
    answer = await alice.refresh(token)

    assert [one.status_code for one in refused] == [403] * 3
    assert all("selling air" in one.json()["detail"] for one in refused)
    assert all("set-cookie" not in one.headers for one in refused)
    assert answer.status_code == 200
    assert alice.refresh_token != token


async def test_no_table_holds_a_token_in_clear_and_nothing_that_is_said_does(
    app: App, alice: Visitor
):
    tokens = {alice.token, alice.refresh_token}
    alice.http.headers["Idempotency-Key"] = "1"
    for step in (alice.refresh, alice.sign_in, alice.refresh):
        await step()
        tokens |= {alice.token, alice.refresh_token}
        alice.http.headers["Idempotency-Key"] += "1"
    kept = await _tables(app)

    secrets = [token.rpartition(".")[2].encode() for token in tokens]  # the signature, or all
    spellings = {spelt for one in secrets for spelt in (one.decode(), one.hex())}
    assert kept.keys() >= {"refresh_tokens", "outbox", "idempotency_keys", "audit_entries"}
    assert alice.email in kept["people"]
    assert len(secrets) == 8
    assert not {table for table, rows in kept.items() for one in spellings if one in rows}


async def test_a_sign_in_lasts_as_long_as_it_is_used_and_ends_when_it_is_not(
    app: App, alice: Visitor
):
    db, at = await app.db("identity"), clock.now()
    nearly = timedelta(days=app.settings.refresh_days) - timedelta(minutes=1)

    async with open_vault(app) as vault:
        first = await commands.refresh(vault, db, alice.refresh_token, ASKER, at + nearly)
        assert first
        second = await commands.refresh(vault, db, first.refresh_token, ASKER, at + 2 * nearly)
        assert second
        too_late = at + 3 * nearly + timedelta(minutes=1)
        third = await commands.refresh(vault, db, second.refresh_token, ASKER, too_late)

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


async def _tables(app: App) -> dict[str, str]:
    """All that identity keeps, by table, as text."""
    db = await app.db("identity")
    await db.execute(
        """
        CREATE FUNCTION rows_of(name text, OUT rows text) LANGUAGE plpgsql AS $$ BEGIN
            EXECUTE format('SELECT string_agg(one::text, chr(10)) FROM %I AS one', name) INTO rows;
        END $$
        """
    )
    kept = await db.fetch(
        "SELECT tablename, rows_of(tablename) FROM pg_tables WHERE schemaname = 'public'"
    )
    return {name: rows or "" for name, rows in kept}


async def _race(
    app: App, token: str, without: Sequence[LiteralString] = ()
) -> list[SignedIn | BaseException | None]:
    async with open_vault(app) as vault, rivals(app, "identity", TABS, without) as database:
        tabs = (commands.refresh(vault, database, token, ASKER, clock.now()) for _ in range(TABS))
        return await asyncio.gather(*tabs, return_exceptions=True)
