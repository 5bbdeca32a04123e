"""The commands that look into a market: audit, trace, dead letters."""

from dataclasses import replace
from uuid import UUID

import pytest
from pydantic import SecretStr

from boxoffice.cli import letters
from boxoffice.cli.audit import Audit, audit
from boxoffice.cli.trace import trace_order
from boxoffice.events.identity import PersonChanged
from boxoffice.events.orders import OrderCancelled, OrderedItem
from boxoffice.kit import clock
from boxoffice.kit.errors import NotFound
from boxoffice.services import load
from stage import Market, Play, Someone, eventually


async def sold_order(market: Market) -> str:
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    order = (await market.order(bob, await market.list_ticket(alice))).json()
    await market.pay(bob, order["id"])
    await market.order_is(bob, order["id"], "complete")
    return order["id"]


async def test_the_audit_finds_that_all_services_agree_and_sees_when_they_do_not(market: Market):
    order_id = await sold_order(market)

    async def nothing_is_found() -> Audit:
        result = await audit(load(), market.app.settings)
        assert result.findings() == []
        return result

    result = await eventually(nothing_is_found)
    assert result.by_name()["tickets sold"] == {"tickets": 1, "orders": 1}
    assert result.by_name()["minor units paid"] == {"orders": 1250, "payments": 1250}
    db = await market.app.db("tickets")
    await db.execute(
        "UPDATE tickets SET status = 'listed', order_id = NULL WHERE order_id = $1", UUID(order_id)
    )
    tampered = await audit(load(), market.app.settings)
    assert tampered.findings() == ["tickets sold: tickets says 0, orders says 1"]


async def test_a_trace_tells_an_orders_whole_story_in_order(market: Market):
    order_id = await sold_order(market)

    story = await trace_order(UUID(order_id), market.app.settings)

    assert [told.event for told in story] == [
        "OrderPlaced",
        "PaymentAuthorized",
        "OrderAwaitingPayment",
        "PaymentCaptured",
        "OrderCompleted",
    ]
    assert story[1].trace.split("-")[1] == story[4].trace.split("-")[1]


async def test_a_dead_letter_is_listed_and_gets_a_second_chance(play: Play, bob: Someone):
    app = await play("mail", delivery_tries=1, smtp_url=SecretStr("smtp://127.0.0.1:9"))
    (mail,) = load(["mail"])
    item = OrderedItem(
        offer_id=clock.new_id(),
        seller_id=clock.new_id(),
        label="Hamlet",
        price_minor=1250,
        hold_version=1,
    )
    at = clock.now()
    event_id = await app.say(
        OrderCancelled(
            order_id=clock.new_id(),
            version=1,
            status="cancelled",
            buyer_id=bob.id,
            total_minor=1250,
            currency="USD",
            placed_at=at,
            expires_at=at,
            cancelled_because="expired",
            items=(item,),
        )
    )

    async def it_is_dead() -> None:
        listed = await letters.list_letters([mail], app.settings)
        assert [(name, letter.id) for name, letter in listed] == [("mail", event_id)]

    await eventually(it_is_dead)
    await app.say(PersonChanged(person_id=bob.id, version=0, email=bob.email, name=bob.name))
    db = await app.db("mail")

    async def it_is_handled() -> None:
        assert await db.fetchval("SELECT count(*) FROM people") == 1

    await eventually(it_is_handled)
    await letters.replay_letter(mail, event_id, app.settings)

    assert await letters.list_letters([mail], app.settings) == []
    assert await db.fetchval("SELECT count(*) FROM letters") == 1
    with pytest.raises(NotFound):
        await letters.replay_letter(replace(mail), event_id, app.settings)
