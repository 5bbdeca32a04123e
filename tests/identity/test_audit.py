"""The audit: who did what to whom, when and from where, and nothing that is nobody's business."""

from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import pytest_asyncio

from boxoffice.events.identity import Action, AuditRecorded
from boxoffice.kit import clock
from boxoffice.kit.outbox import count_unsent
from identity.day import MOVED, Day, Place, live, open_day
from stage import eventually
from stage.place import free_port, fresh_settings, open_play
from stage.servers import Servers


@pytest_asyncio.fixture(scope="module")
async def day(servers: Servers) -> AsyncGenerator[Day]:
    """A day that is over: everything that is noted was done."""
    with free_port() as sock:
        settings = fresh_settings(servers, sock)
        async with (
            open_play(servers, settings, sock) as play,
            open_day(await play("identity", trusted_proxies="127.0.0.1/32")) as day,
        ):
            await live(day)
            yield day


async def test_everything_that_counts_is_noted_with_who_did_it_to_whom_and_from_where(day: Day):
    entries = await _entries(day)

    noted = [(one["action"], one["by"], one["person"]) for one in entries]
    places = [Place(one["address"], one["device"]) for one in entries]
    assert noted == [(one.action, _text(one.by), _text(one.person)) for one in day.noted]
    assert places == [one.place for one in day.noted]


async def test_nothing_that_can_be_noted_is_missing_from_that_day(day: Day):
    assert {one["action"] for one in await _entries(day)} == set(get_args(Action))


async def test_entries_are_in_the_order_in_which_things_were_done(day: Day):
    times = [datetime.fromisoformat(one["at"]) for one in await _entries(day)]

    assert times == sorted(times)
    assert day.begun <= times[0]
    assert times[-1] <= clock.now()


async def test_every_entry_is_an_event_for_whoever_keeps_watch(day: Day):
    await eventually(lambda: _all_is_sent(day))

    events = [event.model_dump(mode="json") for event in await day.app.said(AuditRecorded)]

    renamed = {"id": "entry_id", "by": "by_id", "person": "person_id"}
    wanted = [
        {renamed.get(name, name): value for name, value in one.items() if "Email" not in name}
        for one in await _entries(day)
    ]
    assert [event["entry_id"] for event in events] == [one["entry_id"] for one in wanted]
    assert events == wanted


async def test_no_entry_says_a_password_a_token_a_code_or_an_address(day: Day):
    told = [
        " ".join(str(one[field]) for field in ("action", "address", "device", "detail"))
        for one in await _entries(day)
    ]

    assert len(day.secrets) > 15
    assert not [secret for secret in day.secrets for line in told if secret in line]
    assert not [line for line in told if "@" in line]


async def test_why_somebody_was_banned_and_what_they_may_do_is_noted(day: Day):
    details = {one["action"]: one["detail"] for one in await _entries(day) if one["detail"]}

    assert details == {
        "roles changed": "member → member, organiser",
        "banned": "for good: selling air",
        "exported": "the audit",
    }


async def test_entries_stay_a_persons_when_they_move_to_another_address(day: Day):
    signed_up, *_ = await _entries(day)

    assert signed_up["action"] == "signed up"
    assert signed_up["byEmail"] == signed_up["personEmail"] == MOVED


async def _entries(day: Day) -> list[dict[str, Any]]:
    """All of them, the oldest first."""
    answer = await day.app.get("/api/audit", day.ada, params={"limit": 200})
    return answer.json()["items"][::-1]


async def _all_is_sent(day: Day) -> None:
    assert await count_unsent(await day.app.db("identity")) == 0


def _text(one: UUID | None) -> str | None:
    return one and str(one)
