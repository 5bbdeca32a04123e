"""Who sees which texts, in lists and one by one."""

from datetime import UTC, datetime

from boxoffice.events.reviews import ReviewUpdated
from boxoffice.kit import clock
from boxoffice.services.reviews import store
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


async def test_others_see_what_is_approved_and_its_author_sees_all_of_their_own(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    pending, rejected, public = [await write(app, alice, show, f"Act {n}") for n in range(3)]

    await tell(app, word(rejected, "rejected"), word(public, "approved"))

    assert [one["id"] for one in await listed(app, show)] == [public["id"]]
    assert [one["id"] for one in await listed(app, show, bob)] == [public["id"]]
    own = await listed(app, show, alice)
    assert [(one["id"], one["status"], one.get("reason")) for one in own] == [
        (public["id"], "approved", None),
        (rejected["id"], "rejected", "It has the word orange"),
        (pending["id"], "pending", None),
    ]


async def test_one_text_is_shown_to_its_author_to_moderators_and_once_approved_to_all(
    play: Play, alice: Someone, bob: Someone, organiser: Someone, moderator: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    path = path_of(review)

    before = [(await app.get(path, who)).status_code for who in (alice, moderator, bob, None)]
    await tell(app, word(review, "rejected"))
    rejected = [await app.get(path, who) for who in (alice, moderator, bob, None)]
    await tell(app, word(review, "approved", version=2))
    after = [accepted(await app.get(path, who)) for who in (alice, moderator, bob, None)]

    assert before == [200, 200, 404, 404]
    assert [answer.status_code for answer in rejected] == [200, 200, 404, 404]
    assert [answer.json()["reason"] for answer in rejected[:2]] == ["It has the word orange"] * 2
    assert [one["status"] for one in after] == ["approved"] * 4
    assert all("reason" not in one for one in after)


async def test_a_reason_beside_an_approval_is_told_nobody(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    await tell(app, word(review, "approved", reason="After an appeal"))

    for who in (alice, None):
        assert "reason" not in accepted(await app.get(path_of(review), who))
    assert [said.reason for said in await app.said(ReviewUpdated)] == [None]


async def test_a_long_list_is_read_page_by_page_newest_first(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    written = [await write(app, who, show, f"Act {n}") for n in range(3) for who in (alice, bob)]
    await approve(app, *(review for review in written if review["authorId"] == str(bob.id)))
    await approve(app, written[0])

    pages, after = list[list[str]](), ""
    while after is not None:
        query = f"showId={show.show_id}&limit=2" + (f"&after={after}" if after else "")
        answer = accepted(await app.get(f"/api/reviews?{query}", alice))
        pages.append([review["id"] for review in answer["items"]])
        after = answer["next"]

    ids = [review["id"] for review in reversed(written)]
    assert pages == [ids[:2], ids[2:4], ids[4:]]
    assert len(await listed(app, show)) == 4


async def test_what_is_written_elsewhere_is_no_part_of_a_list(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show, other, ticket = shown(organiser), shown(organiser), offered(alice)
    await tell(app, show, other, ticket)
    here = await approved(app, alice, show)
    await approved(app, alice, other)
    body = {"ticketId": str(ticket.ticket_id), "text": "Hm?"}
    there = accepted(await app.post("/api/reviews", alice, json=body), 201)
    await approve(app, there)

    of_ticket = accepted(await app.get(f"/api/reviews?ticketId={ticket.ticket_id}"))

    assert [one["id"] for one in await listed(app, show)] == [here["id"]]
    assert [one["id"] for one in of_ticket["items"]] == [there["id"]]
    nothing = accepted(await app.get(f"/api/reviews?showId={clock.new_id()}"))
    assert nothing == {"items": [], "next": None}


async def test_a_list_that_makes_no_sense_is_refused(play: Play, alice: Someone):
    app = await play("reviews")
    one = clock.new_id()
    queries = {
        "": "showId",
        f"showId={one}&ticketId={one}": "ticketId",
        "showId=seven": "showId",
        f"showId={one}&limit=0": "limit",
        f"showId={one}&limit=201": "limit",
        f"showId={one}&after=seven": "after",
    }

    answers = [await app.get(f"/api/reviews?{query}", alice) for query in queries]

    assert [answer.status_code for answer in answers] == [400] * len(queries)
    fields = [answer.json()["errors"][0]["field"] for answer in answers]
    assert fields == list(queries.values())


async def test_times_are_told_in_utc(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    before = clock.now()

    review = await write(app, alice, show)

    assert before <= datetime.fromisoformat(review["writtenAt"]).astimezone(UTC) <= clock.now()


async def test_texts_are_counted_by_what_moderation_said_of_them(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    _, public, hidden, gone = [await write(app, alice, show, f"Act {n}") for n in range(4)]
    await tell(app, word(public, "approved"), word(hidden, "rejected"), word(gone, "approved"))
    await app.delete(path_of(gone), alice)

    tally = await store.select_tally(await app.db("reviews"))

    assert tally == {"texts pending": 1, "texts approved": 1, "texts rejected": 1}
