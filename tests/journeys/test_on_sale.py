"""An on-sale through the whole product: who gets a seat can pay it, and gets its ticket."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import pytest

from boxoffice.cli.audit import audit
from boxoffice.events.identity import PersonChanged
from shows.catalogue import an_organiser, open_venue, schedule
from stage import Someone, eventually
from stage.market import Market

SEATS, BUYERS = 200, 400
HOLD_AT_ONCE = 50  # the rest wait at the door
PAY_AT_ONCE = 20  # as many as four connections to a database serve in the time of one's patience
T = TypeVar("T")


@pytest.mark.timeout(300)
async def test_four_hundred_who_want_two_hundred_seats_pay_for_all_of_them(market: Market):
    olivia = an_organiser()
    rows = [{"name": f"R{n}", "seats": 20} for n in range(SEATS // 20)]
    venue = await open_venue(market.app, olivia, sections=[{"name": "Stalls", "rows": rows}])
    performance = await schedule(market.app, olivia, venue=venue, prices={"Stalls": 30})
    buyers = [Someone(f"buyer{number}") for number in range(BUYERS)]
    await _introduce(market, buyers)

    held = await _all(buyers, lambda buyer: _hold(market, buyer, performance["id"]), HOLD_AT_ONCE)
    orders = {buyer: order for buyer, order in zip(buyers, held, strict=True) if order}
    paid = await _all(list(orders), lambda buyer: market.pay(buyer, orders[buyer]), PAY_AT_ONCE)

    assert len(orders) == SEATS
    assert Counter(answer.status_code for answer in paid) == {201: SEATS}
    for buyer, order_id in orders.items():
        await market.order_is(buyer, order_id, "complete")
    await eventually(lambda: _all_agree(market, SEATS))
    seats = [await _seat(market, buyer, order_id) for buyer, order_id in orders.items()]
    assert len(set(seats)) == SEATS


async def _introduce(market: Market, people: Sequence[Someone]) -> None:
    """Have mail know where to write to people who never signed up."""
    for one in people:
        await market.app.say(
            PersonChanged(person_id=one.id, version=1, email=one.email, name=one.name)
        )


async def _hold(market: Market, buyer: Someone, performance_id: str) -> str | None:
    wanted = {"performanceId": performance_id, "section": "Stalls", "quantity": 1}
    answer = await market.app.post("/api/orders", buyer, json=wanted)
    assert answer.status_code in (201, 409), answer.text
    return answer.json()["id"] if answer.status_code == 201 else None


async def _seat(market: Market, buyer: Someone, order_id: str) -> str:
    answer = await market.app.get("/api/admissions", buyer, params={"orderId": order_id})
    (ticket,) = answer.json()["items"]
    return ticket["seat"]


async def _all_agree(market: Market, sold: int) -> None:
    result = await audit(market.app.services, market.app.settings)
    assert result.findings() == []
    assert set(result.by_name()["seats sold"].values()) == {sold}


async def _all(
    people: Sequence[Someone], ask: Callable[[Someone], Awaitable[T]], at_once: int
) -> list[T]:
    door = asyncio.Semaphore(at_once)

    async def one(person: Someone) -> T:
        async with door:
            return await ask(person)

    return await asyncio.gather(*(one(person) for person in people))
