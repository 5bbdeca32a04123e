"""What rules make of news of texts, in whatever order and however often it comes."""

from itertools import permutations

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import ReviewState, ReviewWritten
from boxoffice.kit import clock
from moderation.desk import (
    ADVERT,
    LINKED,
    after,
    case_of,
    edited,
    hear,
    queue,
    reported,
    said,
    withdrawn,
    written,
)
from stage import App, Play, Someone, eventually
from stage.facts import tell

SCRIPTS = (
    "Ein schöner Abend, größer als gedacht.",
    "Une soirée délicieuse, à voir absolument !",
    "Прекрасный вечер, актёры великолепны.",
    "Ένα υπέροχο βράδυ στο θέατρο.",
    "أمسية رائعة وممثلون بارعون.",
    "ערב נהדר עם שחקנים מצוינים.",
    "नाटक बहुत सुंदर था और अभिनय भी।",
    "ละครเรื่องนี้ดีมาก นักแสดงเก่ง",
    "とても素敵な夜でした。また見たいです。",
    "정말 멋진 공연이었어요. 또 보고 싶어요.",
    "演出非常精彩，值得一看。",
    "Το έργο 👏🏽👏🏽 — 10/10 🎭",
    "Đêm diễn tuyệt vời, diễn viên rất hay.",
    "საუკეთესო საღამო თეატრში",
    "በጣም ጥሩ ምሽት ነበር",
    "𐍃𐌿𐌽𐌾𐌰 𐌾𐌰𐌷 𝔄𝔟𝔢𝔫𝔡",
)
MARKUP = (
    "<script>alert(1)</script> <b>Bold</b> & plain",
    "'; DROP TABLE cases; -- {{7*7}} ${x} %s",
    "line one\n\nline two\n",
    "\u202eright to left\u202c",
)


async def test_a_harmless_text_is_approved_and_that_is_said(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)

    await tell(app, news)

    (word,) = await app.said(ReviewModerated)
    assert (word.review_id, word.version, word.text_version) == (news.review_id, 1, 0)
    assert (word.status, word.rule, word.rules_version) == ("approved", "Harmless", 1)
    assert (word.reason, word.decided_by, word.waits_for) == (None, None, None)
    assert await queue(app, moderator) == []


async def test_a_rejected_text_tells_its_author_why(play: Play, alice: Someone):
    app = await play("moderation")

    await tell(app, written(alice, ADVERT))

    (word,) = await app.said(ReviewModerated)
    assert (word.status, word.rule) == ("rejected", "Advertising")
    assert word.reason == "This has more than two links; advertisements are not reviews"


