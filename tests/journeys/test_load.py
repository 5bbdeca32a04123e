"""The originals' load: many sellers edit many tickets, and every copy ends at the last price."""

import asyncio
from typing import Any

from boxoffice.kit.database import Database
from stage import App, Play, Someone, eventually

SELLERS = 20
TICKETS = 200
PRICES = (5, 10, 15)


async def test_twenty_sellers_edit_two_hundred_tickets_and_every_copy_follows(play: Play):
    app = await play("tickets", "orders")
    sellers = [Someone(f"seller{number}") for number in range(SELLERS)]

    await asyncio.gather(*(_sell(app, seller, TICKETS // SELLERS) for seller in sellers))

    last = [(PRICES[-1] * 100, len(PRICES) - 1)] * TICKETS
    tickets, orders = await app.db("tickets"), await app.db("orders")
    assert await _tickets(tickets) == last

    async def every_copy_says_the_last():
        assert await _offers(orders) == last

    await eventually(every_copy_says_the_last)
    assert await orders.fetchval("SELECT count(*) FROM dead_letters") == 0


async def _sell(app: App, seller: Someone, many: int) -> None:
    for number in range(many):
        draft: dict[str, Any] = {"title": f"{seller.name} {number}", "price": PRICES[0]}
        ticket = (await app.post("/api/tickets", seller, json=draft)).json()
        for version, price in enumerate(PRICES[1:]):
            edit = draft | {"price": price, "version": version}
            answer = await app.put(f"/api/tickets/{ticket['id']}", seller, json=edit)
            assert answer.status_code == 200, answer.text


async def _tickets(db: Database) -> list[tuple[int, int]]:
    return [tuple(row) for row in await db.fetch("SELECT price_minor, version FROM tickets")]


async def _offers(db: Database) -> list[tuple[int, int]]:
    return [tuple(row) for row in await db.fetch("SELECT price_minor, version FROM offers")]
