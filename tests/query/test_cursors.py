"""Long lists of shows, a page at a time."""

import base64
from datetime import UTC, datetime
from typing import Any, LiteralString
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput
from boxoffice.services.query.model.search import Cursor, Sort, Spot
from boxoffice.services.query.routes.search import Question
from query.finding import cards, counted
from shows.catalogue import an_organiser, announce_show, in_days, open_venue, schedule, written
from stage import App, Play, Someone
from stage.facts import heard, tell

SORTS: tuple[Sort, ...] = ("date", "newest", "rank")
QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"q": "hamlet"},
    {"genre": "play"},
    {"city": "London"},
    {"from": "2026-01-01"},
    {"available": "true"},
)

NARROW = {"q", "genre", "city"}  # what few may match, whatever is asked of performances
WISH: LiteralString = """
    ROW($1, $2::text::tsquery, NULL, $3::text::bit(256), $4, one_spelling($5), $6::date, $7::date,
        NULL, NULL, $8::boolean, false)::wish
"""
FIRST = {  # before the first show of a list
    "date": (UUID(int=0), datetime.min.replace(tzinfo=UTC), 0),
    "newest": (UUID(int=2**128 - 1), None, 0),
    "rank": (UUID(int=0), datetime.min.replace(tzinfo=UTC), 2**31 - 1),
}


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


@pytest.fixture
async def app(play: Play, olivia: Someone) -> App:
    """Eleven shows; many are on at the same time, sold as well, or have no date."""
    app = await play("shows", "query")
    venue = await open_venue(app, olivia)
    for number in range(11):
        show = await announce_show(app, olivia, title=f"Hamlet {number}")
        starts_at = written(in_days(7 + number // 4))
        first = await schedule(app, olivia, show, venue, startsAt=starts_at)
        if number % 3 == 0:
            later = written(in_days(8))
            await schedule(app, olivia, show, venue, startsAt=later)
            await tell(app, counted(first, 1, 2 + number % 2))
        if number > 8:
            await app.put(f"/api/performances/{first['id']}/postponement", olivia, json={})
    await heard(app)
    return app


@pytest.mark.parametrize("sort", SORTS)
async def test_all_pages_together_are_the_whole_list_once(app: App, sort: Sort):
    for question in QUESTIONS:
        whole = await cards(app, sort=sort, **question)

        pages = await _pages(app, sort=sort, limit=3, **question)

        assert len(whole) == (10 if question.keys() & {"from", "available"} else 11), question
        assert [card for page in pages for card in page] == whole, question
        assert {len(page) for page in pages[:-1]} == {3}, question


@pytest.mark.parametrize("sort", SORTS)
async def test_a_list_that_is_walked_is_the_one_that_is_sorted_and_the_one_that_is_read(
    app: App, sort: Sort
):
    db = await app.db("query")
    for question in QUESTIONS:
        read = [UUID(card["id"]) for card in await cards(app, sort=sort, **question)]
        search = Question.model_validate(question).search(clock.now())
        words = "'hamlet':*" if search.words else None
        marks = search.words.marks if search.words else None
        days = (search.first_day, search.last_day)
        asked = (search.at, words, marks, search.genre, search.city, *days, search.available)

        walked = await db.fetch(
            f"""
            SELECT show_id FROM tested(
                $9, {WISH}, (SELECT spots FROM stretch($9, {WISH}, $10::spot, 100)), 99)
            """,
            *(*asked, sort, FIRST[sort]),
        )
        chosen = (
            "finds" if question.keys().isdisjoint(NARROW) else f"matching({WISH}, 99) AS show_id"
        )
        in_order = await db.fetch(
            f"""
            SELECT show_id FROM sorted(
                $9, {WISH}, ARRAY(SELECT show_id FROM {chosen}), $10::spot, 99)
            """,
            *(*asked, sort, FIRST[sort]),
        )

        assert read, question
        assert [row["show_id"] for row in walked] == read, question
        assert [row["show_id"] for row in in_order] == read, question


async def test_ones_own_list_is_read_page_by_page_too(app: App, olivia: Someone):
    whole = await cards(app, by=olivia, organiser="me")

    pages = await _pages(app, olivia, organiser="me", limit=4)

    assert [len(page) for page in pages] == [4, 4, 3]
    assert [card for page in pages for card in page] == whole


async def test_what_is_put_on_meanwhile_moves_nothing(app: App, olivia: Someone):
    whole = await cards(app)
    first = (await app.get("/api/shows?limit=4")).json()
    show = await announce_show(app, olivia, title="Hamlet again")
    await schedule(app, olivia, show, startsAt=written(in_days(1)))

    rest = (await app.get("/api/shows", params={"limit": 20, "after": first["next"]})).json()

    assert first["items"] + rest["items"] == whole
    assert rest["next"] is None


async def test_a_cursor_of_another_list_is_refused(app: App):
    cursor = (await app.get("/api/shows?limit=1&sort=newest")).json()["next"]

    answers = [
        await app.get("/api/shows", params={"after": cursor, "sort": sort}) for sort in SORTS
    ]

    assert [answer.status_code for answer in answers] == [400, 200, 400]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "seven",
        "====",
        "é",
        "a" * 201,
        "019a0000-0000-7000-8000-000000000000",
        *(
            base64.urlsafe_b64encode(said).rstrip(b"=").decode()
            for said in (
                b"null",
                b"[]",
                b'["date"]',
                b'["date", "x", 0, 0]',
                b'["date", "019a0000000070008000000000000000", 1e400, 0]',
                b'["date", "019a0000000070008000000000000000", 99999999999999999999, 0]',
                b'["date", "019a0000000070008000000000000000", 0, -1]',
                b'["date", "019a0000000070008000000000000000", 0, 2147483648]',
                b'["date", "019a0000000070008000000000000000", "0", 0]',
                b'["date",  "019a0000000070008000000000000000", 0, 0]',
                b'["date", "019A0000000070008000000000000000", 0, 0]',
                b'["date", 7, 0, 0]',
                b"[" * 100,
                b"\xff\xfe",
            )
        ),
    ],
)
async def test_a_cursor_that_nobody_handed_out_is_refused(play: Play, cursor: str):
    app = await play("shows", "query")

    answer = await app.get("/api/shows", params={"after": cursor})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["after"]


@given(
    st.sampled_from(SORTS),
    st.uuids(),
    st.none() | st.datetimes(timezones=st.just(UTC)),
    st.integers(0, 2**31 - 1),
)
def test_a_cursor_says_what_was_written(
    sort: Sort, show_id: UUID, starts_at: datetime | None, sold: int
):
    cursor = Cursor(sort, Spot(show_id, starts_at, sold))

    assert Cursor.read(cursor.write(), sort) == cursor


@given(st.text(max_size=60))
def test_any_other_text_is_no_cursor(text: str):
    with pytest.raises(BadInput):
        Cursor.read(text, "date")


async def _pages(app: App, by: Someone | None = None, **question: Any) -> list[list[Any]]:
    pages, after = list[list[Any]](), None
    while True:
        asked = question | ({"after": after} if after else {})
        answer = (await app.get("/api/shows", by, params=asked)).json()
        pages.append(answer["items"])
        after = answer["next"]
        if after is None:
            return pages
