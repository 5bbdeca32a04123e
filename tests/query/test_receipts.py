"""Nobody misses what they have just done, and every page says how fresh it is."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from boxoffice.kit import clock
from query.told import get_page
from stage import Play, Someone, eventually
from stage.facts import listed, tell


async def test_whoever_shows_a_receipt_waits_for_their_own_news(play: Play, alice: Someone):
    app = await play("tickets", "query")

    seen: list[str] = []
    for number in range(10):
        draft = {"title": f"Hamlet {number}", "price": 5}
        made = await app.post("/api/tickets", alice, json=draft)
        receipt = made.headers["Boxoffice-After"]
        path = f"/api/pages/tickets/{made.json()['id']}?after={receipt}"
        seen.append((await get_page(app, path))["ticket"]["title"])

    assert seen == [f"Hamlet {number}" for number in range(10)]


async def test_whoever_waits_in_vain_is_answered_after_a_second(play: Play):
    app = await play("query")
    receipt = f"orders.{clock.new_id()}.3"

    answer = await app.get("/api/pages/home", params={"after": receipt})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "after",
    ["orders", "orders.7.1", f"orders.{UUID(int=7)}.-1", f"orders.{UUID(int=7)}.99999999999"],
)
async def test_what_is_no_receipt_is_refused(play: Play, after: str):
    app = await play("query")

    answer = await app.get("/api/pages/home", params={"after": after})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "after"


async def test_pages_say_how_fresh_they_are(play: Play, alice: Someone):
    app = await play("query")
    before = clock.now()
    await tell(app, listed(alice))

    async def look() -> None:
        as_of = (await get_page(app, "/api/pages/home"))["asOf"]
        assert as_of
        assert datetime.fromisoformat(as_of) > before

    await eventually(look)


async def test_a_page_that_is_behind_says_so(play: Play, alice: Someone):
    app = await play("query")
    db = await app.db("query")

    async def is_noted() -> None:
        assert await db.fetchval("SELECT count(*) FROM freshness") == 2

    await eventually(is_noted)
    async with db.transaction() as tx:
        await tx.execute("LOCK TABLE tickets IN SHARE MODE")  # no news of tickets gets in
        said_at = clock.now()
        await app.say(listed(alice))
        await asyncio.sleep(1.5)  # so that it is looked at once or twice meanwhile
        behind = datetime.fromisoformat((await get_page(app, "/api/pages/home"))["asOf"])

    assert behind < said_at + timedelta(milliseconds=100)
