"""What becomes of the tickets of who is banned: whatever is offered is withdrawn, however late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from boxoffice.events.identity import BanState
from boxoffice.events.orders import OrderCancelled, OrderCompleted, OrderPlaced
from boxoffice.events.tickets import TicketFreed, TicketState, TicketWithdrawn
from boxoffice.kit import clock
from boxoffice.services.tickets import commands, handlers, store
from boxoffice.services.tickets.jobs import AT_ONCE
from boxoffice.services.tickets.model import Ticket
from stage import App, Play, Someone, eventually
from stage.facts import banned, lifted, order_news, tell

MANY = AT_ONCE + 3  # more than are withdrawn in one transaction
ORDER = clock.new_id()
SECOND = timedelta(seconds=1)


async def test_everything_that_who_is_banned_offers_is_withdrawn_and_nobody_elses(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    of_bob = await _list(app, bob)
    tickets = [await _list(app, alice) for _ in range(MANY)]

    await tell(app, banned(alice))

    await _are_withdrawn(app, tickets)
    assert [one["id"] for one in (await app.get("/api/tickets")).json()] == [str(of_bob)]
    said = await _said(app, TicketWithdrawn)
    assert sorted(said) == [(ticket_id, 1, "withdrawn") for ticket_id in sorted(tickets)]


async def test_a_ticket_that_was_on_its_way_when_its_seller_was_banned_is_withdrawn_too(
    play: Play, alice: Someone
):
    app = await play("tickets")
    before = await _list(app, alice)
    await tell(app, banned(alice))
    await _are_withdrawn(app, [before])

    late = await commands.list_ticket(await app.db("tickets"), _ticket(alice))

    await _are_withdrawn(app, [late.ticket_id])


async def test_whoever_looked_only_once_would_miss_a_ticket_that_is_being_written(
    play: Play, alice: Someone
):
    app = await play("tickets")
    await app.stop()
    db = await app.db("tickets")
    late = _ticket(alice)

    async with db.transaction() as tx:
        await store.insert_ticket(tx, late)
        await _ban(app, alice)
        once = await _heed(app)

    assert (once, (await _known(app, late.ticket_id)).status) == (0, "listed")
    await app.start()
    await _are_withdrawn(app, [late.ticket_id])


async def test_a_ticket_that_somebody_pays_for_stays_theirs_and_is_not_listed_again(
    play: Play, alice: Someone
):
    app = await play("tickets")
    ticket_id = await _locked(app, alice)

    await tell(app, banned(alice))
    await eventually(lambda: _is(app, ticket_id, "locked", withdrawn=True))
    locked = await _known(app, ticket_id)
    await tell(app, order_news(OrderCancelled, ticket_id, 2, ORDER, status="cancelled"))

    assert (locked.version, locked.order_id) == (2, ORDER)
    await _is(app, ticket_id, "withdrawn", withdrawn=True)
    assert (await app.get(f"/api/tickets/{ticket_id}")).status_code == 404
    assert await _said(app, TicketWithdrawn) == [(ticket_id, 2, "locked")]
    assert await _said(app, TicketFreed) == [(ticket_id, 3, "withdrawn")]


async def test_a_ticket_of_who_is_banned_is_sold_to_who_was_paying_for_it(
    play: Play, alice: Someone
):
    app = await play("tickets")
    ticket_id = await _locked(app, alice)

    await tell(app, banned(alice))
    await eventually(lambda: _is(app, ticket_id, "locked", withdrawn=True))
    await tell(app, order_news(OrderCompleted, ticket_id, 2, ORDER, status="complete"))

    await _is(app, ticket_id, "sold", withdrawn=True)


async def test_nobody_gets_a_ticket_of_who_is_banned_that_another_gives_up(
    play: Play, alice: Someone, bob: Someone, charlie: Someone
):
    app = await play("tickets", "orders")
    ticket_id = await _list(app, alice)
    order = (await _order(app, bob, ticket_id)).json()
    await eventually(lambda: _is(app, ticket_id, "locked", withdrawn=False))

    await tell(app, banned(alice))
    await eventually(lambda: _is_off_sale(app, ticket_id))
    await app.delete(f"/api/orders/{order['id']}", bob)

    assert (await _order(app, charlie, ticket_id)).status_code == 409
    await eventually(lambda: _is(app, ticket_id, "withdrawn", withdrawn=True))


async def test_a_sold_ticket_stays_sold_and_as_it_is(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id = await _locked(app, alice)
    await tell(app, order_news(OrderCompleted, ticket_id, 2, ORDER, status="complete"))
    before = await _known(app, ticket_id)

    await tell(app, banned(alice))
    looked = await _heed(app)

    assert (looked, await _known(app, ticket_id)) == (0, before)
    assert before.status == "sold"


async def test_once_a_ban_is_lifted_nothing_more_is_withdrawn_and_nothing_comes_back(
    play: Play, alice: Someone
):
    app = await play("tickets")
    before = await _list(app, alice)
    await tell(app, banned(alice))
    await _are_withdrawn(app, [before])

    await tell(app, lifted(alice))
    after = await _list(app, alice)
    looked = await _heed(app)

    assert (looked, (await _known(app, after)).status) == (0, "listed")
    assert (await _known(app, before)).status == "withdrawn"


async def test_a_ban_that_has_run_out_withdraws_nothing(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id = await _list(app, alice)

    await tell(app, banned(alice, until=clock.now() - SECOND))
    looked = await _heed(app)

    assert (looked, (await _known(app, ticket_id)).status) == (0, "listed")


async def test_a_ban_for_a_time_withdraws_until_that_time(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id = await _list(app, alice)
    await app.stop()
    until = clock.now() + timedelta(days=1)
    await _ban(app, alice, until)

    over = await _heed(app, until)
    in_force = await _heed(app, until - SECOND)

    assert (over, in_force) == (0, 1)
    await _is(app, ticket_id, "withdrawn", withdrawn=True)


async def test_news_of_bans_count_by_version_in_whatever_order_they_come(play: Play):
    app = await play("tickets")
    until = clock.now() + timedelta(days=1)
    orders = list(permutations(range(3)))
    people = [Someone(f"person{number}") for number in range(len(orders))]

    for person, order in zip(people, orders, strict=True):
        history: Sequence[BanState] = (
            banned(person),
            lifted(person, version=4),
            banned(person, version=5, until=until),
        )
        await tell(app, *(history[nth] for nth in order), history[order[0]])

    db = await app.db("tickets")
    rows = await db.fetch("SELECT version, banned_until FROM bans WHERE banned_at IS NOT NULL")
    assert [tuple(row) for row in rows] == [(5, until)] * len(people)


async def test_a_late_ban_that_was_lifted_meanwhile_withdraws_nothing(play: Play, alice: Someone):
    app = await play("tickets")
    ticket_id = await _list(app, alice)

    await tell(app, lifted(alice, version=2))
    await tell(app, banned(alice, version=1))
    looked = await _heed(app)

    assert (looked, (await _known(app, ticket_id)).status) == (0, "listed")


async def test_a_ban_that_is_heard_of_twice_withdraws_once(play: Play, alice: Someone):
    app = await play("tickets")
    listed, locked = await _list(app, alice), await _locked(app, alice)
    ban, event_id = banned(alice), clock.new_id()

    await tell(app, ban, event_id=event_id)
    await _are_withdrawn(app, [listed, locked])
    await tell(app, ban, event_id=event_id)  # the same delivery
    await tell(app, ban)  # the same fact, heard anew
    looked = await _heed(app)

    assert looked == 0
    said = await _said(app, TicketWithdrawn)
    assert sorted(said) == sorted([(listed, 1, "withdrawn"), (locked, 2, "locked")])


async def _list(app: App, seller: Someone) -> UUID:
    answer = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 5})
    return UUID(answer.json()["id"])


async def _locked(app: App, seller: Someone) -> UUID:
    ticket_id = await _list(app, seller)
    await tell(app, order_news(OrderPlaced, ticket_id, 1, ORDER))
    return ticket_id


def _ticket(seller: Someone) -> Ticket:
    words: Any = {"title": "Hamlet", "price_minor": 500, "currency": "USD"}
    return Ticket.offer(clock.new_id(), seller.id, **words, at=clock.now())


async def _order(app: App, buyer: Someone, ticket_id: UUID) -> Any:
    return await app.post("/api/orders", buyer, json={"ticketId": str(ticket_id)})


async def _known(app: App, ticket_id: UUID) -> Ticket:
    ticket = await store.select_ticket(await app.db("tickets"), ticket_id)
    assert ticket is not None
    return ticket


async def _is(app: App, ticket_id: UUID, status: str, *, withdrawn: bool) -> None:
    ticket = await _known(app, ticket_id)
    assert (ticket.status, ticket.withdrawn) == (status, withdrawn)


async def _are_withdrawn(app: App, tickets: Sequence[UUID]) -> None:
    async def look() -> None:
        assert all([(await _known(app, ticket_id)).withdrawn for ticket_id in tickets])

    await eventually(look)


async def _is_off_sale(app: App, ticket_id: UUID) -> None:
    db = await app.db("orders")
    assert not await db.fetchval("SELECT on_sale FROM offers WHERE offer_id = $1", ticket_id)


async def _said(app: App, kind: type[TicketState]) -> list[tuple[UUID, int, str]]:
    db = await app.db("tickets")

    async def nothing_is_unsaid() -> None:
        assert await db.fetchval("SELECT count(*) FROM unsent") == 0

    await eventually(nothing_is_unsaid)
    return [(one.ticket_id, one.version, one.status) for one in await app.said(kind)]


async def _ban(app: App, person: Someone, until: datetime | None = None) -> None:
    """Have a ban on record that nobody has acted upon."""
    async with (await app.db("tickets")).transaction() as tx:
        await handlers.copy_ban(tx, banned(person, until=until))


async def _heed(app: App, at: datetime | None = None) -> int:
    """Do what the job does once; return how many tickets it took off sale."""
    return await commands.heed_bans(await app.db("tickets"), at or clock.now(), AT_ONCE)
