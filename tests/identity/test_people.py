"""People as admins look them up: by name or address, by role, a page at a time."""

from typing import Any

import pytest

from identity.office import settle
from stage import App, Someone


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


async def test_people_are_found_by_any_part_of_name_or_address_in_any_case(app: App, ada: Someone):
    for name in ("Zoë", "strauß", "100%_sure"):
        await settle(app, name)

    found = {q: await _names(app, ada, q=q) for q in ("zOË@", "STRAUSS", "%_", " ada ", "nobody")}

    assert found == {
        "zOË@": ["Zoë"],
        "STRAUSS": ["strauß"],
        "%_": ["100%_sure"],
        " ada ": ["ada"],
        "nobody": [],
    }


async def test_people_are_found_by_role(app: App, ada: Someone):
    await settle(app, "otto", "organiser")
    await settle(app, "mo", "moderator", "organiser")

    assert await _names(app, ada, role="organiser") == ["mo", "otto"]
    assert await _names(app, ada, role="organiser", q="ott") == ["otto"]
    assert await _names(app, ada, role="admin") == ["ada"]


async def test_page_by_page_everybody_comes_once_the_newest_first(app: App, ada: Someone):
    people = [await settle(app, f"person{number}") for number in range(6)]

    first = await _people(app, ada, limit=4)
    second = await _people(app, ada, limit=4, after=first["next"])

    ids = [one["id"] for one in (*first["items"], *second["items"])]
    assert ids == [str(one.id) for one in (*reversed(people), ada)]
    assert second["next"] is None


async def test_nobodys_password_is_shown(app: App, ada: Someone):
    (shown,) = (await _people(app, ada))["items"]

    assert set(shown) == {"id", "email", "name", "roles", "verified", "joinedAt", "ban"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("q", "a\0b"), ("q", "x" * 101), ("role", "king"), ("state", "free"), ("limit", "0")],
)
async def test_a_search_that_makes_no_sense_is_refused(
    app: App, ada: Someone, field: str, value: str
):
    answer = await app.get("/api/users", ada, params={field: value})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def _names(app: App, by: Someone, **sought: Any) -> list[str]:
    return [one["name"] for one in (await _people(app, by, **sought))["items"]]


async def _people(app: App, by: Someone, **sought: Any) -> dict[str, Any]:
    answer = await app.get("/api/users", by, params=sought)
    assert answer.status_code == 200, answer.text
    return answer.json()
