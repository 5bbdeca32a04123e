"""Seats in the whole product: bought, mailed, shown at the door, and given back with their show."""

from typing import Any
from uuid import UUID

from boxoffice.cli.audit import audit
from boxoffice.events.shows import PerformanceCancelled, PerformanceScheduled
from stage import Market, Someone, eventually
from stage.facts import performance_news, scheduled
from tickets.foyer import admissions, check

SEATS = ["Stalls/A/9", "Stalls/A/10"]


async def test_who_pays_for_seats_is_mailed_what_opens_them(market: Market, organiser: Someone):
    bob = await market.app.sign_up("bob")
    show = await _on_sale(market, organiser)

    order_id = await _bought(market, bob, show)

    letter = await _letter(market, "bob", "Your tickets: The Tempest")
    for word in (*SEATS, "Globe, London", "$60.00", f"/orders/{order_id}"):
        assert word in letter["text"]
    issued = await admissions(market.app, bob, UUID(order_id))
    assert [one["seat"] for one in issued] == SEATS
    for one in issued:
        opened = await check(market.app, one["code"], organiser)
        assert (opened.status_code, opened.json()["seat"]) == (200, one["seat"])
    assert len(market.letters("bob")) == 1
    assert market.letters(organiser.name) == []


async def test_a_show_that_is_cancelled_gives_the_money_back_and_opens_nothing(
    market: Market, organiser: Someone
):
    bob = await market.app.sign_up("bob")
    show = await _on_sale(market, organiser)
    order_id = await _bought(market, bob, show)
    issued = await admissions(market.app, bob, UUID(order_id))

    over = show.model_dump() | {"version": 2, "state": "cancelled"}
    await market.app.say(performance_news(organiser, PerformanceCancelled, **over))

    await market.order_is(bob, order_id, "cancelled")
    letter = await _letter(market, "bob", "Cancelled: The Tempest, Stalls/A/9 and 1 more")
    assert "All that you paid, $60.00, goes back" in " ".join(letter["text"].split())

    async def all_of_it_is_over() -> None:
        payment = await market.payment(order_id) or {}
        assert payment["status"] == "refunded"
        left = await admissions(market.app, bob)
        assert [one["isValid"] for one in left] == [False, False]

    await eventually(all_of_it_is_over)
    answers = [await check(market.app, one["code"], organiser) for one in issued]
    assert [answer.status_code for answer in answers] == [409, 409]


async def test_all_services_tell_the_same_of_seats(market: Market, organiser: Someone):
    bob = await market.app.sign_up("bob")
    show = await _on_sale(market, organiser)
    free = await _on_sale(market, organiser, price_minor=0)

    await _bought(market, bob, show)
    await _ordered(market, bob, free)

    async def it_adds_up() -> dict[str, dict[str, int]]:
        found = await audit(market.app.services, market.app.settings)
        names = found.by_name()
        assert names["seats sold"] == {"orders": 4, "tickets": 4, "query": 4}
        assert found.findings() == []
        return names

    names = await eventually(it_adds_up)
    assert names["orders paid"]["payments"] == 1


async def _on_sale(market: Market, organiser: Someone, **prices: Any) -> PerformanceScheduled:
    show = scheduled(organiser)
    sections = tuple(section.model_copy(update=prices) for section in show.sections)
    show = show.model_copy(update={"sections": sections})
    await market.app.say(show)
    return show


async def _ordered(market: Market, buyer: Someone, show: PerformanceScheduled) -> dict[str, Any]:
    body = {"performanceId": str(show.performance_id), "seats": SEATS}
    answer = await market.app.post("/api/orders", buyer, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def _bought(market: Market, buyer: Someone, show: PerformanceScheduled) -> str:
    """Have seats ordered, paid and ticketed; return the order's id."""
    order_id: str = (await _ordered(market, buyer, show))["id"]
    paid = await market.pay(buyer, order_id)
    assert paid.status_code == 201, paid.text
    await market.order_is(buyer, order_id, "complete")

    async def they_are_issued() -> None:
        assert len(await admissions(market.app, buyer, UUID(order_id))) == len(SEATS)

    await eventually(they_are_issued)
    return order_id


async def _letter(market: Market, name: str, subject: str) -> dict[str, str]:
    async def look() -> dict[str, str]:
        found = [mail for mail in market.letters(name) if mail["subject"] == subject]
        assert len(found) == 1, [mail["subject"] for mail in market.letters(name)]
        return found[0]

    return await eventually(look)
