"""Admissions by news in any order: late, repeated or early, they end as they should."""

from boxoffice.events.orders import OrderCancelled, OrderCompleted
from boxoffice.events.shows import PerformanceChanged, PerformanceScheduled
from boxoffice.events.tickets import AdmissionIssued
from boxoffice.services.tickets import handlers
from stage import Play, Someone, eventually
from stage.facts import performance_news, scheduled, tell
from stage.rivals import rivals
from tickets.foyer import SEATS, admissions, following, said, seats_order


async def test_an_order_that_is_paid_before_its_performance_is_known_waits_for_it(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)

    await app.say(order)
    await app.say(performance)

    async def they_are_there() -> None:
        assert len(await admissions(app, bob, order.order_id)) == len(SEATS)

    await eventually(they_are_there)


async def test_the_end_of_an_order_may_be_heard_before_its_payment(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    cancelled = following(OrderCancelled, order)

    await tell(app, performance, cancelled, order, cancelled)

    assert await admissions(app, bob) == []
    assert await said(app, AdmissionIssued) == []


async def test_older_news_of_a_performance_does_not_overwrite_newer(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    newest = _next(performance, version=3, title="The Storm")

    await tell(app, newest, performance, _next(performance, version=2, title="A Breeze"))
    await tell(app, seats_order(OrderCompleted, bob, performance))

    assert {one["title"] for one in await admissions(app, bob)} == {"The Storm"}


async def test_without_the_version_in_its_statement_older_news_overwrites_newer(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, _next(performance, version=3, title="The Storm"))
    guard = "WHERE performances.version < excluded.version"

    async with rivals(app, "tickets", without=(guard,)) as unguarded, unguarded.transaction() as tx:
        await handlers.copy_performance(tx, performance)
    await tell(app, seats_order(OrderCompleted, bob, performance))

    assert {one["title"] for one in await admissions(app, bob)} == {"The Tempest"}


async def test_without_the_version_in_its_statement_a_late_payment_opens_what_was_given_up(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    await tell(app, performance, following(OrderCancelled, order))
    guard = "WHERE orders.version < excluded.version"

    async with rivals(app, "tickets", without=(guard,)) as unguarded, unguarded.transaction() as tx:
        await handlers.issue_admissions(tx, order)

    assert [one["isValid"] for one in await admissions(app, bob)] == [True, True]


def _next(news: PerformanceScheduled, **changes: object) -> PerformanceChanged:
    usual = news.model_dump(exclude={"sections"})
    return performance_news(
        Someone("alice", id=news.organiser_id), PerformanceChanged, **usual | changes
    )
