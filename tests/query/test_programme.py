"""What is found is what is there: any question, beside looking at everything the plain way."""

import json
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.services.query import commands
from boxoffice.services.query.model.search import Cursor, Search, Sort
from boxoffice.services.query.routes.search import Question
from query.programme import Programme, programme, question
from query.told import copy
from shows.catalogue import an_organiser
from stage import App, Play

SHOWS, QUESTIONS = 60, 120
SORTS: Sequence[Sort] = ("date", "newest", "rank")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("query")


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_any_question_finds_what_is_there_in_its_order(app: App, seed: int):
    chance = Random(seed)  # noqa: S311 - the same questions each time
    told = await _tell(app, chance)
    db = await app.db("query")

    for search, sort in _searches(chance):
        limit = chance.choice((3, 20))
        assert await _found(db, search, sort, limit) == told.find(search, sort), (search, sort)


@pytest.mark.parametrize("seed", [4, 5])
async def test_what_has_begun_is_not_found_before_anybody_has_passed_it_on_nor_after(
    app: App, seed: int
):
    chance = Random(seed)  # noqa: S311 - the same questions each time
    told = await _tell(app, chance)
    db = await app.db("query")
    later = timedelta(days=2)

    for search, sort in _searches(chance, later):
        if search.words is None:  # of places that it has left, a show knows until it is passed on
            found = await _found(db, search, sort, 50)
            assert sorted(found) == sorted(told.find(search, sort)), (search, sort)
    await commands.pass_on_begun(db, clock.now() + later, SHOWS)
    for search, sort in _searches(chance, later):
        assert await _found(db, search, sort, 3) == told.find(search, sort), (search, sort)


async def _tell(app: App, chance: Random) -> Programme:
    """Have query copy a programme in an order of chance, some of it twice."""
    told = programme(chance, an_organiser(), SHOWS)
    mixed = [*told.news, *chance.choices(told.news, k=20)]
    chance.shuffle(mixed)
    for first in range(0, len(mixed), 50):
        await copy(app, *mixed[first : first + 50])
    return told


def _searches(chance: Random, later: timedelta = timedelta(0)) -> Sequence[tuple[Search, Sort]]:
    return [
        (
            Question.model_validate(question(chance)).search(clock.now() + later),
            chance.choice(SORTS),
        )
        for _ in range(QUESTIONS)
    ]


async def _found(db: Database, search: Search, sort: Sort, limit: int) -> Sequence[UUID]:
    """Return which shows are found, page by page."""
    found, after = list[UUID](), None
    while True:
        page = json.loads(await commands.find_shows(db, search, sort, after, limit))
        found += [UUID(card["id"]) for card in page["items"]]
        if page["next"] is None:
            return found
        after = Cursor.read(page["next"], sort).spot
