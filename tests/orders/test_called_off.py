"""A performance that is cancelled: every order gives its seats up, and nobody gets one any more."""

from datetime import timedelta

from boxoffice.events.orders import OrderAwaitingPayment, OrderCancelled, SeatsCounted
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured
from boxoffice.events.shows import PerformanceCancelled, PerformanceNews
from boxoffice.kit import clock
from boxoffice.services.orders import commands
from boxoffice.services.orders.model import Draft
from orders.counter import known, money, said
from orders.seats import OLIVIA, held, hold, schedule, sold, taken_are
from stage import App, Play, Someone, eventually
from stage.facts import performance_news, tell


async def test_every_order_of_a_cancelled_performance_is_given_up(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    news = await schedule(app)
    open_id = await held(app, alice, news.performance_id, "Stalls/A/1")
    paid_id = await sold(app, bob, news.performance_id, "Stalls/A/2", "Stalls/A/3")
    other = await schedule(app)
    kept_id = await sold(app, bob, other.performance_id, "Stalls/A/2")

    await tell(app, _cancelled(news))
    await taken_are(app, news.performance_id)

    for order_id in (open_id, paid_id):
        order = await known(app, order_id)
        assert (order.status, order.cancelled_because) == ("cancelled", "performance cancelled")
    assert (await known(app, kept_id)).status == "complete"
    assert len(await said(app, OrderCancelled)) == 2
    assert (await hold(app, alice, news.performance_id, "Stalls/A/5")).status_code == 409


async def test_an_order_that_is_being_paid_is_given_up_once_it_is_paid(play: Play, bob: Someone):
    app = await play("orders")
    news = await schedule(app)
    order_id = await held(app, bob, news.performance_id, "Stalls/A/1")
    await tell(app, money(PaymentAuthorized, order_id))
    await tell(app, _cancelled(news))
    assert len(await said(app, OrderAwaitingPayment)) == 1

    await tell(app, money(PaymentCaptured, order_id))

    async def given_up() -> None:
        assert (await known(app, order_id)).status == "cancelled"

    await eventually(given_up)


async def test_more_orders_than_a_transaction_takes_are_all_given_up(play: Play):
    app = await play("orders")
    news = await schedule(app)
    buyers = [Someone(f"buyer{number}") for number in range(20)]
    rows = [f"Stalls/{row}/{seat}" for row in "AB" for seat in range(1, 11)]
    orders = [
        await held(app, buyer, news.performance_id, seat)
        for buyer, seat in zip(buyers, rows, strict=True)
    ]
    await app.stop()
    await app.say(_cancelled(news))
    db = await app.db("orders")
    await app.start()

    async def all_given_up() -> None:
        for order_id in orders:
            assert (await known(app, order_id)).status == "cancelled"

    await eventually(all_given_up)
    assert await commands.empty_cancelled(db, clock.now(), 20) == 0


async def test_how_many_are_held_and_sold_is_said_a_moment_later(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    news = await schedule(app)
    await held(app, alice, news.performance_id, "Stalls/A/1")
    await sold(app, bob, news.performance_id, "Stalls/B/1", "Stalls/B/2")

    async def counted() -> None:
        counts = await app.said(SeatsCounted)
        assert [(one.total, one.held, one.sold) for one in counts[-1:]] == [(20, 1, 2)]

    await eventually(counted)
    versions = [count.version for count in await app.said(SeatsCounted)]
    assert versions == list(range(1, len(versions) + 1))


async def test_seats_are_counted_after_a_crash(play: Play, alice: Someone):
    app = await play("orders")
    news = await schedule(app)
    await app.stop()
    await _hold_behind_its_back(app, alice, news)

    await app.start()

    async def counted() -> None:
        assert [(one.held, one.sold) for one in await app.said(SeatsCounted)] == [(1, 0)]

    await eventually(counted)


async def test_a_performance_sells_in_the_eyes_of_its_organiser_alone(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    news = await schedule(app)
    await held(app, alice, news.performance_id, "Stalls/A/1")
    await sold(app, bob, news.performance_id, "Stalls/B/1", "Stalls/B/2")
    path = f"/api/performances/{news.performance_id}/sales"
    rival = Someone("rival", roles=("organiser",))

    sales = (await app.get(path, OLIVIA)).json()
    others = [await app.get(path, one) for one in (None, bob, rival)]

    assert [answer.status_code for answer in others] == [401, 403, 403]
    assert {name: sales[name] for name in ("total", "held", "sold", "free", "income")} == {
        "total": 20,
        "held": 1,
        "sold": 2,
        "free": 17,
        "income": 60,
    }
    assert sales["sections"] == [
        {"name": "Stalls", "total": 20, "held": 1, "sold": 2, "free": 17, "income": 60}
    ]
    assert [(hour["seats"], hour["income"]) for hour in sales["hours"]] == [(2, 60)]


def _cancelled(news: PerformanceNews) -> PerformanceCancelled:
    fields = news.model_dump() | {"version": news.version + 1, "state": "cancelled"}
    return performance_news(OLIVIA, PerformanceCancelled, **fields)


async def _hold_behind_its_back(app: App, buyer: Someone, news: PerformanceNews) -> None:
    """Hold a seat as a process does that dies before it can count."""
    draft = Draft(clock.new_id(), buyer.id, (), clock.now(), timedelta(minutes=15))
    named = draft.naming(news.performance_id, ["Stalls/A/1"])
    await commands.place_orders(await app.db("orders"), [named])
