"""Publishing, postponing and cancelling: what becomes of a performance, and what is said of it."""

from datetime import datetime
from typing import Any

from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformancePostponed,
    PerformanceScheduled,
)
from boxoffice.kit import clock
from shows.catalogue import (
    VENUE,
    an_organiser,
    in_days,
    open_venue,
    plan_performance,
    publish,
    said,
    schedule,
    written,
)
from stage import App, Play, Someone


async def test_what_is_published_is_said_whole(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia, doorsAt=written(in_days(6)))

    published = await publish(app, olivia, draft["id"])

    changes = {"state": "published", "version": 1, "onSaleAt": published["onSaleAt"]}
    assert published == draft | changes
    assert (await app.get(f"/api/performances/{draft['id']}")).json() == published
    (news,) = await said(app, PerformanceScheduled)
    assert (str(news.performance_id), news.version) == (draft["id"], 1)
    assert (str(news.show_id), str(news.venue_id)) == (draft["showId"], draft["venue"]["id"])
    assert (news.organiser_id, news.title, news.state) == (olivia.id, "Hamlet", "published")
    assert (news.venue, news.city, news.time_zone) == ("Globe", "London", "Europe/London")
    assert (written(news.starts_at), news.currency) == (draft["startsAt"], "USD")
    assert news.doors_at == datetime.fromisoformat(draft["doorsAt"])
    assert news.on_sale_at == datetime.fromisoformat(published["onSaleAt"])
    assert [(one.name, one.price_minor) for one in news.sections] == [
        ("Stalls", 4000),
        ("Floor", 1250),
    ]
    labels = [label for section in news.sections for label in section.labels()]
    assert labels[3:7] == ["Stalls/A/4", "Stalls/B/1", "Stalls/B/2", "Stalls/B/3"]
    assert (len(labels), labels[-1]) == (15, "Floor/5")


async def test_the_sale_begins_at_publication_or_when_the_organiser_says(play: Play):
    app, olivia = await play("shows"), an_organiser()
    later = written(in_days(1))

    before = clock.now()
    at_once = await schedule(app, olivia)
    after = clock.now()
    announced = await schedule(app, olivia, onSaleAt=later)

    assert before <= datetime.fromisoformat(at_once["onSaleAt"]) <= after
    assert announced["onSaleAt"] == later


async def test_to_publish_again_changes_nothing_and_says_nothing(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)

    again = await publish(app, olivia, made["id"])

    assert again == made
    assert len(await said(app, PerformanceScheduled)) == 1


async def test_what_starts_in_the_past_is_not_published(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia, startsAt=written(in_days(-0.01)))

    answer = await app.put(f"/api/performances/{draft['id']}/publication", olivia)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "startsAt")
    assert await said(app, PerformanceScheduled) == []


