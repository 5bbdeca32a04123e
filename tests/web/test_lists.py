"""Lists on the pages: from copies, no staler than their reader, and from their owners if need be."""

import asyncio
from datetime import timedelta

import pytest

from boxoffice.events.orders import OrderPlaced
from boxoffice.events.shows import ShowAdded
from boxoffice.events.tickets import TicketListed
from boxoffice.kit import clock
from boxoffice.services.web.routes import pages
from boxoffice.services.web.routes.visit import BEHIND, is_behind
from query.history import approved, ids_in_order, person, replies, written
from query.told import show_news
from shows.catalogue import an_organiser, announce_show, open_venue
from stage import Play, Someone, eventually
from stage.facts import heard, listed, order_news, scheduled, tell, ticket_news
from web.browser import Browser
from web.conftest import Browse

OLIVIA = an_organiser()


async def follow(browser: Browser) -> None:
    """Go on to the next page of a list."""
    (further,) = [line for line in browser.page.text.splitlines() if 'rel="next"' in line]
    await browser.open(further.split('href="')[1].split('"')[0])


async def test_lists_are_there_while_their_services_are_away(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("query", "web")
    show = show_news(OLIVIA, ShowAdded)
    performance = scheduled(OLIVIA, show_id=show.show_id)
    order = order_news(
        OrderPlaced,
        clock.new_id(),
        1,
        clock.new_id(),
        buyer_id=alice.id,
        performance_id=performance.performance_id,
    )
    await tell(app, show, performance, order, listed(alice, title="Macbeth"))
    reader = browse(app, alice)

    told: dict[str, str] = {}
    for path in ("/market", "/my/tickets", "/my/orders"):
        await reader.open(path)
        told[path] = reader.words

    assert "Macbeth" in told["/market"]
    assert "Macbeth" in told["/my/tickets"]
    assert "The Tempest" in told["/my/orders"]
    assert "Globe" in told["/my/orders"]


async def test_lists_of_copies_are_read_to_their_end(play: Play, browse: Browse, alice: Someone):
    app = await play("query", "web")
    ids = list(enumerate(ids_in_order(25)))
    tickets = [ticket_news(alice, one, TicketListed, title=f"Hamlet {nth}.") for nth, one in ids]
    texts = [
        written(alice.id, clock.new_id(), review_id=one, text=f"Storm {nth}.") for nth, one in ids
    ]
    await tell(app, person(alice), *tickets, *texts)
    reader = browse(app, alice)

    ends: list[bool] = []
    for path, oldest in (
        ("/market", "Hamlet 0."),
        ("/my/tickets", "Hamlet 0."),
        (f"/people/{alice.id}", "Hamlet 0."),
        ("/my/reviews", "Storm 0."),
    ):
        await reader.open(path)
        first = reader.words
        await follow(reader)
        ends += [oldest not in first, oldest in reader.words]

    assert ends == [True] * 8


async def test_whoever_lists_a_ticket_finds_it_in_lists_at_once(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("tickets", "query", "web")
    seller, visitor = browse(app, alice), browse(app)
    await seller.open("/sell")

    async with (await app.db("query")).transaction() as tx:
        await tx.execute("LOCK TABLE tickets IN SHARE MODE")  # no news of tickets gets in
        await seller.send("/sell", title="Hamlet", price="5")
        opened = asyncio.create_task(seller.open("/my/tickets"))
        await visitor.open("/market")
        before = visitor.words
    await opened
    mine = seller.words
    await seller.open("/market")

    assert "Nothing is on sale right now" in before
    assert "Hamlet" in mine
    assert "Hamlet" in seller.words


async def test_whoever_withdraws_a_ticket_sees_that_at_once(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("tickets", "query", "web")
    seller = browse(app, alice)

    seen: list[bool] = []
    for _ in range(5):
        await seller.open("/sell")
        await seller.send("/sell", title="Hamlet", price="5")
        await seller.send(f"{seller.at}/withdrawal")
        seen.append("On sale" in seller.words)

    assert seller.at == "/my/tickets"
    assert seen == [False] * 5


async def test_whoever_orders_sees_the_order_as_they_last_saw_it(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "orders", "query", "web")
    buyer = browse(app, bob)

    seen: list[tuple[bool, bool]] = []
    for nth in range(5):
        listing = {"title": f"Hamlet {nth}.", "price": 5}
        ticket = (await app.post("/api/tickets", alice, json=listing)).json()
        await buyer.open(f"/tickets/{ticket['id']}")
        await buyer.send("/orders")
        order = buyer.at
        await buyer.open("/my/orders")
        held = f"Hamlet {nth}." in buyer.words
        await app.delete(f"/api{order}", bob)
        await buyer.open(order)
        await buyer.open("/my/orders")
        seen.append((held, "Waiting for payment" in buyer.words))

    assert seen == [(True, False)] * 5


async def test_what_somebody_has_seen_is_out_of_scripts_reach(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("tickets", "web")
    seller = browse(app, alice)
    await seller.open("/sell")

    answer = await seller.post("/sell", title="Hamlet", price="5")

    cookies = answer.headers.get_list("set-cookie")
    (seen,) = [cookie for cookie in cookies if cookie.startswith("seen=tickets.")]
    assert "HttpOnly" in seen
    assert "Max-Age=60" in seen


async def test_what_a_cookie_holds_that_is_no_receipt_is_passed_over(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("query", "web")
    reader = browse(app, alice)
    reader.give("seen", "tickets.1.2~~orders~tickets.x.99999999999999")

    page = await reader.open("/market")

    assert page.status_code == 200


async def test_lists_say_until_when_they_are_complete(play: Play, browse: Browse, alice: Someone):
    app = await play("query", "web")
    reader = browse(app, alice)
    await tell(app, person(alice))

    async def all_say_so() -> None:
        for path in ("/", "/market", "/my/tickets", "/my/orders", "/my/reviews"):
            await reader.open(path)
            assert "As of " in reader.words, path

    await eventually(all_say_so)


def test_a_page_that_lacks_news_says_so():
    now = clock.now()
    fresh, old = ((now - ago).isoformat() for ago in (timedelta(), BEHIND + timedelta(seconds=1)))
    usual = dict.fromkeys(("person", "flash", "next")) | {"path": "/market", "tickets": []}

    html = pages.render("market.html", usual | {"as_of": old, "is_behind": True})

    assert [is_behind(one, now) for one in (fresh, old, None)] == [False, True, False]
    assert "This page is behind" in html


@pytest.mark.parametrize(
    ("services", "there", "missing"),
    [
        (("shows", "web"), "Globe", "Your shows are out of order for a moment"),
        (("query", "web"), "The Tempest", "Your venues are out of order for a moment"),
    ],
)
async def test_an_organiser_sees_what_is_there(
    play: Play, browse: Browse, services: tuple[str, ...], there: str, missing: str
):
    whole = await play("shows", "query", "web")
    await open_venue(whole, OLIVIA)
    await announce_show(whole, OLIVIA, title="The Tempest")
    await heard(whole)
    await whole.stop()
    desk = browse(await play(*services), OLIVIA)

    page = await desk.open("/organise")

    assert page.status_code == 200
    assert there in desk.words
    assert missing in desk.words
    assert "Three steps" not in desk.words


async def test_an_organiser_without_shows_and_copies_is_told_that_nothing_is_there(
    play: Play, browse: Browse
):
    desk = browse(await play("web"), OLIVIA)

    page = await desk.open("/organise")

    assert page.status_code == 503
    assert "out of order for a moment" in desk.words


async def test_many_replies_are_a_step_away(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("query", "web")
    ticket = listed(alice)
    text = approved(written(bob.id, None, ticket_id=ticket.ticket_id, text="Is it real?"))
    await tell(app, person(alice), person(bob), ticket, text, *replies(text, alice.id, 7))
    visitor, seller = browse(app), browse(app, alice)

    await visitor.open(f"/tickets/{ticket.ticket_id}")
    few = visitor.words
    await visitor.open(f"/reviews/{text.review_id}/replies")
    await seller.open(f"/reviews/{text.review_id}/replies")

    assert ("Answer 6." in few, "Answer 1." in few, "All 7 replies" in few) == (True, False, True)
    assert all(f"Answer {nth}." in visitor.words for nth in range(7))
    assert "Is it real?" in visitor.words
    assert ("Edit this text" in visitor.words, "Edit this text" in seller.words) == (False, True)
