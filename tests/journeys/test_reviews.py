"""Reviews from end to end: written, judged by rules and people, appealed against, seen by others."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from httpx import Response

from stage import Market, Someone, eventually
from web.browser import Browser
from web.houses import open_house, soon

MORITZ = Someone("moritz", roles=("member", "moderator"))
AWAITING = "This review is awaiting moderation"
REJECTED = "This review has been rejected"
ADVERT = "Buy at www.one.com and www.two.com and www.three.com"  # which a rule rejects
BEGINS_SECONDS = 5  # until a performance begins: time enough to buy a seat for it
LINKED = "I saw it there, too: www.one.com"  # which a person is asked about


@asynccontextmanager
async def browsers(market: Market, *people: Someone | None) -> AsyncGenerator[list[Browser]]:
    """A browser for each of them; None is nobody."""
    async with AsyncExitStack() as stack:
        sat_down = [Browser(market.app, one) for one in people]
        for browser in sat_down:
            await stack.enter_async_context(browser.http)
        yield sat_down


async def reads(browser: Browser, path: str, words: str) -> str:
    """Look at a page until it says so; return what it says."""

    async def look() -> str:
        await browser.open(path)
        assert words in browser.words, browser.words
        return browser.words

    return await eventually(look)


async def press(browser: Browser, action: str, **fields: str) -> None:
    """Press one of the buttons that have this action."""
    url = browser.page.url
    browser.page = await browser.http.post(
        action,
        data=fields,
        headers={"Origin": f"{url.scheme}://{url.netloc}", "Sec-Fetch-Site": "same-origin"},
        follow_redirects=True,
    )
    assert browser.page.status_code == 200, browser.words


async def text_id(market: Market, by: Someone, ticket_id: str) -> str:
    """The newest text of somebody's about a ticket."""
    answer = await market.app.get("/api/reviews", by, params={"ticketId": ticket_id})
    return answer.json()["items"][0]["id"]


async def test_a_question_is_written_approved_by_rules_and_answered_for_all_to_see(
    market: Market,
):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    place = f"/tickets/{await market.list_ticket(alice)}"

    async with browsers(market, bob, alice, None) as (asker, seller, visitor):
        await asker.open(place)
        await asker.send(f"{place}/reviews", text="Is it near the aisle?")
        await reads(visitor, place, "bob")
        question = await text_id(market, bob, place.rpartition("/")[2])
        await seller.open(place)
        await seller.send(f"/reviews/{question}/reply", text="Right at it")
        answered = await reads(visitor, place, "Right at it")

    assert "Is it near the aisle?" in answered
    assert "alice Seller" in answered
    assert AWAITING not in answered


async def test_a_rejection_says_why_and_a_moderator_hears_the_appeal(market: Market):
    alice, bob = await market.app.sign_up("alice"), await market.app.sign_up("bob")
    ticket_id = await market.list_ticket(alice)
    place = f"/tickets/{ticket_id}"

    async with browsers(market, bob, MORITZ, None) as (author, moderator, visitor):
        await author.open(place)
        await author.send(f"{place}/reviews", text=ADVERT)
        rejected = await reads(author, place, REJECTED)
        review = await text_id(market, bob, ticket_id)
        await author.open(f"/reviews/{review}/appeal")
        await author.send(f"/reviews/{review}/appeal", text="These are the theatre's own pages")
        await reads(moderator, "/moderation", "These are the theatre's own pages")
        await press(moderator, "/moderation/decisions", item=f"{review}.0", status="approved")
        await reads(visitor, place, ADVERT)
        await author.open(f"/reviews/{review}/appeal")

    assert f"{REJECTED} This has more than two links" in rejected
    assert "Nothing waits" in moderator.words
    assert "It is approved. Everybody sees it." in author.words


async def test_who_was_there_gives_stars_and_what_no_rule_decides_waits_for_a_person(
    market: Market,
):
    bob = await market.app.sign_up("bob")
    performance_id = await open_house(market.app, startsAt=soon(BEGINS_SECONDS))
    seats = {"performanceId": performance_id, "seats": ["Stalls/A/1"]}
    order: dict[str, Any] = (await market.app.post("/api/orders", bob, json=seats)).json()
    performance = (await market.app.get(f"/api/performances/{performance_id}")).json()
    place = f"/shows/{performance['showId']}"
    too_early = await _review(market, bob, performance)
    await market.pay(bob, order["id"])
    await market.order_is(bob, order["id"], "complete")

    async def it_has_begun() -> str:
        answer = await _review(market, bob, performance)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    written = await eventually(it_has_begun)
    async with browsers(market, MORITZ, None) as (moderator, visitor):
        await reads(moderator, "/moderation", "bob about Hamlet")
        await press(moderator, "/moderation/decisions", item=f"{written}.0", status="approved")
        seen = await reads(visitor, place, LINKED)

    assert too_early.status_code == 403
    assert "Reviews 4.0 from 1 review" in seen
    assert 'aria-label="4 of 5 stars"' in visitor.page.text


async def _review(market: Market, by: Someone, performance: dict[str, Any]) -> Response:
    body = {"showId": performance["showId"], "text": LINKED, "stars": 4}
    return await market.app.post("/api/reviews", by, json=body)
