"""Paying asks for a verified address, where the operator wants one."""

from dataclasses import replace

from payments.till import OpenTill, placed
from stage import Someone


async def test_who_has_not_verified_their_address_pays_nothing(open_till: OpenTill, bob: Someone):
    till = await open_till("payments", require_verified=True)
    newcomer = replace(bob, token=bob.sign(verified=False))
    first, second = placed(bob), placed(bob)
    await till.app.say(first)
    await till.app.say(second)

    refused = [
        await till.pay(first.order_id, newcomer),
        await till.open_page(second.order_id, newcomer),
    ]
    taken = [await till.pay(first.order_id, bob), await till.open_page(second.order_id, bob)]

    told = {(answer.status_code, answer.json()["detail"]) for answer in refused}
    assert told == {(403, "Verify your e-mail address first")}
    assert [answer.status_code for answer in taken] == [201, 201]
    shown = await till.app.get(f"/api/payments/{first.order_id}", newcomer)
    assert shown.json()["status"] == "authorized"


async def test_a_fresh_account_pays_at_once_where_nobody_asks_for_more(
    open_till: OpenTill, bob: Someone
):
    till = await open_till("payments")
    newcomer = replace(bob, token=bob.sign(verified=False))
    first, second = placed(bob), placed(bob)
    await till.app.say(first)
    await till.app.say(second)

    answers = [
        await till.pay(first.order_id, newcomer),
        await till.open_page(second.order_id, newcomer),
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
