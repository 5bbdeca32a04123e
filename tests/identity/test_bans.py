"""Bans: who says them, of whom, and what is said of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from boxoffice.events.identity import BanLifted, PersonBanned, SendMessage, StandingChanged
from boxoffice.kit import clock
from boxoffice.services.identity import store
from boxoffice.services.identity.model import LONGEST_REASON, Sought
from identity.office import (
    NOWHERE,
    POWERLESS,
    ban,
    gets_out,
    kept,
    letters,
    lift,
    powerless,
    settle,
)
from stage import App, Someone, eventually

TOMORROW = clock.now().replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
async def mallory(app: App) -> Someone:
    """He sells air."""
    return await settle(app, "mallory")


async def test_a_ban_says_why_since_when_and_until_when(app: App, ada: Someone, mallory: Someone):
    before = clock.now()

    for_good = await ban(app, ada, mallory.id)
    for_a_day = await ban(app, ada, mallory.id, reason="a day off", until=TOMORROW.isoformat())

    first, second = for_good.json()["ban"], for_a_day.json()["ban"]
    assert (for_good.status_code, for_a_day.status_code) == (200, 200)
    assert before <= datetime.fromisoformat(first.pop("since")) <= clock.now()
    assert first == {"reason": "selling air", "until": None}
    assert second["reason"] == "a day off"
    assert datetime.fromisoformat(second["until"]) == TOMORROW
    assert (await app.get(f"/api/users/{mallory.id}", ada)).json() == for_a_day.json()


async def test_the_banned_can_be_listed_until_they_are_not_banned_any_more(
    app: App, ada: Someone, mallory: Someone
):
    await ban(app, ada, mallory.id)
    banned = await _banned(app, ada)
    await lift(app, ada, mallory.id)

    assert banned == [str(mallory.id)]
    assert await _banned(app, ada) == []


@pytest.mark.parametrize("kind", POWERLESS)
async def test_nobody_but_an_admin_bans_or_lets_in(
    app: App, ada: Someone, mallory: Someone, kind: str
):
    charlie = await powerless(app, "charlie", kind)
    await ban(app, ada, mallory.id)
    db, before = await app.db("identity"), await kept(app, mallory.id)
    said = await db.fetchval("SELECT max(position) FROM outbox")

    refused = [await ban(app, charlie, ada.id), await lift(app, charlie, mallory.id)]
    unread = await app.put(f"/api/users/{ada.id}/ban", charlie, content=b"{")

    status = 403 if charlie else 401
    assert [answer.status_code for answer in (*refused, unread)] == [status] * 3
    assert await kept(app, mallory.id) == before
    assert (await kept(app, ada.id)).banned_at is None
    assert await db.fetchval("SELECT max(position) FROM outbox") == said


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"reason": None},
        {"reason": ""},
        {"reason": " \t "},
        {"reason": "x" * (LONGEST_REASON + 1)},
        {"reason": "ai\0r"},
        {"reason": "air\nBcc: eve@example.com"},
        {"reason": "\x1b[1mair"},
        {"reason": ["air"]},
    ],
    ids=repr,
)
async def test_a_ban_needs_a_reason_in_one_line_of_plain_text(
    app: App, ada: Someone, mallory: Someone, said: dict[str, Any]
):
    answer = await app.put(f"/api/users/{mallory.id}/ban", ada, json=said)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
    assert (await kept(app, mallory.id)).banned_at is None


@pytest.mark.parametrize("reason", ["x", "x" * LONGEST_REASON, "\U0001f3ad" * LONGEST_REASON])
async def test_reasons_at_the_limits_are_kept_as_they_are(
    app: App, ada: Someone, mallory: Someone, reason: str
):
    answer = await ban(app, ada, mallory.id, reason=f" {reason} ")

    assert answer.json()["ban"]["reason"] == reason


@pytest.mark.parametrize(
    "until",
    [
        "2020-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2999-01-01T00:00:00",
        "tomorrow",
        "",
        1e300,
        [],
    ],
    ids=repr,
)
async def test_a_ban_ends_at_a_time_to_come_that_every_calendar_has(
    app: App, ada: Someone, mallory: Someone, until: object
):
    answer = await ban(app, ada, mallory.id, until=until)

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["until"]
    assert (await kept(app, mallory.id)).banned_at is None


async def test_the_end_of_a_ban_is_the_same_in_every_time_zone(
    app: App, ada: Someone, mallory: Someone
):
    answer = await ban(app, ada, mallory.id, until="2999-01-01T01:30:00+02:00")

    (entry,) = await store.select_entries(await app.db("identity"), Sought("banned"), None, 9)
    assert datetime.fromisoformat(answer.json()["ban"]["until"]) == datetime(
        2998, 12, 31, 23, 30, tzinfo=UTC
    )
    assert entry.entry.detail == "until 2998-12-31 23:30 UTC: selling air"


async def test_nobody_bans_themselves(app: App, ada: Someone):
    await settle(app, "grace", "admin")

    answer = await ban(app, ada, ada.id)

    assert (answer.status_code, answer.json()["detail"]) == (409, "Nobody bans themselves")
    assert (await kept(app, ada.id)).banned_at is None


async def test_who_there_is_not_is_neither_banned_nor_let_in(app: App, ada: Someone):
    answers = [
        await ban(app, ada, NOWHERE),
        await lift(app, ada, NOWHERE),
        await app.get(f"/api/users/{NOWHERE}", ada),
        await app.put("/api/users/mallory/ban", ada, json={"reason": "selling air"}),
        await app.delete("/api/users/mallory/ban", ada),
        await app.get("/api/users/mallory", ada),
    ]

    assert [answer.status_code for answer in answers] == [404] * len(answers)


async def test_all_that_is_wrong_with_a_ban_is_said_at_once(
    app: App, ada: Someone, mallory: Someone
):
    answer = await ban(app, ada, mallory.id, reason="", until="tomorrow")

    assert {error["field"] for error in answer.json()["errors"]} == {"reason", "until"}


async def test_the_same_ban_again_and_a_lifted_one_lifted_again_change_nothing(
    app: App, ada: Someone, mallory: Someone
):
    until = TOMORROW.isoformat()

    bans = [await ban(app, ada, mallory.id, until=until) for _ in range(2)]
    lifts = [await lift(app, ada, mallory.id) for _ in range(2)]

    assert bans[0].json() == bans[1].json()
    assert lifts[0].json() == lifts[1].json()
    assert (await kept(app, mallory.id)).version == 2
    assert [one.kind for one in await letters(app, SendMessage, 2)] == ["banned", "ban-lifted"]
    assert await _audited(app) == ["ban lifted", "banned"]


async def test_whom_nobody_banned_is_let_in_without_a_word(
    app: App, ada: Someone, mallory: Someone
):
    answer = await lift(app, ada, mallory.id)

    assert (answer.status_code, answer.json()["ban"]) == (200, None)
    assert (await kept(app, mallory.id)).version == 0
    assert await _audited(app) == []


async def test_another_ban_takes_the_place_of_the_first(app: App, ada: Someone, mallory: Someone):
    until = TOMORROW.isoformat()

    await ban(app, ada, mallory.id, until=until)
    await ban(app, ada, mallory.id, reason="selling smoke", until=until)
    longer = await ban(app, ada, mallory.id, reason="selling smoke")

    assert longer.json()["ban"]["reason"] == "selling smoke"
    assert longer.json()["ban"]["until"] is None
    assert len(await letters(app, SendMessage, 3)) == 3


async def test_a_ban_is_said_with_rising_versions_and_without_a_reason_or_a_name(
    app: App, ada: Someone, mallory: Someone
):
    for _ in range(2):
        await ban(app, ada, mallory.id, until=TOMORROW.isoformat())
        await lift(app, ada, mallory.id)

    await eventually(lambda: _has_said(app, 2))
    bans, lifts = await app.said(PersonBanned), await app.said(BanLifted)
    assert [(one.person_id, one.version, one.banned_until) for one in bans] == [
        (mallory.id, 1, TOMORROW),
        (mallory.id, 3, TOMORROW),
    ]
    assert [(one.version, one.banned_at) for one in lifts] == [(2, None), (4, None)]
    (standing,) = [one for one in await app.said(StandingChanged) if one.person_id == mallory.id]
    assert (standing.version, standing.banned_at, standing.roles) == (4, None, ("member",))
    told = str([bans, lifts, standing])
    assert not [word for word in ("air", "mallory", "ada") if word in told]


async def test_the_banned_get_a_letter_that_says_why_and_until_when(
    app: App, ada: Someone, mallory: Someone
):
    await ban(app, ada, mallory.id, until=TOMORROW.isoformat())
    await ban(app, ada, mallory.id, reason="selling smoke")
    await lift(app, ada, mallory.id)

    first, second, third = await letters(app, SendMessage, 3)
    assert {(one.person_id, one.email, one.name) for one in (first, second, third)} == {
        (mallory.id, "mallory@example.com", "mallory")
    }
    assert (first.kind, first.reason, first.until) == ("banned", "selling air", TOMORROW)
    assert (second.kind, second.reason, second.until) == ("banned", "selling smoke", None)
    assert (third.kind, third.reason) == ("ban-lifted", None)
    assert {one.address for one in (first, second)} == {None}  # where the admin was is not theirs


async def test_a_banned_admin_bans_nobody(app: App, ada: Someone, mallory: Someone):
    grace = await settle(app, "grace", "admin")
    await ban(app, ada, grace.id)
    await gets_out(grace, app)

    answer = await ban(app, grace, mallory.id)

    assert answer.status_code == 401
    assert (await kept(app, mallory.id)).banned_at is None


async def _banned(app: App, by: Someone) -> list[str]:
    answer = await app.get("/api/users", by, params={"state": "banned"})
    return [one["id"] for one in answer.json()["items"]]


async def _audited(app: App) -> list[str]:
    """What was noted, the newest first."""
    entries = await store.select_entries(await app.db("identity"), Sought(), None, 99)
    return [one.entry.action for one in entries]


async def _has_said(app: App, times: int) -> None:
    assert len(await app.said(PersonBanned)) == times
    assert len(await app.said(BanLifted)) == times
