"""The market's lists, a page at a time."""

from stage import App, Play, Someone


async def test_a_long_list_is_read_page_by_page_newest_first(play: Play, alice: Someone):
    app = await play("tickets")
    ids = [await _list(app, alice, f"Hamlet {number}") for number in range(5)]

    path, pages = "/api/tickets?limit=2", list[list[str]]()
    while path:
        answer = await app.get(path)
        pages.append([ticket["id"] for ticket in answer.json()])
        path = answer.links.get("next", {}).get("url", "")

    newest_first = ids[::-1]
    assert pages == [newest_first[:2], newest_first[2:4], newest_first[4:]]


async def test_the_last_page_names_no_next_one(play: Play, alice: Someone):
    app = await play("tickets")
    for number in range(2):
        await _list(app, alice, f"Hamlet {number}")

    exact, empty = (
        await app.get("/api/tickets?limit=2"),
        await app.get("/api/tickets?seller=me", alice),
    )

    assert len(exact.json()) == 2
    assert "link" not in exact.headers
    assert "link" not in empty.headers


async def test_the_next_page_of_ones_own_is_still_of_ones_own(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    hers = await _list(app, alice, "Hamlet"), await _list(app, alice, "Macbeth")
    await _list(app, bob, "Othello")

    first = await app.get("/api/tickets?seller=me&limit=1", alice)
    second = await app.get(first.links["next"]["url"], alice)

    assert [answer.json()[0]["id"] for answer in (first, second)] == [hers[1], hers[0]]
    assert "link" not in second.headers


async def test_ones_own_list_has_every_state(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    listed, withdrawn = await _list(app, alice, "Hamlet"), await _list(app, alice, "Macbeth")
    await app.delete(f"/api/tickets/{withdrawn}", alice)

    own = (await app.get("/api/tickets?seller=me", alice)).json()
    others = (await app.get("/api/tickets?seller=me", bob)).json()

    assert [(one["id"], one["status"]) for one in own] == [
        (withdrawn, "withdrawn"),
        (listed, "listed"),
    ]
    assert others == []


async def test_a_list_that_makes_no_sense_is_refused(play: Play, alice: Someone):
    app = await play("tickets")
    queries = ["limit=0", "limit=201", "limit=many", "after=seven", "seller=bob"]

    answers = [await app.get(f"/api/tickets?{query}", alice) for query in queries]

    fields = [answer.json()["errors"][0]["field"] for answer in answers]
    assert [answer.status_code for answer in answers] == [400] * 5
    assert fields == ["limit", "limit", "limit", "after", "seller"]


async def _list(app: App, seller: Someone, title: str) -> str:
    answer = await app.post("/api/tickets", seller, json={"title": title, "price": 5})
    return answer.json()["id"]
