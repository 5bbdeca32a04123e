"""Moderators, news and new rules at the same time: one outcome, and nobody waits in a circle."""

import asyncio
from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import asyncpg

from boxoffice.events.moderation import ReviewModerated
from boxoffice.events.reviews import ReviewState
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.moderation import commands
from boxoffice.services.moderation.model import Decided, Decision
from moderation.desk import LINKED, ORANGES, PLAIN, edited, hear, put_rules, reported, written
from stage import App, Play, Someone
from stage.rivals import Swaps, rivals

IN_ORDER: LiteralString = (
    "SELECT * FROM cases WHERE review_id = ANY($1::uuid[]) ORDER BY review_id FOR UPDATE"
)
AS_ASKED: LiteralString = """
    SELECT one.* FROM unnest($1::uuid[]) AS wanted (id)
    CROSS JOIN LATERAL (SELECT pg_sleep(0.2), wanted.id) AS slow
    CROSS JOIN LATERAL (SELECT * FROM cases WHERE review_id = slow.id FOR UPDATE) AS one
"""
LOCK: LiteralString = " ORDER BY review_id FOR UPDATE"
VERSION: LiteralString = " AND version = $2"
KEPT_ONCE: LiteralString = "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
KEPT_LAST: LiteralString = "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING"


async def test_two_moderators_at_once_decide_one_after_the_other(
    play: Play, alice: Someone, moderator: Someone, rival: Someone
):
    app = await play("moderation")
    texts = await hear(app, alice, *[LINKED] * 20)

    async with rivals(app, "moderation", 2) as both:
        await asyncio.gather(
            _decide(both, texts, _approval(moderator)),
            _decide(both, texts[::-1], _rejection(rival)),
        )

    words = await _words(app)
    assert {tuple(versions) for versions in words.values()} == {(1, 2, 3)}
    db = await app.db("moderation")
    assert await db.fetchval("SELECT count(DISTINCT status) FROM cases") == 1


async def test_without_lock_and_version_two_words_have_one_version(
    play: Play, alice: Someone, moderator: Someone, rival: Someone
):
    app = await play("moderation")
    texts = await hear(app, alice, LINKED)

    swaps: Swaps = {LOCK: "", VERSION: " AND $2::integer IS NOT NULL", KEPT_ONCE: KEPT_LAST}
    async with rivals(app, "moderation", 2, swaps=swaps, meet_at="UPDATE cases") as both:
        await asyncio.gather(
            _decide(both, texts, _approval(moderator)), _decide(both, texts, _rejection(rival))
        )

    assert list((await _words(app)).values()) == [[1, 2, 2]]


async def test_who_locked_texts_as_they_were_asked_for_would_wait_in_a_circle(
    play: Play, alice: Someone, moderator: Someone, rival: Someone
):
    app = await play("moderation")
    texts = await hear(app, alice, LINKED, LINKED)

    async with rivals(app, "moderation", 2, swaps={IN_ORDER: AS_ASKED}) as both:
        answers = await asyncio.gather(
            _decide(both, texts, _approval(moderator)),
            _decide(both, texts[::-1], _rejection(rival)),
            return_exceptions=True,
        )

    failures = [answer for answer in answers if isinstance(answer, BaseException)]
    assert [type(failure) for failure in failures] == [asyncpg.DeadlockDetectedError]


async def test_news_of_many_texts_and_decisions_about_them_never_wait_in_a_circle(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    news = [written(alice, LINKED) for _ in range(30)]
    db = await app.db("moderation")
    async with db.transaction() as tx:
        await commands.judge_news(tx, news, clock.now())
    texts = [one.review_id for one in news]
    changes = [edited(one, "Edited") for one in news]
    complaints = [reported(one, Someone("bob")) for one in changes]

    async with rivals(app, "moderation", 4) as several:

        async def hear_backwards(told: Sequence[ReviewState]) -> None:
            async with several.transaction() as tx:
                await commands.judge_news(tx, told[::-1], clock.now())

        await asyncio.gather(
            hear_backwards(changes),
            hear_backwards(complaints),
            _decide(several, texts, _approval(moderator)),
            _decide(several, texts[::-1], _rejection(moderator)),
        )

    assert await db.fetchval("SELECT count(*) FROM cases WHERE text_version = 1") == 30
    assert await db.fetchval("SELECT sum(complaints) FROM cases") == 30
    for versions in (await _words(app)).values():
        assert versions == list(range(1, len(versions) + 1))


async def test_of_two_who_change_the_rules_at_once_one_is_told_to_look_again(
    play: Play, moderator: Someone, rival: Someone
):
    app = await play("moderation")
    drafts = [{"rules": [PLAIN | {"name": f"Rule {n}"}], "version": 1} for n in range(6)]

    answers = await asyncio.gather(
        *(
            app.put("/api/moderation/rules", (moderator, rival)[n % 2], json=draft)
            for n, draft in enumerate(drafts)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert (await app.get("/api/moderation/rules", moderator)).json()["version"] == 2


async def test_a_person_who_decides_while_rules_are_run_is_not_overruled(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    texts = await hear(app, alice, *["An orange"] * 20)
    version = await put_rules(app, moderator, ORANGES, PLAIN)
    db = await app.db("moderation")
    await db.execute(
        "INSERT INTO applications VALUES ($1, $2, now(), NULL, 0, 0)", version, moderator.id
    )

    async with rivals(app, "moderation", 2) as both:
        await asyncio.gather(
            _decide(both, texts[::2], _approval(moderator)),
            commands.run_rules(both, clock.now(), 100),
        )

    statuses = await db.fetch("SELECT review_id, status FROM cases")
    approved = {row["review_id"] for row in statuses if row["status"] == "approved"}
    assert approved == set(texts[::2])


def _approval(by: Someone) -> Decision:
    return Decision("approved", None, by.id)


def _rejection(by: Someone) -> Decision:
    return Decision("rejected", "No", by.id)


async def _decide(db: Database, texts: Sequence[UUID], decision: Decision) -> Sequence[Decided]:
    return await commands.decide(db, dict.fromkeys(texts, 0), decision, clock.now())


async def _words(app: App) -> dict[UUID, list[int]]:
    """The versions of the words that were said, or are about to be, of each text."""
    db = await app.db("moderation")
    rows = await db.fetch(
        "SELECT body FROM outbox WHERE name = 'ReviewModerated' ORDER BY position"
    )
    found: dict[UUID, list[int]] = {}
    for row in rows:
        word = ReviewModerated.model_validate_json(row["body"])
        found.setdefault(word.review_id, []).append(word.version)
    return found
