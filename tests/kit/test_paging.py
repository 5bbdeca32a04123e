"""Lists, a page at a time."""

import pytest

from boxoffice.kit.clock import new_id
from kit.desk import Desk
from stage import App, Play

PATH = "/api/notes"


@pytest.fixture
def desk() -> Desk:
    return Desk(ids=sorted((new_id() for _ in range(7)), reverse=True))


@pytest.fixture
async def app(play: Play, desk: Desk) -> App:
    return await play(desk.service)


async def test_whoever_follows_the_links_sees_everything_once(app: App, desk: Desk):
    seen: list[str] = []
    sizes: list[int] = []
    path: str | None = f"{PATH}?limit=3"

    while path:
        answer = await app.get(path)
        seen += [note["id"] for note in answer.json()]
        sizes.append(len(answer.json()))
        path = answer.links.get("next", {}).get("url")

    assert seen == [str(one) for one in desk.ids]
    assert sizes == [3, 3, 1]


async def test_what_fits_on_one_page_has_no_next(app: App):
    answer = await app.get(f"{PATH}?limit=7")

    assert len(answer.json()) == 7
    assert "Link" not in answer.headers


async def test_a_link_keeps_what_else_was_asked(app: App):
    answer = await app.get(f"{PATH}?genre=opera&limit=3")

    assert "genre=opera" in answer.links["next"]["url"]


async def test_behind_the_last_there_is_nothing(app: App, desk: Desk):
    answer = await app.get(f"{PATH}?after={desk.ids[-1]}")

    assert answer.json() == []
    assert "Link" not in answer.headers


@pytest.mark.parametrize("limit", ["1", "200"])
async def test_a_page_may_be_as_small_or_as_large_as_this(app: App, limit: str):
    assert (await app.get(f"{PATH}?limit={limit}")).status_code == 200


@pytest.mark.parametrize("limit", ["0", "-1", "201", "many", ""])
async def test_other_limits_are_refused_by_name(app: App, limit: str):
    answer = await app.get(f"{PATH}?limit={limit}")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


async def test_a_place_in_the_list_that_is_no_id_is_refused(app: App):
    answer = await app.get(f"{PATH}?after=the-first")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "after", "message": "This is not an id"}]
