"""A ban against everything else that happens to a ticket: it is withdrawn once, and waits for nobody."""

import asyncio
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.tickets import TicketWithdrawn
from boxoffice.kit import clock
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.database import Database
from boxoffice.kit.errors import StaleVersion
from boxoffice.kit.service import Running
from boxoffice.services.tickets import commands, handlers, jobs, store
from boxoffice.services.tickets.jobs import AT_ONCE
from boxoffice.services.tickets.model import Ticket
from stage import App, Play, Someone
from stage.facts import banned, order_news
from stage.rivals import Rivals, rivals

REPLICAS = 4
LOCK: LiteralString = " FOR UPDATE SKIP LOCKED"
PATIENCE: LiteralString = " SKIP LOCKED"
VERSION: LiteralString = "AND version = $2 - 1"


async def test_however_many_see_to_a_ban_a_ticket_is_withdrawn_once(play: Play, alice: Someone):
    app = await play("tickets")
    ticket = await _of_banned(app, alice)

    async with rivals(app, "tickets", REPLICAS + 1) as several:
        await _all_at_once(several, ticket)

    assert await _withdrawals(app) == [1]


async def test_without_lock_and_version_it_is_withdrawn_several_times(play: Play, alice: Someone):
    app = await play("tickets")
    ticket = await _of_banned(app, alice)

    async with rivals(app, "tickets", REPLICAS + 1, without=(LOCK, VERSION)) as several:
        await _all_at_once(several, ticket)

    assert len(await _withdrawals(app)) > 1


async def test_news_of_an_order_that_holds_a_ticket_is_waited_for_by_nobody(
    play: Play, alice: Someone
):
    app = await play("tickets")
    ticket = await _of_banned(app, alice)
    db = await app.db("tickets")

    async with db.transaction() as news, asyncio.timeout(2):
        placed = order_news(OrderPlaced, ticket.ticket_id, 1, clock.new_id())
        await handlers.lock_tickets(news, placed)
        meanwhile = await _heed(db)

    assert (meanwhile, await _heed(db)) == (0, 1)
    after = await _known(db, ticket.ticket_id)
    assert (after.status, after.withdrawn) == ("locked", True)


async def test_who_waited_for_that_news_would_hold_up_all_other_bans(play: Play, alice: Someone):
    app = await play("tickets")
    ticket = await _of_banned(app, alice)
    db = await app.db("tickets")

    waits = rivals(app, "tickets", without=(PATIENCE,))
    async with waits as patient, db.transaction() as news:
        await store.select_ticket_for_update(news, ticket.ticket_id)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await _heed(patient)

    assert (await _known(db, ticket.ticket_id)).status == "listed"


async def test_an_edit_that_was_slower_than_a_ban_does_not_list_the_ticket_again(
    play: Play, alice: Someone
):
    app = await play("tickets")
    seen = await _of_banned(app, alice)
    db = await app.db("tickets")

    await _heed(db)
    with pytest.raises(StaleVersion):
        await commands.edit_ticket(db, seen, "Macbeth", 700, None)

    assert (await _known(db, seen.ticket_id)).status == "withdrawn"


async def test_without_the_version_in_its_statement_a_slow_edit_lists_it_again(
    play: Play, alice: Someone
):
    app = await play("tickets")
    seen = await _of_banned(app, alice)
    db = await app.db("tickets")

    await _heed(db)
    async with rivals(app, "tickets", without=(VERSION,)) as unguarded:
        await commands.edit_ticket(unguarded, seen, "Macbeth", 700, None)

    assert (await _known(db, seen.ticket_id)).status == "listed"


async def test_the_job_comes_again_at_once_while_there_may_be_more(play: Play, alice: Someone):
    app = await play("tickets")
    await _of_banned(app, alice, AT_ONCE + 1)
    db = await app.db("tickets")

    first, second = [await jobs.heed_bans(_running(app, db)) for _ in range(2)]

    assert first is not None
    assert first <= clock.now()
    assert second is None
    assert await db.fetchval("SELECT count(*) FROM tickets WHERE status = 'listed'") == 0


@pytest.mark.parametrize("many", [1, AT_ONCE])
async def test_no_transaction_withdraws_more_than_it_is_asked_to(
    play: Play, alice: Someone, many: int
):
    app = await play("tickets")
    await _of_banned(app, alice, many + 1)
    db = await app.db("tickets")

    done = [await commands.heed_bans(db, clock.now(), many) for _ in range(3)]

    assert done == [many, 1, 0]


async def _of_banned(app: App, seller: Someone, many: int = 1) -> Ticket:
    """The last of so many tickets of somebody who is banned; the app has stopped, and its job."""
    answer = None
    for _ in range(many):
        answer = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 5})
    assert answer is not None
    await app.stop()
    db = await app.db("tickets")
    async with db.transaction() as tx:
        await handlers.copy_ban(tx, banned(seller))
    return await _known(db, UUID(answer.json()["id"]))


async def _heed(db: Database) -> int:
    return await commands.heed_bans(db, clock.now(), AT_ONCE)


async def _all_at_once(several: Rivals, seen: Ticket) -> None:
    """Let replicas take a ticket off sale for a ban while its seller withdraws it."""
    heeding = [_heed(several) for _ in range(REPLICAS)]
    withdrawing = commands.withdraw_ticket(several, seen)
    await asyncio.gather(*heeding, withdrawing, return_exceptions=True)


async def _known(db: Database, ticket_id: UUID) -> Ticket:
    ticket = await store.select_ticket(db, ticket_id)
    assert ticket is not None
    return ticket


async def _withdrawals(app: App) -> list[int]:
    """The versions with which a withdrawal was said, or is about to be."""
    db = await app.db("tickets")
    rows = await db.fetch("SELECT body FROM outbox WHERE name = 'TicketWithdrawn'")
    return [TicketWithdrawn.model_validate_json(row["body"]).version for row in rows]


def _running(app: App, db: Database) -> Running:
    doorkeeper = Doorkeeper(watched_keys(), watched_standing(), app.settings)
    return Running("tickets", app.settings, db, app.client.jetstream(), doorkeeper)