async def test_prices_of_another_map_than_the_venues_present_one_are_not_published(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    path = f"/api/venues/{draft['venue']['id']}"
    sections = [*VENUE["sections"], {"name": "Circle", "capacity": 3}]
    await app.put(path, olivia, json=VENUE | {"sections": sections})

    refused = await app.put(f"/api/performances/{draft['id']}/publication", olivia)
    await app.put(path, olivia, json=VENUE)
    published = await publish(app, olivia, draft["id"])

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (409, "prices")
    assert "There is no price for Circle" in refused.json()["detail"]
    assert published["state"] == "published"


async def test_what_is_published_keeps_its_map_whatever_becomes_of_the_venue(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    smaller = VENUE | {"sections": [{"name": "Floor", "capacity": 3}]}
    terms = {"startsAt": made["startsAt"], "prices": {"Stalls": 50, "Floor": 20}}

    edited = await app.put(f"/api/venues/{made['venue']['id']}", olivia, json=smaller)
    shown = (await app.get(f"/api/performances/{made['id']}")).json()
    changed = (await app.put(f"/api/performances/{made['id']}", olivia, json=terms)).json()

    assert edited.json()["capacity"] == 3
    assert shown == made
    assert (changed["capacity"], changed["prices"]) == (15, terms["prices"])
    assert [one["rows"] for one in changed["sections"]] == [one["rows"] for one in made["sections"]]
    (news,) = await said(app, PerformanceChanged)
    assert sum(section.capacity for section in news.sections) == 15


async def test_the_largest_map_there_may_be_gets_through(play: Play):
    app, olivia = await play("shows"), an_organiser()
    rows = [{"name": f"{row}", "seats": [f"{seat:06}" for seat in range(200)]} for row in range(5)]
    stands = [{"name": f"Stand {stand}", "rows": rows} for stand in range(85)]
    venue = await open_venue(app, olivia, sections=stands)
    prices = {stand["name"]: 999_999.99 for stand in stands}

    made = await schedule(app, olivia, venue=venue, prices=prices)

    (news,) = await said(app, PerformanceScheduled)
    assert (str(news.performance_id), len(news.sections)) == (made["id"], 85)
    assert len(news.model_dump_json(by_alias=True)) > 870_000


async def test_a_performance_is_postponed_to_a_day_that_is_not_known_yet(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia, doorsAt=written(in_days(6)))

    postponed, again = [await _postpone(app, olivia, made["id"], {}) for _ in range(2)]

    changes = {"state": "postponed", "version": 2}
    assert postponed == {k: v for k, v in (made | changes).items() if k != "doorsAt"}
    assert again == postponed
    (news,) = await said(app, PerformancePostponed)
    assert (news.state, news.version, news.doors_at) == ("postponed", 2, None)
    assert written(news.starts_at) == made["startsAt"]


async def test_a_performance_gets_a_new_date_at_once_or_later(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    first = {"startsAt": written(in_days(20)), "doorsAt": written(in_days(19))}
    second = {"startsAt": written(in_days(30))}

    moved = await _postpone(app, olivia, made["id"], first)
    again = await _postpone(app, olivia, made["id"], first)
    await _postpone(app, olivia, made["id"], {})
    settled = await _postpone(app, olivia, made["id"], second)

    assert moved == again == made | first | {"version": 2}
    assert settled == made | second | {"version": 4}
    news = await said(app, PerformancePostponed)
    assert [(one.version, one.state) for one in news] == [
        (2, "published"),
        (3, "postponed"),
        (4, "published"),
    ]
    assert written(news[2].starts_at) == second["startsAt"]


async def test_a_new_date_that_makes_no_sense_is_refused(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia, onSaleAt=written(in_days(5)))
    path = f"/api/performances/{made['id']}/postponement"
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"startsAt": written(in_days(-1))}, 400, "startsAt"),
        ({"startsAt": "soon"}, 400, "startsAt"),
        ({"startsAt": written(in_days(9)), "doorsAt": written(in_days(9))}, 400, "doorsAt"),
        ({"doorsAt": written(in_days(9))}, 400, "doorsAt"),
        ({"startsAt": written(in_days(4))}, 409, "onSaleAt"),
    ]

    answers = [(await app.put(path, olivia, json=body), *what) for body, *what in wrong]

    for answer, status, field in answers:
        assert answer.status_code == status, answer.text
        assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert (await app.get(f"/api/performances/{made['id']}")).json() == made
    assert await said(app, PerformancePostponed) == []


async def test_what_is_postponed_is_neither_published_nor_changed_without_a_date(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    await _postpone(app, olivia, made["id"], {})
    terms = {"startsAt": made["startsAt"], "prices": made["prices"]}

    answers = [
        await app.put(f"/api/performances/{made['id']}/publication", olivia),
        await app.put(f"/api/performances/{made['id']}", olivia, json=terms),
        await app.delete(f"/api/performances/{made['id']}", olivia),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 409]


async def test_what_is_cancelled_is_cancelled_once_and_for_good(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    path = f"/api/performances/{made['id']}"
    terms = {"startsAt": made["startsAt"], "prices": made["prices"]}

    cancelled, again = [await app.put(f"{path}/cancellation", olivia) for _ in range(2)]
    refused = [
        await app.put(f"{path}/publication", olivia),
        await app.put(f"{path}/postponement", olivia, json={"startsAt": written(in_days(9))}),
        await app.put(path, olivia, json=terms),
        await app.delete(path, olivia),
    ]

    assert cancelled.json() == again.json() == made | {"state": "cancelled", "version": 2}
    assert [answer.status_code for answer in refused] == [409] * 4
    assert (await app.get(path)).json() == cancelled.json()
    (news,) = await said(app, PerformanceCancelled)
    assert (str(news.performance_id), news.version, news.state) == (made["id"], 2, "cancelled")
    assert sum(section.capacity for section in news.sections) == 15


async def test_what_is_postponed_can_be_cancelled(play: Play):
    app, olivia = await play("shows"), an_organiser()
    made = await schedule(app, olivia)
    await _postpone(app, olivia, made["id"], {})

    cancelled = await app.put(f"/api/performances/{made['id']}/cancellation", olivia)

    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert [news.version for news in await said(app, PerformanceCancelled)] == [3]


async def test_a_draft_is_neither_postponed_nor_cancelled(play: Play):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)

    answers = [
        await app.put(f"/api/performances/{draft['id']}/postponement", olivia, json={}),
        await app.put(f"/api/performances/{draft['id']}/cancellation", olivia),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert (await app.get(f"/api/performances/{draft['id']}", olivia)).json() == draft


async def _postpone(
    app: App, by: Someone, performance_id: str, body: dict[str, Any]
) -> dict[str, Any]:
    answer = await app.put(f"/api/performances/{performance_id}/postponement", by, json=body)
    answer.raise_for_status()
    return answer.json()
