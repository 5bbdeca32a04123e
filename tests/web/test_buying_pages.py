"""Buying on the pages: hold a ticket, pay on the hosted page, come back."""

import pytest

from stage import Market, Someone, eventually
from web.browser import Browser
from web.conftest import Browse

CARD = {
    "email": "bob@example.com",
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 44",
    "cvc": "123",
    "name": "Bob Buyer",
}


@pytest.fixture
async def held(market: Market, browse: Browse, alice: Someone, bob: Someone) -> Browser:
    """Bob, before his order of a ticket at $12.50."""
    return await hold(market, browse(market.app, bob), alice)


async def hold(market: Market, buyer: Browser, seller: Someone) -> Browser:
    await buyer.open(f"/tickets/{await market.list_ticket(seller, 'Hamlet', 12.5)}")
    await buyer.send("/orders")
    assert buyer.page.status_code == 200, buyer.words
    return buyer


async def says(browser: Browser, words: str) -> None:
    """Look at the page again until it says so."""

    async def look() -> None:
        await browser.open(browser.at)
        assert words in browser.words

    await eventually(look)


async def test_a_person_buys_a_ticket_and_pays_on_the_hosted_page(held: Browser):
    order, created = held.at, held.words

    await held.send(f"{order}/payment")
    hosted = held.page
    await held.send(hosted.url.path, **CARD)
    back = held.at, held.words
    await says(held, "It’s yours")
    await held.open("/my/orders")

    assert "Held for you" in created
    assert "Pay $12.50" in created
    assert hosted.url.path.startswith("/dev/stripe/pay/")
    assert back[0] == f"{order}?paid=1"
    assert "Your payment is being confirmed" in back[1] or "It’s yours" in back[1]
    assert "Hamlet" in held.words
    assert "Paid" in held.words


async def test_who_comes_back_without_paying_can_still_pay(held: Browser):
    order = held.at
    await held.send(f"{order}/payment")

    await held.open(order)

    assert "Pay $12.50" in held.words


async def test_who_says_to_have_paid_but_never_began_to_is_shown_the_price(held: Browser):
    await held.open(f"{held.at}?paid=1")

    assert "Pay $12.50" in held.words


async def test_a_declined_card_is_named_on_the_order(market: Market, held: Browser, bob: Someone):
    order = held.at
    await market.pay(bob, order.rpartition("/")[2], "tok_chargeDeclinedInsufficientFunds")

    await held.open(f"{order}?paid=1")

    assert "Your card has insufficient funds." in held.words
    assert "Pay $12.50" in held.words


async def test_two_clicks_on_buy_make_one_order_and_two_on_pay_lead_to_one_page(
    market: Market, browse: Browse, alice: Someone, bob: Someone
):
    buyer = browse(market.app, bob)
    await buyer.open(f"/tickets/{await market.list_ticket(alice)}")

    bought = [await buyer.post("/orders"), await buyer.post("/orders")]
    await buyer.open(bought[0].headers["location"])
    paying = [await buyer.post(f"{buyer.at}/payment"), await buyer.post(f"{buyer.at}/payment")]

    assert [answer.status_code for answer in bought + paying] == [303] * 4
    assert bought[0].headers["location"] == bought[1].headers["location"]
    assert paying[0].headers["location"] == paying[1].headers["location"]


async def test_who_buys_in_a_second_tab_lands_on_the_order_of_the_first(
    market: Market, browse: Browse, alice: Someone, bob: Someone
):
    first, second = browse(market.app, bob), browse(market.app, bob)
    ticket = f"/tickets/{await market.list_ticket(alice)}"
    await second.open(ticket)
    await first.open(ticket)
    await first.send("/orders")
    await market.ticket_is(ticket.rpartition("/")[2], "locked")

    await second.send("/orders")

    assert second.at == first.at


async def test_who_comes_too_late_is_told_on_the_tickets_page(
    market: Market, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    first, late = browse(market.app, bob), browse(market.app, charlie)
    ticket = f"/tickets/{await market.list_ticket(alice)}"
    await late.open(ticket)
    await hold_again(first, ticket)

    await late.send("/orders")

    assert late.page.status_code == 409
    assert "Somebody else was faster: this ticket is reserved or sold" in late.words


async def hold_again(buyer: Browser, ticket: str) -> None:
    await buyer.open(ticket)
    await buyer.send("/orders")


async def test_an_order_is_given_up_and_says_so(held: Browser):
    order = held.at

    await held.send(f"{order}/cancellation")
    cancelled = held.at, held.words
    await held.open("/my/orders")

    assert cancelled[0] == order
    assert "This order was cancelled" in cancelled[1]
    assert "You cancelled it. No money was taken." in cancelled[1]
    assert "Cancelled" in held.words


async def test_an_order_that_was_given_up_cannot_be_paid(
    market: Market, held: Browser, bob: Someone
):
    order = held.at
    await market.app.delete(f"/api{order}", bob)
    await market.order_is(bob, order.rpartition("/")[2], "cancelled")

    async def it_is_refused():
        answer = await held.post(f"{order}/payment")
        assert answer.status_code == 409
        assert "This order was given up" in answer.text

    await eventually(it_is_refused)


async def test_a_paid_order_cannot_be_given_up(market: Market, held: Browser, bob: Someone):
    order = held.at
    await market.pay(bob, order.rpartition("/")[2])
    await market.order_is(bob, order.rpartition("/")[2], "complete")

    await held.send(f"{order}/cancellation")

    assert held.page.status_code == 409
    assert "A paid order is refunded, not cancelled" in held.words
    assert "It’s yours" in held.words


async def test_an_order_that_ran_out_says_so(
    hasty_market: Market, browse: Browse, alice: Someone, bob: Someone
):
    buyer = await hold(hasty_market, browse(hasty_market.app, bob), alice)

    await says(buyer, "The time to pay ran out")

    assert "Find another ticket" in buyer.words


async def test_a_sold_ticket_says_so_to_each_in_their_way(
    market: Market, held: Browser, browse: Browse, alice: Someone, bob: Someone
):
    seller, visitor = browse(market.app, alice), browse(market.app)
    order = held.at.rpartition("/")[2]
    ticket_id = (await market.app.get(f"/api/orders/{order}", bob)).json()["ticket"]["id"]
    await market.pay(bob, order)
    await market.ticket_is(ticket_id, "sold")

    for browser in (seller, visitor, held):
        await browser.open(f"/tickets/{ticket_id}")

    assert "You sold it" in seller.words
    assert "This ticket is sold" in visitor.words
    assert "This one is yours" in held.words


async def test_an_order_is_its_buyers_alone(
    market: Market, held: Browser, browse: Browse, charlie: Someone
):
    stranger = browse(market.app, charlie)

    page = await stranger.open(held.at)

    assert page.status_code == 403
    assert "This order is somebody else's" in stranger.words
    assert "Hamlet" not in stranger.words


async def test_somebody_without_orders_is_shown_the_way(
    market: Market, browse: Browse, bob: Someone
):
    buyer = browse(market.app, bob)

    await buyer.open("/my/orders")

    assert "No orders yet" in buyer.words
