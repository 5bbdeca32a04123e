"""Signing out: of one browser, at once, for whoever kept a copy of its cookies."""

import asyncio
from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import SignInEnded
from boxoffice.kit import clock
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import SignedIn
from identity.conftest import Visit
from identity.forging import bearer, claims_of
from identity.office import gets_in, gets_out, is_in
from identity.visitor import ASKER, Visitor, open_vault, somebody_waits
from stage import App, Play, eventually
from stage.rivals import replica, rivals

CLICKS = 20
ENDED_ONCE: LiteralString = "WHERE sign_in_id = $1 AND ended_at IS NULL"
STILL_ON: LiteralString = "WHERE sign_in_id = $1 AND ended_at IS NULL\n"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders")


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


async def test_its_access_token_is_refused_at_once_in_every_service_and_process(
    app: App, alice: Visitor, visit: Visit
):
    kept, phone = alice.bearer, visit(alice.email)
    await phone.sign_in()

    async with replica(app) as second:
        await gets_in(kept, app, second)
        await alice.sign_out()

        await gets_out(kept, app, second)
        await is_in(app, phone.bearer)
        await is_in(second, phone.bearer)


async def test_an_access_token_stays_refused_after_a_restart(app: App, alice: Visitor):
    kept = alice.bearer
    await alice.sign_out()

    await app.stop()
    await app.start()

    await gets_out(kept, app)


async def test_whoever_has_a_bearer_token_alone_signs_out_with_it(
    app: App, alice: Visitor, visit: Visit
):
    phone, kept = visit(alice.email), alice.bearer
    await phone.sign_in()

    answer = await app.post("/api/users/signout", kept)

    assert answer.status_code == 200
    await gets_out(kept, app)
    assert (await alice.refresh()).status_code == 401
    assert (await phone.refresh()).status_code == 200


async def test_a_browser_with_cookies_of_two_sign_ins_is_signed_out_of_both(
    app: App, alice: Visitor, visit: Visit
):
    eve, own = visit("eve@example.com"), alice.bearer
    await eve.sign_up()
    alice.give("refresh", eve.refresh_token)  # planted beside her session

    await alice.sign_out()

    await gets_out(own, app)
    assert (await eve.refresh()).status_code == 401


async def test_whoever_is_not_signed_in_may_sign_out_again(alice: Visitor, visit: Visit):
    stranger = visit("nobody@example.com")
    await alice.sign_out()

    answers = [await alice.sign_out(), await stranger.sign_out()]
    stranger.give("refresh", "made up")
    answers.append(await stranger.sign_out())

    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {})] * 3


async def test_a_made_up_token_signs_nobody_out(app: App, alice: Visitor):
    db = await app.db("identity")

    for token in ("made up", alice.token, "\ud800"):
        await commands.sign_out(db, token, None, ASKER, clock.now())
    await app.post("/api/users/signout", headers=bearer(f"{alice.token}x"))

    assert await alice.who() is not None
    assert (await alice.refresh()).status_code == 200


async def test_a_refresh_that_is_overtaken_by_signing_out_gets_nothing(app: App, alice: Visitor):
    outcome = await _refresh_overtaken(app, alice)

    assert outcome is None
    assert (await alice.refresh()).status_code == 401


async def test_without_the_guard_it_would_get_tokens_of_a_sign_in_that_is_over(
    app: App, alice: Visitor
):
    outcome = await _refresh_overtaken(app, alice, {STILL_ON: "WHERE sign_in_id = $1\n"})

    assert isinstance(outcome, SignedIn)


async def test_twenty_clicks_at_once_end_a_sign_in_once(app: App, alice: Visitor):
    sign_in_id = UUID(claims_of(alice.token)["sid"])

    await _click(app, alice.refresh_token)

    assert await _ends(app, 1) == [sign_in_id]


async def test_without_the_guard_each_of_twenty_clicks_would_end_it(app: App, alice: Visitor):
    sign_in_id = UUID(claims_of(alice.token)["sid"])

    await _click(app, alice.refresh_token, {ENDED_ONCE: "WHERE sign_in_id = $1"})

    assert await _ends(app, CLICKS) == [sign_in_id] * CLICKS


async def _click(
    app: App, token: str, swaps: dict[LiteralString, LiteralString] | None = None
) -> None:
    async with rivals(app, "identity", CLICKS, swaps=swaps) as database:
        clicks = (
            commands.sign_out(database, token, None, ASKER, clock.now()) for _ in range(CLICKS)
        )
        await asyncio.gather(*clicks)


async def _refresh_overtaken(
    app: App, visitor: Visitor, swaps: dict[LiteralString, LiteralString] | None = None
) -> SignedIn | None:
    """What a refresh gets that has begun when its sign-in ends, and goes on when it has ended."""
    db, sign_in_id = await app.db("identity"), UUID(claims_of(visitor.token)["sid"])
    async with open_vault(app) as vault, rivals(app, "identity", swaps=swaps) as database:
        async with db.transaction() as tx:
            await store.end_sign_in(tx, sign_in_id, clock.now())
            refresh = commands.refresh(vault, database, visitor.refresh_token, ASKER, clock.now())
            refreshing = asyncio.create_task(refresh)
            await eventually(lambda: somebody_waits(db))
        return await refreshing


async def _ends(app: App, many: int) -> Sequence[UUID]:
    """The sign-ins that identity has said to be over, once it has been said so often."""
    db = await app.db("identity")

    async def look() -> Sequence[UUID]:
        said = await db.fetch("SELECT body FROM outbox WHERE name = $1", SignInEnded.__name__)
        assert len(said) >= many
        return [SignInEnded.model_validate_json(body).sign_in_id for (body,) in said]

    return await eventually(look)
