"""Letters with tickets: one an order, with all that it has, whenever there is something to tell."""

from collections import Counter
from datetime import timedelta
from typing import TypeVar

import pytest

from boxoffice.events.orders import OrderCancelled, OrderCompleted
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceNews,
    PerformancePostponed,
)
from boxoffice.kit import clock
from boxoffice.kit.outbox import count_unsent
from boxoffice.services.tickets import commands, handlers, store
from boxoffice.services.tickets.jobs import MAILED_AT_ONCE
from stage import Play, Someone
from stage.facts import performance_news, scheduled, tell
from stage.rivals import Swaps, rivals
from tickets.foyer import (
    SEATS,
    admissions,
    all_is_told,
    check,
    following,
    letters,
    reissue,
    seats_order,
)

N = TypeVar("N", bound=PerformanceNews)

MANY = 2 * MAILED_AT_ONCE + 3  # orders: more than are told in one step
WEEK = timedelta(days=7)


async def test_who_paid_is_mailed_all_their_tickets_in_one_letter(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice, doors_at=clock.now())
    order = seats_order(OrderCompleted, bob, performance)

    await tell(app, performance, order)

    (letter,) = await letters(app, 1)
    shown = await admissions(app, bob)
    assert (letter.why, letter.order_id, letter.person_id) == ("paid", order.order_id, bob.id)
    assert (letter.title, letter.venue, letter.city) == ("The Tempest", "Globe", "London")
    assert (letter.starts_at, letter.is_date_known) == (performance.starts_at, True)
    assert (letter.time_zone, letter.doors_at) == ("Europe/London", performance.doors_at)
    assert (letter.total_minor, letter.currency) == (6000, "USD")
    assert [(str(one.admission_id), one.seat, one.code) for one in letter.tickets] == [
        (one["id"], one["seat"], one["code"]) for one in shown
    ]


