"""Lists of the market and of what is one's own: a page at a time, and nobody else's."""

from typing import Any
from uuid import UUID

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.shows import ShowAdded
from boxoffice.kit import clock
from query.history import approved, ids_in_order, person, replies, written
from query.told import get_page, show_news
from stage import App, Play, Someone
from stage.facts import listed, order_news, scheduled, tell

OLIVIA = Someone("olivia", roles=("member", "organiser"))


@pytest.fixture
async def app(play: Play) -> App:
    return await play("query")


async def read_all(app: App, path: str, by: Someone | None = None, size: int = 2) -> list[UUID]:
    """The ids of a whole list, asked for a page at a time."""
    found: list[UUID] = []
    while True:
        further = f"&before={found[-1]}" if found else ""
        told = await get_page(app, f"{path}?limit={size}{further}", by)
        items: list[dict[str, Any]] = told.get("items", told.get("tickets", []))
        found += [UUID(one["id"]) for one in items]
        if len(items) < size:
            return found


async def test_the_market_has_what_can_be_bought_the_newest_first(app: App, alice: Someone):
    tickets = [listed(alice) for _ in range(5)]
    await tell(app, *tickets, listed(alice, status="locked"), listed(alice, status="sold"))

    found = await read_all(app, "/api/pages/market")

    assert found == sorted((one.ticket_id for one in tickets), reverse=True)


async def test_ones_own_tickets_are_there_in_every_state_and_nobody_elses(
    app: App, alice: Someone, bob: Someone
):
    states = ("listed", "locked", "sold", "withdrawn", "listed")
    tickets = [listed(alice, status=one) for one in states]
    await tell(app, *tickets, listed(bob))

    found = await read_all(app, "/api/pages/mine/tickets", alice)
    on_sale = await read_all(app, "/api/pages/market")

    assert found == sorted((one.ticket_id for one in tickets), reverse=True)
    assert len(on_sale) == 3


async def test_ones_own_orders_say_what_they_are_for(app: App, bob: Someone, charlie: Someone):
    show = show_news(OLIVIA, ShowAdded)
    performance = scheduled(OLIVIA, show_id=show.show_id)
    ticket_id, (first, second) = clock.new_id(), ids_in_order(2)
    orders = [
        order_news(OrderPlaced, ticket_id, 1, first, buyer_id=bob.id),
        order_news(
            OrderPlaced,
            ticket_id,
            1,
            second,
            buyer_id=bob.id,
            performance_id=performance.performance_id,
        ),
    ]
    strange = order_news(OrderPlaced, ticket_id, 2, clock.new_id(), buyer_id=charlie.id)
    await tell(app, show, performance, *orders, strange)

    played, bought = (await get_page(app, "/api/pages/mine/orders", bob))["items"]

    assert (bought["ticket"], "performance" in bought) == (
        {"id": str(ticket_id), "title": "Hamlet"},
        False,
    )
    assert (played["performance"]["title"], "ticket" in played) == ("The Tempest", False)
    assert (played["performance"]["venue"], played["performance"]["timeZone"]) == (
        "Globe",
        "Europe/London",
    )


async def test_an_order_is_listed_before_its_performance_is_known(app: App, bob: Someone):
    order = order_news(
        OrderPlaced,
        clock.new_id(),
        1,
        clock.new_id(),
        buyer_id=bob.id,
        performance_id=clock.new_id(),
    )
    await tell(app, order)

    (found,) = (await get_page(app, "/api/pages/mine/orders", bob))["items"]

    assert (found["id"], found["items"][0]["label"]) == (str(order.order_id), "Hamlet")
    assert "performance" not in found


async def test_ones_own_orders_and_texts_are_read_to_their_end(app: App, bob: Someone):
    orders = [
        order_news(OrderPlaced, clock.new_id(), 1, clock.new_id(), buyer_id=bob.id)
        for _ in range(3)
    ]
    texts = [written(bob.id, clock.new_id()) for _ in range(5)]
    await tell(app, *orders, *texts, written(bob.id, clock.new_id(), status="withdrawn"))

    ordered = await read_all(app, "/api/pages/mine/orders", bob)
    wrote = await read_all(app, "/api/pages/mine/texts", bob)

    assert ordered == sorted((one.order_id for one in orders), reverse=True)
    assert wrote == sorted((one.review_id for one in texts), reverse=True)


async def test_a_sellers_page_is_read_to_its_end(app: App, alice: Someone, bob: Someone):
    tickets = [listed(alice, status=one) for one in ("listed", "locked", "listed")]
    await tell(app, person(alice), *tickets, listed(bob))

    found = await read_all(app, f"/api/pages/people/{alice.id}")

    assert found == sorted((one.ticket_id for one in tickets), reverse=True)


async def test_a_text_comes_with_its_last_replies_how_many_there_are_and_a_way_to_all(
    app: App, alice: Someone, bob: Someone
):
    ticket = listed(alice)
    text = approved(written(bob.id, None, ticket_id=ticket.ticket_id))
    answers = replies(text, alice.id, 7)
    hidden = written(alice.id, None, ticket_id=ticket.ticket_id, reply_to=text.review_id)
    await tell(app, person(alice), ticket, text, *answers, hidden)
    path = f"/api/pages/texts/{text.review_id}/replies"

    (seen,) = (await get_page(app, f"/api/pages/tickets/{ticket.ticket_id}"))["texts"]
    found = await read_all(app, path)
    about = (await get_page(app, path))["text"]

    assert seen["repliesTotal"] == 7
    assert [one["text"] for one in seen["replies"]] == [f"Answer {nth}." for nth in range(2, 7)]
    assert found == [one.review_id for one in reversed(answers)]
    assert about["id"] == str(text.review_id)


async def test_replies_to_what_nobody_sees_are_not_told(app: App, bob: Someone):
    text = written(bob.id, clock.new_id())
    await tell(app, text)

    answer = await app.get(f"/api/pages/texts/{text.review_id}/replies")

    assert answer.status_code == 404


@pytest.mark.parametrize("what", ["orders", "tickets", "texts"])
async def test_ones_own_lists_are_for_who_is_signed_in(app: App, what: str):
    answer = await app.get(f"/api/pages/mine/{what}")

    assert answer.status_code == 401
