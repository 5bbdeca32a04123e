"""What becomes of the orders of who is banned: whatever is open is cancelled, however late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

import pytest

from boxoffice.events.identity import BanState
from boxoffice.events.orders import OrderCancelled
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured
from boxoffice.events.tickets import TicketEdited, TicketWithdrawn
from boxoffice.kit import clock
from boxoffice.services.orders import commands, handlers, store
from boxoffice.services.orders.jobs import AT_ONCE
from boxoffice.services.orders.model import Order
from orders.counter import complete, draft, holder, known, money, offer, place, placed, said
from stage import App, Play, Someone, eventually
from stage.facts import banned, lifted, listed, tell, ticket_news

MANY = AT_ONCE + 3  # more than are cancelled in one transaction
SECOND = timedelta(seconds=1)


async def test_every_open_order_of_who_is_banned_is_cancelled_and_nobody_elses(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    of_charlie = await placed(app, charlie, await offer(app, alice))
    orders = await _placed_many(app, alice, bob)

    await tell(app, banned(bob))

    await _are_cancelled(app, orders)
    assert (await known(app, of_charlie)).status == "created"
    assert sorted(await said(app, OrderCancelled)) == [
        ("OrderCancelled", order.order_id, 1) for order in sorted(orders, key=_id)
    ]


async def test_what_the_banned_had_can_be_bought_by_others(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)

    await tell(app, banned(bob))
    await _are_cancelled(app, [await known(app, order_id)])

    shown = (await app.get(f"/api/orders/{order_id}", bob)).json()
    assert (shown["status"], shown["cancelledBecause"]) == ("cancelled", "banned")
    assert (await place(app, charlie, ticket_id)).status_code == 201


async def test_an_order_that_was_on_its_way_when_its_buyer_was_banned_is_cancelled_too(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    first, second = await offer(app, alice), await offer(app, alice)
    before = await placed(app, bob, first)
    await tell(app, banned(bob))
    await _are_cancelled(app, [await known(app, before)])

    (late,) = await commands.place_orders(await app.db("orders"), [draft(second, buyer=bob)])

    assert isinstance(late, Order)
    await _are_cancelled(app, [late])
    assert await holder(app, second) is None


async def test_whoever_looked_only_once_would_miss_an_order_that_is_being_written(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    await app.stop()
    db = await app.db("orders")
    wish = draft(ticket_id, buyer=bob)

    async with db.transaction() as tx:
        (found,) = await store.select_free_for_update(tx, [ticket_id])
        await store.insert_orders(tx, [Order.of(wish, [found])], "places", [])
        await _ban(app, bob)
        once = await _heed(app)

    assert (once, (await known(app, wish.order_id)).status) == (0, "created")
    await app.start()
    await _are_cancelled(app, [await known(app, wish.order_id)])


async def test_an_order_whose_payment_is_being_taken_is_left_to_it(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    await tell(app, money(PaymentAuthorized, order_id))

    await tell(app, banned(bob))
    looked = await _heed(app)

    assert (looked, (await known(app, order_id)).status) == (0, "awaiting:payment")
    await tell(app, money(PaymentCaptured, order_id))
    assert (await known(app, order_id)).status == "complete"
    assert await holder(app, ticket_id) == order_id


async def test_what_the_banned_have_paid_stays_on_record(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    await complete(app, order_id)
    before = await known(app, order_id)

    await tell(app, banned(bob))
    looked = await _heed(app)

    assert (looked, await known(app, order_id)) == (0, before)
    assert await holder(app, ticket_id) == order_id


async def test_once_a_ban_is_lifted_nothing_more_is_cancelled_and_nothing_comes_back(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    first, second = await offer(app, alice), await offer(app, alice)
    before = await placed(app, bob, first)
    await tell(app, banned(bob))
    await _are_cancelled(app, [await known(app, before)])

    await tell(app, lifted(bob))
    after = await placed(app, bob, second)
    looked = await _heed(app)

    assert (looked, (await known(app, after)).status) == (0, "created")
    assert (await known(app, before)).status == "cancelled"


async def test_a_ban_that_has_run_out_cancels_nothing(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))

    await tell(app, banned(bob, until=clock.now() - SECOND))
    looked = await _heed(app)

    assert (looked, (await known(app, order_id)).status) == (0, "created")


async def test_a_ban_for_a_time_cancels_until_that_time(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))
    await app.stop()
    until = clock.now() + timedelta(days=1)
    await _ban(app, bob, until=until)

    over = await _heed(app, until)
    in_force = await _heed(app, until - SECOND)

    assert (over, in_force) == (0, 1)
    assert (await known(app, order_id)).cancelled_because == "banned"


async def test_news_of_bans_count_by_version_in_whatever_order_they_come(play: Play):
    app = await play("orders")
    until = clock.now() + timedelta(days=1)
    orders = list(permutations(range(3)))
    people = [Someone(f"person{number}") for number in range(len(orders))]

    for person, order in zip(people, orders, strict=True):
        history: Sequence[BanState] = (
            banned(person),
            lifted(person, version=4),
            banned(person, version=5, until=until),
        )
        await tell(app, *(history[nth] for nth in order), history[order[0]])

    db = await app.db("orders")
    rows = await db.fetch("SELECT version, banned_until FROM bans WHERE banned_at IS NOT NULL")
    assert [tuple(row) for row in rows] == [(5, until)] * len(people)


async def test_a_late_ban_that_was_lifted_meanwhile_cancels_nothing(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))

    await tell(app, lifted(bob, version=2))
    await tell(app, banned(bob, version=1))
    looked = await _heed(app)

    assert (looked, (await known(app, order_id)).status) == (0, "created")


async def test_a_ban_that_is_heard_of_twice_cancels_once(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    order_id = await placed(app, bob, await offer(app, alice))
    ban, event_id = banned(bob), clock.new_id()

    await tell(app, ban, event_id=event_id)
    await _are_cancelled(app, [await known(app, order_id)])
    await tell(app, ban, event_id=event_id)  # the same delivery
    await tell(app, ban)  # the same fact, heard anew
    looked = await _heed(app)

    assert looked == 0
    assert await said(app, OrderCancelled) == [("OrderCancelled", order_id, 1)]


@pytest.mark.parametrize("status", ["locked", "withdrawn"])
async def test_a_ticket_that_is_withdrawn_while_it_is_held_goes_to_nobody_else(
    play: Play, alice: Someone, bob: Someone, charlie: Someone, status: str
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    held = order_id if status == "locked" else None
    off = ticket_news(alice, ticket_id, TicketWithdrawn, version=2, status=status, order_id=held)

    await tell(app, off, ticket_news(alice, ticket_id, TicketEdited, version=1))

    assert await holder(app, ticket_id) == order_id
    await app.delete(f"/api/orders/{order_id}", bob)
    assert (await place(app, charlie, ticket_id)).status_code == 409


async def _placed_many(app: App, seller: Someone, buyer: Someone) -> Sequence[Order]:
    tickets = [listed(seller) for _ in range(MANY)]
    await tell(app, *tickets)
    drafts = [draft(ticket.ticket_id, buyer=buyer) for ticket in tickets]
    outcomes = await commands.place_orders(await app.db("orders"), drafts)
    orders = [one for one in outcomes if isinstance(one, Order)]
    assert len(orders) == MANY
    return orders


async def _are_cancelled(app: App, orders: Sequence[Order]) -> None:
    async def look() -> None:
        found = [await known(app, order.order_id) for order in orders]
        assert {(one.status, one.cancelled_because) for one in found} == {("cancelled", "banned")}

    await eventually(look)


async def _ban(app: App, person: Someone, until: datetime | None = None) -> None:
    """Have a ban on record that nobody has acted upon."""
    ban = banned(person, until=until)
    async with (await app.db("orders")).transaction() as tx:
        await handlers.copy_ban(tx, ban)


async def _heed(app: App, at: datetime | None = None) -> int:
    """Do what the job does once; return how many orders it cancelled."""
    return await commands.heed_bans(await app.db("orders"), at or clock.now(), AT_ONCE)


def _id(order: Order) -> UUID:
    return order.order_id
