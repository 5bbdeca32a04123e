"""Seats of a performance: each goes to one, all or nothing, within the limits."""

from datetime import timedelta
from uuid import UUID

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceNews,
    PerformancePostponed,
)
from boxoffice.kit import clock
from orders.counter import said
from orders.seats import OLIVIA, held, hold, labels, schedule, sold
from stage import App, Play, Someone
from stage.facts import performance_news, seated, tell


@pytest.fixture
async def app(play: Play) -> App:
    return await play("orders")


async def test_seats_are_held_at_the_price_of_their_section(app: App, bob: Someone):
    sections = (seated("Stalls", 3000, 2, 10), seated("Balcony", 1250, 1, 4))
    news = await schedule(app, sections=sections)

    answer = await hold(app, bob, news.performance_id, "Balcony/A/4", "Stalls/B/1")

    order = answer.json()
    assert answer.status_code == 201
    assert order["items"] == [
        {"label": "Balcony/A/4", "price": 12.5},
        {"label": "Stalls/B/1", "price": 30},
    ]
    assert (order["total"], order["status"]) == (42.5, "created")
    assert order["performance"]["id"] == str(news.performance_id)
    assert order["performance"]["title"] == "The Tempest"
    assert "ticket" not in order
    assert await said(app, OrderPlaced) == [("OrderPlaced", UUID(order["id"]), 0)]
    (placed,) = await app.said(OrderPlaced)
    assert placed.performance_id == news.performance_id


async def test_an_order_shows_its_performance_as_it_is_now(app: App, bob: Someone):
    news = await schedule(app)
    order_id = await held(app, bob, news.performance_id, "Stalls/A/1")
    renamed = _next(news, PerformanceChanged, title="The Tempest, by candlelight")
    await tell(app, renamed)

    one = (await app.get(f"/api/orders/{order_id}", bob)).json()
    (listed,) = (await app.get("/api/orders", bob)).json()

    assert one["performance"]["title"] == listed["performance"]["title"] == renamed.title


async def test_who_comes_second_gets_none_and_is_told_which_are_gone(
    app: App, alice: Someone, bob: Someone
):
    news = await schedule(app)
    await held(app, alice, news.performance_id, "Stalls/A/2", "Stalls/A/3")

    answer = await hold(
        app, bob, news.performance_id, "Stalls/A/1", "Stalls/A/2", "Stalls/A/3", "Stalls/A/4"
    )

    assert answer.status_code == 409
    assert answer.json()["errors"] == [
        {"field": "seats.1", "message": "Stalls/A/2 is gone"},
        {"field": "seats.2", "message": "Stalls/A/3 is gone"},
    ]
    await held(app, bob, news.performance_id, "Stalls/A/1", "Stalls/A/4")


async def test_a_seat_that_is_given_up_can_be_held_again(app: App, alice: Someone, bob: Someone):
    news = await schedule(app)
    order_id = await held(app, alice, news.performance_id, "Stalls/A/1")

    await app.delete(f"/api/orders/{order_id}", alice)

    assert (await hold(app, bob, news.performance_id, "Stalls/A/1")).status_code == 201


async def test_a_seat_that_there_is_not_is_named(app: App, bob: Someone):
    news = await schedule(app)

    answer = await hold(app, bob, news.performance_id, "Stalls/A/1", "Stalls/Z/1")

    assert answer.status_code == 404
    assert answer.json()["errors"] == [
        {"field": "seats.1", "message": "There is no seat Stalls/Z/1"}
    ]


async def test_an_unknown_performance_is_404(app: App, bob: Someone):
    assert (await hold(app, bob, clock.new_id(), "Stalls/A/1")).status_code == 404


async def test_a_person_has_no_more_seats_than_the_limit_in_all_their_orders(
    app: App, alice: Someone, bob: Someone
):
    news = await schedule(app)
    await sold(app, bob, news.performance_id, *(f"Stalls/A/{n}" for n in range(1, 6)))
    second = await held(app, bob, news.performance_id, "Stalls/B/1", "Stalls/B/2")

    beyond = await hold(app, bob, news.performance_id, "Stalls/B/3", "Stalls/B/4")
    within = await hold(app, bob, news.performance_id, "Stalls/B/3")
    await app.delete(f"/api/orders/{second}", bob)
    after = await hold(app, bob, news.performance_id, "Stalls/B/4", "Stalls/B/5")
    other = await hold(app, alice, news.performance_id, "Stalls/B/1")

    statuses = [one.status_code for one in (beyond, within, after, other)]
    assert statuses == [409, 201, 201, 201]
    assert "8 seats" in beyond.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on_sale_at": clock.now() + timedelta(hours=1)}, "has not begun"),
        ({"starts_at": clock.now() - timedelta(minutes=1)}, "has begun"),
    ],
    ids=["too early", "too late"],
)
async def test_nobody_orders_before_the_sale_or_after_the_start(
    app: App, bob: Someone, changes: dict[str, object], words: str
):
    news = await schedule(app, **changes)

    answer = await hold(app, bob, news.performance_id, "Stalls/A/1")

    assert (answer.status_code, words in answer.json()["detail"]) == (409, True)


