"""Time and ids."""

import time
from datetime import UTC, timedelta

from boxoffice.kit import clock

A_PART = 1_000_000 // 4_096 + 1  # nanoseconds: what an id can tell apart


def test_now_is_in_utc():
    assert clock.now().tzinfo is UTC


def test_an_id_is_a_uuid_of_version_7():
    made = clock.new_id()

    assert made.version == 7
    assert made.variant == "specified in RFC 4122"


def test_ids_sort_in_the_order_in_which_they_are_made():
    made = [clock.new_id()]
    while len(made) < 1_000:
        moment = time.time_ns()
        while time.time_ns() - moment < A_PART:
            pass
        made.append(clock.new_id())

    assert made == sorted(made)
    assert made == sorted(made, key=str)


def test_an_id_tells_when_it_was_made():
    before = clock.now()

    milliseconds = clock.new_id().int >> 80

    assert abs(before.timestamp() - milliseconds / 1000) < timedelta(seconds=1).total_seconds()


def test_ids_of_the_same_moment_differ():
    assert len({clock.new_id() for _ in range(10_000)}) == 10_000
