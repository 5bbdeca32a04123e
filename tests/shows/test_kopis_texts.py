"""What the open API's texts about shows and venues are taken to mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.services.shows.model.kopis import (
    HIGHEST_PRICE,
    ShowText,
    Unusable,
    VenueText,
    one_line,
    read_age,
    read_cast,
    read_date,
    read_genre,
    read_prices,
    read_run_time,
)


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("R석 110,000원, S석 88,000원", {"R석": 110_000, "S석": 88_000}),
        ("전석 20,000원", {"전석": 20_000}),
        ("R석\n110,000원,\nS석 88,000원\n", {"R석": 110_000, "S석": 88_000}),
        ("전석 20000원", {"전석": 20_000}),
        ("R석110,000원,S석 9,000 원", {"R석": 110_000, "S석": 9_000}),
        ("VIP석 1,100,000원", {"VIP석": 1_100_000}),
        ("1층 30,000원, 2층 500원", {"1층": 30_000, "2층": 500}),
        ("A 구역 2 30,000원", {"A 구역 2": 30_000}),
        ("  R석 １１０，０００원 ", {"R석": 110_000}),  # wide forms
    ],
)
def test_prices_are_read_by_the_name_of_their_section(text: str, prices: dict[str, int]):
    assert read_prices(text) == prices


@pytest.mark.parametrize("text", ["전석무료", "전석 무료", " 전석무료 "])
def test_only_free_of_charge_for_all_seats_is_the_price_nothing(text: str):
    assert read_prices(text) == {"전석": 0}


@pytest.mark.parametrize("text", ["", " "])
def test_without_a_price_nothing_is_guessed(text: str):
    with pytest.raises(Unusable) as refused:
        read_prices(text)

    assert refused.value.reason == "no price"


@pytest.mark.parametrize(
    "text",
    [
        "무료",
        "R석 무료",
        "전석무료 (예약 필수)",
        "전석 0원",
        "전석 00원",
        "R석 000원",
        "전석",
        "20,000원",
        "전석 20,00원",
        "전석 2,0000원",
        "전석 20.000원",
        "전석 20.500원",
        "전석 2~30,000원",
        "전석 2만원",
        "전석 2만5000원",
        "전석 2만 5000원",
        "전석 20000원 청소년 10000원",
        "전석 20,000원(할인 10,000원)",
        "전석 -20,000원",
        "전석 20,000",
        "전석 $20",
        "R석 110,000원 S석 88,000원",
        "R석 110,000원\nS석 88,000원",
        "R석 110,000원, S석 미정",
        "R석 110,000원, R석 88,000원",
        "R석/S석 88,000원",
        f"{'가' * 41} 10,000원",
        "R석 100,000,000원",
        ", ".join(f"{n}번 10원" for n in range(101)),
        "R석 10,000원, " * 90,
    ],
)
def test_a_price_that_is_not_all_understood_is_reported_and_never_nothing(text: str):
    with pytest.raises(Unusable) as refused:
        read_prices(text)

    assert refused.value.reason == "unreadable price"


@given(
    st.dictionaries(
        st.text(st.sampled_from("가나다RSVIP "), min_size=1, max_size=20)
        .map(lambda name: " ".join(name.split()))
        .filter(bool),
        st.integers(1, HIGHEST_PRICE),
        min_size=1,
        max_size=20,
    )
)
def test_whatever_prices_are_written_are_read_again(prices: dict[str, int]):
    text = ", ".join(f"{name} {won:,}원" for name, won in prices.items())

    assert read_prices(text) == prices


@given(st.text(st.sampled_from("전석무료RS 0123456789,.원/만-"), max_size=60))
def test_no_other_text_than_free_of_charge_costs_nothing(text: str):
    try:
        prices = read_prices(text)
    except Unusable as refusal:
        read = {refusal.reason: 1}
    else:
        read = prices

    assert all(read.values()) or text.replace(" ", "") == "전석무료"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1시간 40분", 100),
        ("2시간", 120),
        ("90분", 90),
        ("1시간40분", 100),
        ("", None),
        ("약 90분", None),
        ("0분", None),
        ("25시간", None),
    ],
)
def test_a_run_time_is_minutes_where_it_can_be_read(text: str, minutes: int | None):
    assert read_run_time(text) == minutes


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("만 12세 이상", 12),
        ("8세 이상 관람가능", 8),
        ("48개월 이상", 4),
        ("37개월 이상", 4),
        ("전체 관람가", 0),
        ("", None),
        ("미취학아동입장불가", None),
        ("만 120세 이상", None),
    ],
)
def test_an_age_is_years_where_it_can_be_read(text: str, years: int | None):
    assert read_age(text) == years


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("연극", "play"),
        ("뮤지컬", "musical"),
        ("무용", "dance"),
        ("서양음악(클래식)", "classical"),
        ("한국음악(국악)", "traditional"),
        ("대중음악", "popular"),
        ("서커스/마술", "circus/magic"),
        ("복합", "mixed"),
    ],
)
def test_genres_have_our_names(text: str, genre: str):
    assert read_genre(text) == genre


@pytest.mark.parametrize("text", ["", "영화", "play"])
def test_a_genre_that_nobody_knows_is_reported(text: str):
    with pytest.raises(Unusable) as refused:
        read_genre(text)

    assert refused.value.reason == "unknown genre"


def test_a_cast_is_its_names():
    assert read_cast("김하나, 이두리 , 박세온 등") == ("김하나", "이두리", "박세온")
    assert read_cast("") == ()
    assert len(read_cast(", ".join(f"배우{n}" for n in range(300)))) == 100


def test_a_date_is_a_day_of_the_calendar():
    assert read_date("2026.11.21") == date(2026, 11, 21)
    for text in ("", "2026.02.30", "2026-11-21", "26.11.21"):
        with pytest.raises(Unusable) as refused:
            read_date(text)
        assert refused.value.reason == "unreadable dates"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"timetable": ""}, "no timetable"),
        ({"timetable": "추후공지"}, "unreadable timetable"),
        ({"first": "someday"}, "unreadable dates"),
    ],
)
def test_a_show_that_does_not_say_when_is_reported(changes: dict[str, str], reason: str):
    usual = {
        "show_id": "PF1",
        "venue_id": "FC1",
        "title": "방",
        "first": "2026.11.21",
        "last": "2026.11.22",
        "timetable": "토요일(13:00)",
    }

    with pytest.raises(Unusable) as refused:
        ShowText(**usual | changes).when()

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("address", "city"),
    [
        ("서울특별시 종로구 가온길 7", "서울특별시"),
        ("경기도 수원시 팔달구 1", "수원시"),
        ("제주특별자치도 제주시 2", "제주시"),
        ("부산광역시", "부산광역시"),
        ("경기도", "경기도"),
    ],
)
def test_the_city_of_a_venue_is_in_its_address(address: str, city: str):
    assert _venue(address=address).city == city


def test_a_venue_without_an_address_is_reported():
    with pytest.raises(Unusable) as refused:
        assert _venue(address="").city

    assert refused.value.reason == "no venue"


@pytest.mark.parametrize(
    ("latitude", "longitude", "place"),
    [
        ("37.5", "127.25", (37.5, 127.25)),
        ("", "", (None, None)),
        ("37.5", "", (None, None)),
        ("0", "0.0", (None, None)),
        ("137.5", "127.25", (None, None)),
        ("nan", "inf", (None, None)),
    ],
)
def test_a_venue_is_on_the_map_where_its_place_makes_sense(
    latitude: str, longitude: str, place: tuple[float | None, float | None]
):
    assert _venue(latitude=latitude, longitude=longitude).place == place


def test_a_line_is_one_line_of_clean_text_as_long_as_it_may_be():
    assert one_line("  두\n줄\x00 ", 100) == "두 줄"
    assert one_line("가" * 300, 200) == "가" * 199 + "…"


def _venue(**changes: str) -> VenueText:
    usual = {"venue_id": "FC1", "name": "가온극장", "address": "서울특별시"}
    return VenueText(**usual | changes)