async def test_what_is_postponed_is_on_sale_again_once_its_date_is_known(app: App, bob: Someone):
    news = await schedule(app)
    unknown = _next(news, PerformancePostponed, state="postponed")
    known = _next(unknown, PerformancePostponed, starts_at=clock.now() + timedelta(days=9))

    await tell(app, unknown)
    meanwhile = await hold(app, bob, news.performance_id, "Stalls/A/1")
    await tell(app, known)
    later = await hold(app, bob, news.performance_id, "Stalls/A/1")

    assert (meanwhile.status_code, later.status_code) == (409, 201)


async def test_older_news_of_a_performance_does_not_overwrite_newer(app: App, bob: Someone):
    news = await schedule(app)
    cancelled = _next(news, PerformanceCancelled, state="cancelled")
    late = _next(news, PerformanceChanged, title="Late")

    await tell(app, cancelled, late, news)

    answer = await hold(app, bob, news.performance_id, "Stalls/A/1")
    assert (answer.status_code, "cancelled" in answer.json()["detail"]) == (409, True)


async def test_a_new_price_counts_for_who_orders_from_now_on(
    app: App, alice: Someone, bob: Someone
):
    news = await schedule(app)
    before = await held(app, alice, news.performance_id, "Stalls/A/1")
    dearer = _next(news, PerformanceChanged, sections=(seated("Stalls", 4000, 2, 10),))

    await tell(app, dearer)
    after = (await hold(app, bob, news.performance_id, "Stalls/A/2")).json()

    assert (await app.get(f"/api/orders/{before}", alice)).json()["total"] == 30
    assert after["total"] == 40


async def test_what_costs_nothing_is_complete_at_once(app: App, bob: Someone):
    news = await schedule(app, sections=(seated("Lawn", 0, 1, 5),))

    order = (await hold(app, bob, news.performance_id, "Lawn/A/3")).json()

    assert (order["status"], order["total"]) == ("complete", 0)
    assert await said(app, OrderPlaced) == []


async def test_standing_places_are_numbered(app: App, bob: Someone):
    news = await schedule(app, sections=({"name": "Floor", "price_minor": 500, "capacity": 3},))

    answer = await hold(app, bob, news.performance_id, "Floor/1", "Floor/3")

    assert labels(answer) == ["Floor/1", "Floor/3"]
    assert (await hold(app, bob, news.performance_id, "Floor/4")).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"performanceId": str(clock.new_id())},
        {"performanceId": str(clock.new_id()), "seats": []},
        {"performanceId": str(clock.new_id()), "seats": ["a/b"], "section": "a", "quantity": 1},
        {"performanceId": str(clock.new_id()), "section": "a"},
        {"performanceId": str(clock.new_id()), "quantity": 1},
        {"performanceId": str(clock.new_id()), "section": "a", "quantity": 9},
        {"performanceId": str(clock.new_id()), "section": "a", "quantity": 0},
        {"performanceId": str(clock.new_id()), "seats": ["a/b/c", "a/b/c"]},
        {"performanceId": str(clock.new_id()), "seats": [f"a/b/{n}" for n in range(9)]},
        {"performanceId": str(clock.new_id()), "seats": ["x" * 200]},
        {"ticketId": str(clock.new_id()), "performanceId": str(clock.new_id())},
        {"ticketId": str(clock.new_id()), "seats": ["a/b/c"]},
        {"seats": ["a/b/c"]},
    ],
    ids=lambda body: "+".join(body) if isinstance(body, dict) else None,
)
async def test_what_is_not_one_wish_is_bad_input(app: App, bob: Someone, body: dict[str, object]):
    answer = await app.post("/api/orders", bob, json=body)

    assert answer.status_code == 400
    assert answer.json()["errors"]


def _next(news: PerformanceNews, kind: type[PerformanceNews], **changes: object) -> PerformanceNews:
    fields = news.model_dump() | {"version": news.version + 1, "state": "published"}
    return performance_news(OLIVIA, kind, **fields | changes)
