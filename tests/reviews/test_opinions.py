"""What others have to say to a text: replies, votes and reports."""

from uuid import UUID

from boxoffice.events.reviews import ReviewReported, ReviewUpdated, ReviewWritten
from reviews.critics import (
    accepted,
    approve,
    approved,
    listed,
    path_of,
    shown,
    word,
    write,
)
from stage import Play, Someone
from stage.facts import listed as offered
from stage.facts import tell

THANKS = {"text": "Thank you for coming!"}
BAD = {"reason": "It names my neighbour"}


async def test_the_organiser_replies_to_what_is_said_of_the_show(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)

    reply = accepted(await app.post(path_of(review, "replies"), organiser, json=THANKS), 201)
    hidden = await listed(app, show)
    await approve(app, reply)

    assert (reply["replyTo"], reply["showId"], reply["status"]) == (
        review["id"],
        str(show.show_id),
        "pending",
    )
    assert [one["id"] for one in hidden] == [review["id"]]
    assert [one["id"] for one in await listed(app, show)] == [reply["id"], review["id"]]
    assert [said.reply_to for said in await app.said(ReviewWritten)] == [None, UUID(review["id"])]


async def test_the_seller_replies_to_what_is_asked_of_a_ticket(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("reviews")
    ticket = offered(alice)
    await tell(app, ticket)
    body = {"ticketId": str(ticket.ticket_id), "text": "Is it in the first row?"}
    question = accepted(await app.post("/api/reviews", bob, json=body), 201)
    await approve(app, question)

    reply = await app.post(path_of(question, "replies"), alice, json={"text": "The second."})

    assert accepted(reply, 201)["ticketId"] == str(ticket.ticket_id)


async def test_nobody_else_replies(play: Play, alice: Someone, bob: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    public, hidden = await approved(app, alice, show), await write(app, alice, show)
    other, admin = Someone("oscar", roles=("organiser",)), Someone("ada", roles=("admin",))

    answers = [
        (await app.post(path_of(review, "replies"), who, json=THANKS)).status_code
        for review in (public, hidden)
        for who in (alice, bob, other, admin)
    ]

    assert answers == [403, 403, 403, 403, 403, 404, 404, 403]


async def test_only_an_approved_text_that_is_no_reply_is_replied_to(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    hidden, review = await write(app, alice, show), await approved(app, alice, show)
    own = await write(app, organiser, show)
    reply = accepted(await app.post(path_of(review, "replies"), organiser, json=THANKS), 201)
    await approve(app, reply)

    answers = [
        await app.post(path_of(one, "replies"), organiser, json=THANKS)
        for one in (hidden, own, reply)
    ]

    assert [answer.status_code for answer in answers] == [404, 409, 409]
    assert [answer.json()["detail"] for answer in answers[1:]] == [
        "This is not approved; reply once it is",
        "This is a reply; nobody replies to replies",
    ]


async def test_a_reply_is_seen_only_beside_what_it_replies_to(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)
    reply = accepted(await app.post(path_of(review, "replies"), organiser, json=THANKS), 201)
    await approve(app, reply)

    await tell(app, word(review, "rejected", version=101))

    assert await listed(app, show, bob) == []
    assert (await app.get(path_of(reply), bob)).status_code == 404
    assert (await app.put(path_of(reply, "helpful"), bob)).status_code == 404
    assert [one["id"] for one in await listed(app, show, organiser)] == [reply["id"]]


async def test_replies_take_no_stars(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)

    reply = accepted(
        await app.post(path_of(review, "replies"), organiser, json=THANKS | {"stars": 5}), 201
    )
    edited = await app.put(path_of(reply), organiser, json=THANKS | {"stars": 5})

    assert "stars" not in reply
    assert (edited.status_code, edited.json()["detail"]) == (400, "Replies take no stars; shows do")


async def test_a_review_is_found_helpful_by_each_once(
    play: Play, alice: Someone, bob: Someone, charlie: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    path = path_of(await approved(app, alice, show), "helpful")

    counts = [accepted(await app.put(path, who)) for who in (bob, bob, charlie)]
    ends = [(await app.delete(path, who)).status_code for who in (bob, bob, organiser)]

    assert counts == [{"helpful": 1}, {"helpful": 1}, {"helpful": 2}]
    assert ends == [204] * 3
    assert [one["helpful"] for one in await listed(app, show)] == [1]
    said = await app.said(ReviewUpdated)
    assert [(one.helpful, one.version) for one in said] == [(0, 1), (1, 2), (2, 3), (1, 4)]


async def test_votes_and_reports_are_for_what_others_wrote_and_everybody_sees(
    play: Play, alice: Someone, bob: Someone, organiser: Someone, moderator: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    public, hidden = await approved(app, alice, show), await write(app, alice, show)

    answers = {
        (name, who.name): [
            (await app.put(path_of(review, "helpful"), who)).status_code,
            (await app.delete(path_of(review, "helpful"), who)).status_code,
            (await app.put(path_of(review, "report"), who, json=BAD)).status_code,
        ]
        for name, review in (("public", public), ("hidden", hidden))
        for who in (alice, bob, moderator)
    }

    assert answers == {
        ("public", "alice"): [409, 409, 409],
        ("public", "bob"): [200, 204, 204],
        ("public", "moritz"): [200, 204, 204],
        ("hidden", "alice"): [409, 409, 409],
        ("hidden", "bob"): [404, 404, 404],
        ("hidden", "moritz"): [404, 404, 404],
    }


async def test_a_report_is_said_once_for_each_person_and_text(
    play: Play, alice: Someone, bob: Someone, charlie: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)

    for who, reason in ((bob, "First"), (bob, "Second"), (charlie, "Third")):
        answer = await app.put(path_of(review, "report"), who, json={"reason": f" {reason}\n"})
        assert (answer.status_code, answer.content) == (204, b"")
    edited = accepted(await app.put(path_of(review), alice, json={"text": "Better?"}))
    await approve(app, edited)
    await app.put(path_of(review, "report"), bob, json={"reason": "Fourth"})

    said = await app.said(ReviewReported)
    assert [(one.reporter_id, one.complaint, one.text_version) for one in said] == [
        (bob.id, "First", 0),
        (charlie.id, "Third", 0),
        (bob.id, "Fourth", 1),
    ]
    assert [one.text for one in said] == [review["text"], review["text"], "Better?"]
    assert accepted(await app.get(path_of(review)))["status"] == "approved"


async def test_a_report_says_why(play: Play, alice: Someone, bob: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    path = path_of(await approved(app, alice, show), "report")

    wrong = [{}, {"reason": ""}, {"reason": " \n"}, {"reason": "x" * 501}, {"reason": "a\x00"}]
    answers = [await app.put(path, bob, json=body) for body in wrong]

    assert [answer.status_code for answer in answers] == [400] * len(wrong)
    assert {answer.json()["errors"][0]["field"] for answer in answers} == {"reason"}
    assert (await app.put(path, bob, json={"reason": "x" * 500})).status_code == 204
