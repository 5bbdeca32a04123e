"""People who change their minds, on a line to Stripe that breaks: the sums still agree."""

import asyncio
from functools import partial
from random import Random

import pytest

from payments.till import OpenTill, Till
from stage import Someone, eventually

GOOD, BAD = "tok_visa", "tok_chargeDeclined"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [1, 2])
async def test_on_a_bad_day_nobody_pays_for_nothing_or_twice(
    open_till: OpenTill, alice: Someone, bob: Someone, seed: int
):
    till = await open_till(webhooks=seed % 2 == 0)
    orders = [await till.order(alice, bob) for _ in range(15)]
    till.line.mood, *minds = _minds(seed, 1 + 2 * len(orders))

    two_tabs_each = zip(orders * 2, minds, strict=True)
    await asyncio.gather(
        *(_in_a_tab(till, order_id, bob, mind) for order_id, mind in two_tabs_each)
    )
    till.line.mood = None

    async def end(order_id: str) -> str:
        await till.app.delete(f"/api/orders/{order_id}", bob)  # 409 once it is being paid
        return await till.agree(order_id, alice, bob)

    ends = [await eventually(partial(end, order_id), seconds=40) for order_id in orders]
    assert await till.taken() == 2500 * ends.count("complete")
    assert await till.held() == 0


def _minds(seed: int, count: int) -> list[Random]:
    return [Random(seed * 1000 + one) for one in range(count)]  # noqa: S311 - it comes again


async def _in_a_tab(till: Till, order_id: str, buyer: Someone, mind: Random) -> None:
    """Do three things with an order, at random."""
    for wish in mind.choices(["good card", "bad card", "page", "cancel"], [3, 2, 3, 1], k=3):
        if wish == "cancel":
            await till.app.delete(f"/api/orders/{order_id}", buyer)
        elif wish != "page":
            await till.pay(order_id, buyer, GOOD if wish == "good card" else BAD)
        elif (opened := await till.open_page(order_id, buyer)).is_success:
            await till.pay_on_page(opened.json()["url"])
