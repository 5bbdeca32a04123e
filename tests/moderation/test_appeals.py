"""What authors say against a rejection."""

from typing import Any
from uuid import UUID

import httpx

from boxoffice.events.moderation import ReviewModerated
from boxoffice.kit import clock
from moderation.desk import (
    ADVERT,
    LINKED,
    PLAIN,
    applied,
    case_of,
    decide,
    edited,
    hear,
    put_rules,
    queue,
    withdrawn,
    written,
)
from stage import App, Play, Someone
from stage.facts import tell


async def test_a_rejected_text_that_is_appealed_for_waits_and_stays_rejected(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, ADVERT)

    answer = await _appeal(app, alice, review_id, " These are\r\nmy own pages ")

    reason = "This has more than two links; advertisements are not reviews"
    state = {
        "status": "rejected",
        "reason": reason,
        "waitsFor": "appeal",
        "appeal": "These are\nmy own pages",
    }
    assert (answer.status_code, answer.json()) == (200, state | {"canAppeal": False})
    word = (await app.said(ReviewModerated))[-1]
    assert (word.version, word.status, word.waits_for) == (2, "rejected", "appeal")
    assert word.appeal == "These are\nmy own pages"
    (item,) = (await app.get("/api/moderation/queue", moderator)).json()["items"]
    assert (item["waitsFor"], item["appeal"]) == ("appeal", "These are\nmy own pages")


async def test_an_author_sees_how_a_text_stands_and_whether_to_appeal(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    pending, rejected, approved = await hear(app, alice, LINKED, ADVERT, "Lovely")

    seen = [await _state(app, alice, one) for one in (pending, rejected, approved)]

    assert [one["status"] for one in seen] == ["pending", "rejected", "approved"]
    assert [one["canAppeal"] for one in seen] == [False, True, False]
    await decide(app, moderator, [pending], "rejected", "No links")
    after = await _state(app, alice, pending)
    assert after == {"status": "rejected", "reason": "No links", "canAppeal": True}


async def test_only_what_is_rejected_is_appealed_for_and_once(play: Play, alice: Someone):
    app = await play("moderation")
    pending, approved, rejected = await hear(app, alice, LINKED, "Lovely", ADVERT)

    answers = [
        await _appeal(app, alice, pending),
        await _appeal(app, alice, approved),
        await _appeal(app, alice, rejected),
        await _appeal(app, alice, rejected),  # the same again is the same appeal
        await _appeal(app, alice, rejected, "Please!"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 200, 200, 409]
    assert len(await app.said(ReviewModerated)) == 4


async def test_a_moderator_answers_an_appeal_once_and_for_all(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    granted, denied = await hear(app, alice, ADVERT, ADVERT)
    for one in (granted, denied):
        await _appeal(app, alice, one)

    await decide(app, moderator, [granted])
    await decide(app, moderator, [denied], "rejected", "These are advertisements")

    assert await queue(app, moderator) == []
    assert (await _state(app, alice, granted))["status"] == "approved"
    again = await _appeal(app, alice, denied, "But they are mine")
    assert (again.status_code, (await _state(app, alice, denied))["canAppeal"]) == (409, False)


async def test_another_text_may_be_appealed_for_again(play: Play, alice: Someone):
    app = await play("moderation")
    news = written(alice, ADVERT)
    await tell(app, news)
    await _appeal(app, alice, news.review_id)

    await tell(app, edited(news, ADVERT + " and more"))

    state = await _state(app, alice, news.review_id)
    assert ("appeal" in state, state["canAppeal"]) == (False, True)
    assert (await _appeal(app, alice, news.review_id, "Again")).status_code == 200


async def test_rules_that_changed_grant_an_appeal_or_leave_it_to_a_person(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    granted, left = await hear(app, alice, ADVERT, "a" * 100)
    for one in (granted, left):
        await _appeal(app, alice, one)
    short = PLAIN | {"decides": "reject", "name": "Too long", "longerThan": 80}

    await applied(app, moderator, await put_rules(app, moderator, short, PLAIN))

    assert await queue(app, moderator) == [str(left)]
    assert (await case_of(app, left, moderator))["rule"] == "Too long"
    assert (await _state(app, alice, granted))["status"] == "approved"


async def test_only_its_author_appeals(
    play: Play, alice: Someone, charlie: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, ADVERT)
    path = f"/api/moderation/cases/{review_id}/appeal"

    answers = [
        await _appeal(app, charlie, review_id),
        await _appeal(app, moderator, review_id),
        await app.get(path, charlie),
        await app.put(path, json={"text": "Please"}),
        await app.get(path),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403, 401, 401]


async def test_there_is_no_appeal_for_what_is_not_there(play: Play, alice: Someone):
    app = await play("moderation")
    news = written(alice, ADVERT)
    await tell(app, news, withdrawn(news))

    answers = [
        await _appeal(app, alice, clock.new_id()),
        await _appeal(app, alice, news.review_id),
        await app.get(f"/api/moderation/cases/{news.review_id}/appeal", alice),
        await app.put("/api/moderation/cases/seven/appeal", alice, json={"text": "Please"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_who_asks_about_a_text_that_is_on_its_way_waits_for_it(play: Play, alice: Someone):
    app = await play("moderation")
    news = written(alice)

    await app.say(news)

    assert (await _state(app, alice, news.review_id))["status"] == "approved"


async def test_an_appeal_that_says_nothing_or_too_much_is_refused(play: Play, alice: Someone):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, ADVERT)
    wrong: list[Any] = ["", " \n ", "x" * 1_001, "bell \x07", 7, None]

    answers = [await _appeal(app, alice, review_id, text) for text in wrong]

    for answer in answers:
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["text"]


async def _appeal(
    app: App, by: Someone, review_id: UUID, text: str = "It is true"
) -> httpx.Response:
    path = f"/api/moderation/cases/{review_id}/appeal"
    return await app.put(path, by, json={"text": text})


async def _state(app: App, by: Someone, review_id: UUID) -> dict[str, Any]:
    answer = await app.get(f"/api/moderation/cases/{review_id}/appeal", by)
    assert answer.status_code == 200, answer.text
    return answer.json()
