"""Admissions: a seat that is paid gives one to whoever paid it, and to nobody twice."""

from uuid import UUID

import pytest
from asyncpg import UniqueViolationError

from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced, OrderState
from boxoffice.events.tickets import (
    AdmissionIssued,
    AdmissionVoided,
    TicketLocked,
    TicketSold,
)
from boxoffice.kit import clock
from boxoffice.services.tickets import handlers, store
from stage import Play, Someone
from stage.facts import banned, scheduled, tell
from tickets.foyer import SEATS, admissions, following, said, seats_order


async def test_who_paid_for_seats_has_an_admission_for_each_and_everyone_hears_of_it(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice, doors_at=clock.now())
    order = seats_order(OrderCompleted, bob, performance)

    await tell(app, performance, order)

    first, second = await admissions(app, bob, order.order_id)
    assert (first["seat"], second["seat"]) == SEATS
    assert first["code"] != second["code"]
    issued = await said(app, AdmissionIssued)
    assert sorted(one.admission_id for one in issued) == sorted(
        UUID(one["id"]) for one in (first, second)
    )
    assert {(one.version, one.holder_id, one.is_valid) for one in issued} == {(0, bob.id, True)}
    del first["id"], first["code"]
    at, doors = performance.starts_at, performance.doors_at
    assert doors is not None
    assert first == {
        "version": 0,
        "orderId": str(order.order_id),
        "performanceId": str(performance.performance_id),
        "seat": "Stalls/A/9",
        "isValid": True,
        "title": "The Tempest",
        "venue": "Globe",
        "city": "London",
        "timeZone": "Europe/London",
        "startsAt": at.isoformat().replace("+00:00", "Z"),
        "state": "published",
        "doorsAt": doors.isoformat().replace("+00:00", "Z"),
    }


async def test_a_repeated_event_issues_nothing_again(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    performance = scheduled(alice)
    order, event_id = seats_order(OrderCompleted, bob, performance), clock.new_id()
    await tell(app, performance)

    await tell(app, order, event_id=event_id)
    before = await admissions(app, bob)
    await tell(app, order, event_id=event_id)  # the same delivery
    await tell(app, order)  # the same fact, heard anew
    await tell(app, following(OrderCompleted, order))  # and once more, as a later version

    assert await admissions(app, bob) == before
    assert len(await said(app, AdmissionIssued)) == len(SEATS)


async def test_an_order_that_was_given_up_lets_nobody_in(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    other = seats_order(OrderCompleted, charlie, performance, "Stalls/B/1")
    await tell(app, performance, order, other)

    await tell(app, following(OrderCancelled, order))

    shown = await admissions(app, bob)
    assert [(one["isValid"], one["version"], one["code"]) for one in shown] == [
        (False, 1, None)
    ] * 2
    assert [one["isValid"] for one in await admissions(app, charlie)] == [True]
    voided = await said(app, AdmissionVoided)
    assert [(one.version, one.is_valid) for one in voided] == [(1, False)] * 2
    assert (await app.get(f"/api/admissions/{shown[0]['id']}/qr.svg", bob)).status_code == 409


async def test_a_seat_that_was_given_back_and_sold_again_opens_for_the_second_alone(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    first = seats_order(OrderCompleted, bob, performance, "Stalls/A/1")
    again = seats_order(OrderCompleted, charlie, performance, "Stalls/A/1")

    await tell(app, performance, first)
    await tell(app, following(OrderCancelled, first), again)

    assert [one["isValid"] for one in await admissions(app, bob)] == [False]
    assert [one["isValid"] for one in await admissions(app, charlie)] == [True]


async def test_the_database_refuses_a_second_admission_to_one_seat(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    await tell(app, performance, seats_order(OrderCompleted, bob, performance))

    async def sell_again() -> None:
        async with (await app.db("tickets")).transaction() as tx:
            await handlers.issue_admissions(tx, seats_order(OrderCompleted, charlie, performance))

    with pytest.raises(UniqueViolationError):
        await sell_again()
    assert await admissions(app, charlie) == []


async def test_seats_are_none_of_the_markets_business(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    performance = scheduled(alice)
    listed = await app.post("/api/tickets", alice, json={"title": "Hamlet", "price": 5})
    ticket_id = UUID(listed.json()["id"])
    placed = seats_order(OrderPlaced, bob, performance, status="created", version=0)
    item = placed.items[0].model_copy(update={"offer_id": ticket_id})

    await tell(
        app, performance, _with_items(placed, item), following(OrderCompleted, placed, items=[item])
    )

    assert (await app.get(f"/api/tickets/{ticket_id}")).json()["status"] == "listed"
    assert (await said(app, TicketLocked), await said(app, TicketSold)) == ([], [])


async def test_a_ban_takes_nobody_the_seat_that_they_paid(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    await tell(app, performance, order)

    await tell(app, banned(bob), banned(alice))

    assert [one["isValid"] for one in await admissions(app, bob)] == [True, True]


async def test_nobody_sees_what_another_has(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    order = seats_order(OrderCompleted, bob, performance)
    await tell(app, performance, order)
    path = f"/api/admissions/{(await admissions(app, bob))[0]['id']}"

    for stranger in (charlie, alice):
        assert await admissions(app, stranger) == []
        assert await admissions(app, stranger, order.order_id) == []
        refused = (
            await app.get(path, stranger),
            await app.get(f"{path}/qr.svg", stranger),
            await app.put(f"{path}/code", stranger),
        )
        assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert (await app.get("/api/admissions")).status_code == 401
    assert (await app.get(f"/api/admissions/{clock.new_id()}", bob)).status_code == 404
    assert (await app.get(path, bob)).json()["version"] == 0


async def test_admissions_are_listed_a_page_at_a_time_the_newest_order_first(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    performance = scheduled(alice)
    rows = [[f"Stalls/{row}/{seat}" for seat in (12, 2, 1)] for row in "AB"]
    orders = [seats_order(OrderCompleted, bob, performance, *row) for row in rows]
    orders.sort(key=lambda order: order.order_id, reverse=True)
    await tell(app, performance, *orders)

    seen: list[str] = []
    params = {"limit": "4"}
    while True:
        page = (await app.get("/api/admissions", bob, params=params)).json()
        seen += [one["seat"] for one in page["items"]]
        if page["next"] is None:
            break
        params["after"] = page["next"]

    assert seen == [item.label for order in orders for item in reversed(order.items)]


async def test_the_audit_counts_seats_that_can_be_taken(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    performance = scheduled(alice)
    kept = seats_order(OrderCompleted, bob, performance, "Stalls/A/1", "Stalls/A/2")
    lost = seats_order(OrderCompleted, bob, performance, "Stalls/A/3")
    await tell(app, performance, kept, lost, following(OrderCancelled, lost))

    tally = await store.select_tally(await app.db("tickets"))

    assert tally["seats sold"] == 2


def _with_items(order: OrderPlaced, *items: object) -> OrderState:
    return order.model_copy(update={"items": items})
