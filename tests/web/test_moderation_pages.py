"""The pages of moderators without scripts: the queue, a text's history, appeals, the rules."""

import json
from uuid import uuid4

import pytest

from stage import App, Play, Someone, eventually
from web.browser import Browser
from web.conftest import Browse
from web.critics import MORITZ, introduce, list_ticket, say, texts_at

LINKED = "More of this at www.example.com"  # which a person is asked about
ORANGES = {
    "kind": "words",
    "name": "Oranges",
    "decides": "reject",
    "reason": "No oranges",
    "words": ["orange"],
}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "reviews", "moderation", "query", "web")


@pytest.fixture
async def place(app: App, alice: Someone, bob: Someone) -> str:
    """A ticket of Alice's, who everybody knows as they know Bob and Moritz."""
    await introduce(app, alice, bob, MORITZ)
    return await list_ticket(app, alice)


async def reads(browser: Browser, path: str, words: str) -> None:
    """Look at a page until it says so."""

    async def look() -> None:
        await browser.open(path)
        assert words in browser.words, browser.words

    await eventually(look)


async def lacks(browser: Browser, path: str, words: str) -> None:
    """Look at a page until it no longer says so."""

    async def look() -> None:
        await browser.open(path)
        assert words not in browser.words, browser.words

    await eventually(look)


async def ask(browser: Browser, app: App, place: str, by: Someone, text: str) -> str:
    """Write something; return the id of that."""
    await say(browser, place, text)
    return next(one["id"] for one in await texts_at(app, place, by) if one["text"] == text)


async def test_what_no_rule_decides_waits_for_a_moderator_who_approves_and_undoes_that(
    app: App, browse: Browse, place: str, bob: Someone
):
    author, moderator = browse(app, bob), browse(app, MORITZ)
    text_id = await ask(author, app, place, bob, LINKED)

    await reads(moderator, "/moderation", "One text waits")
    waiting = moderator.words
    decide = {"item": f"{text_id}.0", "status": "approved"}
    await _press(moderator, "/moderation/decisions", **decide)
    approved = moderator.words
    await lacks(author, place, "awaiting moderation")
    seen = author.words
    await moderator.send("/moderation/undoing")
    undone = moderator.words
    await moderator.open(f"/moderation/texts/{text_id}")

    assert "bob about Hamlet" in waiting
    assert f"{LINKED} Rule A link" in waiting
    assert "Approved. Everybody sees it now." in approved
    assert "You decided about one text" in approved
    assert "Nothing waits" in approved
    assert LINKED in seen
    assert ("It waits for a decision again." in undone, LINKED in undone) == (True, True)
    assert "Approved by you" in moderator.words
    assert "by the rule A link (rules 1)" in moderator.words


async def test_many_are_rejected_at_once_with_a_reason_that_their_author_reads(
    app: App, browse: Browse, place: str, bob: Someone
):
    author, moderator = browse(app, bob), browse(app, MORITZ)
    ids = [await ask(author, app, place, bob, f"{LINKED}/{nth}") for nth in range(2)]
    await reads(moderator, "/moderation", "2 texts wait")

    items = [f"{text_id}.0" for text_id in ids]
    await _press(moderator, "/moderation/decisions", item=items, status="rejected", reason=" ")
    unsaid = moderator.page
    await _press(moderator, "/moderation/decisions", status="approved")
    none = moderator.page
    await _press(moderator, "/moderation/decisions", item=items, status="rejected", usual="Adverts")
    rejected = moderator.words
    await lacks(author, place, "awaiting moderation")

    assert (unsaid.status_code, "Say why; they are told" in unsaid.text) == (400, True)
    assert unsaid.text.count(" checked>") == 3  # both texts, and the switch of the keys
    assert (none.status_code, "Tick at least one text" in none.text) == (400, True)
    assert "You decided about 2 texts" in rejected
    assert author.words.count("This review has been rejected Adverts") == 2


