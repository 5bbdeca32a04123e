"""Many want one ticket: one gets it. Each guard alone is enough, and without both it fails."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.services.orders import commands, store
from boxoffice.services.orders.model import Draft, Order
from orders.counter import holder, known, offer, place, placed, said
from stage import App, Play, Someone
from stage.facts import listed
from stage.rivals import replica, rivals

BUYERS = 10
LOCK: LiteralString = "FOR UPDATE"
CONDITION: LiteralString = "AND offers.order_id IS NULL"
HOLD: LiteralString = "UPDATE offers SET order_id"


async def test_ten_buyers_at_two_replicas_and_one_ticket_make_one_order(play: Play, alice: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    buyers = [Someone(f"buyer{number}") for number in range(BUYERS)]

    async with replica(app) as second:
        counters = [app, second] * (BUYERS // 2)
        answers = await asyncio.gather(
            *(place(at, buyer, ticket_id) for at, buyer in zip(counters, buyers, strict=True))
        )

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (BUYERS - 1)
    (sold,) = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert str(await holder(app, ticket_id)) == sold
    assert await said(app, OrderPlaced) == [("OrderPlaced", UUID(sold), 0)]


@pytest.mark.parametrize("without", [(), (LOCK,), (CONDITION,)])
async def test_either_guard_alone_sells_a_ticket_once(
    play: Play, alice: Someone, without: tuple[LiteralString, ...]
):
    app = await play("orders")
    ticket_id = await offer(app, alice)

    orders = await _race_for(app, ticket_id, without)

    assert len(orders) == 1
    assert await holder(app, ticket_id) == orders[0].order_id


async def test_without_both_guards_a_ticket_is_sold_twice(play: Play, alice: Someone):
    app = await play("orders")
    ticket_id = await offer(app, alice)

    orders = await _race_for(app, ticket_id, (LOCK, CONDITION), meet_at=HOLD)

    assert len(orders) > 1
    db = await app.db("orders")
    assert await db.fetchval("SELECT count(*) FROM orders WHERE status = 'created'") > 1


async def test_a_batch_gives_each_what_it_can_have(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    hamlet, macbeth = await offer(app, alice), await offer(app, alice)
    drafts = [
        _draft(bob, hamlet),
        _draft(charlie, clock.new_id()),
        _draft(alice, macbeth),
        _draft(charlie, hamlet),
        _draft(charlie, macbeth, hamlet),  # all or nothing
        _draft(charlie, macbeth),
    ]

    outcomes = await commands.place_orders(await app.db("orders"), drafts)

    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["Order", "NotFound", "Conflict", "Conflict", "Conflict", "Order"]
    assert await holder(app, hamlet) == drafts[0].order_id
    assert await holder(app, macbeth) == drafts[5].order_id
    assert len(await said(app, OrderPlaced)) == 2


async def test_nobody_who_orders_waits_for_news_that_frees_what_they_want(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("orders")
    ticket_id = await offer(app, alice)
    order_id = await placed(app, bob, ticket_id)
    db = await app.db("orders")

    async with db.transaction() as news, asyncio.timeout(2):
        await store.free_offers(
            news, await known(app, order_id)
        )  # and may come to more, in whatever order
        (outcome,) = await commands.place_orders(db, [_draft(charlie, ticket_id)])

    assert isinstance(outcome, Conflict)
    assert (await place(app, charlie, ticket_id)).status_code == 201


async def test_many_requests_at_once_are_each_answered_for_themselves(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    tickets = [await offer(app, alice) for _ in range(5)]
    own = await offer(app, bob)

    answers = await asyncio.gather(
        *(place(app, bob, one) for one in [*tickets, own, clock.new_id(), *tickets])
    )

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] * 5 + [404] + [409] * 6
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 5


async def test_a_ticket_can_be_ordered_in_the_instant_in_which_it_is_listed(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders")
    statuses: list[int] = []

    for number in range(20):
        draft = {"title": f"Hamlet {number}", "price": 5}
        ticket = (await app.post("/api/tickets", alice, json=draft)).json()
        statuses.append((await place(app, bob, UUID(ticket["id"]))).status_code)

    assert statuses == [201] * 20


async def test_whoever_does_not_wait_for_news_misses_the_newest_ticket(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    news = listed(alice)

    (hasty,) = await commands.place_orders(await app.db("orders"), [_draft(bob, news.ticket_id)])
    patient, _ = await asyncio.gather(place(app, bob, news.ticket_id), app.say(news))

    assert isinstance(hasty, NotFound)
    assert patient.status_code == 201


async def _race_for(
    app: App,
    ticket_id: UUID,
    without: tuple[LiteralString, ...],
    meet_at: LiteralString | None = None,
) -> Sequence[Order]:
    drafts = [_draft(Someone(f"buyer{number}"), ticket_id) for number in range(BUYERS)]
    async with rivals(app, "orders", BUYERS, without, meet_at=meet_at) as database:
        answers = await asyncio.gather(
            *(commands.place_orders(database, [draft]) for draft in drafts), return_exceptions=True
        )
    outcomes = [one for answer in answers if isinstance(answer, list) for one in answer]
    return [one for one in outcomes if isinstance(one, Order)]


def _draft(buyer: Someone, *ticket_ids: UUID) -> Draft:
    return Draft(clock.new_id(), buyer.id, ticket_ids, clock.now(), timedelta(minutes=15))
