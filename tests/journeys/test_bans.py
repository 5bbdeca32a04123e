"""A ban, with the whole product: what Bob held is free again, what he sold is gone, he is told."""

import asyncio
from typing import Any
from uuid import UUID

from boxoffice.events.identity import AuditRecorded
from identity.office import ban, gets_in, gets_out, lift, settle
from payments.till import CARD
from stage import PASSWORD, Market, Someone, eventually
from web.browser import Browser

ROUNDS = 4
REASON = "selling tickets to a play that is not on"


async def test_a_ban_gives_back_what_was_held_and_takes_down_what_was_sold(market: Market):
    ada, alice, bob, charlie = await _people(market)
    hamlet = await market.list_ticket(alice, "Hamlet")
    air = await market.list_ticket(bob, "Air")
    order = await _hold(market, bob, hamlet)

    await ban(market.app, ada, bob.id, reason=REASON)
    await gets_out(bob, market.app)

    await market.ticket_is(hamlet, "listed")
    await eventually(lambda: _is_off_sale(market, air))
    assert [one["id"] for one in (await market.app.get("/api/tickets")).json()] == [hamlet]
    assert await _kept(market, order["id"]) == ("cancelled", "banned")
    assert (await market.order(charlie, hamlet)).status_code == 201
    assert (await market.order(charlie, air)).status_code == 409


async def test_a_checkout_page_that_stands_open_takes_no_money_from_the_banned(market: Market):
    ada, alice, bob, charlie = await _people(market)
    hamlet = await market.list_ticket(alice, "Hamlet")
    order = await _hold(market, bob, hamlet)
    page = await market.app.post("/api/payments/checkout", bob, json={"orderId": order["id"]})

    await ban(market.app, ada, bob.id, reason=REASON)
    await market.ticket_is(hamlet, "listed")
    second = await _hold(market, charlie, hamlet)
    await market.app.http.post(page.json()["url"], data=CARD)
    await market.pay(charlie, second["id"])

    await market.order_is(charlie, second["id"], "complete")
    await eventually(lambda: _nothing_is_held_or_taken(market, order["id"]))
    assert await _kept(market, order["id"]) == ("cancelled", "banned")
    assert (await market.ticket_is(hamlet, "sold"))["orderId"] == second["id"]


async def test_a_card_that_is_tried_while_its_owner_is_banned_is_charged_for_a_ticket_or_not(
    market: Market,
):
    ada, alice, bob, _ = await _people(market)
    for attempt in range(ROUNDS):
        hamlet = await market.list_ticket(alice, f"Hamlet {attempt}")
        order = await _hold(market, bob, hamlet)

        async def bans(wait: float) -> None:
            await asyncio.sleep(wait)  # the race is tried at several moments
            await ban(market.app, ada, bob.id, reason=REASON)

        await asyncio.gather(market.pay(bob, order["id"]), bans(attempt * 0.015))

        await eventually(lambda order=order, hamlet=hamlet: _is_settled(market, order, hamlet))
        await lift(market.app, ada, bob.id)
        await gets_in(bob, market.app)


async def test_what_the_banned_have_bought_and_what_others_are_paying_for_stays_so(market: Market):
    ada, alice, bob, charlie = await _people(market)
    bought = (await market.order(bob, await market.list_ticket(alice, "Hamlet"))).json()
    await market.pay(bob, bought["id"])
    await market.order_is(bob, bought["id"], "complete")
    lear, macbeth = [await market.list_ticket(bob, title) for title in ("Lear", "Macbeth")]
    paying, leaving = [await _hold(market, charlie, one) for one in (lear, macbeth)]

    await ban(market.app, ada, bob.id, reason=REASON)
    await gets_out(bob, market.app)
    await market.pay(charlie, paying["id"])
    await market.app.delete(f"/api/orders/{leaving['id']}", charlie)

    await market.order_is(charlie, paying["id"], "complete")
    await market.ticket_is(lear, "sold")
    await eventually(lambda: _is_off_sale(market, macbeth))
    assert await _kept(market, bought["id"]) == ("complete", None)


