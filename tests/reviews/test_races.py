"""Many at once: one review with stars, every vote counted, an edit against a verdict."""

import asyncio
from typing import Any, LiteralString
from uuid import UUID

from boxoffice.events.event import Event
from boxoffice.events.reviews import ReviewEdited, ReviewUpdated, ReviewWritten
from boxoffice.kit import clock
from boxoffice.kit.errors import Conflict
from boxoffice.services.reviews import commands, handlers
from boxoffice.services.reviews.model import Review
from reviews.critics import (
    PRAISE,
    accepted,
    approved,
    attended,
    listed,
    path_of,
    person,
    shown,
    word,
    write,
)
from stage import App, Play, Someone
from stage.facts import tell
from stage.rivals import Rivals, rivals

MANY = 4
LOCK: LiteralString = "FOR UPDATE OF review"
VERSION: LiteralString = "AND version = $2 - 1"
ONE_EACH: LiteralString = "ON CONFLICT (author_id, show_id) WHERE stars IS NOT NULL DO NOTHING"
SAVING: LiteralString = "UPDATE reviews SET version"


async def test_of_several_first_reviews_by_one_person_one_stands(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)

    async with rivals(app, "reviews", MANY) as several:
        outcomes = await _write_at_once(several, alice, show.show_id)

    assert sorted(outcomes) == ["Conflict"] * (MANY - 1) + ["written"]
    assert len(await listed(app, show, alice)) == len(await app.said(ReviewWritten)) == 1


async def test_without_the_unique_index_all_of_them_stand(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    await (await app.db("reviews")).execute("DROP INDEX reviews_one_with_stars")

    async with rivals(app, "reviews", MANY, without=(ONE_EACH,)) as several:
        outcomes = await _write_at_once(several, alice, show.show_id)

    assert outcomes == ["written"] * MANY
    assert [one["stars"] for one in await listed(app, show, alice)] == [5] * MANY


async def test_of_several_comments_that_get_stars_at_once_one_has_them(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = await attended(app, organiser, alice)
    comments = [await write(app, alice, show) for _ in range(MANY)]

    async with rivals(app, "reviews", MANY) as several:
        ends = await asyncio.gather(
            *(_edit(several, alice, comment, stars=5) for comment in comments),
            return_exceptions=True,
        )

    assert sum(isinstance(end, Conflict) for end in ends) == MANY - 1
    assert [one.get("stars") for one in await listed(app, show, alice)].count(5) == 1


async def test_an_edit_is_pending_whenever_a_verdict_about_the_old_text_comes(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)

    for _ in range(3):
        review = await write(app, alice, show)
        async with rivals(app, "reviews", 2) as several:
            await _edit_and_judge(several, alice, review)

        now = accepted(await app.get(path_of(review), alice))
        assert (now["text"], now["status"], now["textVersion"]) == ("Orange", "pending", 1)
        versions = await _versions(app, review["id"])
        assert versions == sorted(set(versions))


async def test_without_lock_and_version_the_edit_and_the_verdict_are_one_version(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    unguarded = rivals(app, "reviews", 2, without=(LOCK, VERSION), meet_at=SAVING)
    async with unguarded as several:
        await _edit_and_judge(several, alice, review)

    assert await _versions(app, review["id"]) == [0, 1, 1]


async def test_every_vote_counts_however_many_come_at_once(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)

    async with rivals(app, "reviews", 2 * MANY) as several:
        await _vote_at_once(several, review, [Someone(f"reader {n}") for n in range(MANY)] * 2)

    assert accepted(await app.get(path_of(review)))["helpful"] == MANY
    said = [one.helpful for one in await app.said(ReviewUpdated)]
    assert said == [*range(MANY + 1)]


async def test_without_lock_and_version_votes_get_lost(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)

    unguarded = rivals(app, "reviews", MANY, without=(LOCK, VERSION), meet_at=SAVING)
    async with unguarded as several:
        await _vote_at_once(several, review, [Someone(f"reader {n}") for n in range(MANY)])

    assert accepted(await app.get(path_of(review)))["helpful"] == 1


async def _write_at_once(several: Rivals, author: Someone, show_id: UUID) -> list[str]:
    now = clock.now()
    drafts = [
        Review.write(clock.new_id(), author.id, text=PRAISE, at=now, show_id=show_id, stars=5)
        for _ in range(MANY)
    ]
    ends = await asyncio.gather(
        *(commands.write_review(several, draft) for draft in drafts), return_exceptions=True
    )
    return ["written" if end is None else type(end).__name__ for end in ends]


async def _edit(
    several: Rivals, author: Someone, review: dict[str, Any], stars: int | None = None
) -> Review:
    return await commands.edit_review(
        several, UUID(review["id"]), person(author), "Orange", stars, None, clock.now()
    )


async def _edit_and_judge(several: Rivals, author: Someone, review: dict[str, Any]) -> None:
    async def judge() -> None:
        async with several.transaction() as tx:
            await handlers.obey_verdict(tx, word(review, "approved"))

    await asyncio.gather(_edit(several, author, review), judge())


async def _vote_at_once(several: Rivals, review: dict[str, Any], readers: list[Someone]) -> None:
    review_id = UUID(review["id"])
    await asyncio.gather(
        *(commands.find_helpful(several, review_id, person(reader)) for reader in readers)
    )


async def _versions(app: App, review_id: str) -> list[int]:
    """The versions of a review that are said, or about to be."""
    kinds: dict[str, type[Event]] = {
        kind.__name__: kind for kind in (ReviewWritten, ReviewEdited, ReviewUpdated)
    }
    rows = await (await app.db("reviews")).fetch("SELECT name, body FROM outbox ORDER BY id")
    said = [kinds[row["name"]].model_validate_json(row["body"]) for row in rows]
    return sorted(getattr(one, "version") for one in said if str(one.about_id) == review_id)  # noqa: B009
