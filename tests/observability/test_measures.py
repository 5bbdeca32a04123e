"""What processes measure, on a market that runs."""

import re

import pytest

from boxoffice.kit import clock
from boxoffice.kit.database import open_database
from boxoffice.kit.service import Running
from boxoffice.services.expiration import jobs as expiring
from boxoffice.services.mail import jobs as mailing
from boxoffice.services.payments import jobs as paying
from stage import App, Market, Play, eventually


async def _told(app: App, metric: str, **labels: str) -> float:
    """The value of a series; AssertionError while nobody tells it."""
    text = (await app.get("/metrics")).text
    for line in text.splitlines():
        if line.startswith((f"{metric}{{", f"{metric} ")):
            given = dict(re.findall(r'(\w+)="([^"]*)"', line))
            if labels.items() <= given.items():
                return float(line.rpartition(" ")[2])
    raise AssertionError(f"nobody tells {metric} {labels}")


async def test_a_request_is_counted_by_its_route_whatever_its_path(market: Market):
    alice = await market.app.sign_up("alice")
    ticket_id = await market.list_ticket(alice)

    await market.app.get(f"/api/tickets/{ticket_id}")
    await market.app.get("/api/orders")

    route = {"route": "/api/tickets/{ticket_id}", "method": "GET", "status": "200"}
    refused = {"service": "orders", "route": "/api/orders", "method": "GET", "status": "401"}
    assert await _told(market.app, "boxoffice_http_request_seconds_count", **route) >= 1
    assert await _told(market.app, "boxoffice_http_request_seconds_count", **refused) >= 1


async def test_a_statement_is_counted_by_the_function_that_runs_it(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")

    await market.order(bob, await market.list_ticket(alice))

    for service, statement in (
        ("tickets", "insert_ticket"),
        ("orders", "insert_orders"),
        ("expiration", "insert_heard"),
    ):
        told = {"service": service, "statement": statement}
        await eventually(lambda told=told: _told(market.app, "boxoffice_statement_seconds_count", **told))


async def test_work_by_the_clock_is_counted(play: Play):
    app = await play("expiration")

    work = {"service": "expiration", "work": "ring_due", "outcome": "done"}
    await eventually(lambda: _told(app, "boxoffice_job_seconds_count", **work))


async def test_a_service_that_is_at_work_says_how_far_behind_it_is(market: Market):
    async def it_says_so():
        for service, stream in (("orders", "FACTS"), ("mail", "PEOPLE")):
            of = {"service": service, "stream": stream}
            await _told(market.app, "boxoffice_consumer_pending", **of)
            await _told(market.app, "boxoffice_consumer_lag_seconds", **of)
        assert await _told(market.app, "boxoffice_database_connections_limit", service="orders") == 4
        assert await _told(market.app, "boxoffice_dead_letters_kept", service="orders") == 0
        assert await _told(market.app, "boxoffice_tally", service="orders", what="orders paid") >= 0
        at = await _told(market.app, "boxoffice_measured_timestamp_seconds", service="orders")
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
