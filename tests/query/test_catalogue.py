"""What query makes of news of shows: the same, in whichever order and however often it comes."""

import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from boxoffice.events.event import Event
from boxoffice.events.orders import SeatsCounted
from boxoffice.events.shows import (
    PerformanceCancelled,
    PerformanceChanged,
    PerformanceDrafted,
    PerformanceDropped,
    PerformancePostponed,
    ShowAdded,
    ShowChanged,
)
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.services.query import handlers
from query.finding import cards, counted, titles
from query.told import copy, draft_news, show_news
from shows.catalogue import an_organiser, in_days
from stage import App, Play, Someone
from stage.facts import performance_news, scheduled, tell

if TYPE_CHECKING:
    from boxoffice.kit.database import Connection

ORDERS = 60  # of 5,040 and more
MOST_STATEMENTS = 16  # a batch
SHOW_ID, OTHER_ID = UUID(int=1), UUID(int=2)


class Counting(Tx):
    """A transaction that counts its statements."""

    def __init__(self, tx: Tx) -> None:
        super().__init__(tx._held)  # noqa: SLF001 - the same one
        self.statements = 0

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator["Connection"]:
        self.statements += 1
        yield self._held


@pytest.fixture
async def app(play: Play) -> App:
    return await play("query")


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


async def test_news_in_any_order_and_number_ends_in_the_same_state(app: App, olivia: Someone):
    told = _a_life(olivia)
    await _start_anew(app)
    await copy(app, *told)
    whole = await _state(app)
    chance = random.Random(7)  # noqa: S311 - the same orders each time

    for _ in range(ORDERS):
        await _start_anew(app)
        mixed = [*told, *chance.choices(told, k=3)]
        chance.shuffle(mixed)
        while mixed:
            many = chance.randint(1, 4)
            some, mixed = mixed[:many], mixed[many:]
            await copy(app, *some)

        assert await _state(app) == whole


async def test_a_performance_before_its_show_is_found_when_the_show_comes(
    app: App, olivia: Someone
):
    performance = scheduled(olivia)
    await copy(app, performance, _counted(performance.performance_id, 1, 3))
    before = await titles(app), await _cities(app)

    await copy(app, show_news(olivia, ShowAdded, show_id=performance.show_id))

    assert before == ([], [])
    assert [(card["title"], card["seatsSold"], card["free"]) for card in await cards(app)] == [
        ("The Tempest", 3, 12)
    ]
    assert await _cities(app) == [("London", 1)]


async def test_late_news_does_not_bring_back_what_was_cancelled_or_dropped(
    app: App, olivia: Someone
):
    show = show_news(olivia, ShowAdded)
    cancelled = performance_news(
        olivia, PerformanceCancelled, version=3, show_id=show.show_id, state="cancelled"
    )
    dropped = draft_news(olivia, PerformanceDropped, version=2, show_id=show.show_id)
    await tell(app, show, cancelled, dropped)

    await tell(
        app,
        performance_news(
            olivia,
            PerformanceChanged,
            version=2,
            show_id=show.show_id,
            performance_id=cancelled.performance_id,
        ),
        draft_news(
            olivia,
            PerformanceDrafted,
            version=1,
            show_id=show.show_id,
            performance_id=dropped.performance_id,
        ),
    )

    assert await titles(app) == []
    assert [card["performances"] for card in await cards(app, by=olivia, organiser="me")] == [0]
    db = await app.db("query")
    states = await db.fetch("SELECT state FROM performances ORDER BY state")
    assert [row["state"] for row in states] == ["cancelled", "dropped"]


async def test_a_show_is_told_of_with_its_poster(app: App, olivia: Someone):
    size = {"file": "shows/1.webp", "width": 800, "height": 600}
    poster = size | {"picture_id": UUID(int=9), "sizes": (size,), "is_poster": True}
    other = poster | {"picture_id": UUID(int=8), "is_poster": False}
    show = show_news(olivia, ShowAdded, pictures=(other, poster), title='"Hamlet" \\ \n 햄릿')

    await copy(app, show, scheduled(olivia, show_id=show.show_id))

    (card,) = await cards(app)
    url = "/api/pictures/shows/1.webp"
    assert card["title"] == show.title
    assert card["poster"] == {
        "id": str(UUID(int=9)),
        "url": url,
        "width": 800,
        "height": 600,
        "sizes": [{"url": url, "width": 800, "height": 600}],
    }


