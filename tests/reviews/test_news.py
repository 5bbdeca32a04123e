"""Copies of what others say: late and repeated news change nothing."""

from datetime import timedelta
from typing import LiteralString

import pytest

from boxoffice.events.event import Event
from boxoffice.events.shows import PerformanceCancelled, PerformanceNews, ShowChanged
from boxoffice.events.tickets import (
    AdmissionIssued,
    AdmissionReissued,
    AdmissionVoided,
    TicketEdited,
    TicketWithdrawn,
)
from boxoffice.kit import clock
from boxoffice.services.reviews import handlers
from reviews.critics import (
    about,
    admission_news,
    approved,
    path_of,
    performed,
    show_news,
    shown,
)
from stage import App, Play, Someone
from stage.facts import listed as offered
from stage.facts import performance_news, tell, ticket_news
from stage.rivals import rivals

THANKS = {"text": "Thank you!"}
GUARDS: list[LiteralString] = [
    "WHERE performances.version < excluded.version",
    "WHERE admissions.version < excluded.version",
]


async def test_older_news_does_not_overwrite_newer(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show, ticket = shown(organiser), offered(alice)
    begun = performed(organiser, show)
    seat = admission_news(alice, begun.performance_id, AdmissionIssued)
    void = _void(seat)
    cancelled = _cancelled(organiser, begun)
    taken_over = show_news(bob, ShowChanged, show_id=show.show_id, version=2)
    withdrawn = ticket_news(alice, ticket.ticket_id, TicketWithdrawn, version=2, status="withdrawn")
    edited = ticket_news(alice, ticket.ticket_id, TicketEdited, version=1)

    await tell(app, taken_over, cancelled, void, withdrawn)
    before = await _copies(app)
    await tell(app, show, begun, seat, ticket, edited, withdrawn, void)

    assert await _copies(app) == before
    review = await approved(app, alice, show)
    replies = [
        (await app.post(path_of(review, "replies"), who, json=THANKS)).status_code
        for who in (organiser, bob)
    ]
    assert replies == [403, 201]


async def test_news_in_any_order_gives_the_right_to_stars(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    begun = performed(organiser, show)
    seat = admission_news(alice, begun.performance_id, AdmissionIssued)
    again = AdmissionReissued.model_validate(seat.model_dump() | {"version": 1})

    await tell(app, again, seat, begun, show, show, again)

    answer = await app.post("/api/reviews", alice, json=about(show, stars=5))
    assert answer.status_code == 201


async def test_who_may_give_stars_is_decided_when_they_write(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    later = performed(organiser, show, starts_at=clock.now() + timedelta(hours=1))
    seats = [admission_news(one, later.performance_id, AdmissionIssued) for one in (alice, bob)]
    await tell(app, show, later, *seats)

    early = await app.post("/api/reviews", alice, json=about(show, stars=5))
    began = {"performance_id": later.performance_id, "version": 2}
    await tell(app, performed(organiser, show, **began))
    hers = await app.post("/api/reviews", alice, json=about(show, stars=5))
    await tell(app, _void(seats[0]), _void(seats[1]))
    his = await app.post("/api/reviews", bob, json=about(show, stars=5))
    edited = await app.put(path_of(hers.json()), alice, json={"text": "Hm", "stars": 5})
    lowered = await app.put(path_of(hers.json()), alice, json={"text": "Hm", "stars": 1})

    answers = [one.status_code for one in (early, hers, his, edited, lowered)]
    assert answers == [403, 201, 403, 200, 403]


@pytest.mark.parametrize("guard", GUARDS)
async def test_without_the_version_in_its_statement_older_news_gives_a_right_back(
    play: Play, alice: Someone, organiser: Someone, guard: LiteralString
):
    app = await play("reviews")
    show = shown(organiser)
    begun = performed(organiser, show)
    seat = admission_news(alice, begun.performance_id, AdmissionIssued)
    is_show = "performances" in guard
    late: Event = begun if is_show else seat
    newest: list[Event] = [_cancelled(organiser, begun), seat] if is_show else [begun, _void(seat)]
    await tell(app, show, *newest)
    refused = await app.post("/api/reviews", alice, json=about(show, stars=5))

    async with rivals(app, "reviews", without=(guard,)) as unguarded, unguarded.transaction() as tx:
        if isinstance(late, PerformanceNews):
            await handlers.copy_performance(tx, late)
        else:
            await handlers.copy_admission(tx, seat)
    given = await app.post("/api/reviews", alice, json=about(show, stars=5))

    assert (refused.status_code, given.status_code) == (403, 201)


def _void(seat: AdmissionIssued) -> AdmissionVoided:
    return AdmissionVoided.model_validate(seat.model_dump() | {"version": 5, "is_valid": False})


def _cancelled(organiser: Someone, begun: PerformanceNews) -> PerformanceCancelled:
    fields = begun.model_dump(exclude={"sections"}) | {"version": 5, "state": "cancelled"}
    return performance_news(organiser, PerformanceCancelled, **fields)


async def _copies(app: App) -> list[str]:
    db = await app.db("reviews")
    return [
        str(row)
        for rows in (
            await db.fetch("SELECT * FROM shows"),
            await db.fetch("SELECT * FROM tickets"),
            await db.fetch("SELECT * FROM performances"),
            await db.fetch("SELECT * FROM admissions"),
        )
        for row in rows
    ]
