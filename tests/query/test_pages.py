"""Pages: joined from what the others said, and no staler than their reader."""

from uuid import UUID

from boxoffice.events.orders import OrderPlaced, SeatsCounted
from boxoffice.events.shows import PerformanceScheduled, ShowAdded
from boxoffice.events.tickets import AdmissionIssued
from boxoffice.kit import clock
from query.history import approved, moderated, person, written
from query.told import get_page, show_news
from stage import Play, Someone
from stage.facts import listed, order_news, scheduled, tell

OLIVIA = Someone("olivia", roles=("member", "organiser"))
MODERATOR = Someone("mo", roles=("member", "moderator"))


async def test_the_home_page_shows_what_sells_what_comes_next_and_what_is_new(
    play: Play, alice: Someone
):
    app = await play("query")
    show, performance = _show()
    ticket = listed(alice)
    await tell(app, show, performance, _counted(performance, sold=7), ticket)

    home = await get_page(app, "/api/pages/home")

    assert [(one["rank"], one["seats"], one["show"]["title"]) for one in home["best"]] == [
        (1, 7, "The Tempest")
    ]
    assert [one["id"] for one in home["following"]] == [str(show.show_id)]
    assert [one["id"] for one in home["newest"]] == [str(ticket.ticket_id)]


async def test_an_empty_house_has_a_home_page(play: Play):
    app = await play("query")

    home = await get_page(app, "/api/pages/home")

    assert (home["best"], home["following"], home["newest"]) == ([], [], [])


async def test_a_show_page_has_performances_stars_and_texts_with_replies(play: Play, bob: Someone):
    app = await play("query")
    show, performance = _show()
    text = written(bob.id, show.show_id, stars=4)
    reply = written(OLIVIA.id, show.show_id, reply_to=text.review_id, text="Thank you")
    hidden = written(bob.id, show.show_id, text="Not for all")
    await tell(app, person(bob), person(OLIVIA), show, performance)
    await tell(app, _counted(performance, sold=7), approved(text), approved(reply), hidden)

    shown = await get_page(app, f"/api/pages/shows/{show.show_id}")

    assert (shown["show"]["title"], shown["organiser"]["name"]) == ("The Tempest", "olivia")
    (played,) = shown["performances"]
    assert (played["free"], played["sold"], played["prices"]) == (13, 7, {"Stalls": 30})
    assert shown["rating"] == {"reviews": 1, "average": 4}
    (seen,) = shown["texts"]
    assert (seen["author"], seen["text"], seen["stars"]) == ("bob", "A storm", 4)
    assert [(one["author"], one["text"]) for one in seen["replies"]] == [("olivia", "Thank you")]
    assert shown["mine"] == []


async def test_ones_own_texts_are_there_with_their_status_for_oneself_alone(
    play: Play, bob: Someone, charlie: Someone
):
    app = await play("query")
    show, performance = _show()
    waiting = written(bob.id, show.show_id)
    refused = written(bob.id, show.show_id, status="rejected", reason="Oranges")
    await tell(app, show, performance, waiting, refused)
    path = f"/api/pages/shows/{show.show_id}"

    own, others = await get_page(app, path, bob), await get_page(app, path, charlie)

    assert {(one["status"], one.get("reason")) for one in own["mine"]} == {
        ("pending", None),
        ("rejected", "Oranges"),
    }
    assert (own["texts"], others["texts"], others["mine"]) == ([], [], [])


async def test_a_show_that_was_never_announced_is_its_organisers_alone(play: Play, bob: Someone):
    app = await play("query")
    show, _ = _show()
    await tell(app, show)
    path = f"/api/pages/shows/{show.show_id}"

    answers = [await app.get(path, who) for who in (OLIVIA, bob, None)]

    assert [answer.status_code for answer in answers] == [200, 404, 404]


