"""What the market shows of orders' news: held, freed, sold, in whatever order it comes."""

from uuid import UUID

import pytest

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.tickets import TicketFreed, TicketLocked, TicketSold, TicketState
from boxoffice.kit import clock
from boxoffice.kit.errors import StaleVersion
from boxoffice.services.tickets import commands, store
from stage import App, Play, Someone, eventually
from stage.facts import order_news, tell
from stage.rivals import rivals

ORDER, NEXT_ORDER = clock.new_id(), clock.new_id()


async def test_a_ticket_that_somebody_pays_for_is_locked(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)

    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))

    ticket = (await app.get(path)).json()
    assert (ticket["status"], ticket["orderId"], ticket["version"]) == ("locked", str(ORDER), 1)
    assert (await app.get("/api/tickets")).json() == []
    assert await _said(app, TicketLocked) == [(1, "locked", ORDER)]
    edited = await app.put(path, alice, json={"title": "Hamlet", "price": 1})
    assert (edited.status_code, (await app.delete(path, alice)).status_code) == (409, 409)


async def test_a_freed_ticket_can_be_bought_and_edited_again(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)

    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))
    await tell(app, order_news(OrderCancelled, ticket_id, 2, ORDER, status="cancelled"))

    ticket = (await app.get(path)).json()
    assert (ticket["status"], ticket["version"]) == ("listed", 2)
    assert "orderId" not in ticket
    assert (await app.get("/api/tickets")).json() == [ticket]
    assert await _said(app, TicketFreed) == [(2, "listed", None)]
    edited = await app.put(path, alice, json={"title": "Hamlet", "price": 1})
    assert (edited.status_code, edited.json()["version"]) == (200, 3)


async def test_a_sold_ticket_stays_as_it_is(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)

    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))
    await tell(app, order_news(OrderCompleted, ticket_id, 2, ORDER, status="complete"))

    ticket = (await app.get(path)).json()
    assert (ticket["status"], ticket["orderId"]) == ("sold", str(ORDER))
    assert (await app.get("/api/tickets")).json() == []
    assert await _said(app, TicketSold) == [(2, "sold", ORDER)]
    edited = await app.put(path, alice, json={"title": "Hamlet", "price": 1})
    assert (edited.status_code, (await app.delete(path, alice)).status_code) == (409, 409)
    assert (await app.get(path)).json() == ticket


async def test_a_repeated_event_changes_nothing(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)
    placed = order_news(OrderPlaced, ticket_id, 1, ORDER)

    event_id = clock.new_id()
    for _ in range(3):
        await tell(app, placed, event_id=event_id)
    await tell(app, placed)  # as a replay has it: the same fact, heard anew

    assert (await app.get(path)).json()["version"] == 1
    assert await _said(app, TicketLocked) == [(1, "locked", ORDER)]


async def test_a_late_event_changes_nothing(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)
    await tell(app, order_news(OrderPlaced, ticket_id, 3, NEXT_ORDER))
    before = (await app.get(path)).json()

    await tell(
        app,
        order_news(OrderPlaced, ticket_id, 1, ORDER),
        order_news(OrderCancelled, ticket_id, 2, ORDER, status="cancelled"),
        order_news(OrderCompleted, ticket_id, 2, ORDER, status="complete"),
        order_news(OrderCancelled, ticket_id, 3, ORDER, status="cancelled"),
    )

    assert (await app.get(path)).json() == before
    assert before["orderId"] == str(NEXT_ORDER)
    assert await _said(app, TicketFreed) == []


async def test_the_end_of_an_order_may_be_heard_before_its_beginning(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)

    await tell(
        app,
        order_news(OrderCompleted, ticket_id, 4, NEXT_ORDER, status="complete"),
        order_news(OrderCancelled, ticket_id, 2, ORDER, status="cancelled"),
        order_news(OrderPlaced, ticket_id, 3, NEXT_ORDER),
        order_news(OrderPlaced, ticket_id, 1, ORDER),
    )

    ticket = (await app.get(path)).json()
    assert (ticket["status"], ticket["orderId"]) == ("sold", str(NEXT_ORDER))


async def test_an_order_of_seats_is_none_of_the_markets_business(play: Play, alice: Someone):
    app = await play("tickets")
    _, path = await _list(app, alice)

    await tell(app, order_news(OrderPlaced, clock.new_id(), 1, ORDER))

    assert (await app.get(path)).json()["status"] == "listed"
    db = await app.db("tickets")
    assert await db.fetchval("SELECT count(*) FROM dead_letters") == 0


async def test_an_edit_that_was_slower_than_an_order_does_not_unlock_the_ticket(
    play: Play, alice: Someone
):
    app = await play("tickets")
    db = await app.db("tickets")
    ticket_id, path = await _list(app, alice)
    seen = await store.select_ticket(db, ticket_id)
    assert seen is not None
    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))

    with pytest.raises(StaleVersion):
        await commands.edit_ticket(db, seen, "Hamlet", 100, None)
    with pytest.raises(StaleVersion):
        await commands.withdraw_ticket(db, seen)

    assert (await app.get(path)).json()["status"] == "locked"


async def test_without_the_version_in_its_statement_a_slow_edit_unlocks_the_ticket(
    play: Play, alice: Someone
):
    app = await play("tickets")
    ticket_id, path = await _list(app, alice)
    seen = await store.select_ticket(await app.db("tickets"), ticket_id)
    assert seen is not None
    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))

    async with rivals(app, "tickets", without=("AND version = $2 - 1",)) as unguarded:
        await commands.edit_ticket(unguarded, seen, "Hamlet", 100, None)

    assert (await app.get(path)).json()["status"] == "listed"


async def _list(app: App, seller: Someone) -> tuple[UUID, str]:
    answer = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 5})
    ticket_id = answer.json()["id"]
    return UUID(ticket_id), f"/api/tickets/{ticket_id}"


async def _said(app: App, kind: type[TicketState]) -> list[tuple[int, str, UUID | None]]:
    db = await app.db("tickets")

    async def nothing_is_unsaid() -> None:
        assert await db.fetchval("SELECT count(*) FROM unsent") == 0

    await eventually(nothing_is_unsaid)
    return [(one.version, one.status, one.order_id) for one in await app.said(kind)]
