"""What orders makes of news of tickets, time and money: twice, late, or before their cause."""

from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

import pytest

from boxoffice.events.orders import (
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderState,
    OrderStatus,
)
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured, PaymentFailed
from boxoffice.events.tickets import TicketEdited, TicketListed, TicketWithdrawn
from boxoffice.kit import clock
from boxoffice.services.orders import commands
from boxoffice.services.orders.model import Order
from orders.counter import draft, expired, holder, known, money, offer, place, placed, said
from stage import App, Play, Someone, eventually
from stage.facts import tell, ticket_news

ENDS: tuple[type[OrderState], ...] = (OrderAwaitingPayment, OrderCompleted, OrderCancelled)


async def test_an_order_keeps_its_price_while_its_ticket_is_edited(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    before = await known(app, order_id)

    edit = ticket_news(alice, ticket_id, TicketEdited, version=1, price_minor=1500, title="Macbeth")
    await tell(app, edit)

    assert await known(app, order_id) == before
    assert (before.total_minor, before.items[0].label) == (500, "Hamlet")
    await app.delete(f"/api/orders/{order_id}", bob)
    assert (await place(app, charlie, ticket_id)).json()["total"] == 15


async def test_news_of_a_ticket_count_by_version_in_whatever_order_they_come(
    play: Play, alice: Someone
):
    app = await play("orders")
    orders = list(permutations(range(3)))
    tickets = [clock.new_id() for _ in orders]

    for ticket_id, order in zip(tickets, orders, strict=True):
        history = [
            ticket_news(alice, ticket_id, TicketListed, price_minor=500),
            ticket_news(alice, ticket_id, TicketEdited, version=1, price_minor=1000),
            ticket_news(alice, ticket_id, TicketEdited, version=2, price_minor=1500),
        ]
        await tell(app, *(history[nth] for nth in order), history[order[0]])

    db = await app.db("orders")
    rows = await db.fetch("SELECT price_minor, version FROM offers")
    assert [tuple(row) for row in rows] == [(1500, 2)] * len(tickets)


async def test_a_late_listing_does_not_bring_a_withdrawn_ticket_back(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id = clock.new_id()
    off = ticket_news(alice, ticket_id, TicketWithdrawn, version=1, status="withdrawn")

    await tell(app, off)
    await tell(app, ticket_news(alice, ticket_id, TicketListed))

    assert (await place(app, bob, ticket_id)).status_code == 409


async def test_news_of_a_ticket_leave_its_holder_alone(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)

    await tell(app, ticket_news(alice, ticket_id, TicketEdited, version=5))

    assert await holder(app, ticket_id) == order_id


async def test_an_order_whose_time_is_over_gives_its_ticket_back(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)

    await tell(app, expired(order_id))

    order = await known(app, order_id)
    assert (order.status, order.cancelled_because) == ("cancelled", "expired")
    assert (await place(app, charlie, ticket_id)).status_code == 201


@pytest.mark.parametrize("status", ["awaiting:payment", "complete", "cancelled"])
async def test_the_clock_and_a_card_change_nothing_that_is_past_them(
    play: Play, alice: Someone, bob: Someone, status: OrderStatus
):
    app = await play("orders")
    ticket_id, order_id = await _order_that_is(app, alice, bob, status)
    before, held, spoken = await _all_of(app, ticket_id, order_id)

    await tell(app, expired(order_id), money(PaymentAuthorized, order_id))

    assert before.status == status
    assert await _all_of(app, ticket_id, order_id) == (before, held, spoken)


async def test_a_payment_that_cannot_be_taken_frees_the_ticket(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id, order_id = await _order_that_is(app, alice, bob, "awaiting:payment")

    await tell(app, money(PaymentFailed, order_id))

    order = await known(app, order_id)
    assert (order.status, order.cancelled_because) == ("cancelled", "refused")
    assert await holder(app, ticket_id) is None


async def test_a_cancelled_order_stays_so_whatever_is_heard_of_its_money(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id, order_id = await _order_that_is(app, alice, bob, "cancelled")
    before = await _all_of(app, ticket_id, order_id)

    kinds = (PaymentAuthorized, PaymentCaptured, PaymentFailed)
    await tell(app, *(money(kind, order_id) for kind in kinds))

    assert await _all_of(app, ticket_id, order_id) == before


async def test_an_event_delivered_twice_is_handled_once(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    chain = [money(PaymentAuthorized, order_id), money(PaymentCaptured, order_id)]

    for event in chain:
        event_id = clock.new_id()
        await tell(app, event, event_id=event_id)
        await tell(app, event, event_id=event_id)  # the same delivery
        await tell(app, event)  # the same fact, heard anew

    order = await known(app, order_id)
    assert (order.status, order.version) == ("complete", 2)
    assert await said(app, *ENDS) == [
        ("OrderAwaitingPayment", order_id, 1),
        ("OrderCompleted", order_id, 2),
    ]


async def test_money_heard_of_in_the_wrong_order_completes_the_order(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)

    await app.say(money(PaymentCaptured, order_id))
    await tell(app, money(PaymentAuthorized, order_id))

    async def it_is_complete():
        assert (await known(app, order_id)).status == "complete"

    await eventually(it_is_complete)
    assert await holder(app, ticket_id) == order_id


async def test_news_that_come_before_their_order_wait_for_it(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    first, second = await offer(app, alice), await offer(app, alice)
    late = draft(first, buyer=bob)
    paid = draft(second, buyer=charlie)

    await app.say(expired(late.order_id))
    await app.say(money(PaymentAuthorized, paid.order_id))
    await eventually(lambda: _both_were_tried(app))
    await commands.place_orders(await app.db("orders"), [late, paid])

    async def they_have_their_effect():
        assert (await known(app, late.order_id)).status == "cancelled"
        assert (await known(app, paid.order_id)).status == "awaiting:payment"

    await eventually(they_have_their_effect)


async def _both_were_tried(app: App) -> None:
    ear = await app.client.jetstream().consumer_info("EVENTS", "orders")
    assert ear.num_redelivered == 2


async def _order_that_is(
    app: App, seller: Someone, buyer: Someone, status: OrderStatus
) -> tuple[UUID, UUID]:
    ticket_id = await offer(app, seller)
    order_id = await placed(app, buyer, ticket_id)
    if status == "cancelled":
        await app.delete(f"/api/orders/{order_id}", buyer)
    else:
        await tell(app, money(PaymentAuthorized, order_id))
    if status == "complete":
        await tell(app, money(PaymentCaptured, order_id))
    return ticket_id, order_id


async def _all_of(
    app: App, ticket_id: UUID, order_id: UUID
) -> tuple[Order, UUID | None, Sequence[tuple[str, UUID, int]]]:
    return await known(app, order_id), await holder(app, ticket_id), await said(app, *ENDS)
