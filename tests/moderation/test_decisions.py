"""What moderators decide about texts, and take back."""

from boxoffice.events.moderation import ReviewModerated
from boxoffice.kit import clock
from moderation.desk import (
    ADVERT,
    LINKED,
    ORANGES,
    PLAIN,
    applied,
    case_of,
    decide,
    edited,
    hear,
    put_rules,
    queue,
    said,
    withdrawn,
    written,
)
from stage import Play, Someone
from stage.facts import tell


async def test_a_moderator_approves_what_waits_and_that_is_said(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, LINKED)

    answer = await decide(app, moderator, [review_id])

    item = {"reviewId": str(review_id), "outcome": "decided", "status": "approved", "version": 2}
    assert (answer.status_code, answer.json()) == (200, {"items": [item]})
    assert answer.headers["Boxoffice-After"] == f"moderation.{review_id}.2"
    word = (await app.said(ReviewModerated))[-1]
    assert (word.status, word.decided_by, word.rule) == ("approved", moderator.id, None)
    assert await queue(app, moderator) == []


async def test_many_are_rejected_at_once_for_one_reason(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    texts = await hear(app, alice, *[LINKED] * 100)

    answer = await decide(app, moderator, texts[::-1], "rejected", "Links are not reviews")

    items = answer.json()["items"]
    assert [item["reviewId"] for item in items] == [str(one) for one in texts[::-1]]
    assert {(item["outcome"], item["status"]) for item in items} == {("decided", "rejected")}
    case = await case_of(app, texts[0], moderator)
    assert (case["reason"], case["decidedBy"]) == ("Links are not reviews", str(moderator.id))
    assert await queue(app, moderator) == []


async def test_each_text_of_several_has_an_outcome_of_its_own(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    changed, gone = written(alice, LINKED), written(alice, LINKED)
    await tell(app, changed, gone, edited(changed, "Another text"), withdrawn(gone))
    waiting, decided = await hear(app, alice, LINKED, LINKED)
    await decide(app, moderator, [decided])
    unknown = clock.new_id()

    texts = [unknown, changed.review_id, waiting, decided, gone.review_id]
    answer = await decide(app, moderator, texts)

    found = [(item["outcome"], item.get("status")) for item in answer.json()["items"]]
    assert found == [
        ("unknown", None),
        ("edited meanwhile", "approved"),
        ("decided", "approved"),
        ("as before", "approved"),
        ("unknown", None),
    ]
    assert "decidedBy" not in await case_of(app, changed.review_id, moderator)


async def test_deciding_again_as_before_says_nothing(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, LINKED)
    await decide(app, moderator, [review_id], "rejected", "No")

    await decide(app, moderator, [review_id], "rejected", "No")

    assert len(await said(app)) == 2
    assert (await decide(app, moderator, [review_id], "rejected", "Never")).json()["items"][0] == {
        "reviewId": str(review_id),
        "outcome": "decided",
        "status": "rejected",
        "version": 3,
    }


async def test_what_a_rule_approved_a_person_can_confirm_or_reject(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, "Lovely")

    confirmed = await decide(app, moderator, [review_id])
    rejected = await decide(app, moderator, [review_id], "rejected", "It is about another show")

    outcomes = [answer.json()["items"][0]["outcome"] for answer in (confirmed, rejected)]
    assert outcomes == ["decided", "decided"]
    assert [word[2] for word in await said(app)] == ["approved", "approved", "rejected"]


async def test_a_text_that_is_edited_after_a_decision_is_judged_by_rules_again(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice, LINKED)
    await tell(app, news)
    await decide(app, moderator, [news.review_id])

    await tell(app, edited(news, ADVERT))

    case = await case_of(app, news.review_id, moderator)
    assert (case["status"], case["rule"], case.get("decidedBy")) == (
        "rejected",
        "Advertising",
        None,
    )
    undone = await app.delete(f"/api/moderation/decisions/{news.review_id}", moderator)
    assert undone.status_code == 404


async def test_an_undone_decision_waits_again_and_stays_in_the_history(
    play: Play, alice: Someone, moderator: Someone, rival: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, LINKED)
    await decide(app, moderator, [review_id], "rejected", "No links")
    path = f"/api/moderation/decisions/{review_id}"

    undone, again = await app.delete(path, rival), await app.delete(path, rival)

    assert (undone.status_code, again.status_code) == (204, 204)
    assert await queue(app, moderator) == [str(review_id)]
    case = await case_of(app, review_id, moderator)
    told = [(one["status"], one.get("decidedBy"), one.get("rule")) for one in case["history"]]
    assert told == [
        ("pending", None, "A link"),
        ("rejected", str(moderator.id), None),
        ("pending", str(rival.id), None),
    ]
    assert (await said(app))[-1] == (3, 0, "pending", "undecided")


async def test_what_nobody_decided_cannot_be_undone(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    (judged,) = await hear(app, alice, "Lovely")
    gone = written(alice)
    await tell(app, gone)
    await decide(app, moderator, [gone.review_id])
    await tell(app, withdrawn(gone))

    answers = [
        await app.delete(f"/api/moderation/decisions/{one}", moderator)
        for one in (judged, gone.review_id, clock.new_id())
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


async def test_rules_never_overrule_a_person_not_even_one_who_took_a_decision_back(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    kept, undone = await hear(app, alice, "An orange", "Two oranges")
    await decide(app, moderator, [kept, undone])
    await app.delete(f"/api/moderation/decisions/{undone}", moderator)
    version = await put_rules(app, moderator, ORANGES, PLAIN)

    assert await applied(app, moderator, version) == 0

    assert (await case_of(app, kept, moderator))["status"] == "approved"
    assert (await case_of(app, undone, moderator))["status"] == "pending"


async def test_decisions_that_make_no_sense_are_refused(play: Play, moderator: Someone):
    app = await play("moderation")
    wrong: list[tuple[dict[str, object], str]] = [
        ({}, "items"),
        ({"items": [], "status": "approved"}, "items"),
        ({"items": 7, "status": "approved"}, "items"),
        ({"items": ["me"], "status": "withdrawn"}, "status"),
        ({"status": "rejected"}, "items"),
    ]

    answers = [
        (await app.post("/api/moderation/decisions", moderator, json=body), field)
        for body, field in wrong
    ]

    for answer, field in answers:
        assert answer.status_code == 400
        assert field in {error.get("field") for error in answer.json()["errors"]}


async def test_the_limits_of_decisions_are_held(play: Play, moderator: Someone):
    app = await play("moderation")
    twice = clock.new_id()

    answers = [
        await decide(app, moderator, [clock.new_id() for _ in range(101)]),
        await decide(app, moderator, [twice, twice]),
        await decide(app, moderator, [twice], "rejected"),
        await decide(app, moderator, [twice], "rejected", "x" * 301),
        await decide(app, moderator, [twice], "rejected", "two\nlines"),
        await decide(app, moderator, [twice], text_version=-1),
        await decide(app, moderator, [twice], text_version=2**31),
        await decide(app, moderator, [twice], "rejected", "x" * 300),
    ]

    assert [answer.status_code for answer in answers] == [400] * 7 + [200]
