"""The market, over HTTP."""

from boxoffice.events.tickets import TicketEdited, TicketListed
from stage import Play, Someone, eventually


async def test_a_listed_ticket_is_shown_to_everyone_and_said(play: Play, alice: Someone):
    app = await play("tickets")

    answer = await app.post("/api/tickets", alice, json={"title": " Hamlet ", "price": 12.5})

    assert answer.status_code == 201
    ticket = answer.json()
    assert ticket["title"] == "Hamlet"
    assert (await app.get("/api/tickets")).json() == [ticket]

    async def it_was_said():
        assert [event.title for event in await app.said(TicketListed)] == ["Hamlet"]

    await eventually(it_was_said)


async def test_its_seller_edits_it_and_nobody_else(play: Play, alice: Someone, bob: Someone):
    app = await play("tickets")
    ticket = (await app.post("/api/tickets", alice, json={"title": "Hamlet", "price": 5})).json()
    path = f"/api/tickets/{ticket['id']}"

    edited = await app.put(path, alice, json={"title": "Hamlet", "price": 10})
    stranger = await app.put(path, bob, json={"title": "Hamlet", "price": 1})

    assert (edited.status_code, edited.json()["version"], edited.json()["price"]) == (200, 1, 10)
    assert stranger.status_code == 403

    async def it_was_said():
        assert [event.price_minor for event in await app.said(TicketEdited)] == [1000]

    await eventually(it_was_said)
