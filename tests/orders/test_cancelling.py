"""Giving an order up: by its buyer, by the clock, by the bank; once, and nobody else's."""

import asyncio
from uuid import UUID

import pytest

from boxoffice.events.orders import OrderCancelled
from boxoffice.events.payments import PaymentAuthorized, PaymentFailed
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.orders import commands, store
from boxoffice.services.orders.model import Order
from orders.counter import complete, expired, holder, known, money, offer, place, placed, said
from stage import App, Play, Someone
from stage.facts import tell
from stage.rivals import Rivals, rivals

FOR_UPDATE, VERSION = " FOR UPDATE", "AND version = $2 - 1"
WHAT_IT_HOLDS = "WHERE offer_id = ANY($2::uuid[]) AND order_id = $1"
WHAT_IT_HELD = "WHERE offer_id = ANY($2::uuid[]) AND $1::uuid IS NOT NULL"
SAVE = "UPDATE orders SET version"
MANY = 5


async def test_a_cancelled_order_gives_its_ticket_back(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)

    answer = await app.delete(f"/api/orders/{order_id}", bob)

    assert (answer.status_code, answer.content) == (204, b"")
    order = (await app.get(f"/api/orders/{order_id}", bob)).json()
    assert (order["status"], order["cancelledBecause"]) == ("cancelled", "cancelled")
    assert (await place(app, charlie, ticket_id)).status_code == 201


async def test_cancelling_twice_is_cancelling_once(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))

    answers = [await app.delete(f"/api/orders/{order_id}", bob) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert await said(app, OrderCancelled) == [("OrderCancelled", order_id, 1)]


async def test_however_often_at_once_an_order_is_cancelled_once(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))

    async with rivals(app, "orders", MANY) as several:
        await cancel_all_at_once(several, order_id, bob)

    assert await said(app, OrderCancelled) == [("OrderCancelled", order_id, 1)]


async def test_without_lock_and_version_it_is_cancelled_several_times(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))

    unguarded = rivals(app, "orders", MANY, without=(FOR_UPDATE, VERSION), meet_at=SAVE)
    async with unguarded as several:
        await cancel_all_at_once(several, order_id, bob)

    assert len(await said(app, OrderCancelled)) > 1


async def test_cancelling_an_old_order_again_frees_nobody_elses_ticket(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    old = await placed(app, bob, ticket_id)
    await app.delete(f"/api/orders/{old}", bob)
    order_id = await placed(app, charlie, ticket_id)

    again = await app.delete(f"/api/orders/{old}", bob)
    await tell(app, expired(old), money(PaymentFailed, old))

    assert again.status_code == 204
    assert await holder(app, ticket_id) == order_id
    assert (await place(app, bob, ticket_id)).status_code == 409


async def test_a_slow_cancellation_frees_nobody_elses_ticket(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id, order_id, old = await resold(app, alice, bob, charlie)

    with pytest.raises(StaleVersion):
        await cancel_as_seen(app, old)
    async with rivals(app, "orders", without=(VERSION,)) as hasty, hasty.transaction() as tx:
        await commands.cancel_order(tx, old, "cancelled")

    assert await holder(app, ticket_id) == order_id


async def test_freeing_what_an_order_once_held_would_sell_a_ticket_twice(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id, order_id, old = await resold(app, alice, bob, charlie)

    careless = rivals(app, "orders", without=(VERSION,), swaps={WHAT_IT_HOLDS: WHAT_IT_HELD})
    async with careless as hasty, hasty.transaction() as tx:
        await commands.cancel_order(tx, old, "cancelled")

    assert (await place(app, bob, ticket_id)).status_code == 201
    assert (await known(app, order_id)).status == "created"


async def test_a_complete_order_cannot_be_cancelled(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    await complete(app, order_id)

    answer = await app.delete(f"/api/orders/{order_id}", bob)

    assert (answer.status_code, (await known(app, order_id)).status) == (409, "complete")
    assert await holder(app, ticket_id) == order_id


async def test_an_order_whose_payment_is_being_taken_cannot_be_cancelled(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))
    await tell(app, money(PaymentAuthorized, order_id))

    answer = await app.delete(f"/api/orders/{order_id}", bob)

    assert (answer.status_code, (await known(app, order_id)).status) == (409, "awaiting:payment")


async def cancel_all_at_once(several: Rivals, order_id: UUID, buyer: Someone) -> None:
    cancelling = [commands.cancel_own_order(several, order_id, buyer.id) for _ in range(MANY)]
    await asyncio.gather(*cancelling, return_exceptions=True)


async def cancel_as_seen(app: App, seen: Order) -> None:
    db = await app.db("orders")
    async with db.transaction() as tx:
        await commands.cancel_order(tx, seen, "cancelled")


async def resold(
    app: App, seller: Someone, first: Someone, second: Someone
) -> tuple[UUID, UUID, Order]:
    """A ticket, the order that holds it now, and one that gave it up, as seen before."""
    ticket_id = await offer(app, seller)
    old_id = await placed(app, first, ticket_id)
    seen = await store.select_order(await app.db("orders"), old_id)
    assert seen is not None
    await tell(app, expired(old_id))
    return ticket_id, await placed(app, second, ticket_id), seen
