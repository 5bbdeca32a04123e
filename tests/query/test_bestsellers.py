"""What sold best on a day, as orders counts it."""

from datetime import timedelta
from typing import Any

import pytest

from boxoffice.kit import clock
from query.finding import cards, counted, noon, put_on
from shows.catalogue import an_organiser, announce_show, in_days, open_venue, schedule, written
from stage import App, Play, Someone, eventually
from stage.facts import heard, tell

MONDAY, TUESDAY, WEDNESDAY = noon("2026-03-02"), noon("2026-03-03"), noon("2026-03-04")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query")


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


async def test_the_best_seller_of_a_day_is_whose_most_seats_were_sold_on_it(
    app: App, olivia: Someone
):
    hamlet = await put_on(app, olivia, "Hamlet")
    macbeth = await put_on(app, olivia, "Macbeth")
    await tell(
        app,
        counted(hamlet, 1, 10, counted_at=MONDAY),
        counted(hamlet, 2, 11, counted_at=TUESDAY),
        counted(macbeth, 1, 2, counted_at=MONDAY),
        counted(macbeth, 2, 7, counted_at=TUESDAY),
    )

    assert await _best(app, "2026-03-02") == [(1, 10, "Hamlet"), (2, 2, "Macbeth")]
    assert await _best(app, "2026-03-03") == [(1, 5, "Macbeth"), (2, 1, "Hamlet")]
    assert await _best(app, "2026-03-04") == []


async def test_a_day_without_a_word_does_not_lose_what_was_sold_before(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")

    await tell(
        app,
        counted(hamlet, 1, 4, counted_at=MONDAY),
        counted(hamlet, 2, 10, counted_at=WEDNESDAY),
    )

    assert await _best(app, "2026-03-04") == [(1, 6, "Hamlet")]


async def test_all_performances_of_a_show_count_together(app: App, olivia: Someone):
    show, venue = await announce_show(app, olivia, title="Hamlet"), await open_venue(app, olivia)
    first, second = [await schedule(app, olivia, show, venue) for _ in range(2)]
    macbeth = await put_on(app, olivia, "Macbeth", venue)

    await tell(app, counted(first, 1, 4), counted(second, 1, 5), counted(macbeth, 1, 8))

    assert await _best(app) == [(1, 9, "Hamlet"), (2, 8, "Macbeth")]


async def test_todays_are_shown_when_no_day_is_named(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")

    await tell(app, counted(hamlet, 1, 4))

    answer = (await app.get("/api/shows/bestsellers")).json()
    assert answer["day"] == clock.now().date().isoformat()
    assert answer["items"] == [{"rank": 1, "seats": 4, "show": (await cards(app))[0]}]


async def test_a_repeated_word_changes_nothing(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")
    word = counted(hamlet, 1, 4)

    await tell(app, word, word)
    await tell(app, word)

    assert await _best(app) == [(1, 4, "Hamlet")]
    assert [(card["free"], card["seatsSold"]) for card in await cards(app)] == [(11, 4)]


async def test_a_late_word_changes_nothing(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")

    await tell(app, counted(hamlet, 7, 9))
    await tell(app, counted(hamlet, 6, 3), counted(hamlet, 5, 15))

    assert await _best(app) == [(1, 9, "Hamlet")]
    assert [(card["free"], card["seatsSold"]) for card in await cards(app)] == [(6, 9)]


async def test_the_order_in_which_days_are_heard_of_does_not_matter(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")

    await tell(app, counted(hamlet, 9, 10, counted_at=WEDNESDAY))
    await tell(app, counted(hamlet, 4, 6, counted_at=TUESDAY))
    await tell(app, counted(hamlet, 2, 3, counted_at=TUESDAY))

    assert await _best(app, "2026-03-03") == [(1, 6, "Hamlet")]
    assert await _best(app, "2026-03-04") == [(1, 4, "Hamlet")]
    assert [card["free"] for card in await cards(app)] == [5]


async def test_what_was_given_back_was_not_sold(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")

    await tell(
        app,
        counted(hamlet, 1, 9, counted_at=MONDAY),
        counted(hamlet, 2, 5, counted_at=TUESDAY),
    )

    assert await _best(app, "2026-03-03") == []


async def test_ten_are_named_at_most_and_held_seats_are_not_sold(app: App, olivia: Someone):
    venue = await open_venue(app, olivia)
    shows = [await put_on(app, olivia, f"Show {sold}", venue) for sold in range(12)]

    await tell(app, *(counted(show, 1, sold, held=3) for sold, show in enumerate(shows)))

    assert await _best(app) == [(12 - sold, sold, f"Show {sold}") for sold in range(11, 1, -1)]


async def test_a_cancelled_show_is_no_best_seller(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")
    await tell(app, counted(hamlet, 1, 4))

    await app.put(f"/api/performances/{hamlet['id']}/cancellation", olivia)

    assert await _best(app) == []


async def test_what_was_played_since_is_still_named(app: App, olivia: Someone):
    soon = written(clock.now() + timedelta(seconds=1))
    hamlet = await put_on(app, olivia, "Hamlet", startsAt=soon)
    await tell(app, counted(hamlet, 1, 4))

    async def it_is_over() -> None:
        assert await cards(app) == []

    await eventually(it_is_over)
    assert await _best(app) == [(1, 4, "Hamlet")]


async def test_a_show_may_be_another_day_and_keeps_its_sales(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet")
    await tell(app, counted(hamlet, 1, 4))

    moved = {"startsAt": written(in_days(30))}
    await app.put(f"/api/performances/{hamlet['id']}/postponement", olivia, json=moved)

    assert await _best(app) == [(1, 4, "Hamlet")]


@pytest.mark.parametrize("day", ["today", "2026-02-30", ""])
async def test_a_day_that_does_not_exist_is_refused(app: App, day: str):
    answer = await app.get(f"/api/shows/bestsellers?day={day}")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["day"]


async def _best(app: App, day: str | None = None) -> list[tuple[int, int, str]]:
    await heard(app)
    answer = await app.get("/api/shows/bestsellers", params={"day": day} if day else None)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return [(one["rank"], one["seats"], one["show"]["title"]) for one in items]
