"""What moderation says, in any order and number: the newest word about the present text counts."""

from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from boxoffice.events.moderation import ReviewModerated, Verdict
from boxoffice.events.reviews import ReviewUpdated
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.reviews import handlers, store
from boxoffice.services.reviews.model import Review
from reviews.critics import accepted, listed, path_of, shown, word, write
from stage import Play, Someone
from stage.facts import tell

VERDICTS: Sequence[Verdict] = ("pending", "approved", "rejected")
AUTHOR, SHOW = clock.new_id(), clock.new_id()


async def test_each_verdict_is_shown_and_said(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    seen = list[tuple[str, str | None]]()
    for version, status in enumerate(("rejected", "approved", "pending", "rejected"), 1):
        await tell(app, word(review, status, version=version))
        (own,) = await listed(app, show, alice)
        seen.append((own["status"], own.get("reason")))

    assert seen == [
        ("rejected", "It has the word orange"),
        ("approved", None),
        ("pending", None),
        ("rejected", "It has the word orange"),
    ]
    said = [(one.version, one.status, one.reason) for one in await app.said(ReviewUpdated)]
    assert said == [(version, *pair) for version, pair in enumerate(seen, 1)]


async def test_a_repeated_verdict_changes_nothing(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    approval = word(review, "approved")

    event_id = clock.new_id()
    await tell(app, approval, event_id=event_id)
    await tell(app, approval, event_id=event_id)
    await tell(app, approval)

    (said,) = await app.said(ReviewUpdated)
    assert (said.version, said.status) == (1, "approved")


async def test_a_late_verdict_changes_nothing(play: Play, alice: Someone, organiser: Someone):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    await tell(app, word(review, "rejected", version=3), word(review, "approved", version=2))

    assert accepted(await app.get(path_of(review), alice))["status"] == "rejected"
    assert [said.status for said in await app.said(ReviewUpdated)] == ["rejected"]


async def test_a_verdict_of_another_text_than_the_present_one_changes_nothing(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    edited = accepted(await app.put(path_of(review), alice, json={"text": "Orange"}))

    await tell(app, word(review, "approved", version=9), word(edited, "approved", text_version=2))

    assert accepted(await app.get(path_of(review), alice)) == edited
    assert await app.said(ReviewUpdated) == []


async def test_a_new_text_is_judged_by_a_count_of_its_own(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)
    await tell(app, word(review, "rejected", version=9))
    edited = accepted(await app.put(path_of(review), alice, json={"text": "Better"}))

    await tell(app, word(edited, "approved", version=1))

    (public,) = await listed(app, show)
    assert (public["text"], public["status"]) == ("Better", "approved")


async def test_a_verdict_of_what_nobody_wrote_is_passed_over(play: Play):
    app = await play("reviews")
    nothing = {"id": str(clock.new_id()), "textVersion": 0}

    await tell(app, word(nothing, "approved"))

    db = await app.db("reviews")
    assert await db.fetchval("SELECT count(*) FROM reviews") == 0
    assert await db.fetchval("SELECT count(*) FROM dead_letters") == 0


async def test_another_reason_to_wait_is_no_news_of_a_text_but_counts(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    await tell(app, word(review, "pending", version=5), word(review, "approved", version=4))

    assert accepted(await app.get(path_of(review), alice)) == review
    assert await app.said(ReviewUpdated) == []


async def test_verdicts_in_every_order_and_number_end_in_the_same_state(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    before = await write(app, alice, show)
    after = accepted(await app.put(path_of(before), alice, json={"text": "Better"}))
    words = [
        word(before, "rejected", version=7),
        word(after, "pending", version=1),
        word(after, "rejected", version=2),
        word(after, "approved", version=3),
    ]
    db = await app.db("reviews")
    orders = set(permutations([*words, words[2]]))

    ends = {await _end(db, UUID(after["id"]), order) for order in orders}

    assert len(orders) == 60
    assert ends == {("approved", None, 3, "Better")}


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 6)), max_size=12))
def test_a_review_is_what_the_newest_word_about_its_text_says(heard: list[tuple[int, int]]):
    first = Review.write(SHOW, AUTHOR, text="First", at=clock.now(), show_id=SHOW)
    review = first.edit("Second", None, clock.now())

    for text_version, version in heard:  # in whatever order, some of them repeated
        review = review.judge(text_version, version, VERDICTS[version % 3], f"{version}")

    newest = max((version for text_version, version in heard if text_version == 1), default=None)
    assert review.verdict_version == newest
    status = "pending" if newest is None else VERDICTS[newest % 3]
    assert review.status == status
    assert review.reason == (f"{newest}" if status == "rejected" else None)


async def _end(
    db: Database, review_id: UUID, words: Sequence[ReviewModerated]
) -> tuple[str, str | None, int | None, str]:
    """How a review ends by these words; then it waits again as if they had not been said."""
    async with db.transaction() as tx:
        for one in words:
            await handlers.obey_verdict(tx, one)
        review = await store.select_review(tx, review_id)
        await tx.execute(
            "UPDATE reviews SET status = 'pending', reason = NULL, verdict_version = NULL"
        )
    assert review is not None
    return review.status, review.reason, review.verdict_version, review.text