async def test_the_banned_are_told_why_by_mail_and_at_the_door_and_come_back_later(market: Market):
    ada, alice = await settle(market.app, "ada", "admin"), await settle(market.app, "alice")
    bob = await market.app.sign_up("bob")
    hamlet = await market.list_ticket(alice, "Hamlet")
    order = await _hold(market, bob, hamlet)
    browser = Browser(market.app, bob)
    async with browser.http:
        await ban(market.app, ada, bob.id, reason=REASON)
        await gets_out(bob, market.app)
        await browser.open("/my/orders")
        sent_to = browser.at
        await browser.send("/signin", email=bob.email, password=PASSWORD)
        told = browser.words
        await eventually(lambda: _has_mail(market, bob, REASON))

        await lift(market.app, ada, bob.id)
        await browser.send("/signin", email=bob.email, password=PASSWORD)

    assert sent_to.startswith("/signin")
    assert REASON in told
    assert browser.at == "/my/orders"
    await gets_in(bob, market.app)
    await market.ticket_is(hamlet, "listed")
    known = (await market.app.get(f"/api/orders/{order['id']}", bob)).json()
    assert (known["status"], known["cancelledBecause"]) == ("cancelled", "banned")
    assert (await market.order(bob, hamlet)).status_code == 201


async def test_all_of_it_stays_on_record(market: Market):
    ada, alice, bob, _ = await _people(market)
    air, hamlet = await market.list_ticket(bob, "Air"), await market.list_ticket(alice, "Hamlet")
    order = await _hold(market, bob, hamlet)

    await ban(market.app, ada, bob.id, reason=REASON)
    await eventually(lambda: _is_off_sale(market, air))
    await market.ticket_is(hamlet, "listed")

    (noted,) = (await market.app.get("/api/audit?action=banned", ada)).json()["items"]
    assert (noted["by"], noted["person"]) == (str(ada.id), str(bob.id))
    assert noted["detail"] == f"for good: {REASON}"
    assert await _kept(market, order["id"]) == ("cancelled", "banned")
    await eventually(lambda: _is_watched(market, noted["id"]))


async def _people(market: Market) -> tuple[Someone, Someone, Someone, Someone]:
    """Ada, who rules, Alice, Bob and Charlie."""
    ada = await settle(market.app, "ada", "admin")
    alice, bob, charlie = [await settle(market.app, name) for name in ("alice", "bob", "charlie")]
    return ada, alice, bob, charlie


async def _is_off_sale(market: Market, ticket_id: str) -> None:
    """A ticket is on record, and nobody is offered it any more."""
    sql = "SELECT status FROM tickets WHERE ticket_id = $1"
    assert await (await market.app.db("tickets")).fetchval(sql, UUID(ticket_id)) == "withdrawn"
    assert (await market.app.get(f"/api/tickets/{ticket_id}")).status_code == 404
    offered = {one["id"] for one in (await market.app.get("/api/tickets")).json()}
    assert ticket_id not in offered


async def _hold(market: Market, buyer: Someone, ticket_id: str) -> dict[str, Any]:
    """Order a ticket, and wait until the market shows it."""
    placed = await market.order(buyer, ticket_id)
    assert placed.status_code == 201, placed.text
    await market.ticket_is(ticket_id, "locked")
    return placed.json()


async def _kept(market: Market, order_id: str) -> tuple[str, str | None]:
    """What has become of an order, as orders has it."""
    row = await (await market.app.db("orders")).fetchrow(
        "SELECT status, cancelled_because FROM orders WHERE order_id = $1", UUID(order_id)
    )
    assert row
    return row["status"], row["cancelled_because"]


async def _nothing_is_held_or_taken(market: Market, order_id: str) -> None:
    intents = await market.intents(order_id)
    assert {one["status"] for one in intents} <= {"canceled", "requires_payment_method"}
    assert sum(one["amount_received"] + one["amount_capturable"] for one in intents) == 0


async def _is_settled(market: Market, order: dict[str, Any], ticket_id: str) -> None:
    ticket = (await market.app.get(f"/api/tickets/{ticket_id}")).json()["status"]
    intents = {one["status"] for one in await market.intents(order["id"])}
    assert (*await _kept(market, order["id"]), ticket, intents) in [
        ("complete", None, "sold", {"succeeded"}),
        ("cancelled", "banned", "listed", {"canceled"}),
        ("cancelled", "banned", "listed", set()),  # given up before a card was asked
    ]


async def _has_mail(market: Market, person: Someone, words: str) -> None:
    assert [mail for mail in market.mail.messages(person.email) if words in mail["text"]]


async def _is_watched(market: Market, entry_id: str) -> None:
    assert entry_id in {str(one.entry_id) for one in await market.app.said(AuditRecorded)}
