"""A ban against everything else that happens to an order: it ends once, and nobody waits for long."""

import asyncio
from typing import LiteralString
from uuid import UUID

import asyncpg
import pytest

from boxoffice.events.orders import OrderCancelled
from boxoffice.events.tickets import TicketEdited
from boxoffice.kit import clock
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.database import Database
from boxoffice.kit.service import Running
from boxoffice.services.orders import commands, handlers, jobs, store
from boxoffice.services.orders.jobs import AT_ONCE
from orders.counter import draft, expired, known, offer, placed, said
from stage import App, Play, Someone, eventually
from stage.facts import banned, listed, tell, ticket_news
from stage.rivals import Rivals, rivals

REPLICAS = 4
GUARDS: tuple[LiteralString, ...] = (
    " FOR UPDATE SKIP LOCKED",
    " FOR UPDATE",
    "AND version = $2 - 1",
)
PATIENCE: LiteralString = " SKIP LOCKED"


async def test_however_many_see_to_a_ban_an_order_is_cancelled_once(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    _, order_id = await _of_banned(app, alice, bob)

    async with rivals(app, "orders", REPLICAS + 2) as several:
        await _all_at_once(several, order_id, bob)

    await app.start()
    assert await said(app, OrderCancelled) == [("OrderCancelled", order_id, 1)]


async def test_without_locks_and_version_it_is_cancelled_several_times(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    _, order_id = await _of_banned(app, alice, bob)

    async with rivals(app, "orders", REPLICAS + 2, without=GUARDS) as several:
        await _all_at_once(several, order_id, bob)

    await app.start()
    assert len(await said(app, OrderCancelled)) > 1


async def test_an_order_that_somebody_is_changing_is_cancelled_when_they_are_done(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    _, order_id = await _of_banned(app, alice, bob)
    db = await app.db("orders")

    async with db.transaction() as rival, asyncio.timeout(2):
        await store.select_order_for_update(rival, order_id)
        meanwhile = await _heed(db)

    assert (meanwhile, await _heed(db)) == (0, 1)


async def test_news_of_a_ticket_and_of_its_order_are_not_waited_for_in_a_circle(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id, order_id = await _of_banned(app, alice, bob)
    db = await app.db("orders")

    async with db.transaction() as news, asyncio.timeout(2):
        await handlers.copy_ticket(news, _edited(alice, ticket_id))
        meanwhile = await _heed(db)
        await handlers.cancel_expired(news, expired(order_id))

    assert (meanwhile, await _heed(db)) == (0, 0)
    assert (await known(app, order_id)).cancelled_because == "expired"


async def test_who_waited_for_them_would_wait_in_a_circle(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id, order_id = await _of_banned(app, alice, bob)
    db = await app.db("orders")

    waits = rivals(app, "orders", without=(PATIENCE,))
    async with waits as patient, db.transaction() as news:
        await handlers.copy_ticket(news, _edited(alice, ticket_id))
        heeding = asyncio.create_task(_heed(patient))
        await eventually(lambda: _somebody_waits(db))
        changing = store.select_order_for_update(news, order_id)
        outcomes = await asyncio.gather(heeding, changing, return_exceptions=True)

    assert [one for one in outcomes if isinstance(one, asyncpg.DeadlockDetectedError)]


async def test_the_job_comes_again_at_once_while_there_may_be_more(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    tickets = [listed(alice) for _ in range(AT_ONCE + 1)]
    await tell(app, *tickets)
    await app.stop()
    db = await app.db("orders")
    drafts = [draft(ticket.ticket_id, buyer=bob) for ticket in tickets]
    orders = await commands.place_orders(db, drafts)
    await _ban(db, bob)

    first, second = [await jobs.heed_bans(_running(app, db)) for _ in range(2)]

    assert first is not None
    assert first <= clock.now()
    assert second is None
    assert await db.fetchval("SELECT count(*) FROM orders WHERE status = 'created'") == 0
    assert len(orders) == AT_ONCE + 1


@pytest.mark.parametrize("many", [1, AT_ONCE])
async def test_no_transaction_cancels_more_than_it_is_asked_to(
    play: Play, alice: Someone, bob: Someone, many: int
):
    app = await play("orders")
    tickets = [listed(alice) for _ in range(many + 1)]
    await tell(app, *tickets)
    await app.stop()
    db = await app.db("orders")
    await commands.place_orders(db, [draft(ticket.ticket_id, buyer=bob) for ticket in tickets])
    await _ban(db, bob)

    done = [await commands.heed_bans(db, clock.now(), many) for _ in range(3)]

    assert done == [many, 1, 0]


async def _of_banned(app: App, seller: Someone, buyer: Someone) -> tuple[UUID, UUID]:
    """A ticket, and its open order of somebody who is banned; the app has stopped, and its job."""
    ticket_id = await offer(app, seller)
    order_id = await placed(app, buyer, ticket_id)
    await app.stop()
    await _ban(await app.db("orders"), buyer)
    return ticket_id, order_id


async def _ban(db: Database, person: Someone) -> None:
    async with db.transaction() as tx:
        await handlers.copy_ban(tx, banned(person))


async def _heed(db: Database) -> int:
    return await commands.heed_bans(db, clock.now(), AT_ONCE)


async def _all_at_once(several: Rivals, order_id: UUID, buyer: Someone) -> None:
    """Let replicas cancel an order for a ban while its buyer gives it up, twice."""
    heeding = [_heed(several) for _ in range(REPLICAS)]
    cancelling = [commands.cancel_own_order(several, order_id, buyer.id) for _ in range(2)]
    await asyncio.gather(*heeding, *cancelling, return_exceptions=True)


def _edited(seller: Someone, ticket_id: UUID) -> TicketEdited:
    return ticket_news(seller, ticket_id, TicketEdited, version=9)


async def _somebody_waits(db: Database) -> None:
    waiting = await db.fetchval(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
    )
    assert waiting == 1


def _running(app: App, db: Database) -> Running:
    doorkeeper = Doorkeeper(watched_keys(), watched_standing(), app.settings)
    return Running("orders", app.settings, db, app.client.jetstream(), doorkeeper)
