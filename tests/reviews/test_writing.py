"""Writing about a show or a ticket: who may, and who may give stars."""

import asyncio
from datetime import timedelta
from typing import TypeVar

from boxoffice.events.reviews import ReviewWritten
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceNews,
    PerformancePostponed,
    ShowChanged,
)
from boxoffice.events.tickets import AdmissionIssued, AdmissionVoided
from boxoffice.kit import clock
from reviews.critics import (
    PRAISE,
    about,
    accepted,
    admission_news,
    attended,
    listed,
    path_of,
    performed,
    show_news,
    shown,
    write,
)
from stage import Play, Someone
from stage.facts import listed as offered
from stage.facts import performance_news, tell, ticket_news

P = TypeVar("P", bound=PerformanceNews)


async def test_a_review_is_answered_whole_and_said(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = await attended(app, organiser, alice)

    answer = await app.post("/api/reviews", alice, json=about(show, f" {PRAISE}\n", stars=5))

    review = accepted(answer, 201)
    assert review == {
        "id": review["id"],
        "version": 0,
        "showId": str(show.show_id),
        "authorId": str(alice.id),
        "text": PRAISE,
        "textVersion": 0,
        "stars": 5,
        "status": "pending",
        "helpful": 0,
        "writtenAt": review["writtenAt"],
    }
    assert review["writtenAt"].endswith("Z")
    assert answer.headers["Boxoffice-After"] == f"reviews.{review['id']}.0"
    (said,) = await app.said(ReviewWritten)
    assert (str(said.review_id), said.text, said.stars) == (review["id"], PRAISE, 5)
    assert (said.show_id, said.author_id, said.status) == (show.show_id, alice.id, "pending")


async def test_anyone_comments_on_a_ticket_that_is_offered(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("reviews")
    ticket = offered(alice)
    await tell(app, ticket)
    body = {"ticketId": str(ticket.ticket_id), "text": "Is it in the first row?"}

    review = accepted(await app.post("/api/reviews", bob, json=body), 201)

    assert review["ticketId"] == str(ticket.ticket_id)
    assert review.keys().isdisjoint({"showId", "stars", "replyTo", "reason", "editedAt"})


async def test_what_nobody_knows_cannot_be_written_about(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    gone = offered(alice)
    withdrawn = ticket_news(alice, gone.ticket_id, type(gone), version=1, status="withdrawn")
    await tell(app, gone, withdrawn)

    answers = await asyncio.gather(
        app.post("/api/reviews", alice, json=about(shown(organiser))),
        *(
            app.post("/api/reviews", alice, json={"ticketId": str(ticket_id), "text": "?"})
            for ticket_id in (clock.new_id(), gone.ticket_id)
        ),
    )

    assert [answer.status_code for answer in answers] == [404] * 3
    assert [answer.json()["detail"] for answer in answers] == [
        "There is no such show",
        "There is no such ticket",
        "There is no such ticket",
    ]


async def test_news_of_a_show_that_is_on_its_way_is_waited_for(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)

    early = asyncio.create_task(app.post("/api/reviews", alice, json=about(show)))
    await tell(app, show)

    accepted(await early, 201)


async def test_one_writes_about_one_thing(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show, ticket = shown(organiser), offered(alice)
    await tell(app, show, ticket)

    both = await app.post("/api/reviews", alice, json=about(show, ticketId=str(ticket.ticket_id)))
    neither = await app.post("/api/reviews", alice, json={"text": PRAISE})

    assert (both.status_code, neither.status_code) == (400, 400)
    assert both.json()["detail"] == "Name a show or a ticket, not both"
    assert neither.json()["detail"] == "Name a show or a ticket"


async def test_tickets_take_no_stars(play: Play, alice: Someone, bob: Someone):
    app = await play("reviews")
    ticket = offered(alice)
    await tell(app, ticket)
    body = {"ticketId": str(ticket.ticket_id), "text": "Cheap!"}

    refused = await app.post("/api/reviews", bob, json=body | {"stars": 5})
    review = accepted(await app.post("/api/reviews", bob, json=body), 201)
    edited = await app.put(path_of(review), bob, json={"text": "Cheap!", "stars": 5})

    for answer in (refused, edited):
        assert answer.status_code == 400
        assert answer.json()["errors"] == [
            {"message": "Tickets take no stars; shows do", "field": "stars"}
        ]


async def test_who_was_not_there_gives_no_stars_and_may_comment(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, bob)
    other = await attended(app, organiser, alice)

    refused = await app.post("/api/reviews", alice, json=about(show, stars=1))
    comment = await app.post("/api/reviews", alice, json=about(show))

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Stars are for those who were there; write without them"
    accepted(comment, 201)
    accepted(await app.post("/api/reviews", alice, json=about(other, stars=4)), 201)


async def test_a_ticket_that_lets_nobody_in_gives_no_right_to_stars(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    cancelled, postponed, refunded = [performed(organiser, show) for _ in range(3)]
    to_come = performed(organiser, show, starts_at=clock.now() + timedelta(minutes=5))
    unheard_of = performed(organiser, show)
    every = (cancelled, postponed, refunded, to_come, unheard_of)
    seats = [admission_news(alice, one.performance_id, AdmissionIssued) for one in every]
    void = AdmissionVoided.model_validate(seats[2].model_dump() | {"version": 1, "is_valid": False})
    await tell(app, show, *every[:-1], *seats, void)
    await tell(
        app,
        _next(organiser, cancelled, PerformanceCancelled, "cancelled"),
        _next(organiser, postponed, PerformancePostponed, "postponed"),
    )

    refused = await app.post("/api/reviews", alice, json=about(show, stars=5))
    await tell(app, unheard_of)

    assert refused.status_code == 403
    await write(app, alice, show, stars=5)


async def test_one_review_with_stars_for_each_person_and_show(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice, bob)
    another = await attended(app, organiser, alice)

    first = await write(app, alice, show, stars=5)
    second = await app.post("/api/reviews", alice, json=about(show, "Even better", stars=4))
    of_bob = await write(app, bob, show, stars=1)
    of_another = await write(app, alice, another, stars=3)
    comments = [await write(app, alice, show, f"And {n} more") for n in range(2)]

    assert second.status_code == 409
    assert second.json()["detail"] == "You have given this show stars already; edit that review"
    own = {review["id"] for review in await listed(app, show, alice)}
    assert own == {first["id"], *(comment["id"] for comment in comments)}
    assert of_bob["stars"] == 1
    assert of_another["stars"] == 3


async def test_a_review_that_is_taken_back_frees_its_place(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    first = await write(app, alice, show, stars=1)

    await app.delete(path_of(first), alice)
    second = await write(app, alice, show, stars=5)

    assert [one["id"] for one in await listed(app, show, alice)] == [second["id"]]


async def test_a_show_may_be_heard_of_by_a_change_of_it_first(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    changed = show_news(organiser, ShowChanged, version=3)

    await tell(app, changed)

    await write(app, alice, changed)


def _next(organiser: Someone, news: PerformanceNews, kind: type[P], state: str) -> P:
    """What shows says next of a performance."""
    usual = news.model_dump(exclude={"sections"})
    return performance_news(organiser, kind, **usual | {"version": 2, "state": state})
