"""What people write, on the pages of tickets and shows without scripts."""

from uuid import uuid4

import pytest

from shows.catalogue import an_organiser
from stage import App, Play, Someone, eventually
from stage.facts import listed, tell
from web.browser import Browser
from web.conftest import Browse
from web.critics import introduce, judge, list_ticket, put_on, say, texts_at

MARKUP = "<script>alert(1)</script>"
AWAITING = "This review is awaiting moderation"
REJECTED = "This review has been rejected"
OLIVIA = an_organiser()


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "reviews", "query", "web")


async def reads(browser: Browser, path: str, words: str) -> None:
    """Look at a page until it says so."""

    async def look() -> None:
        await browser.open(path)
        assert words in browser.words, browser.words

    await eventually(look)


async def test_who_writes_sees_it_at_once_and_others_once_it_is_approved(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    await introduce(app, alice, bob)
    asker, visitor = browse(app, bob), browse(app)
    place = await list_ticket(app, alice)

    await say(asker, place, f"Is it near the aisle?\r\n{MARKUP}")
    at_once, written = asker.words, (await texts_at(app, place, bob))[0]
    await visitor.open(place)
    before = visitor.words
    await judge(app, written)
    await reads(visitor, place, "Is it near the aisle?")
    await asker.open(place)

    assert AWAITING in at_once
    assert "Thank you. Others see it as soon as it is approved." in at_once
    assert "aisle" not in before
    assert "bob" in visitor.words
    assert "aisle?\n&lt;script&gt;" in visitor.page.text
    assert MARKUP not in visitor.page.text
    assert (AWAITING in asker.words, "What you wrote" in asker.words) == (False, True)
    assert "Sold by alice" in visitor.words


async def test_a_rejected_text_says_why_to_its_author_alone_and_can_be_changed_and_taken_back(
    app: App, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    author, other = browse(app, bob), browse(app, charlie)
    place = await list_ticket(app, alice)
    await say(author, place, "Oranges!")
    written = (await texts_at(app, place, bob))[0]
    edit = f"/reviews/{written['id']}/edit"

    await judge(app, written, "rejected", reason="No oranges here")
    await reads(author, place, REJECTED)
    told = author.words
    await other.open(place)
    theirs = [await other.open(edit)]
    await author.open("/my/reviews")
    mine = author.words
    await author.open(edit)
    kept = author.page.text
    await author.send(edit, text=" ")
    wrong = author.page
    await author.send(edit, text="Apples!")
    changed = author.words
    await author.send(f"/reviews/{written['id']}/withdrawal")

    assert f"{REJECTED} No oranges here" in told
    assert f"{REJECTED} No oranges here Ask for another look at this text Hamlet" in mine
    assert "Oranges" not in other.words
    assert theirs[0].status_code == 404
    assert "Oranges!</textarea>" in kept
    assert (wrong.status_code, "Write something first" in wrong.text) == (400, True)
    assert ("Apples!" in changed, AWAITING in changed) == (True, True)
    assert "It is taken back" in author.words
    assert "Apples!" not in author.words


async def test_what_is_refused_stays_in_the_form_with_the_reason_beside_it(
    play: Play, browse: Browse, bob: Someone
):
    app = await play("shows", "orders", "reviews", "query", "web")
    author = browse(app, bob)
    place = await put_on(app, OLIVIA)

    await say(author, place, "I heard it is good", stars="5")
    not_there = author.page
    await author.send(f"{place}/reviews", text="x" * 4001, stars="")
    too_long = author.page
    await author.send(f"{place}/reviews", text="x" * 1_000_000, stars="")
    a_book = author.page
    await author.send(f"{place}/reviews", text="I heard it is good", stars="")

    assert not_there.status_code == 403
    assert "Stars are for those who were there; write without them" in not_there.text
    assert "I heard it is good</textarea>" in not_there.text
    assert too_long.status_code == 400
    assert "The text is too long: at most 4000" in too_long.text
    assert (a_book.status_code, "x" * 1_000_000 in a_book.text) == (413, True)
    assert "That did not work" in a_book.text
    assert "Thank you." in author.words


async def test_stars_are_given_once_and_the_organiser_alone_replies(
    play: Play, browse: Browse, bob: Someone, charlie: Someone
):
    app = await play("shows", "orders", "reviews", "web")
    guest, organiser, other = browse(app, bob), browse(app, OLIVIA), browse(app, charlie)
    place = await put_on(app, OLIVIA, bob)

    await say(guest, place, "What a storm!", stars="4")
    written = (await texts_at(app, place, bob))[0]
    await say(guest, place, "Better still!", stars="5")
    await judge(app, written)
    for browser in (organiser, other):
        await browser.open(f"/reviews/{written['id']}/reply")
        await browser.send(f"/reviews/{written['id']}/reply", text="Thank you, bob")
    reply = (await texts_at(app, place, OLIVIA))[0]

    assert (written["stars"], written["status"]) == (4, "pending")
    assert guest.page.status_code == 409
    assert "You have given this show stars already; edit that review" in guest.words
    assert "Better still!</textarea>" in guest.page.text
    assert "Your reply is in." in organiser.words
    assert (reply["replyTo"], reply["text"]) == (written["id"], "Thank you, bob")
    assert other.page.status_code == 403
    assert "Only who puts it on, or sells it, replies here" in other.words


async def test_others_find_a_text_helpful_take_that_back_and_report_it(
    app: App, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    author, reader, visitor = browse(app, bob), browse(app, charlie), browse(app)
    place = await list_ticket(app, alice)
    await say(author, place, "Row C is narrow")
    written = (await texts_at(app, place, bob))[0]
    path = f"/reviews/{written['id']}"
    await judge(app, written)
    await reads(reader, place, "Row C is narrow")

    await reader.send(f"{path}/helpful")
    liked = reader.words
    await reader.send(f"{path}/helpful/taking-back")
    no_more = reader.words
    await reader.send(f"{path}/report", reason="")
    unsaid = reader.page
    await reader.send(f"{path}/report", reason="It is not true")
    await visitor.open(f"{path}/report")

    assert "Helpful (1)" in liked
    assert "Helpful :" in no_more
    assert (unsaid.status_code, "Say what is wrong with it" in unsaid.text) == (400, True)
    assert "A moderator will look at it." in reader.words
    assert visitor.at.startswith("/signin?return_to=")


async def test_further_texts_are_a_step_away(
    app: App, browse: Browse, alice: Someone, bob: Someone
):
    visitor = browse(app)
    place = await list_ticket(app, alice)
    about = {"ticketId": place.rpartition("/")[2]}
    for nth in range(21):
        answer = await app.post("/api/reviews", bob, json=about | {"text": f"Question {nth}."})
        if answer.status_code == 429:
            break
        await judge(app, answer.json())
    await reads(visitor, place, "Show more")

    (further,) = [line for line in visitor.page.text.splitlines() if 'rel="next"' in line]
    await visitor.open(further.split('href="')[1].split("#")[0])

    assert "Back to the newest" in visitor.words


async def test_without_query_the_page_shows_what_is_written_but_not_by_whom(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "reviews", "web")
    asker, seller, visitor = browse(app, bob), browse(app, alice), browse(app)
    place = await list_ticket(app, alice)

    await say(asker, place, "Is it near the aisle?")
    written = (await texts_at(app, place, bob))[0]
    await judge(app, written)
    await reads(seller, place, "near the aisle")
    await seller.send(f"/reviews/{written['id']}/reply", text="It is")
    await visitor.open(place)

    assert "This review is awaiting moderation You" in asker.words
    assert "Names and stars in sum are out of order for a moment." in seller.words
    assert "You Seller" in seller.words
    assert "Somebody" in visitor.words
    assert "It is Report" not in visitor.words


async def test_without_query_and_reviews_the_ticket_is_there_and_the_page_says_what_is_missing(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("tickets", "web")
    visitor = browse(app)

    page = await visitor.open(await list_ticket(app, alice))

    assert page.status_code == 200
    assert "Hamlet" in visitor.words
    assert "Reviews are out of order for a moment" in visitor.words


async def test_without_reviews_nothing_that_was_typed_is_lost(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "query", "web")
    asker = browse(app, bob)
    place = await list_ticket(app, alice)

    await say(asker, place, "Is it near the aisle?")

    assert asker.page.status_code == 503
    assert "Reviews are out of order for a moment" in asker.words
    assert "Is it near the aisle?</textarea>" in asker.page.text


async def test_without_tickets_the_page_shows_how_the_ticket_was(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("query", "web")
    visitor = browse(app)
    news = listed(alice)
    await tell(app, news)

    page = await visitor.open(f"/tickets/{news.ticket_id}")
    gone = await visitor.open(f"/tickets/{uuid4()}")

    assert page.status_code == 200
    assert "The market is out of order for a moment. This is how the ticket was" in page.text
    assert gone.status_code == 503


async def test_a_seller_has_a_page(app: App, browse: Browse, alice: Someone):
    await introduce(app, alice)
    visitor = browse(app)
    await list_ticket(app, alice, "Macbeth")

    await reads(visitor, f"/people/{alice.id}", "Macbeth")
    words = visitor.words
    unknown = await visitor.open(f"/people/{uuid4()}")

    assert "alice Has sold nothing here yet" in words
    assert unknown.status_code == 404
