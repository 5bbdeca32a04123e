"""The pages of the market: what is on sale, one ticket, and a seller's own."""

import pytest

from stage import App, Play, Someone, eventually
from web.browser import Browser
from web.conftest import Browse


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "orders", "web")


async def sell(browser: Browser, title: str = "Hamlet", price: str = "12.50") -> str:
    """Put a ticket on sale and return the address of its page."""
    await browser.open("/sell")
    await browser.send("/sell", title=title, price=price)
    assert browser.page.status_code == 200, browser.words
    return browser.at


async def locked(browser: Browser, path: str) -> None:
    """Look at a ticket until somebody holds it."""

    async def look() -> None:
        await browser.open(path)
        assert "Being paid for" in browser.words or "You are buying" in browser.words

    await eventually(look)


async def test_the_market_shows_anyone_what_is_on_sale(app: App, browse: Browse, alice: Someone):
    visitor, seller = browse(app), browse(app, alice)

    await visitor.open("/market")
    empty = visitor.words
    await sell(seller, "Hamlet", "12.50")
    await visitor.open("/market")
    await seller.open("/market")

    assert "Nothing is on sale right now" in empty
    assert "Hamlet" in visitor.words
    assert "$12.50" in visitor.words
    assert ("Yours" in seller.words, "Yours Hamlet" in visitor.words) == (True, False)


async def test_the_market_has_a_way_to_older_tickets(app: App, browse: Browse, alice: Someone):
    visitor = browse(app)
    for number in range(25):
        await app.post("/api/tickets", alice, json={"title": f"Hamlet {number}.", "price": 5})

    first = await visitor.open("/market")
    (further,) = [line for line in first.text.splitlines() if 'rel="next"' in line]
    second = await visitor.open(further.split('"')[3])

    assert ("Hamlet 24." in first.text, "Hamlet 0." in first.text) == (True, False)
    assert ("Hamlet 24." in second.text, "Hamlet 0." in second.text) == (False, True)


async def test_a_ticket_says_how_to_get_it(app: App, browse: Browse, alice: Someone, bob: Someone):
    seller, buyer, visitor = browse(app, alice), browse(app, bob), browse(app)

    path = await sell(seller)
    await buyer.open(path)
    await visitor.open(path)
    await seller.open(path)

    assert "We hold it for you for 15 minutes" in buyer.words
    assert "Buy this ticket" in buyer.words
    assert "Sign in to buy" in visitor.words
    assert f"/signin?return_to={path}" in visitor.page.text
    assert "Your ticket is on sale You can change or withdraw it" in seller.words


async def test_a_held_ticket_says_so_to_each_in_their_way(
    app: App, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    seller, buyer, visitor, rival = (
        browse(app, alice),
        browse(app, bob),
        browse(app),
        browse(app, charlie),
    )
    path = await sell(seller)
    await buyer.open(path)
    await buyer.send("/orders")
    order = buyer.at

    for browser in (seller, buyer, visitor, rival):
        await locked(browser, path)

    assert "You are buying this ticket" in buyer.words
    assert order in buyer.page.text
    for browser in (seller, visitor, rival):
        assert "Someone is paying for this right now" in browser.words
        assert order not in browser.page.text
    assert "While they do, it cannot be changed" in seller.words


async def test_a_listing_greets_its_seller_once(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)

    path = await sell(seller)
    first = seller.words
    await seller.open(path)

    assert "Your ticket is on sale. Admit one" in first
    assert "Your ticket is on sale." not in seller.words


async def test_a_form_says_all_that_is_wrong_and_keeps_what_was_typed(
    app: App, browse: Browse, alice: Someone
):
    seller = browse(app, alice)

    await seller.open("/sell")
    await seller.send("/sell", title=" ", price="a lot")

    assert seller.page.status_code == 400
    assert "Say what the ticket is for The price must be a number" in seller.words
    assert 'value="a lot"' in seller.page.text
    assert "<title>Error: Sell a ticket" in seller.page.text


@pytest.mark.parametrize(("typed", "shown"), [("12,50", "$12.50"), (" 7 ", "$7.00")])
async def test_a_price_is_taken_as_people_type_it(
    app: App, browse: Browse, alice: Someone, typed: str, shown: str
):
    seller = browse(app, alice)

    await sell(seller, price=typed)

    assert shown in seller.words


async def test_a_form_that_is_sent_twice_lists_one_ticket_and_a_changed_one_another(
    app: App, browse: Browse, alice: Someone
):
    seller = browse(app, alice)
    await seller.open("/sell")

    first = await seller.post("/sell", title="Hamlet", price="5")
    again = await seller.post("/sell", title="Hamlet", price="5")
    changed = await seller.post("/sell", title="Macbeth", price="5")

    assert first.status_code == again.status_code == changed.status_code == 303
    assert first.headers["location"] == again.headers["location"]
    assert first.headers["location"] != changed.headers["location"]


async def test_a_seller_edits_a_ticket(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)
    path = await sell(seller, "Hamlet", "12.50")

    await seller.open(f"{path}/edit")
    before = seller.page.text
    await seller.send(f"{path}/edit", title="Macbeth", price="15")

    assert 'value="Hamlet"' in before
    assert 'value="12.50"' in before
    assert seller.at == path
    assert "Your changes are saved." in seller.words
    assert "Macbeth" in seller.words
    assert "$15.00" in seller.words


async def test_who_edits_what_changed_meanwhile_is_told(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)
    path = await sell(seller)
    await seller.open(f"{path}/edit")
    await app.put(f"/api{path}", alice, json={"title": "Macbeth", "price": 5})

    await seller.send(f"{path}/edit", title="Othello", price="5")

    assert seller.page.status_code == 409
    assert "This changed while you were looking at it" in seller.words
    assert 'value="Othello"' in seller.page.text


async def test_a_ticket_is_edited_by_its_seller_alone_and_only_while_it_is_free(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    seller, buyer = browse(app, alice), browse(app, bob)
    path = await sell(seller)

    refused = await buyer.open(f"{path}/edit")
    await app.post("/api/orders", bob, json={"ticketId": path.rpartition("/")[2]})
    await locked(seller, path)
    await seller.open(f"{path}/edit")

    assert refused.status_code == 403
    assert seller.at == path


async def test_a_seller_withdraws_a_ticket(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)
    path = await sell(seller)

    await seller.send(f"{path}/withdrawal")
    mine = seller.words
    gone = await seller.open(path)

    assert "Your ticket is off sale." in mine
    assert "Withdrawn" in mine
    assert gone.status_code == 404
    assert "There is no such ticket" in seller.words


async def test_a_ticket_that_somebody_pays_for_is_not_withdrawn(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    seller = browse(app, alice)
    path = await sell(seller)
    await app.post("/api/orders", bob, json={"ticketId": path.rpartition("/")[2]})
    await locked(browse(app), path)

    await seller.send(f"{path}/withdrawal")

    assert seller.page.status_code == 409
    assert "Somebody is paying for this ticket right now" in seller.words


async def test_my_tickets_are_all_that_i_offered_and_nobody_elses(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    seller, other = browse(app, alice), browse(app, bob)
    await seller.open("/my/tickets")
    empty = seller.words
    await sell(seller, "Hamlet")
    path = await sell(seller, "Macbeth")
    await seller.send(f"{path}/withdrawal")
    await sell(other, "Othello")

    await seller.open("/my/tickets")

    assert "Nothing listed yet" in empty
    assert "On sale" in seller.words
    assert "Withdrawn" in seller.words
    assert "Othello" not in seller.words
