"""The market's paths, and every way in which they refuse."""

from typing import Any

from boxoffice.kit import clock
from stage import App, Play, Someone

HAMLET = {"title": "Hamlet", "price": 12.5}


async def test_a_new_ticket_is_answered_whole(play: Play, alice: Someone):
    app = await play("tickets")

    answer = await app.post("/api/tickets", alice, json=HAMLET)

    assert answer.status_code == 201
    ticket = answer.json()
    assert ticket == HAMLET | {
        "id": ticket["id"],
        "version": 0,
        "currency": "USD",
        "userId": str(alice.id),
        "status": "listed",
        "listedAt": ticket["listedAt"],
    }
    assert ticket["listedAt"].endswith("Z")
    assert (await app.get(f"/api/tickets/{ticket['id']}")).json() == ticket


async def test_what_is_wrong_with_a_draft_is_said_of_all_fields_at_once(play: Play, alice: Someone):
    app = await play("tickets")
    wrong: list[tuple[Any, set[str]]] = [
        ({}, {"title", "price"}),
        ({"title": " ", "price": 0}, {"title", "price"}),
        ({"title": "x" * 201, "price": -1}, {"title", "price"}),
        ({"title": "Ham\x00let", "price": "NaN"}, {"title", "price"}),
        ({"title": 7, "price": "much"}, {"title", "price"}),
        (HAMLET | {"price": 0.001}, {"price"}),
        (HAMLET | {"price": 1_000_000}, {"price"}),
        (HAMLET | {"version": -1}, {"version"}),
    ]

    answers = [(await app.post("/api/tickets", alice, json=one), fields) for one, fields in wrong]

    for answer, fields in answers:
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert {error["field"] for error in answer.json()["errors"]} == fields
    assert (await app.get("/api/tickets")).json() == []


async def test_a_body_that_is_no_object_is_refused(play: Play, alice: Someone):
    app = await play("tickets")
    as_json = {"Content-Type": "application/json"}

    answers = [
        await app.post("/api/tickets", alice, content=body, headers=as_json)
        for body in (b"{", b"", b"[]", b"7", b"\xff")
    ]

    assert [answer.status_code for answer in answers] == [400] * 5
    assert [len(answer.json()["errors"]) for answer in answers] == [1] * 5


async def test_titles_and_prices_at_the_limits_are_taken(play: Play, alice: Someone):
    app = await play("tickets")
    drafts = [
        {"title": "x", "price": 0.01},
        {"title": "é" * 200, "price": 999_999.99},
        {"title": "Hamlet", "price": "12.50"},
    ]

    answers = [await app.post("/api/tickets", alice, json=draft) for draft in drafts]

    assert [answer.status_code for answer in answers] == [201] * 3
    assert [answer.json()["price"] for answer in answers] == [0.01, 999_999.99, 12.5]


async def test_whoever_is_not_signed_in_may_only_look(play: Play, alice: Someone):
    app = await play("tickets")
    path = await _list_hamlet(app, alice)

    refused = [
        await app.post("/api/tickets", json={}),  # who asks is checked before what is sent
        await app.put(path, json={}),
        await app.delete(path),
        await app.get("/api/tickets?seller=me"),
    ]

    assert [answer.status_code for answer in refused] == [401] * 4
    assert (await app.get(path)).status_code == 200


async def test_a_ticket_that_is_not_there_is_not_found(play: Play, alice: Someone):
    app = await play("tickets")
    paths = [f"/api/tickets/{clock.new_id()}", "/api/tickets/seven"]

    answers = [
        answer
        for path in paths
        for answer in (
            await app.get(path),
            await app.put(path, alice, json=HAMLET),
            await app.delete(path, alice),
        )
    ]

    assert [answer.status_code for answer in answers] == [404] * 6


async def test_a_wrong_draft_is_refused_before_anyone_looks_for_the_ticket(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    path = await _list_hamlet(app, alice)

    answers = [
        await app.put(f"/api/tickets/{clock.new_id()}", bob, json={}),
        await app.put(path, bob, json={}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


async def test_only_its_seller_edits_or_withdraws_a_ticket(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("tickets")
    path = await _list_hamlet(app, alice)

    refused = [
        await app.put(path, bob, json=HAMLET | {"version": 7}),  # whose comes before which version
        await app.delete(path, bob),
    ]

    assert [answer.status_code for answer in refused] == [403, 403]
    assert (await app.get(path)).json()["version"] == 0


async def test_an_edit_of_a_version_that_is_past_is_refused(play: Play, alice: Someone):
    app = await play("tickets")
    path = await _list_hamlet(app, alice)

    seen = await app.put(path, alice, json={"title": "Macbeth", "price": 10, "version": 0})
    stale = await app.put(path, alice, json={"title": "Othello", "price": 15, "version": 0})
    ahead = await app.put(path, alice, json={"title": "Othello", "price": 15, "version": 2})

    assert (seen.status_code, seen.json()["version"]) == (200, 1)
    assert (stale.status_code, ahead.status_code) == (409, 409)
    assert (await app.get(path)).json()["title"] == "Macbeth"


async def test_a_withdrawn_ticket_is_gone_for_everyone(play: Play, alice: Someone):
    app = await play("tickets")
    path = await _list_hamlet(app, alice)

    withdrawn = await app.delete(path, alice)
    again = await app.delete(path, alice)
    edited = await app.put(path, alice, json=HAMLET)

    assert (withdrawn.status_code, withdrawn.content) == (204, b"")
    assert (again.status_code, edited.status_code) == (204, 409)
    assert (await app.get(path)).status_code == 404
    assert (await app.get("/api/tickets")).json() == []
    (own,) = (await app.get("/api/tickets?seller=me", alice)).json()
    assert (own["status"], own["version"]) == ("withdrawn", 1)


async def _list_hamlet(app: App, seller: Someone) -> str:
    answer = await app.post("/api/tickets", seller, json=HAMLET)
    return f"/api/tickets/{answer.json()['id']}"