async def test_a_ticket_page_has_its_seller_and_what_is_asked(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("query")
    ticket = listed(alice)
    text = written(bob.id, None, ticket_id=ticket.ticket_id, text="Is it real?")
    await tell(app, person(alice), person(bob), ticket, approved(text))

    shown = await get_page(app, f"/api/pages/tickets/{ticket.ticket_id}")

    assert shown["ticket"]["price"] == 5
    assert shown["seller"] == {"id": str(alice.id), "name": "alice"}
    assert [one["text"] for one in shown["texts"]] == ["Is it real?"]


async def test_a_sellers_page_has_what_is_on_sale(play: Play, alice: Someone):
    app = await play("query")
    first, second = listed(alice), listed(alice, status="sold")
    await tell(app, person(alice), first, second)

    shown = await get_page(app, f"/api/pages/people/{alice.id}")

    assert (shown["person"]["name"], shown["sold"]) == ("alice", 1)
    assert [one["id"] for one in shown["tickets"]] == [str(first.ticket_id)]


async def test_ones_own_page_has_orders_places_listings_and_texts(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("query")
    show, performance = _show()
    ticket, order_id = listed(bob), clock.new_id()
    order = order_news(
        OrderPlaced,
        clock.new_id(),
        1,
        order_id,
        buyer_id=bob.id,
        performance_id=performance.performance_id,
    )
    place = _admitted(performance, order_id, bob)
    text = written(bob.id, show.show_id)
    await tell(app, show, performance, ticket, order, place, text, listed(alice))

    own = await get_page(app, "/api/pages/mine", bob)

    (ordered,) = own["orders"]
    assert (ordered["id"], ordered["performance"]["title"]) == (str(order_id), "The Tempest")
    assert [one["seat"] for one in own["places"]] == ["Stalls/A/1"]
    assert [one["id"] for one in own["tickets"]] == [str(ticket.ticket_id)]
    assert [(one["about"], one["status"]) for one in own["texts"]] == [("The Tempest", "pending")]
    assert (await app.get("/api/pages/mine")).status_code == 401


async def test_an_organisers_page_has_shows_with_all_performances(play: Play, bob: Someone):
    app = await play("query")
    show, performance = _show()
    another = _show(organiser_id=clock.new_id())
    await tell(app, show, performance, *another, _counted(performance, sold=3))

    shown = await get_page(app, "/api/pages/organiser", OLIVIA)

    (own,) = shown["items"]
    assert own["title"] == "The Tempest"
    assert [(one["sold"], one["state"]) for one in own["performances"]] == [(3, "published")]
    assert (await app.get("/api/pages/organiser", bob)).status_code == 403


async def test_the_moderators_queue_has_what_waits_the_oldest_first(play: Play, bob: Someone):
    app = await play("query")
    show, performance = _show()
    ids = sorted(clock.new_id() for _ in range(3))
    texts = [
        written(bob.id, show.show_id, review_id=one, text=f"Text {n}") for n, one in enumerate(ids)
    ]
    await tell(app, person(bob), show, performance, *texts)
    await tell(app, *(moderated(one, status="pending", waits_for="undecided") for one in texts))
    await tell(app, moderated(texts[1], version=2, decided_by=MODERATOR.id, rule=None))

    queue = await get_page(app, "/api/pages/moderation", MODERATOR)
    rest = await get_page(app, f"/api/pages/moderation?behind={texts[0].review_id}", MODERATOR)

    assert queue["waiting"] == 2
    assert [one["text"] for one in queue["items"]] == ["Text 0", "Text 2"]
    assert [one["text"] for one in rest["items"]] == ["Text 2"]
    first = queue["items"][0]
    assert (first["author"], first["about"]) == ("bob", "The Tempest")
    assert first["case"]["waitsFor"] == "undecided"
    assert (await app.get("/api/pages/moderation", bob)).status_code == 403


async def test_further_texts_are_asked_for_from_behind_the_last(play: Play, bob: Someone):
    app = await play("query")
    show, performance = _show()
    texts = [approved(written(bob.id, show.show_id)) for _ in range(25)]
    await tell(app, show, performance, *texts)

    first = (await get_page(app, f"/api/pages/shows/{show.show_id}"))["texts"]
    path = f"/api/pages/texts/{show.show_id}?before={first[-1]['id']}"
    rest = (await get_page(app, path))["items"]

    newest_first = sorted((str(one.review_id) for one in texts), reverse=True)
    assert [one["id"] for one in [*first, *rest]] == newest_first


def _show(**changes: object) -> tuple[ShowAdded, PerformanceScheduled]:
    """News of a show, and of a performance of it tomorrow."""
    show = show_news(OLIVIA, ShowAdded, **changes)
    return show, scheduled(OLIVIA, show_id=show.show_id)


def _counted(performance: PerformanceScheduled, sold: int) -> SeatsCounted:
    return SeatsCounted(
        performance_id=performance.performance_id,
        version=1,
        total=20,
        held=0,
        sold=sold,
        counted_at=clock.now(),
    )


def _admitted(performance: PerformanceScheduled, order_id: UUID, who: Someone) -> AdmissionIssued:
    return AdmissionIssued(
        admission_id=clock.new_id(),
        version=0,
        order_id=order_id,
        performance_id=performance.performance_id,
        holder_id=who.id,
        seat="Stalls/A/1",
        is_valid=True,
    )
