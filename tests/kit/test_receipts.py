"""`Boxoffice-After`: every answer to a change tells which version of what it made."""

import asyncio
from uuid import UUID

from orders.counter import offer, place
from stage import Play, Someone

HEADER = "Boxoffice-After"
DRAFT = {"title": "Hamlet", "price": 5}


async def test_a_change_is_answered_with_its_version(play: Play, alice: Someone):
    app = await play("tickets")

    made = await app.post("/api/tickets", alice, json=DRAFT)
    ticket_id = made.json()["id"]
    changed = await app.put(f"/api/tickets/{ticket_id}", alice, json=DRAFT | {"price": 6})
    withdrawn = await app.delete(f"/api/tickets/{ticket_id}", alice)

    answers = (made, changed, withdrawn)
    assert [answer.headers[HEADER] for answer in answers] == [
        f"tickets.{ticket_id}.{version}" for version in range(3)
    ]


async def test_what_changed_nothing_has_no_receipt(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    made = await app.post("/api/tickets", alice, json=DRAFT)
    path = f"/api/tickets/{made.json()['id']}"

    read = await app.get(path, alice)
    refused = await app.put(path, bob, json=DRAFT)
    wrong = await app.post("/api/tickets", alice, json={})

    assert [answer.status_code for answer in (read, refused, wrong)] == [200, 403, 400]
    assert not [one for one in (read, refused, wrong) if HEADER in one.headers]


async def test_the_same_request_again_has_the_same_receipt(play: Play, alice: Someone):
    app = await play("tickets")
    headers = {"Idempotency-Key": "once"}

    first, again = [
        await app.post("/api/tickets", alice, json=DRAFT, headers=headers) for _ in range(2)
    ]

    assert first.headers[HEADER] == again.headers[HEADER]


async def test_of_many_orders_in_one_transaction_each_has_its_own(play: Play, alice: Someone):
    app = await play("orders")
    tickets = [await offer(app, alice) for _ in range(10)]
    buyers = [Someone(f"buyer{number}") for number in range(10)]

    answers = await asyncio.gather(
        *(place(app, buyer, one) for buyer, one in zip(buyers, tickets, strict=True))
    )

    for answer in answers:
        assert answer.headers[HEADER] == f"orders.{UUID(answer.json()['id'])}.0"