async def test_a_batch_costs_few_statements_however_much_is_in_it(app: App, olivia: Someone):
    shows = [show_news(olivia, ShowAdded) for _ in range(40)]
    played = [scheduled(olivia, show_id=show.show_id) for show in shows]
    counts = [_counted(one.performance_id, 1, 2) for one in played]
    db = await app.db("query")

    async with db.transaction() as tx:
        counting = Counting(tx)
        await handlers.copy_catalogue(counting, [*shows, *played, *counts])

    assert counting.statements <= MOST_STATEMENTS
    assert len(await titles(app, limit=50)) == 40


def _a_life(by: Someone) -> Sequence[Event]:
    """A show that is renamed, on at two places: once postponed, once planned and dropped."""
    at, first, second = clock.now(), UUID(int=11), UUID(int=12)
    of_first = {"performance_id": first, "show_id": SHOW_ID, "venue_id": UUID(int=21)}
    of_second = {"performance_id": second, "show_id": SHOW_ID, "venue_id": UUID(int=22)}
    moved = {"starts_at": in_days(9), "city": "LEEDS", "venue": "Grand"}
    return [
        show_news(by, ShowAdded, show_id=SHOW_ID),
        show_news(by, ShowChanged, show_id=SHOW_ID, version=1, title="Hamlet", genre="dance"),
        draft_news(by, PerformanceDrafted, **of_first, starts_at=at),
        scheduled(by, **of_first, starts_at=in_days(5), version=1),
        performance_news(by, PerformancePostponed, **of_first | moved, version=2),
        draft_news(by, PerformanceDrafted, **of_second, starts_at=in_days(5)),
        draft_news(by, PerformanceDropped, **of_second, starts_at=in_days(5), version=1),
        scheduled(by, show_id=OTHER_ID, performance_id=UUID(int=13), starts_at=in_days(3)),
        _counted(first, 4, 6, counted_at=at - timedelta(days=2)),
        _counted(first, 5, 9, counted_at=at - timedelta(days=1)),
        _counted(first, 6, 8, counted_at=at - timedelta(days=1)),
        _counted(first, 9, 11, counted_at=at),
    ]


def _counted(performance_id: UUID, version: int, sold: int, **changes: Any) -> SeatsCounted:
    return counted({"id": str(performance_id)}, version, sold, **changes)


async def _start_anew(app: App) -> None:
    db = await app.db("query")
    await db.execute(
        """
        TRUNCATE shows, performances, finds, showings, stops, cities, fares, ranks, availability,
                 sold_by_day, sales
        """
    )


async def _state(app: App) -> Sequence[tuple[str, str]]:
    """All that query knows of the catalogue, by the names of its tables."""
    db = await app.db("query")
    rows = await db.fetch(
        """
        SELECT 'shows' AS name, to_json(shows)::text AS row FROM shows
        UNION ALL SELECT 'performances' AS name, to_json(performances)::text AS row FROM performances
        UNION ALL SELECT 'finds' AS name, to_json(finds)::text AS row FROM finds
        UNION ALL SELECT 'showings' AS name, to_json(showings)::text AS row FROM showings
        UNION ALL SELECT 'stops' AS name, to_json(stops)::text AS row FROM stops
        UNION ALL SELECT 'fares' AS name, to_json(fares)::text AS row FROM fares
        UNION ALL SELECT 'ranks' AS name, to_json(ranks)::text AS row FROM ranks
        UNION ALL SELECT 'availability' AS name, to_json(availability)::text AS row FROM availability
        UNION ALL SELECT 'sold_by_day' AS name, to_json(sold_by_day)::text AS row FROM sold_by_day
        UNION ALL SELECT 'sales' AS name, to_json(sales)::text AS row FROM sales
        UNION ALL SELECT 'cities', to_json(cities)::text FROM cities WHERE shows > 0
        ORDER BY name, row
        """
    )
    return [(row["name"], row["row"]) for row in rows]


async def _cities(app: App) -> list[tuple[str, int]]:
    found = (await app.get("/api/cities")).json()["items"]
    return [(one["city"], one["shows"]) for one in found]
