"""Ordering asks for a verified address, where the operator wants one."""

from dataclasses import replace

from orders.counter import holder, offer, place, placed
from stage import Play, Someone


async def test_who_has_not_verified_their_address_orders_nothing(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders", require_verified=True)
    newcomer = replace(bob, token=bob.sign(verified=False))
    ticket_id = await offer(app, alice)

    refused = await place(app, newcomer, ticket_id)
    held = await holder(app, ticket_id)
    taken = await place(app, bob, ticket_id)

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Verify your e-mail address first"
    assert (held, taken.status_code) == (None, 201)


async def test_who_has_not_verified_a_new_address_still_sees_and_gives_up_what_they_ordered(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders", require_verified=True)
    newcomer = replace(bob, token=bob.sign(verified=False))
    order_id = await placed(app, bob, await offer(app, alice))

    shown = await app.get(f"/api/orders/{order_id}", newcomer)
    listed = await app.get("/api/orders", newcomer)
    given_up = await app.delete(f"/api/orders/{order_id}", newcomer)

    assert [one["id"] for one in listed.json()] == [str(order_id)]
    assert (shown.status_code, given_up.status_code) == (200, 204)


async def test_a_fresh_account_orders_at_once_where_nobody_asks_for_more(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    newcomer = replace(bob, token=bob.sign(verified=False))

    answer = await place(app, newcomer, await offer(app, alice))

    assert answer.status_code == 201
