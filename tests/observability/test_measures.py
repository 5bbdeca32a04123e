"""What processes measure, on a market that runs."""

import re
from functools import partial

import asyncpg
import httpx
import pytest

from boxoffice.events.streams import FACTS
from boxoffice.kit import clock
from boxoffice.services.expiration import jobs as expiring
from boxoffice.services.mail import jobs as mailing
from boxoffice.services.payments import jobs as paying
from stage import App, Market, Play, Someone, eventually


async def _told(app: App, metric: str, **labels: str) -> float:
    """The value of a series; AssertionError while nobody tells it."""
    text = (await app.get("/metrics")).text
    for line in text.splitlines():
        if line.startswith((f"{metric}{{", f"{metric} ")):
            given = dict(re.findall(r'(\w+)="([^"]*)"', line))
            if labels.items() <= given.items():
                return float(line.rpartition(" ")[2])
    raise AssertionError(f"nobody tells {metric} {labels}")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "orders", "expiration")


async def _ordered(app: App, seller: Someone, buyer: Someone) -> httpx.Response:
    ticket = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 12.5})

    async def it_can_be_ordered() -> httpx.Response:
        order = await app.post("/api/orders", buyer, json={"ticketId": ticket.json()["id"]})
        assert order.status_code == 201
        return order

    return await eventually(it_can_be_ordered)


async def test_a_request_is_counted_by_its_route_whatever_its_path(app: App):
    await app.get("/api/tickets/01900000-0000-7000-8000-000000000000")
    await app.get("/api/orders")

    found = {"route": "/api/tickets/{ticket_id}", "method": "GET", "status": "404"}
    refused = {"service": "orders", "route": "/api/orders", "method": "GET", "status": "401"}
    assert await _told(app, "boxoffice_http_request_seconds_count", **found) >= 1
    assert await _told(app, "boxoffice_http_request_seconds_count", **refused) >= 1


async def test_a_statement_is_counted_by_the_function_that_runs_it(
    app: App, alice: Someone, bob: Someone
):
    await _ordered(app, alice, bob)

    for service, statement in (
        ("tickets", "insert_ticket"),
        ("orders", "insert_orders"),
        ("expiration", "insert_timer"),
        ("expiration", "insert_heard"),
    ):
        told = partial(_told, app, "boxoffice_statement_seconds_count")
        await eventually(partial(told, service=service, statement=statement))


async def test_a_statement_that_the_database_refuses_counts_as_failed(app: App):
    db = await app.db("expiration")

    with pytest.raises(asyncpg.UndefinedTableError):
        await db.execute("DELETE FROM nothing")

    failed = {"service": db.service, "statement": "other"}
    assert await _told(app, "boxoffice_statement_failures_total", **failed) >= 1


async def test_a_service_at_work_says_what_it_does_and_how_far_behind_it_is(app: App):
    async def it_says_so():
        work = {"service": "expiration", "work": "ring_due", "outcome": "done"}
        heard = {"service": "orders", "stream": FACTS.name}
        assert await _told(app, "boxoffice_job_seconds_count", **work) >= 1
        assert await _told(app, "boxoffice_consumer_pending", **heard) >= 0
        assert await _told(app, "boxoffice_consumer_lag_seconds", **heard) >= 0
        assert await _told(app, "boxoffice_database_connections_limit", service="orders") == 4
        assert await _told(app, "boxoffice_dead_letters_kept", service="orders") == 0
        assert await _told(app, "boxoffice_tally", service="orders", what="orders paid") == 0
        at = await _told(app, "boxoffice_measured_timestamp_seconds", service="orders")
        assert clock.now().timestamp() - at < 60

    await eventually(it_says_so)


async def test_holds_letters_and_money_that_wait_are_measured(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    order = (await market.order(bob, await market.list_ticket(alice))).json()
    expiration = await market.app.db("expiration")

    async def one_hold_is_open():
        assert await expiring.count_holds(expiration, clock.now()) == 1

    await eventually(one_hold_is_open)
    await expiration.execute("UPDATE timers SET due_at = due_at - interval '1 day'")
    late = await expiring.measure_lateness(expiration, clock.now())

    assert late > 80_000
    assert order["status"] == "created"
    assert await paying.measure_uncaptured(await market.app.db("payments"), clock.now()) == 0
    assert await mailing.measure_waiting(await market.app.db("mail"), clock.now()) < 60
