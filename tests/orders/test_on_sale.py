"""An on-sale: many want the same seats in the same second, and each seat goes to one."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import LiteralString
from uuid import UUID

import httpx
import pytest

from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.orders import commands, store
from boxoffice.services.orders.model import Draft, Order, Wish
from orders.seats import hold, labels, schedule, taken_are
from stage import App, Play, Someone
from stage.facts import seated
from stage.rivals import replica, rivals

LOCK: LiteralString = "FOR UPDATE"
CONDITION: LiteralString = "AND offers.order_id IS NULL"
HOLD: LiteralString = "UPDATE offers SET order_id"
QUEUE: LiteralString = "pg_advisory_xact_lock(key)"
NO_QUEUE: LiteralString = "key"
RIVALS = 8


async def test_fifty_who_want_the_same_ten_seats_share_them_without_a_seat_given_twice(play: Play):
    app = await play("orders")
    news = await schedule(app, sections=(seated("Stalls", 3000, 1, 10),))
    chance = Random(7)  # noqa: S311 - which seats they want
    seats = [f"Stalls/A/{number}" for number in range(1, 11)]

    async with replica(app) as second:
        answers = await asyncio.gather(
            *(
                hold((app, second)[n % 2], _buyer(n), news.performance_id, *chance.sample(seats, 2))
                for n in range(50)
            )
        )

    _each_seat_once(answers)
    assert any(answer.status_code == 201 for answer in answers)


async def test_five_hundred_who_want_a_hundred_seats_get_all_of_them_each_once(play: Play):
    app = await play("orders")
    news = await schedule(app, sections=(seated("Stalls", 3000, 10, 10),))
    wish = Wish(news.performance_id, "Stalls", 1)

    async with commands.open_box(app.settings, await app.db("orders")) as box:
        outcomes = await asyncio.gather(
            *(
                commands.place_best(box, _draft(number, news.performance_id), wish)
                for number in range(500)
            ),
            return_exceptions=True,
        )

    orders = [one for one in outcomes if isinstance(one, Order)]
    given = [item.label for order in orders for item in order.items]
    assert len(given) == len(set(given)) == 100
    assert {type(one) for one in outcomes} == {Order, Conflict}
    await taken_are(app, news.performance_id, *given)


@pytest.mark.parametrize("without", [(), (LOCK,), (CONDITION,)])
async def test_either_guard_alone_gives_a_seat_once(play: Play, without: tuple[LiteralString, ...]):
    app = await play("orders")
    news = await schedule(app)

    orders = await _race(app, [_draft(n, news.performance_id) for n in range(RIVALS)], without)

    assert len(orders) == 1


async def test_without_both_guards_a_seat_is_given_twice(play: Play):
    app = await play("orders")
    news = await schedule(app)
    drafts = [_draft(number, news.performance_id) for number in range(RIVALS)]

    orders = await _race(app, drafts, (LOCK, CONDITION), meet_at=HOLD)

    assert len(orders) > 1


async def test_nobody_gets_past_the_limit_by_asking_often_at_once(play: Play):
    app = await play("orders")
    news = await schedule(app)

    async with replica(app) as second:
        answers = await asyncio.gather(
            *(
                hold((app, second)[n % 2], _buyer(0), news.performance_id, f"Stalls/{row}/{n}")
                for row in "AB"
                for n in range(1, 11)
            )
        )

    assert Counter(answer.status_code for answer in answers) == {201: 8, 409: 12}


@pytest.mark.parametrize(("swaps", "within"), [({}, True), ({QUEUE: NO_QUEUE}, False)])
async def test_only_who_queues_is_counted_right(
    play: Play, swaps: dict[LiteralString, LiteralString], *, within: bool
):
    app = await play("orders")
    news = await schedule(app)
    drafts = [
        replace(_draft(0, news.performance_id, f"Stalls/A/{number}"), order_id=clock.new_id())
        for number in range(1, RIVALS + 1)
    ]

    meet_at = None if within else HOLD
    orders = await _race(app, drafts, per_person=1, swaps=swaps, meet_at=meet_at)

    assert (len(orders) == 1) is within


@pytest.mark.parametrize("queues", [True, False])
async def test_who_queues_is_counted_without_going_through_all_orders(play: Play, *, queues: bool):
    app = await play("orders")
    news = await schedule(app)
    await hold(app, _buyer(0), news.performance_id, "Stalls/A/1")
    db = await app.db("orders")
    await db.execute("ANALYZE orders")  # so few are quicker to go through than to look up

    guests = [(news.performance_id, _buyer(0).id)]
    async with db.transaction() as tx:
        if queues:
            await store.lock_guests(tx, guests)
        seats = await store.select_seats(tx, guests)
        went_through = await tx.fetchval(
            "SELECT seq_scan > 0 FROM pg_stat_xact_user_tables WHERE relname = 'orders'"
        )

    assert list(seats.values()) == [1]
    assert went_through is not queues


def _buyer(number: int) -> Someone:
    return Someone(f"buyer{number}", id=UUID(int=number + 1))


def _each_seat_once(answers: Sequence[httpx.Response]) -> list[str]:
    assert {answer.status_code for answer in answers} <= {201, 409}
    given = [label for one in answers if one.status_code == 201 for label in labels(one)]
    assert len(set(given)) == len(given)
    return given


def _draft(number: int, performance_id: UUID, *seats: str) -> Draft:
    """What a buyer wants: these seats, or else the two that everybody wants."""
    wanted = Draft(clock.new_id(), _buyer(number).id, (), clock.now(), timedelta(minutes=15))
    return wanted.naming(performance_id, seats or ("Stalls/A/5", "Stalls/A/6"))


async def _race(
    app: App,
    drafts: Sequence[Draft],
    without: tuple[LiteralString, ...] = (),
    *,
    per_person: int = 8,
    swaps: dict[LiteralString, LiteralString] | None = None,
    meet_at: LiteralString | None = None,
) -> list[Order]:
    """Place these each in a transaction of its own, all at once; return what came of it."""
    async with rivals(app, "orders", len(drafts), without, swaps, meet_at) as database:
        answers = await asyncio.gather(
            *(commands.place_orders(database, [draft], per_person) for draft in drafts),
            return_exceptions=True,
        )
    outcomes = [one for answer in answers if isinstance(answer, list) for one in answer]
    return [one for one in outcomes if isinstance(one, Order)]
