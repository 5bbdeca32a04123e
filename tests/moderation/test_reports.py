"""What happens when people complain of a text."""

from boxoffice.kit import clock
from moderation.desk import (
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
    reported,
    said,
    written,
)
from stage import Play, Someone
from stage.facts import tell


async def test_the_first_complaint_of_what_a_rule_approved_has_a_moderator_look(
    play: Play, alice: Someone, bob: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)

    await tell(app, news, reported(news, bob, "She was never there"))

    assert await said(app) == [(1, 0, "approved", None), (2, 0, "approved", "report")]
    (item,) = (await app.get("/api/moderation/queue", moderator)).json()["items"]
    assert (item["status"], item["waitsFor"], item["complaintsTotal"]) == ("approved", "report", 1)
    assert [one["reason"] for one in item["complaints"]] == ["She was never there"]


async def test_what_a_person_approved_waits_from_the_third_complaint_on(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)
    await tell(app, news)
    await decide(app, moderator, [news.review_id])
    crowd = [Someone(f"person{n}") for n in range(3)]

    await tell(app, reported(news, crowd[0]), reported(news, crowd[1]))
    before = await queue(app, moderator)
    await tell(app, reported(news, crowd[2]))

    assert (before, await queue(app, moderator)) == ([], [str(news.review_id)])


async def test_complaints_that_a_moderator_knew_of_do_not_count_again(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)
    await tell(app, news, *[reported(news, Someone(f"person{n}")) for n in range(5)])
    await decide(app, moderator, [news.review_id])

    await tell(app, reported(news, Someone("dora")), reported(news, Someone("emil")))

    assert await queue(app, moderator) == []
    case = await case_of(app, news.review_id, moderator)
    assert (case["complaintsTotal"], case["status"]) == (7, "approved")


async def test_a_person_complains_once_of_each_text(
    play: Play, alice: Someone, bob: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)
    changed = edited(news, "Another text")

    await tell(app, news, *[reported(news, bob)] * 3)
    first = await case_of(app, news.review_id, moderator)
    await tell(app, changed, *[reported(changed, bob)] * 2)

    second = await case_of(app, news.review_id, moderator)
    assert (first["complaintsTotal"], second["complaintsTotal"]) == (1, 1)
    assert len(second["complaints"]) == 1


async def test_a_complaint_that_is_heard_before_the_text_judges_it_first(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("moderation")
    news = written(alice)

    await tell(app, reported(news, bob), news)

    assert await said(app) == [(1, 0, "approved", None), (2, 0, "approved", "report")]


async def test_complaints_of_what_nobody_sees_change_no_queue(
    play: Play, alice: Someone, bob: Someone, moderator: Someone
):
    app = await play("moderation")
    rejected, pending = written(alice), written(alice, LINKED)
    await tell(app, rejected, pending)
    await decide(app, moderator, [rejected.review_id], "rejected", "No")

    await tell(app, reported(rejected, bob), reported(pending, bob))

    assert await queue(app, moderator) == [str(pending.review_id)]
    assert (await case_of(app, pending.review_id, moderator))["waitsFor"] == "undecided"


async def test_the_queue_shows_the_newest_of_many_complaints(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = written(alice)
    crowd = [reported(news, Someone(f"person{n}"), f"complaint {n}") for n in range(12)]

    await tell(app, news, *crowd[:6])
    await tell(app, *crowd[6:])

    case = await case_of(app, news.review_id, moderator)
    assert (case["complaintsTotal"], len(case["complaints"])) == (12, 10)
    assert len(case["history"]) == 2  # further complaints are no further verdict
    assert len(await said(app)) == 13


async def test_rules_that_approve_again_leave_a_complaint_to_a_person(
    play: Play, alice: Someone, bob: Someone, moderator: Someone
):
    app = await play("moderation")
    fine, orange = written(alice, "Lovely"), written(alice, "An orange")
    await tell(app, fine, orange, reported(fine, bob), reported(orange, bob))
    renamed = PLAIN | {"name": "Fine"}

    changed = await applied(app, moderator, await put_rules(app, moderator, ORANGES, renamed))

    assert changed == 2
    assert await queue(app, moderator) == [str(fine.review_id)]
    assert (await case_of(app, orange.review_id, moderator))["status"] == "rejected"


async def test_the_queue_comes_a_page_at_a_time_oldest_first(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    texts = sorted(str(one) for one in await hear(app, alice, *[LINKED] * 5))

    first = (await app.get("/api/moderation/queue?limit=2", moderator)).json()
    last = (
        await app.get(
            "/api/moderation/queue", moderator, params={"limit": 3, "after": first["next"]}
        )
    ).json()

    assert [item["reviewId"] for item in first["items"]] == texts[:2]
    assert [item["reviewId"] for item in last["items"]] == texts[2:]
    assert (first["next"], last["next"]) == (texts[1], None)
    assert await queue(app, moderator, after=str(clock.new_id())) == []
