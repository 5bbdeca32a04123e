"""Texts that are refused before anyone reads them: far too long, or nothing to see in them."""

import pytest

from stage import App, Play, Someone, eventually
from web.browser import Browser
from web.conftest import Browse
from web.critics import judge, list_ticket, say, texts_at

BOOK = "x" * 1_000_000
UNSEEN = "\N{ZERO WIDTH SPACE}\N{WORD JOINER} \N{ZERO WIDTH JOINER}"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "reviews", "query", "web")


async def write(app: App, browse: Browse, by: Someone, about: Someone) -> str:
    """The address of a text about a ticket of somebody's, which everybody sees."""
    place = await list_ticket(app, about)
    await say(browse(app, by), place, "Is it near the aisle?")
    written = (await texts_at(app, place, by))[0]
    await judge(app, written)
    return f"/reviews/{written['id']}"


async def refused(browser: Browser, path: str, **fields: str) -> Browser:
    """Send the form at a path."""
    await browser.open(path)
    await browser.send(path, **fields)
    return browser


async def test_whoever_pastes_a_book_is_told_on_the_form_and_loses_nothing(
    app: App, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    text = await write(app, browse, bob, alice)

    reply = await refused(browse(app, alice), f"{text}/reply", text=BOOK)
    report = await refused(browse(app, charlie), f"{text}/report", reason=BOOK)

    for browser, sentence in (
        (reply, "The reply is far too long"),
        (report, "The reason is far too long"),
    ):
        assert browser.page.status_code == 413
        assert sentence in browser.words
        assert BOOK in browser.page.text


async def test_an_appeal_that_is_a_book_or_nothing_is_refused_on_the_form(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "reviews", "moderation", "query", "web")
    place, author = await list_ticket(app, alice), browse(app, bob)
    await say(author, place, "Buy at www.one.com and www.two.com and www.three.com")
    path = f"/reviews/{(await texts_at(app, place, bob))[0]['id']}/appeal"

    async def is_rejected() -> None:
        await author.open(path)
        assert "Ask for another look" in author.words

    await eventually(is_rejected)
    await author.send(path, text=BOOK)
    book, told = author.page, author.words
    await author.send(path, text=UNSEEN)

    assert (book.status_code, BOOK in book.text) == (413, True)
    assert "The text is far too long" in told
    assert author.page.status_code == 400
    assert "Say why it should be shown" in author.words


async def test_what_nobody_could_see_is_nothing(
    app: App, browse: Browse, alice: Someone, bob: Someone, charlie: Someone
):
    text = await write(app, browse, bob, alice)
    place = await list_ticket(app, alice)
    author = browse(app, bob)

    await say(author, place, UNSEEN)
    edit = await refused(browse(app, bob), f"{text}/edit", text=UNSEEN)
    reply = await refused(browse(app, alice), f"{text}/reply", text=UNSEEN)
    report = await refused(browse(app, charlie), f"{text}/report", reason=UNSEEN)

    for browser, sentence in (
        (author, "Write something first"),
        (edit, "Write something first"),
        (reply, "Write a reply first"),
        (report, "Say what is wrong with it"),
    ):
        assert browser.page.status_code == 400
        assert sentence in browser.words
