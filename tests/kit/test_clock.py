"""Time and ids."""

import time
from datetime import UTC, timedelta

from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kit import clock


def test_now_is_in_utc():
    assert clock.now().tzinfo is UTC


def test_an_id_is_a_uuid_of_version_7():
    made = clock.new_id()

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


@given(st.integers(min_value=2, max_value=50))
def test_ids_of_later_milliseconds_sort_behind(count: int):
    made = clock.new_id()
    for _ in range(count):
        moment = time.time_ns() // 1_000_000
        while time.time_ns() // 1_000_000 == moment:
            pass
        later = clock.new_id()
        assert made < later
        assert str(made) < str(later)
        made = later


def test_an_id_tells_when_it_was_made():
    before = clock.now()

    milliseconds = clock.new_id().int >> 80

    assert abs(before.timestamp() - milliseconds / 1000) < timedelta(seconds=1).total_seconds()


def test_ids_of_the_same_moment_differ():
    assert len({clock.new_id() for _ in range(10_000)}) == 10_000
