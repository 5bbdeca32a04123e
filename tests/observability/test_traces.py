"""One trace goes through HTTP, database and bus, and reaches who collects it."""

from collections.abc import Generator

import pytest

from observability.collector import Collector, Span, collecting
from stage import App, Play, Someone, eventually

SERVER, CLIENT, CONSUMER = 2, 3, 5  # kinds of spans, as OTLP counts them
FAR = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"  # the example of W3C


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Generator[Collector]:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")  # milliseconds
    with collecting() as collector:
        yield collector


async def _found(collector: Collector, trace_id: str, service: str, name: str) -> Span:
    async def it_came() -> Span:
        for span in list(collector.spans):
            if (span.trace_id, span.service, span.name) == (trace_id, service, name):
                return span
        raise AssertionError(f"{name} of {service} has not come")

    return await eventually(it_came)


async def _ordered(app: App, seller: Someone, buyer: Someone) -> str:
    """The trace of an order."""
    ticket = await app.post("/api/tickets", seller, json={"title": "Hamlet", "price": 12.5})

    async def it_can_be_ordered() -> str:
        order = await app.post("/api/orders", buyer, json={"ticketId": ticket.json()["id"]})
        assert order.status_code == 201
        return order.headers["X-Trace-Id"]

    return await eventually(it_can_be_ordered)


async def test_an_order_is_one_trace_from_the_request_to_whoever_hears_of_it(
    play: Play, collector: Collector, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders", "expiration", traces_url=collector.url)

    trace_id = await _ordered(app, alice, bob)

    asked = await _found(collector, trace_id, "orders", "POST /api/orders")
    stored = await _found(collector, trace_id, "orders", "insert_orders")
    heard = await _found(collector, trace_id, "expiration", "on OrderPlaced")
    timed = await _found(collector, trace_id, "expiration", "insert_timer")
    assert (asked.kind, stored.kind, heard.kind, timed.kind) == (SERVER, CLIENT, CONSUMER, CLIENT)
    assert asked.parent_id == ""
    assert stored.parent_id == heard.parent_id == asked.span_id
    assert timed.parent_id == heard.span_id
    await app.stop()


async def test_a_trace_that_began_elsewhere_goes_on(play: Play, collector: Collector):
    app = await play("tickets", traces_url=collector.url)

    answer = await app.get("/api/tickets", headers={"traceparent": FAR})

    _, trace_id, parent_id, _ = FAR.split("-")
    span = await _found(collector, trace_id, "tickets", "GET /api/tickets")
    assert answer.headers["X-Trace-Id"] == trace_id
    assert span.parent_id == parent_id
    await app.stop()


async def test_of_a_share_of_nothing_nothing_is_collected(play: Play, collector: Collector):
    app = await play("tickets", traces_url=collector.url, traces_share=0)

    await app.get("/api/tickets")
    await app.stop()  # whatever there is goes out then

    assert collector.spans == []
