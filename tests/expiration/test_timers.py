"""The time to pay: over when it is over, after a restart too, and said once."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

from boxoffice.events.expiration import HoldExpired
from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
    OrderState,
)
from boxoffice.kit import clock
from boxoffice.kit.auth import Doorkeeper, watched_keys, watched_standing
from boxoffice.kit.database import Database
from boxoffice.kit.service import Running
from boxoffice.services.expiration import jobs, store
from boxoffice.services.expiration.store import Timer
from stage import App, Play, Someone, eventually
from stage.facts import order_news, tell
from stage.rivals import replica, rivals

A_SECOND = timedelta(seconds=1)
LOCK: LiteralString = "FOR UPDATE SKIP LOCKED"
LATER: dict[str, LiteralString] = {  # what the next version of each adds
    "tickets": "ALTER TABLE tickets ADD COLUMN later text NOT NULL DEFAULT ''",
    "orders": "ALTER TABLE orders ADD COLUMN later text NOT NULL DEFAULT ''",
    "expiration": "ALTER TABLE timers ADD COLUMN later text NOT NULL DEFAULT ''",
}
TIMERS = 40
REPLICAS = 4


async def test_an_unpaid_order_is_cancelled_within_a_second_of_its_time(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders", "expiration", hold_seconds=1)
    orders = [await _order(app, alice, bob) for _ in range(5)]

    cancelled = [await _when_cancelled(app, order["id"]) for order in orders]

    for order, at in zip(orders, cancelled, strict=True):
        expires_at = datetime.fromisoformat(order["expiresAt"])
        assert expires_at <= at <= expires_at + A_SECOND
    answers = [await app.get(f"/api/orders/{order['id']}", bob) for order in orders]
    assert {answer.json()["cancelledBecause"] for answer in answers} == {"expired"}


async def test_an_order_whose_time_ended_during_a_stop_is_cancelled_within_a_second_of_the_start(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders", "expiration", hold_seconds=2)
    order = await _order(app, alice, bob)
    await _is_set(app, order["id"])

    await app.stop()
    await eventually(lambda: _is_past(order["expiresAt"]))
    started_at = clock.now()
    await app.start()

    cancelled_at = await _when_cancelled(app, order["id"])
    assert started_at <= cancelled_at <= started_at + A_SECOND


async def test_a_hold_ends_in_time_though_its_services_start_again_on_tables_of_a_later_version(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders", "expiration", hold_seconds=2)
    order = await _order(app, alice, bob)
    await _is_set(app, order["id"])

    for service, added in LATER.items():
        db = await app.db(service)
        await db.execute(added)
        await db.execute("INSERT INTO migrations (name, checksum) VALUES ('kit/9999_x.sql', '')")
    await app.stop()
    await app.start()

    expires_at = datetime.fromisoformat(order["expiresAt"])
    assert expires_at <= await _when_cancelled(app, order["id"]) <= expires_at + A_SECOND


async def test_a_timer_rings_for_the_order_and_the_time_that_it_was_set_for(play: Play):
    app = await play("expiration")
    due_at = clock.now()
    order_id = clock.new_id()

    await tell(app, _news(OrderPlaced, order_id, due_at))

    rung = await _rung(app, 1)
    assert rung == [HoldExpired(order_id=order_id, due_at=due_at)]


async def test_an_order_that_is_paid_or_given_up_is_not_rung_for(play: Play):
    app = await play("expiration")
    due_at = clock.now() + timedelta(hours=1)
    ends = (OrderAwaitingPayment, OrderCompleted, OrderCancelled)
    orders = [clock.new_id() for _ in ends]
    last = clock.new_id()

    await tell(app, *(_news(OrderPlaced, one, due_at) for one in [*orders, last]))
    await tell(app, *(_news(kind, one, due_at) for kind, one in zip(ends, orders, strict=True)))

    async with (await app.db("expiration")).transaction() as tx:
        assert await store.take_due(tx, due_at - A_SECOND, TIMERS) == []
        assert await store.take_due(tx, due_at, TIMERS) == [Timer(last, due_at)]


async def test_the_end_of_an_order_heard_before_its_beginning_sets_no_timer(play: Play):
    app = await play("expiration")
    order_id, last, now = clock.new_id(), clock.new_id(), clock.now()

    await tell(app, _news(OrderCancelled, order_id, now))
    await tell(app, _news(OrderPlaced, order_id, now))
    await tell(app, _news(OrderPlaced, last, now))

    assert [one.order_id for one in await _rung(app, 1)] == [last]
    assert await store.select_next_due(await app.db("expiration")) is None


async def test_a_beginning_heard_twice_rings_once(play: Play):
    app = await play("expiration")
    placed = _news(OrderPlaced, clock.new_id(), clock.now())
    event_id = clock.new_id()

    await tell(app, placed, event_id=event_id)
    await _rung(app, 1)
    await tell(app, placed, event_id=event_id)
    await tell(app, placed)  # the same fact, heard anew

    last = clock.new_id()
    await tell(app, _news(OrderPlaced, last, clock.now()))
    assert [one.order_id for one in await _rung(app, 2)] == [placed.order_id, last]


async def test_two_replicas_ring_each_timer_once(play: Play):
    app = await play("expiration")
    due_at = clock.now() + timedelta(milliseconds=500)
    orders = [clock.new_id() for _ in range(TIMERS)]

    async with replica(app):
        await tell(app, *(_news(OrderPlaced, one, due_at) for one in orders))
        await _rung(app, TIMERS)

    rung = await app.said(HoldExpired)  # again, now that one of them has handed over all
    assert sorted(one.order_id for one in rung) == sorted(orders)


async def test_rings_at_the_same_moment_are_for_different_timers(play: Play):
    app = await play("expiration")
    orders = await _asleep(app)

    said = await _ring_together(app, ())

    assert sorted(said) == sorted(orders)


async def test_without_the_lock_a_timer_rings_several_times(play: Play):
    app = await play("expiration")
    orders = await _asleep(app)

    said = await _ring_together(app, (LOCK,))

    assert len(said) > len(orders)
    assert set(said) == set(orders)


async def _asleep(app: App) -> Sequence[UUID]:
    """Timers that are due in an app that is stopped."""
    await app.stop()
    orders = [clock.new_id() for _ in range(TIMERS)]
    db = await app.db("expiration")
    async with db.transaction() as tx:
        for order_id in orders:
            await store.insert_timer(tx, Timer(order_id, clock.now()))
    return orders


async def _ring_together(app: App, without: tuple[LiteralString, ...]) -> Sequence[UUID]:
    """Have several replicas ring in one moment; return which orders they said it of."""
    async with rivals(app, "expiration", REPLICAS, without) as database:
        running = _running(app, database)
        await asyncio.gather(*(jobs.ring_due(running) for _ in range(REPLICAS)))
    rows = await (await app.db("expiration")).fetch("SELECT body ->> 'orderId' AS id FROM outbox")
    return [UUID(row["id"]) for row in rows]


def _running(app: App, database: Database) -> Running:
    doorkeeper = Doorkeeper(watched_keys(), watched_standing(), app.settings)
    return Running("expiration", app.settings, database, app.client.jetstream(), doorkeeper)


def _news(kind: type[OrderState], order_id: UUID, expires_at: datetime) -> OrderState:
    return order_news(kind, clock.new_id(), 1, order_id, expires_at=expires_at)


async def _rung(app: App, many: int) -> list[HoldExpired]:
    async def so_many() -> list[HoldExpired]:
        rung = await app.said(HoldExpired)
        assert len(rung) >= many
        return rung

    return await eventually(so_many)


async def _order(app: App, seller: Someone, buyer: Someone) -> dict[str, Any]:
    ticket = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 5})
    order = await app.post("/api/orders", buyer, json={"ticketId": ticket.json()["id"]})
    return order.json()


async def _when_cancelled(app: App, order_id: str) -> datetime:
    db = await app.db("orders")

    async def it_is() -> datetime:
        at: datetime | None = await db.fetchval(
            """
            SELECT said_at FROM outbox
            WHERE name = 'OrderCancelled' AND body ->> 'orderId' = $1
            """,
            order_id,
        )
        assert at is not None
        return at

    return await eventually(it_is)


async def _is_set(app: App, order_id: str) -> None:
    db = await app.db("expiration")

    async def it_is() -> None:
        found = await db.fetchval("SELECT due_at FROM timers WHERE order_id = $1", UUID(order_id))
        assert found is not None

    await eventually(it_is)


async def _is_past(moment: str) -> None:
    assert clock.now() > datetime.fromisoformat(moment)