async def test_what_no_rule_decides_waits_for_a_person(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    endless, linked = await hear(app, alice, "An evening to tell of, at length. " * 80, LINKED)

    waiting = await queue(app, moderator)

    assert set(waiting) == {str(endless), str(linked)}
    undecided = await case_of(app, endless, moderator)
    assert (undecided["status"], undecided["waitsFor"]) == ("pending", "undecided")
    assert (undecided.get("rule"), undecided["rulesVersion"]) == (None, 1)
    assert (await case_of(app, linked, moderator))["rule"] == "A link"


async def test_texts_of_every_script_are_approved(play: Play, alice: Someone):
    app = await play("moderation")

    await hear(app, alice, *SCRIPTS)

    assert {status for _, _, status, _ in await said(app)} == {"approved"}


async def test_markup_is_text_like_any_other(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")

    texts = await hear(app, alice, *MARKUP)

    cases = [await case_of(app, one, moderator) for one in texts]
    assert [(case["text"], case["status"]) for case in cases] == [
        (text, "approved") for text in MARKUP
    ]


async def test_a_text_without_anything_to_see_is_rejected(play: Play, alice: Someone):
    app = await play("moderation")

    await hear(app, alice, "", "\u200b\u2060\u00ad")

    assert [status for _, _, status, _ in await said(app)] == ["rejected", "rejected"]


async def test_a_repeated_event_changes_nothing(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    news = written(alice)
    event_id = clock.new_id()

    for _ in range(3):
        await tell(app, news, event_id=event_id)
    await tell(app, news)  # as a replay has it: the same fact, heard anew

    assert await said(app) == [(1, 0, "approved", None)]
    assert len((await case_of(app, news.review_id, moderator))["history"]) == 1


async def test_a_late_event_changes_nothing(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    first = written(alice, ADVERT)
    second = edited(first, "A quiet evening.")

    await tell(app, second)
    await tell(app, first, reported(first, Someone("bob")))

    assert await said(app) == [(1, 1, "approved", None)]
    case = await case_of(app, first.review_id, moderator)
    assert (case["text"], case["textVersion"]) == ("A quiet evening.", 1)
    assert case["complaintsTotal"] == 0


async def test_an_edited_text_is_judged_anew(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    first = written(alice)
    await tell(app, first)

    await tell(app, edited(first, ADVERT))

    assert await said(app) == [(1, 0, "approved", None), (2, 1, "rejected", None)]
    history = (await case_of(app, first.review_id, moderator))["history"]
    assert [(one["version"], one["textVersion"]) for one in history] == [(1, 0), (2, 1)]


async def test_a_withdrawn_text_is_erased_and_its_case_closed(
    play: Play, alice: Someone, bob: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice, LINKED)
    await tell(app, news, reported(news, bob, "He means the link"))

    await tell(app, withdrawn(news))
    await tell(app, edited(news, "Once more"), reported(news, bob))

    case = await case_of(app, news.review_id, moderator)
    assert (case["text"], case["status"], case["complaints"]) == ("", "withdrawn", [])
    assert await queue(app, moderator) == []
    db = await app.db("moderation")
    assert await db.fetchval("SELECT count(*) FROM complaints") == 0
    assert await db.fetchval("SELECT count(*) FROM cases WHERE text <> ''") == 0


async def test_a_withdrawal_that_is_heard_first_is_the_last_word(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)

    await tell(app, withdrawn(news), news)

    assert await said(app) == []
    assert (await case_of(app, news.review_id, moderator))["status"] == "withdrawn"


async def test_news_in_any_order_ends_in_the_same_state(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    stories: list[ReviewState] = []
    for order in permutations(range(3)):
        first = written(alice, "One")
        second = edited(first, ADVERT)
        facts = (first, second, edited(second, "A third thought"))
        stories += [facts[nth] for nth in order]

    await tell(app, *stories, *stories)

    for review_id in {one.review_id for one in stories}:
        case = await case_of(app, review_id, moderator)
        assert (case["text"], case["textVersion"]) == ("A third thought", 2)
        assert (case["status"], case["version"]) == ("approved", len(case["history"]))


async def test_texts_that_came_while_it_was_down_are_judged_when_it_is_back(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    await app.stop()
    texts = [written(alice, text) for text in ("One", ADVERT, LINKED) * 50]
    for news in texts:
        await app.say(news)

    await app.start()

    async def all_are_judged() -> None:
        db = await app.db("moderation")
        assert await db.fetchval("SELECT count(*) FROM verdicts") == len(texts)

    await eventually(all_are_judged)
    statuses = [status for _, _, status, _ in await said(app)]
    assert sorted(set(statuses)) == ["approved", "pending", "rejected"]
    assert len(await queue(app, moderator, limit=200)) == 50


async def test_a_reply_and_a_text_on_a_ticket_are_judged_alike(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    on_ticket = written(alice, ADVERT, show_id=None, ticket_id=clock.new_id(), stars=None)
    reply = after(on_ticket, ReviewWritten, review_id=clock.new_id(), reply_to=on_ticket.review_id)

    await tell(app, on_ticket, reply)

    case = await case_of(app, reply.review_id, moderator)
    assert (case["replyTo"], case["status"]) == (str(on_ticket.review_id), "rejected")
    assert case["ticketId"] == str(on_ticket.ticket_id)
    assert "showId" not in case


async def test_a_moderation_without_rules_brings_its_own_back(play: Play, alice: Someone):
    app: App = await play("moderation")
    db = await app.db("moderation")
    await db.execute("DELETE FROM rule_sets")

    await app.say(written(alice))
    await app.stop()
    await app.start()

    async def is_judged() -> None:
        assert await db.fetchval("SELECT count(*) FROM verdicts") == 1

    await eventually(is_judged)
