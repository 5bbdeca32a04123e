"""Performances: what can be changed of them, who may, and what of it is said."""

from datetime import datetime
from typing import Any
from uuid import UUID

from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from shows.catalogue import (
    PRICES,
    an_organiser,
    in_days,
    plan_performance,
    said,
    schedule,
    written,
)
from stage import Play, Someone


async def test_prices_and_times_of_what_is_published_can_be_changed_but_not_its_start(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    path = f"/api/performances/{made['id']}"
    terms: dict[str, Any] = {
        "startsAt": made["startsAt"],
        "doorsAt": written(in_days(6)),
        "prices": {"Stalls": 45, "Floor": 12.5},
    }

    elsewhen = await app.put(path, olivia, json=terms | {"startsAt": written(in_days(8))})
    changed = await app.put(path, olivia, json=terms | {"version": 1})
    again = await app.put(path, olivia, json=terms)

    assert (elsewhen.status_code, elsewhen.json()["errors"][0]["field"]) == (409, "startsAt")
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (terms | {"onSaleAt": made["onSaleAt"]}).items() <= changed.json().items()
    assert [section["price"] for section in changed.json()["sections"]] == [45, 12.5]
    assert again.json() == changed.json()
    (news,) = await said(app, PerformanceChanged)
    assert (news.performance_id, news.version) == (UUID(made["id"]), 2)
    assert [section.price_minor for section in news.sections] == [4500, 1250]
    assert news.doors_at == datetime.fromisoformat(terms["doorsAt"])


async def test_a_change_of_a_version_that_is_past_is_refused(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    path = f"/api/performances/{made['id']}"
    terms = {"startsAt": made["startsAt"], "prices": {"Stalls": 45, "Floor": 15}}

    stale = await app.put(path, olivia, json=terms | {"version": 0})
    ahead = await app.put(path, olivia, json=terms | {"version": 2})

    assert (stale.status_code, ahead.status_code) == (409, 409)
    assert (await app.get(path)).json() == made
    assert await said(app, PerformanceChanged) == []


async def test_prices_of_sections_that_there_are_not_are_refused_after_publication_too(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    terms = {"startsAt": made["startsAt"], "prices": {"Stalls": 45}}

    answer = await app.put(f"/api/performances/{made['id']}", olivia, json=terms)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "prices")


async def test_a_draft_is_deleted_and_what_is_published_is_not(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft, made = await plan_performance(app, olivia), await schedule(app, olivia)

    deleted = await app.delete(f"/api/performances/{draft['id']}", olivia)
    again = await app.delete(f"/api/performances/{draft['id']}", olivia)
    refused = await app.delete(f"/api/performances/{made['id']}", olivia)

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert (again.status_code, refused.status_code) == (404, 409)
    assert (await app.get(f"/api/performances/{draft['id']}", olivia)).status_code == 404
    assert (await app.get(f"/api/performances/{made['id']}")).json() == made


async def test_only_its_organiser_changes_a_performance(play: Play, alice: Someone):
    app, olivia = await play("shows"), an_organiser()
    draft, made = await plan_performance(app, olivia), await schedule(app, olivia)
    terms = {"startsAt": made["startsAt"], "prices": PRICES, "version": 7}
    asked: list[tuple[str, str, Any]] = [
        ("PUT", "", terms),
        ("DELETE", "", None),
        ("PUT", "/publication", None),
        ("PUT", "/postponement", {}),
        ("PUT", "/cancellation", None),
    ]

    for one in (draft, made):
        path = f"/api/performances/{one['id']}"
        for method, what, body in asked:
            answers = [
                await app.ask(method, path + what, by, json=body)
                for by in (None, alice, an_organiser("oscar"), Someone("ada", roles=("admin",)))
            ]
            assert [answer.status_code for answer in answers] == [401, 403, 403, 403], what
        assert (await app.get(path, olivia)).json() == one
    assert len(await said(app, PerformanceScheduled)) == 1
    for kind in (PerformanceChanged, PerformancePostponed, PerformanceCancelled):
        assert await said(app, kind) == []
