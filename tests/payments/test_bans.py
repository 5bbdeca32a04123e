"""The money of who is banned: what is promised is given back, and no page takes any more."""

import asyncio
from functools import partial

from boxoffice.cli.audit import audit
from boxoffice.events.payments import PaymentCaptured
from payments.till import OpenTill, Till, cancelled, placed
from stage import Someone, eventually
from stage.facts import banned, tell

ORDERS = 8


async def test_a_page_that_was_open_when_its_buyer_was_banned_takes_no_money(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]

    await tell(till.app, banned(bob))
    given_up = await till.order_is(order_id, bob, "cancelled")
    await till.settled(order_id, "voided")
    late = await till.pay_on_page(url)

    assert given_up["cancelledBecause"] == "banned"
    assert "expired" in late.text
    assert (await till.charges(), await till.held(), await till.taken()) == ([], 0, 0)
    answers = [await till.open_page(order_id, bob), await till.pay(order_id, bob)]
    assert [answer.status_code for answer in answers] == [409, 409]


async def test_a_page_that_could_not_be_closed_in_time_gives_back_what_was_promised_there(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    url = (await till.open_page(order_id, bob)).json()["url"]
    till.line.cut = "/expire"

    await tell(till.app, banned(bob))
    await till.order_is(order_id, bob, "cancelled")
    await till.pay_on_page(url)
    till.line.cut = None

    await till.settled(order_id, "voided")
    assert [charge.captured for charge in await till.charges()] == [False]
    assert (await till.held(), await till.taken()) == (0, 0)


async def test_what_a_card_has_promised_for_who_is_banned_is_given_back(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    order = placed(bob)
    await till.app.say(order)
    await till.pay(order.order_id, bob)
    promised = await till.held()

    await till.app.say(cancelled(order, because="banned"))

    await till.settled(order.order_id, "voided")
    assert (promised, await till.held(), await till.taken()) == (2500, 0, 0)
    assert await till.app.said(PaymentCaptured) == []


async def test_a_card_that_was_refused_for_who_is_banned_is_not_tried_again(
    till: Till, alice: Someone, bob: Someone
):
    order_id = await till.order(alice, bob)
    await till.pay(order_id, bob, "tok_chargeDeclined")

    await tell(till.app, banned(bob))
    await till.order_is(order_id, bob, "cancelled")
    await till.settled(order_id, "voided")

    assert [intent.status for intent in await till.intents()] == ["canceled"]
    assert (await till.pay(order_id, bob)).status_code == 409
    assert await till.taken() == 0


async def test_paying_against_a_ban_ends_in_exactly_one_of_both_and_all_tell_the_same_story(
    till: Till, alice: Someone, bob: Someone
):
    orders = [await till.order(alice, bob) for _ in range(ORDERS)]

    async def pay(order_id: str, place: int) -> None:
        await _wait(till, place)
        await till.pay(order_id, bob)

    async def ban() -> None:
        await _wait(till, 2 * ORDERS)
        await till.app.say(banned(bob))

    await asyncio.gather(ban(), *(pay(one, 2 * place) for place, one in enumerate(orders)))

    ends = [await eventually(partial(till.agree, order_id, alice, bob)) for order_id in orders]
    assert await till.taken() == 2500 * ends.count("complete")
    assert await till.held() == 0
    await eventually(partial(_nothing_is_found, till))


async def test_all_tell_the_same_story_of_a_buyer_and_a_seller_who_are_banned(
    till: Till, alice: Someone, bob: Someone
):
    paid, being_paid, still_open = [await till.order(alice, bob) for _ in range(3)]
    await till.pay(paid, bob)
    await till.order_is(paid, bob, "complete")
    till.line.cut = "/capture"
    await till.pay(being_paid, bob)
    await till.order_is(being_paid, bob, "awaiting:payment")

    await tell(till.app, banned(alice), banned(bob))
    await till.order_is(still_open, bob, "cancelled")
    await till.order_is(being_paid, bob, "awaiting:payment")
    till.line.cut = None

    await till.order_is(being_paid, bob, "complete")
    await eventually(partial(_nothing_is_found, till))
    assert await till.taken() == 2 * 2500
    assert (await till.app.get("/api/tickets")).json() == []


async def _wait(till: Till, turns: int) -> None:
    """Take so many turns in line, so that some are early and some are late."""
    for _ in range(turns):
        await till.app.get("/api/tickets")


async def _nothing_is_found(till: Till) -> None:
    assert (await audit(till.app.services, till.app.settings)).findings() == []
