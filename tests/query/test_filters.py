"""Choosing among shows by genre, city, date, price and free places."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from boxoffice.kit import clock
from query.finding import cards, counted, put_on, titles
from shows.catalogue import an_organiser, announce_show, in_days, open_venue, schedule, written
from stage import App, Play, Someone
from stage.facts import tell


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query")


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


async def test_a_genre_is_chosen(app: App, olivia: Someone):
    await put_on(app, olivia, "Hamlet", genre="play")
    await put_on(app, olivia, "Circus Humberto", genre="circus/magic")

    assert await titles(app, genre="circus/magic") == ["Circus Humberto"]
    assert await titles(app, genre="dance") == []


async def test_days_are_those_of_the_venue(app: App, olivia: Someone):
    day = in_days(10).date()
    seoul = await open_venue(app, olivia, city="Seoul", timeZone="Asia/Seoul")
    honolulu = await open_venue(app, olivia, city="Honolulu", timeZone="Pacific/Honolulu")
    early = datetime(day.year, day.month, day.day, 0, 30, tzinfo=ZoneInfo("Asia/Seoul"))
    late = datetime(day.year, day.month, day.day, 23, 30, tzinfo=ZoneInfo("Pacific/Honolulu"))
    await put_on(app, olivia, "Early", seoul, startsAt=early.isoformat())
    await put_on(app, olivia, "Late", honolulu, startsAt=late.isoformat())

    that_day = {"from": str(day), "to": str(day)}
    before = {"to": str(day - timedelta(days=1))}
    behind = {"from": str(day + timedelta(days=1))}

    assert early.astimezone(UTC).date() < day < late.astimezone(UTC).date()
    assert await titles(app, **that_day) == ["Early", "Late"]
    assert await titles(app, **before) == []
    assert await titles(app, **behind) == []


async def test_a_tour_is_found_where_and_when_it_is_and_not_elsewhere_on_that_day(
    app: App, olivia: Someone
):
    london, paris = await open_venue(app, olivia), await open_venue(app, olivia, city="Paris")
    show = await announce_show(app, olivia, title="Hamlet")
    await schedule(app, olivia, show, london, startsAt=written(in_days(5)))
    await schedule(app, olivia, show, paris, startsAt=written(in_days(50)))
    early, late = {"to": in_days(20).date()}, {"from": in_days(20).date()}

    assert [card["city"] for card in await cards(app, city="Paris")] == ["Paris"]
    assert [card["city"] for card in await cards(app, **late)] == ["Paris"]
    assert await titles(app, city="Paris", **late) == ["Hamlet"]
    assert await titles(app, city="Paris", **early) == []
    assert await titles(app, city="London", **late) == []


async def test_a_card_tells_of_the_performances_that_were_asked_for(app: App, olivia: Someone):
    venue = await open_venue(app, olivia)
    show = await announce_show(app, olivia)
    dates = [in_days(day) for day in (5, 6, 40)]
    for number, date in enumerate(dates):
        prices = {"Stalls": 30 + number, "Floor": 20 + number}
        await schedule(app, olivia, show, venue, startsAt=written(date), prices=prices)

    every, some = (
        (await cards(app))[0],
        (await cards(app, **{"from": dates[1].date()}))[0],
    )

    assert (every["performances"], every["priceFrom"]) == (3, 20)
    assert (every["firstAt"], every["lastAt"]) == (written(dates[0]), written(dates[2]))
    assert (some["performances"], some["priceFrom"]) == (2, 21)
    assert (some["firstAt"], some["lastAt"]) == (written(dates[1]), written(dates[2]))


async def test_shows_are_sorted_by_the_first_date_that_was_asked_for(app: App, olivia: Someone):
    venue = await open_venue(app, olivia)
    early = await announce_show(app, olivia, title="Early and late")
    await schedule(app, olivia, early, venue, startsAt=written(in_days(2)))
    await schedule(app, olivia, early, venue, startsAt=written(in_days(60)))
    await put_on(app, olivia, "In between", venue, startsAt=written(in_days(40)))

    assert await titles(app) == ["Early and late", "In between"]
    assert await titles(app, **{"from": in_days(30).date()}) == ["In between", "Early and late"]


async def test_a_price_is_in_the_range_when_a_place_costs_that(app: App, olivia: Someone):
    await put_on(app, olivia, "Hamlet", prices={"Stalls": 90, "Floor": 10})

    assert await titles(app, minPrice=90) == ["Hamlet"]
    assert await titles(app, maxPrice=10) == ["Hamlet"]
    assert await titles(app, minPrice=5, maxPrice=10.5) == ["Hamlet"]
    assert await titles(app, minPrice=90.01) == []
    assert await titles(app, maxPrice=9.99) == []
    assert await titles(app, minPrice=20, maxPrice=80) == []


async def test_what_is_free_of_charge_costs_nothing_at_most(app: App, olivia: Someone):
    await put_on(app, olivia, "Open day", prices={"Stalls": 0, "Floor": 0})
    await put_on(app, olivia, "Hamlet")

    found = await cards(app, maxPrice=0)

    assert [(card["title"], card["priceFrom"]) for card in found] == [("Open day", 0)]


async def test_prices_are_in_the_major_units_of_each_currency(app: App, olivia: Someone):
    prices = {"Stalls": 110_000, "Floor": 55_000}
    await put_on(app, olivia, "명성황후", currency="KRW", prices=prices)
    await put_on(app, olivia, "Hamlet", prices={"Stalls": 110, "Floor": 55.5})

    found = await cards(app, minPrice=50_000, maxPrice=60_000)

    assert [(card["title"], card["priceFrom"]) for card in found] == [("명성황후", 55_000)]
    assert await titles(app, minPrice=55.5, maxPrice=55.5) == ["Hamlet"]


async def test_what_is_sold_out_is_not_available(app: App, olivia: Someone):
    full = await put_on(app, olivia, "Full")
    held = await put_on(app, olivia, "Held")
    last = await put_on(app, olivia, "Last one")
    await put_on(app, olivia, "Not yet counted")
    await tell(app, counted(full, 9, 15), counted(held, 9, 10, held=5), counted(last, 9, 14))

    assert sorted(await titles(app, available="true")) == ["Last one", "Not yet counted"]
    assert len(await titles(app, available="false")) == 4


async def test_a_place_that_is_given_back_is_available_again(app: App, olivia: Someone):
    performance = await put_on(app, olivia, "Hamlet")
    await tell(app, counted(performance, 1, 15))
    assert await titles(app, available="true") == []

    await tell(app, counted(performance, 2, 14))

    assert await titles(app, available="true") == ["Hamlet"]
    assert [card["free"] for card in await cards(app)] == [1]


async def test_a_card_counts_the_free_places_of_all_its_performances(app: App, olivia: Someone):
    show, venue = await announce_show(app, olivia), await open_venue(app, olivia)
    first, second = [await schedule(app, olivia, show, venue) for _ in range(2)]

    await tell(app, counted(first, 1, 3), counted(second, 1, 5, held=2))

    assert [card["free"] for card in await cards(app)] == [12 + 8]


async def test_the_best_selling_come_first_then_the_next(app: App, olivia: Someone):
    slow = await put_on(app, olivia, "Slow", startsAt=written(in_days(3)))
    quick = await put_on(app, olivia, "Quick", startsAt=written(in_days(9)))
    await put_on(app, olivia, "Late", startsAt=written(in_days(6)))
    await put_on(app, olivia, "Soon", startsAt=written(in_days(2)))
    await tell(app, counted(slow, 1, 4), counted(quick, 1, 9))

    found = await cards(app, sort="rank")

    assert [(card["title"], card["seatsSold"]) for card in found] == [
        ("Quick", 9),
        ("Slow", 4),
        ("Soon", 0),
        ("Late", 0),
    ]


async def test_what_was_sold_more_than_a_week_ago_counts_no_more(app: App, olivia: Someone):
    once, now = await put_on(app, olivia, "Once"), await put_on(app, olivia, "Now")
    today = clock.now()
    await tell(
        app,
        counted(once, 1, 10, counted_at=today - timedelta(days=7)),
        counted(once, 2, 12, counted_at=today - timedelta(days=6)),
        counted(now, 1, 3),
    )

    found = await cards(app, sort="rank")

    assert [(card["title"], card["seatsSold"]) for card in found] == [("Now", 3), ("Once", 2)]


async def test_the_newest_come_first_when_that_is_asked_for(app: App, olivia: Someone):
    for title, day in (("First", 1), ("Second", 9), ("Third", 5)):
        await put_on(app, olivia, title, startsAt=written(in_days(day)))

    assert await titles(app, sort="newest") == ["Third", "Second", "First"]
    assert await titles(app, sort="date") == ["First", "Third", "Second"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("genre=opera", "genre"),
        ("from=tomorrow", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-03-02&to=2026-03-01", "to"),
        ("minPrice=-1", "minPrice"),
        ("maxPrice=1_000", "maxPrice"),
        ("maxPrice=NaN", "maxPrice"),
        ("minPrice=1.005", "minPrice"),
        ("minPrice=20&maxPrice=10", "maxPrice"),
        ("available=perhaps", "available"),
        ("sort=title", "sort"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("organiser=you", "organiser"),
        ("q=%00", "q"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_name(
    app: App, question: str, field: str
):
    answer = await app.get(f"/api/shows?{question}")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("question", ["from=0001-01-01&to=9999-12-31", "to=0001-01-01"])
async def test_the_first_and_the_last_day_there_are_may_be_asked_for(app: App, question: str):
    assert (await app.get(f"/api/shows?{question}")).status_code == 200