async def test_a_report_and_an_appeal_are_read_where_it_is_decided(
    app: App, browse: Browse, place: str, bob: Someone, charlie: Someone
):
    author, reader, moderator = browse(app, bob), browse(app, charlie), browse(app, MORITZ)
    text_id = await ask(author, app, place, bob, "A fine seat")
    await reads(reader, place, "A fine seat")

    await reader.send(f"/reviews/{text_id}/report", reason="He has <never> been there")
    await reads(moderator, "/moderation", "Reported once")
    reported = moderator.words
    item = {"item": f"{text_id}.0", "status": "rejected", "reason": "Not true"}
    await _press(moderator, "/moderation/decisions", **item)
    appeal = f"/reviews/{text_id}/appeal"
    await author.open(appeal)
    before = author.words
    await author.send(appeal, text=" ")
    unsaid = author.page
    await author.send(appeal, text="I was there with my aunt")
    asked = author.words
    await reads(moderator, "/moderation", "I was there with my aunt")
    other = await reader.open(appeal)

    assert "He has <never> been there" in reported
    assert "This review has been rejected Not true" in before
    assert (unsaid.status_code, "Say why it should be shown" in unsaid.text) == (400, True)
    assert "A moderator will look at it again. Until then it stays rejected." in asked
    assert "Appeal" in moderator.words
    assert other.status_code == 404


async def test_rules_are_read_tried_saved_and_run_over_old_texts(
    app: App, browse: Browse, place: str, bob: Someone
):
    author, moderator = browse(app, bob), browse(app, MORITZ)
    await ask(author, app, place, bob, "An orange")
    await reads(browse(app), place, "An orange")

    await moderator.open("/moderation/rules")
    page = moderator.words
    await moderator.send("/moderation/rules", rules="[{]", deed="save")
    no_json = moderator.words
    await moderator.send("/moderation/rules", rules=json.dumps([{"name": "Odd"}]), deed="save")
    odd = moderator.words
    await moderator.send("/moderation/rules", rules=json.dumps([ORANGES]), deed="preview")
    tried = moderator.words
    await moderator.send("/moderation/rules", rules=json.dumps([ORANGES]), deed="save")
    saved = moderator.words
    await moderator.send("/moderation/rules/application")
    await reads(author, place, "This review has been rejected No oranges")

    assert "Insults Asks a moderator" in page
    assert "Not JSON from line 1, character 3 on" in no_json
    assert "The rule “Odd” makes no sense" in odd
    assert "1 of 1 text that no person decided about" in tried
    assert "Approved rejected : No oranges An orange" in tried
    assert "The rules are saved." in saved
    assert "made by you" in saved
    assert "The rules are run over old texts." in moderator.words


async def test_members_see_nothing_of_it(app: App, browse: Browse, bob: Someone):
    member, visitor = browse(app, bob), browse(app)

    answers = [
        (await member.open(path)).status_code
        for path in ("/moderation", "/moderation/rules", f"/moderation/texts/{uuid4()}")
    ]
    await visitor.open("/moderation")

    assert answers == [403, 403, 403]
    assert 'href="/moderation"' not in member.page.text
    assert visitor.at.startswith("/signin?return_to=")


async def test_without_query_the_queue_is_there_without_names(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "reviews", "moderation", "web")
    author, moderator = browse(app, bob), browse(app, MORITZ)
    await ask(author, app, await list_ticket(app, alice), bob, LINKED)

    await reads(moderator, "/moderation", LINKED)

    assert "Names and titles are out of order for a moment" in moderator.words
    assert "Somebody about A ticket" in moderator.words


async def test_without_moderation_an_appeal_says_that_it_is_out_of_order(
    play: Play, browse: Browse, alice: Someone, bob: Someone
):
    app = await play("tickets", "reviews", "query", "web")
    author = browse(app, bob)
    text_id = await ask(author, app, await list_ticket(app, alice), bob, LINKED)

    await author.open(f"/reviews/{text_id}/appeal")

    assert author.page.status_code == 200
    assert "Moderation is out of order for a moment" in author.words


async def _press(browser: Browser, action: str, **fields: str | list[str]) -> None:
    """Send one of several forms of this action as the page's buttons would."""
    url = browser.page.url
    browser.page = await browser.http.post(
        action,
        data={"return_to": "/moderation"} | fields,
        headers={"Origin": f"{url.scheme}://{url.netloc}", "Sec-Fetch-Site": "same-origin"},
    )
    while browser.page.has_redirect_location:
        browser.page = await browser.http.get(browser.page.headers["location"])