async def test_repeated_news_of_an_order_writes_no_second_letter(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order, event_id = seats_order(OrderCompleted, bob, performance), clock.new_id()
    await tell(app, performance)

    await tell(app, order, event_id=event_id)
    await tell(app, order, event_id=event_id)
    await tell(app, order)

    await all_is_told(app)
    await letters(app, 1)


async def test_a_letter_is_owed_from_the_moment_on_in_which_its_tickets_are_issued(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, performance)
    await app.stop()
    db = await app.db("tickets")

    async with db.transaction() as tx:
        await handlers.issue_admissions(tx, seats_order(OrderCompleted, bob, performance))
    unsent = await count_unsent(db)  # a crash here
    await app.start()

    assert unsent == len(SEATS)
    await all_is_told(app)
    await letters(app, 1)


async def test_another_code_is_mailed_with_all_tickets_of_its_order(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    organiser = Someone("olivia", id=alice.id, roles=("organiser",))
    performance = scheduled(alice)
    await tell(app, performance, seats_order(OrderCompleted, bob, performance))
    await letters(app, 1)
    first, second = await admissions(app, bob)

    await reissue(app, second, bob)

    paid, reissued = await letters(app, 2)
    assert (paid.why, reissued.why) == ("paid", "reissued")
    assert reissued.letter_id != paid.letter_id
    kept, changed = reissued.tickets
    assert (kept.code, changed.seat) == (first["code"], second["seat"])
    assert (await check(app, changed.code, organiser)).status_code == 200


async def test_everyone_with_tickets_hears_of_another_date_in_steps(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets")
    performance, other = scheduled(alice), scheduled(alice)
    orders = [seats_order(OrderCompleted, bob, performance, f"Stalls/{n}/1") for n in range(MANY)]
    elsewhere = seats_order(OrderCompleted, charlie, other)
    given_up = seats_order(OrderCompleted, charlie, performance)
    await tell(app, performance, other, *orders, elsewhere, given_up)
    await all_is_told(app)
    await tell(app, following(OrderCancelled, given_up))

    moved = _next(performance, PerformancePostponed, starts_at=performance.starts_at + WEEK)
    await tell(app, moved)
    await tell(app, moved)  # the same fact, heard anew

    await all_is_told(app)
    sent = await letters(app, 2 * MANY + 2)
    told = [one for one in sent if one.why == "postponed"]
    assert Counter(one.order_id for one in told) == {order.order_id: 1 for order in orders}
    assert {(one.starts_at, one.is_date_known) for one in told} == {(moved.starts_at, True)}


async def test_one_step_tells_no_more_than_it_may(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    performance = scheduled(alice)
    orders = [seats_order(OrderCompleted, bob, performance, f"Stalls/{n}/1") for n in range(5)]
    await tell(app, performance, *orders)
    await all_is_told(app)
    await app.stop()
    db = await app.db("tickets")

    async with db.transaction() as tx:
        await handlers.copy_performance(
            tx, _next(performance, PerformancePostponed, starts_at=clock.now())
        )
    in_the_handler = await count_unsent(db)
    async with commands.open_stamp(app.settings, db) as stamp:
        steps = [await commands.mail_tickets(stamp, db, 2) for _ in range(4)]

    assert (in_the_handler, steps) == (0, [2, 2, 1, 0])
    assert await count_unsent(db) == 5


async def test_a_date_that_is_not_known_yet_is_told_and_then_the_new_one(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, performance, seats_order(OrderCompleted, bob, performance))
    await letters(app, 1)

    open_ended = _next(performance, PerformancePostponed, state="postponed")
    await tell(app, open_ended)
    await letters(app, 2)
    await tell(app, _next(open_ended, PerformancePostponed, state="published"))

    sent = await letters(app, 3)
    assert [(one.why, one.is_date_known) for one in sent] == [
        ("paid", True),
        ("postponed", False),
        ("postponed", True),
    ]


async def test_a_postponement_that_is_overtaken_by_newer_news_is_told_all_the_same(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, performance, seats_order(OrderCompleted, bob, performance))
    await letters(app, 1)
    moved = _next(performance, PerformancePostponed, starts_at=performance.starts_at + WEEK)

    await tell(app, _next(moved, PerformanceChanged, title="The Storm"), moved)

    await all_is_told(app)
    told = (await letters(app, 2))[1]
    assert (told.why, told.title, told.starts_at) == ("postponed", "The Storm", moved.starts_at)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [(PerformanceChanged, {"title": "The Storm"}), (PerformanceCancelled, {"state": "cancelled"})],
)
async def test_nobody_is_mailed_tickets_for_other_news(
    play: Play,
    alice: Someone,
    bob: Someone,
    kind: type[PerformanceNews],
    changes: dict[str, object],
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, performance, seats_order(OrderCompleted, bob, performance))
    await letters(app, 1)

    await tell(app, _next(performance, kind, **changes))

    await all_is_told(app)
    await letters(app, 1)


async def test_who_is_being_told_something_else_hears_of_the_date_all_the_same(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    orders = [seats_order(OrderCompleted, bob, performance, f"Stalls/{n}/1") for n in range(2)]
    await tell(app, performance, *orders)
    await all_is_told(app)
    await app.stop()
    db = await app.db("tickets")
    moved = _next(performance, PerformancePostponed, starts_at=performance.starts_at + WEEK)

    async with db.transaction() as tx:
        await handlers.copy_performance(tx, moved)
    async with commands.open_stamp(app.settings, db) as stamp, db.transaction() as rival:
        await store.update_to_tell(rival, orders[0].order_id)  # its row is somebody's meanwhile
        steps = [await commands.mail_tickets(stamp, db, MAILED_AT_ONCE) for _ in range(2)]
        await store.end_moves(db)
    await app.start()

    assert steps == [1, 0]
    await all_is_told(app)
    told = [one for one in await letters(app, 4) if one.why == "postponed"]
    assert {one.order_id for one in told} == {order.order_id for order in orders}


async def test_whoever_forgot_a_move_while_some_were_busy_would_leave_them_untold(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    await tell(app, performance, order)
    await all_is_told(app)
    await app.stop()

    async with (await app.db("tickets")).transaction() as tx:
        moved = performance.starts_at + WEEK
        await handlers.copy_performance(
            tx, _next(performance, PerformancePostponed, starts_at=moved)
        )
    guard = "AND told_version < moved_version\n        ))"
    swaps: Swaps = {guard: "AND false))"}
    async with rivals(app, "tickets", swaps=swaps) as careless, careless.transaction() as tx:
        await store.end_moves(tx)
    await app.start()

    await all_is_told(app)
    await letters(app, 1)


async def test_a_letter_that_is_overtaken_by_the_end_of_its_order_is_not_written(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    await tell(app, performance)
    await app.stop()
    db = await app.db("tickets")

    async with db.transaction() as tx:
        await handlers.issue_admissions(tx, order)
        await handlers.void_admissions(tx, following(OrderCancelled, order))
    await app.start()

    await all_is_told(app)
    await letters(app, 0)


def _next(known: PerformanceNews, kind: type[N], **changes: object) -> N:
    """What shows says next of the same performance."""
    usual = known.model_dump() | {"version": known.version + 1}
    return performance_news(Someone("alice", id=known.organiser_id), kind, **usual | changes)
