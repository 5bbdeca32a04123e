"""The daily import of the open API: what comes on sale, what is left out, and what is not repeated."""

from collections.abc import AsyncGenerator
from datetime import date, datetime, time, timedelta
from typing import Any

import holidays
import pytest

from boxoffice.events.shows import PerformanceChanged, PerformanceScheduled
from query.finding import cards
from shows.catalogue import an_organiser, said
from shows.files import fates
from shows.kopis import SEOUL, PretendKopis, coming, import_now, pretend_kopis, spelt
from stage import App, Play, Someone

HOLIDAY = next(
    day
    for day in sorted(holidays.country_holidays("KR", years=range(2026, 2040)))
    if day > coming(0) and day.weekday() == 2
)  # a Wednesday


@pytest.fixture
async def there() -> AsyncGenerator[PretendKopis]:
    async with pretend_kopis() as there:
        yield there


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


@pytest.fixture
async def app(play: Play) -> App:
    """A product that has no key, so that only the tests import."""
    return await play("shows", "query")


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), SEOUL)


async def test_each_time_of_the_timetable_is_a_performance_on_sale(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    saturday = coming(5)

    outcome = await import_now(app, there, olivia)

    assert fates(outcome) == {"venues new": 1, "shows new": 1, "performances new": 4}
    news = await said(app, PerformanceScheduled)
    assert sorted(one.starts_at for one in news) == [
        at(day, hour) for day in (saturday, saturday + timedelta(days=1)) for hour in (13, 17)
    ]
    (first, *_) = news
    assert (first.title, first.venue, first.city) == ("바다가 보이는 방", "가온극장", "서울특별시")
    assert (first.time_zone, first.currency, first.organiser_id) == (
        "Asia/Seoul",
        "KRW",
        olivia.id,
    )
    assert [(one.name, one.price_minor, one.capacity, one.rows) for one in first.sections] == [
        ("R석", 55_000, 200, ()),
        ("S석", 44_000, 200, ()),
    ]


async def test_an_imported_show_says_what_the_open_api_says_and_is_found(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    await import_now(app, there, olivia)

    (card,) = await cards(app, q="바다가")
    show = (await app.get(f"/api/shows/{card['id']}")).json()

    assert (show["genre"], show["runningMinutes"], show["age"]) == ("play", 100, 12)
    assert show["cast"] == ["김하나", "이두리", "박세온"]
    assert show["story"] == "바닷가 마을의 하룻밤 이야기."
    assert show["performances"][0]["prices"] == {"R석": 55_000, "S석": 44_000}


async def test_on_a_public_holiday_it_is_played_at_the_times_of_holidays(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put(
        "PF000001",
        prfstate="공연중",
        prfpdfrom=spelt(coming(0)),
        prfpdto=spelt(HOLIDAY),
        dtguidance="수요일(20:00), HOL(11:00)",
    )

    await import_now(app, there, olivia)

    starts = {one.starts_at for one in await said(app, PerformanceScheduled)}
    assert at(HOLIDAY, 11) in starts
    assert at(HOLIDAY, 20) not in starts


async def test_what_is_free_of_charge_costs_nothing_and_nothing_else_does(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001", pcseguidance="전석무료")
    there.put("PF000002", pcseguidance="전석 20,000원")
    there.put("PF000003", pcseguidance="전석 무료관람")
    there.put("PF000004", pcseguidance="전석 0원")

    outcome = await import_now(app, there, olivia)

    prices = {
        section.price_minor
        for one in await said(app, PerformanceScheduled)
        for section in one.sections
    }
    assert prices == {0, 20_000}
    assert outcome.reasons == {"unreadable price": 2}


async def test_what_cannot_be_imported_is_left_out_and_counted_by_its_reason(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    there.put("PF000002", dtguidance=" ")
    there.put("PF000003", dtguidance="추후공지")
    there.put("PF000004", pcseguidance=" ")
    there.put("PF000005", pcseguidance="R석 미정")
    there.put("PF000006", genrenm="영화")
    there.put("PF000007", mt10id="FC000007")
    there.venues["FC000007"]["adres"] = " "
    there.put("PF000008", dtguidance="월요일(13:00)")
    there.put("PF000009", prfnm=" ")
    there.put("PF000010")
    there.documents["PF000010"] = b"<dbs><db>"

    outcome = await import_now(app, there, olivia)

    assert fates(outcome)["shows new"] == 1
    assert fates(outcome)["shows left out"] == 9
    assert outcome.reasons == {
        "no timetable": 1,
        "unreadable timetable": 1,
        "no price": 1,
        "unreadable price": 1,
        "unknown genre": 1,
        "no venue": 1,
        "nothing to come": 1,
        "no title": 1,
        "no document": 1,
    }
    assert any(
        text.startswith("PF000005: unreadable price: “R석 미정”") for text in outcome.left_out
    )


async def test_a_show_that_says_something_else_is_changed_when_it_is_fetched_again(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    await import_now(app, there, olivia)
    there.shows["PF000001"] |= {
        "prfstate": "공연중",
        "prfnm": "산이 보이는 방",
        "pcseguidance": "R석 60,000원, S석 44,000원",
    }

    outcome = await import_now(app, there, olivia)

    assert fates(outcome) == {"shows changed": 1, "performances changed": 4}
    latest = {one.performance_id: one for one in await said(app, PerformanceChanged)}
    assert {one.title for one in latest.values()} == {"산이 보이는 방"}
    assert {one.sections[0].price_minor for one in latest.values()} == {60_000}


async def test_what_is_sold_by_other_sections_than_before_is_left_as_it_is_and_looked_at_again(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    await import_now(app, there, olivia)
    there.shows["PF000001"] |= {"prfstate": "공연중", "pcseguidance": "A석 1,000원"}

    outcome = await import_now(app, there, olivia)
    there.asked.clear()
    await import_now(app, there, olivia)

    assert outcome.faults.count == 4
    assert outcome.faults.first()[0].source_id == "PF000001"
    assert await said(app, PerformanceChanged) == []
    assert there.details() == ["PF000001"]


async def test_seats_come_from_the_map_of_the_venue_where_somebody_drew_one(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001", pcseguidance="전석 20,000원")
    await import_now(app, there, olivia)
    (venue,) = (await app.get("/api/venues")).json()["items"]
    drawn = {
        **{name: venue[name] for name in ("name", "city", "timeZone")},
        "sections": [
            {"name": "R석", "rows": [{"name": "1", "seats": 12}, {"name": "2", "seats": 14}]},
            {"name": "발코니", "rows": [{"name": "1", "seats": 6}]},
        ],
    }
    (await app.put(f"/api/venues/{venue['id']}", olivia, json=drawn)).raise_for_status()
    there.put("PF000002", prfnm="둘", pcseguidance="R석 55,000원, 입석 11,000원")
    there.put("PF000003", prfnm="셋", pcseguidance="전석 9,000원")

    await import_now(app, there, olivia, kopis_capacity=30)

    maps = {one.title: one.sections for one in await said(app, PerformanceScheduled)}
    assert _seats(maps["바다가 보이는 방"]) == [("전석", 200, 20_000, 0)]
    assert _seats(maps["둘"]) == [("R석", 26, 55_000, 2), ("입석", 30, 11_000, 0)]
    assert _seats(maps["셋"]) == [("R석", 26, 9_000, 2), ("발코니", 6, 9_000, 1)]
    seats, standing = maps["둘"]
    assert standing.y >= seats.y + seats.height


async def test_only_what_is_still_to_come_of_a_show_that_runs_is_imported(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put(
        "PF000001",
        prfstate="공연중",
        prfpdfrom="2001.01.01",
        prfpdto=spelt(coming(5)),
        dtguidance="월요일 ~ 일요일(23:59)",
    )

    await import_now(app, there, olivia)

    starts = sorted(one.starts_at for one in await said(app, PerformanceScheduled))
    assert starts[0] > datetime.now(SEOUL) - timedelta(minutes=5)
    assert starts[-1] == at(coming(5), 23) + timedelta(minutes=59)
    assert len(starts) == (starts[-1] - starts[0]).days + 1


def _seats(sections: Any) -> list[tuple[str, int, int, int]]:
    return [(one.name, one.capacity, one.price_minor, len(one.rows)) for one in sections]
