"""Times that people at a venue type: what they are in UTC, and which ones no clock there shows."""

from datetime import UTC, datetime

import pytest

from boxoffice.kit.errors import BadInput
from boxoffice.services.web.routes.organise.times import read_local, write_local


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2026-12-05T19:30", "Europe/Berlin", datetime(2026, 12, 5, 18, 30, tzinfo=UTC)),
        ("2026-07-05 19:30", "Europe/Berlin", datetime(2026, 7, 5, 17, 30, tzinfo=UTC)),
        ("2026-12-05T19:30", "Asia/Seoul", datetime(2026, 12, 5, 10, 30, tzinfo=UTC)),
        ("2026-12-05T19:30", "Asia/Kolkata", datetime(2026, 12, 5, 14, 0, tzinfo=UTC)),
        ("2026-12-05T19:30:00+09:00", "Europe/Berlin", datetime(2026, 12, 5, 10, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_by_the_clocks_of_the_venue(text: str, zone: str, utc: datetime):
    assert read_local(f" {text} ", zone) == utc


@pytest.mark.parametrize(
    ("text", "zone", "sentence"),
    [
        (
            "2026-03-29T02:30",
            "Europe/Berlin",
            "There is no 02:30 on 29 Mar 2026 in Europe/Berlin: the clocks go forward then.",
        ),
        (
            "2026-10-25T02:30",
            "Europe/Berlin",
            "02:30 comes twice on 25 Oct 2026 in Europe/Berlin: the clocks go back then.",
        ),
        ("2011-12-30T12:00", "Pacific/Apia", "There is no 12:00 on 30 Dec 2011 in Pacific/Apia"),
        ("tomorrow", "Europe/Berlin", "Type a day and a time, such as 2026-12-31 19:30"),
        ("0001-01-01T00:00", "Asia/Seoul", "The year must be 2000 to 2199"),
        ("9999-12-31T23:59", "America/New_York", "The year must be 2000 to 2199"),
    ],
)
def test_a_time_that_no_clock_shows_once_is_answered_with_a_sentence(
    text: str, zone: str, sentence: str
):
    with pytest.raises(BadInput) as refusal:
        read_local(text, zone)

    assert refusal.value.detail.startswith(sentence)


@pytest.mark.parametrize("text", ["2026-03-29T01:59", "2026-03-29T03:00", "2026-10-25T03:00"])
def test_the_minutes_around_a_change_of_clocks_are_times_like_any_other(text: str):
    at = read_local(text, "Europe/Berlin")

    assert at is not None
    assert write_local(at.isoformat(), "Europe/Berlin") == text


def test_nothing_is_no_time():
    assert read_local("  ", "Europe/Berlin") is None
    assert write_local(None, "Europe/Berlin") == ""


@pytest.mark.parametrize(
    "was", ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-12-05T18:30:59Z"]
)
def test_a_time_that_nobody_touched_stays_as_it_is(was: str):
    shown = write_local(was, "Europe/Berlin")

    assert read_local(shown, "Europe/Berlin", was) == datetime.fromisoformat(was)
