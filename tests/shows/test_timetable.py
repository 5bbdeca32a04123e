"""Timetables of the open API: what their texts mean, and which performances come of them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kit.errors import BadInput
from boxoffice.services.shows.model.timetable import (
    LONGEST_TIMETABLE,
    MOST_DAYS,
    Timetable,
    read_timetable,
)

SEOUL = ZoneInfo("Asia/Seoul")
BERLIN = ZoneInfo("Europe/Berlin")
KOREAN = ("월", "화", "수", "목", "금", "토", "일")
ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONDAY = date(2026, 11, 2)

weekdays = st.integers(0, 6)
clock_times = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
times = st.lists(clock_times, min_size=1, max_size=4)
rules = st.lists(st.tuples(weekdays, weekdays, times), min_size=1, max_size=5)
dates = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def never(_day: date) -> bool:
    return False


@pytest.mark.parametrize(
    "text",
    [
        "토요일 ~ 일요일(13:00,15:00), 월요일(16:00,19:00), HOL(11:00,14:00)",
        "Sat ~ Sun(13:00,15:00), Mon(16:00,19:00), HOL(11:00,14:00)",
        "토~일 (13:00, 15:00),월(16:00,19:00),hol(11:00,14:00)",
        "saturday~SUNDAY(13:00,15:00), Monday(19:00,16:00), HOL(14:00,11:00)",
        "토요일(13:00,15:00), 일요일(13:00,15:00), 월요일(16:00,19:00), HOL(11:00,14:00)",
        "토,일(13:00,15:00), 월(16:00), 월(19:00), HOL(11:00,14:00)",
        "토요일 ～ 일요일（13：00，15：00）, 월요일(16:00,19:00), HOL(11:00,14:00)",  # wide forms
    ],
)
def test_one_timetable_can_be_written_in_many_ways(text: str):
    weekend = (time(13), time(15))

    timetable = read_timetable(text)

    monday = (time(16), time(19))
    assert timetable == Timetable(
        (monday, (), (), (), (), weekend, weekend), holidays=(time(11), time(14))
    )


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("토요일 ~ 월요일(13:00)", {"Sat", "Sun", "Mon"}),
        ("Fri ~ Tue(13:00)", {"Fri", "Sat", "Sun", "Mon", "Tue"}),
        ("화요일 ~ 목요일(13:00)", {"Tue", "Wed", "Thu"}),
        ("Wed ~ Wed(13:00)", {"Wed"}),
        ("Mon ~ Sun(13:00)", set(ENGLISH)),
        ("Thu ~ Wed(13:00)", set(ENGLISH)),
    ],
)
def test_from_one_day_to_another_goes_around_the_week(text: str, days: set[str]):
    timetable = read_timetable(text)

    assert {ENGLISH[day] for day, at in enumerate(timetable.weekdays) if at} == days


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no timetable"),
        (" ", "no timetable"),
        ("토요일", "“토요일” is no line"),
        ("토요일 13:00", "“토요일 13:00” is no line"),
        ("토요일()", "“” is no time"),
        ("(13:00)", "no line"),
        ("Sat(13:00", "no line"),
        ("Sat(13:00) Sun(13:00)", "no line"),
        ("Sat(13:00), 추후공지", "“추후공지” is no line"),
        ("Sat(24:00)", "“24:00” is no time"),
        ("Sat(13:60)", "“13:60” is no time"),
        ("Sat(1300)", "“1300” is no time"),
        ("Sat(오후 3시)", "“오후 3시” is no time"),
        ("Caturday(13:00)", "“Caturday” is no day"),
        ("Sat ~ Caturday(13:00)", "“Caturday” is no day"),
        ("Sat ~ HOL(13:00)", "“HOL” is no day"),
        ("Sat ~ Sun ~ Mon(13:00)", "“Sun ~ Mon” is no day"),
        ("Sat, (13:00)", "“” is no day"),
        ("Sat(13:00), " * 90, "characters"),
    ],
)
def test_what_is_no_timetable_is_refused_and_nothing_is_guessed(text: str, wrong: str):
    with pytest.raises(BadInput, match=wrong):
        read_timetable(text)


def test_each_day_from_first_to_last_at_each_time_is_one_performance():
    timetable = read_timetable("토요일 ~ 일요일(13:00,15:00), 월요일(16:00)")

    starts = timetable.expand(MONDAY, MONDAY + timedelta(days=7), SEOUL, never)

    assert [start.astimezone(SEOUL).strftime("%a %d %H:%M") for start in starts] == [
        "Mon 02 16:00",
        "Sat 07 13:00",
        "Sat 07 15:00",
        "Sun 08 13:00",
        "Sun 08 15:00",
        "Mon 09 16:00",
    ]
    assert starts[0] == datetime(2026, 11, 2, 7, tzinfo=UTC)


def test_on_public_holidays_one_plays_at_their_times_and_not_at_those_of_the_weekday():
    timetable = read_timetable("Sat ~ Sun(13:00,15:00), Mon(16:00), HOL(11:00)")
    holidays = {date(2026, 11, 4), date(2026, 11, 7)}  # a Wednesday, and a Saturday

    starts = timetable.expand(MONDAY, date(2026, 11, 8), SEOUL, holidays.__contains__)

    assert [start.astimezone(SEOUL).strftime("%a %H:%M") for start in starts] == [
        "Mon 16:00",
        "Wed 11:00",
        "Sat 11:00",
        "Sun 13:00",
        "Sun 15:00",
    ]


def test_where_no_times_for_holidays_are_given_they_are_days_like_others():
    timetable = read_timetable("Sat ~ Sun(13:00)")

    starts = timetable.expand(MONDAY, date(2026, 11, 8), SEOUL, lambda _day: True)

    assert [start.astimezone(SEOUL).strftime("%a") for start in starts] == ["Sat", "Sun"]


def test_one_plays_by_the_clock_of_the_place_also_when_clocks_change():
    timetable = read_timetable("Sun(20:00)")

    starts = timetable.expand(date(2026, 10, 18), date(2026, 10, 25), BERLIN, never)

    assert starts == [
        datetime(2026, 10, 18, 18, tzinfo=UTC),
        datetime(2026, 10, 25, 19, tzinfo=UTC),
    ]


def test_days_in_the_wrong_order_or_too_far_apart_are_refused():
    timetable = read_timetable("Sat(13:00)")

    for last in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=MOST_DAYS + 1)):
        with pytest.raises(BadInput, match=str(last)):
            timetable.expand(MONDAY, last, SEOUL, never)


@given(rules, times, dates, st.integers(0, 60), st.sets(st.integers(0, 60), max_size=5))
def test_every_time_is_within_the_dates_on_a_day_that_has_it_and_none_comes_twice(
    rules: list[tuple[int, int, list[time]]],
    on_holidays: list[time],
    first: date,
    length: int,
    free: set[int],
):
    timetable = read_timetable(f"{_spelt(rules, KOREAN)}, HOL({_times(on_holidays)})")
    last = first + timedelta(days=length)
    holidays = {first + timedelta(days=nth) for nth in free}

    starts = timetable.expand(first, last, SEOUL, holidays.__contains__)

    assert starts == sorted(set(starts))
    local = [start.astimezone(SEOUL) for start in starts]
    expected = {
        (day, at)
        for day in (first + timedelta(days=nth) for nth in range(length + 1))
        for at in (on_holidays if day in holidays else _allowed(rules, day.weekday()))
    }
    assert {(start.date(), start.time()) for start in local} == expected


@given(rules)
def test_both_languages_mean_the_same(rules: list[tuple[int, int, list[time]]]):
    korean, english = _spelt(rules, KOREAN), _spelt(rules, ENGLISH)

    assert read_timetable(korean) == read_timetable(english)


@given(st.text(st.sampled_from("토일월SatMonHOL~(),:0123456789 "), max_size=LONGEST_TIMETABLE + 9))
def test_any_text_is_a_timetable_with_times_or_refused(text: str):
    with suppress(BadInput):
        timetable = read_timetable(text)

        assert any(timetable.weekdays) or timetable.holidays


def _spelt(rules: Sequence[tuple[int, int, list[time]]], names: Sequence[str]) -> str:
    return ", ".join(f"{names[first]} ~ {names[last]}({_times(at)})" for first, last, at in rules)


def _times(times: Sequence[time]) -> str:
    return ",".join(f"{at:%H:%M}" for at in times)


def _allowed(rules: Sequence[tuple[int, int, list[time]]], day: int) -> set[time]:
    """The times of a weekday, found by walking from the first day of each rule to its last."""
    found: set[time] = set()
    for first, last, at in rules:
        walked = first
        while walked not in {day, last}:
            walked = (walked + 1) % 7
        if walked == day:
            found |= set(at)
    return found
