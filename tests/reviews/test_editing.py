"""A text by its author: another text, what it said before, and the end of it."""

from boxoffice.events.reviews import ReviewEdited, ReviewWithdrawn
from boxoffice.kit import clock
from reviews.critics import (
    PRAISE,
    about,
    accepted,
    approve,
    approved,
    attended,
    listed,
    path_of,
    shown,
    word,
    write,
)
from stage import Play, Someone
from stage.facts import tell


async def test_an_edited_text_waits_again_and_is_said(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    review = await write(app, alice, show, stars=5)
    await approve(app, review)

    answer = await app.put(path_of(review), alice, json={"text": "Not so good", "stars": 2})

    edited = accepted(answer)
    assert edited == review | {
        "version": 2,
        "text": "Not so good",
        "textVersion": 1,
        "stars": 2,
        "editedAt": edited["editedAt"],
    }
    assert answer.headers["Boxoffice-After"] == f"reviews.{review['id']}.2"
    assert (await app.get(path_of(review), bob)).status_code == 404
    (said,) = await app.said(ReviewEdited)
    assert (said.text, said.text_version, said.stars, said.status) == (
        "Not so good",
        1,
        2,
        "pending",
    )


async def test_the_same_text_and_stars_again_change_nothing(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    review = await write(app, alice, show, stars=5)
    await approve(app, review)
    same = {"text": f"{PRAISE} \n", "stars": 5, "version": 0}

    answers = [accepted(await app.put(path_of(review), alice, json=same)) for _ in range(2)]

    assert answers == [review | {"version": 1, "status": "approved"}] * 2
    assert await app.said(ReviewEdited) == []


async def test_only_its_author_edits_or_withdraws_a_text(
    play: Play, alice: Someone, bob: Someone, organiser: Someone, moderator: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    hidden = path_of(await write(app, alice, show))
    public = path_of(await approved(app, alice, show))
    other = {"text": "Bad!", "version": 7}  # whose comes before which version

    answers = [
        answer.status_code
        for path, who in ((hidden, bob), (public, bob), (hidden, moderator), (public, moderator))
        for answer in (await app.put(path, who, json=other), await app.delete(path, who))
    ]

    assert answers == [404, 404, 403, 403, 403, 403, 403, 403]
    assert {one["text"] for one in await listed(app, show, alice)} == {PRAISE}


async def test_an_edit_of_a_text_that_is_past_is_refused(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    path = path_of(await write(app, alice, show))

    seen = await app.put(path, alice, json={"text": "Second", "version": 0})
    stale = await app.put(path, alice, json={"text": "Third", "version": 0})
    ahead = await app.put(path, alice, json={"text": "Third", "version": 2})

    assert (accepted(seen)["version"], stale.status_code, ahead.status_code) == (1, 409, 409)
    assert accepted(await app.get(path, alice))["text"] == "Second"


async def test_a_vote_or_a_verdict_makes_no_text_stale(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)
    accepted(await app.put(path_of(review, "helpful"), bob))

    edited = await app.put(path_of(review), alice, json={"text": "Second", "version": 0})

    assert accepted(edited)["version"] == 3


async def test_stars_are_added_changed_and_taken_by_who_may_give_them(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    hers = path_of(await write(app, alice, show))
    his = path_of(await write(app, bob, show))

    added, changed, taken = [
        accepted(await app.put(hers, alice, json={"text": PRAISE} | stars))
        for stars in ({"stars": 4}, {"stars": 3}, {})
    ]
    refused = await app.put(his, bob, json={"text": PRAISE, "stars": 4})

    assert (added["stars"], changed["stars"], "stars" in taken) == (4, 3, False)
    assert [one["textVersion"] for one in (added, changed, taken)] == [1, 2, 3]
    assert refused.status_code == 403


async def test_a_second_review_with_stars_cannot_be_edited_into_being(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    await write(app, alice, show, stars=5)
    comment = await write(app, alice, show)

    refused = await app.put(path_of(comment), alice, json={"text": PRAISE, "stars": 5})

    assert refused.status_code == 409
    assert accepted(await app.get(path_of(comment), alice)) == comment
    assert await app.said(ReviewEdited) == []


async def test_what_a_text_said_is_told_its_author_and_moderators(
    play: Play, alice: Someone, bob: Someone, organiser: Someone, moderator: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    review = await write(app, alice, show, "First", stars=1)
    for body in ({"text": "Second", "stars": 5}, {"text": "Third"}):
        edited = accepted(await app.put(path_of(review), alice, json=body))
    await approve(app, edited)

    answers = [
        await app.get(path_of(review, "history"), who) for who in (alice, moderator, bob, None)
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 403, 401]
    third, second, first = answers[0].json()["items"]
    assert first == {"textVersion": 0, "text": "First", "stars": 1, "at": review["writtenAt"]}
    assert (second["textVersion"], second["text"], second["stars"]) == (1, "Second", 5)
    assert third == {"textVersion": 2, "text": "Third", "at": edited["editedAt"]}
    assert answers[1].json() == answers[0].json()


async def test_a_withdrawn_text_is_gone_for_everyone_and_erased(
    play: Play, alice: Someone, bob: Someone, organiser: Someone, moderator: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    review = await write(app, alice, show, "A secret", stars=5)
    review = accepted(await app.put(path_of(review), alice, json={"text": "Another secret"}))
    await approve(app, review)
    await app.put(path_of(review, "helpful"), bob)
    await app.put(path_of(review, "report"), bob, json={"reason": "It tells a secret"})

    first, again = [await app.delete(path_of(review), alice) for _ in range(2)]

    assert (first.status_code, first.content, again.status_code) == (204, b"", 204)
    for path in (path_of(review), path_of(review, "history")):
        for who in (alice, bob, moderator):
            assert (await app.get(path, who)).status_code == 404
    assert await listed(app, show, alice) == []
    (said,) = await app.said(ReviewWithdrawn)
    assert (said.text, said.stars, said.status, said.version) == ("", None, "withdrawn", 5)
    db = await app.db("reviews")
    for row in await db.fetch("SELECT * FROM reviews"):
        assert "secret" not in str(row)
    for table in ("texts", "votes", "reports"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # pyright: ignore[reportArgumentType]


async def test_what_was_withdrawn_is_changed_by_nothing(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    await app.delete(path_of(review), alice)

    edited = await app.put(path_of(review), alice, json={"text": "Back again"})
    await tell(app, word(review, "approved"))
    others = [
        await app.put(path_of(review, "helpful"), bob),
        await app.put(path_of(review, "report"), bob, json={"reason": "Bad"}),
        await app.post(path_of(review, "replies"), organiser, json={"text": "Why?"}),
    ]

    assert (edited.status_code, edited.json()["detail"]) == (
        409,
        "This was withdrawn; write another",
    )
    assert [answer.status_code for answer in others] == [404] * 3
    assert (await app.get(path_of(review), bob)).status_code == 404


async def test_a_text_that_is_not_there_is_not_found(play: Play, alice: Someone):
    app = await play("reviews")
    answers = [
        answer.status_code
        for path in (f"/api/reviews/{clock.new_id()}", "/api/reviews/seven")
        for answer in (
            await app.get(path),
            await app.get(f"{path}/history", alice),
            await app.put(path, alice, json={"text": PRAISE}),
            await app.delete(path, alice),
            await app.put(f"{path}/helpful", alice),
            await app.delete(f"{path}/helpful", alice),
            await app.put(f"{path}/report", alice, json={"reason": "Bad"}),
            await app.post(f"{path}/replies", alice, json={"text": "Why?"}),
        )
    ]

    assert answers == [404] * 16


async def test_what_is_wrong_is_said_of_all_fields_at_once(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    wrong = {"text": " ", "stars": 6, "version": -1}

    written = await app.post("/api/reviews", alice, json=about(show) | wrong | {"ticketId": "x"})
    edited = await app.put(path_of(review), alice, json=wrong)

    fields = [{one["field"] for one in answer.json()["errors"]} for answer in (written, edited)]
    assert (written.status_code, edited.status_code) == (400, 400)
    assert fields == [{"text", "stars", "ticketId"}, {"text", "stars", "version"}]
    for stars in (0, 2.5, "many", -1):
        answer = await app.post("/api/reviews", alice, json=about(show, stars=stars))
        assert answer.status_code == 400
