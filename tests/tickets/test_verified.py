"""Selling asks for a verified address, where the operator wants one."""

from dataclasses import replace

from stage import Play, Someone

HAMLET, MACBETH = {"title": "Hamlet", "price": 5}, {"title": "Macbeth", "price": 6}


async def test_who_has_not_verified_their_address_sells_nothing(play: Play, alice: Someone):
    app = await play("tickets", require_verified=True)
    newcomer = replace(alice, token=alice.sign(verified=False))

    refused = await app.post("/api/tickets", newcomer, json=HAMLET)
    on_sale = (await app.get("/api/tickets")).json()
    listed = await app.post("/api/tickets", alice, json=HAMLET)

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Verify your e-mail address first"
    assert (on_sale, listed.status_code) == ([], 201)


async def test_who_has_not_verified_a_new_address_withdraws_a_ticket_and_cannot_edit_it(
    play: Play, alice: Someone
):
    app = await play("tickets", require_verified=True)
    newcomer = replace(alice, token=alice.sign(verified=False))
    ticket = (await app.post("/api/tickets", alice, json=HAMLET)).json()
    path = f"/api/tickets/{ticket['id']}"

    refused = await app.put(path, newcomer, json=MACBETH)
    before = (await app.get(path, newcomer)).json()
    edited = await app.put(path, alice, json=MACBETH)
    withdrawn = await app.delete(path, newcomer)

    assert refused.status_code == 403
    assert refused.json()["detail"] == "Verify your e-mail address first"
    assert before == ticket
    assert (edited.status_code, withdrawn.status_code) == (200, 204)


async def test_a_fresh_account_sells_at_once_where_nobody_asks_for_more(play: Play, alice: Someone):
    app = await play("tickets")
    newcomer = replace(alice, token=alice.sign(verified=False))

    listed = await app.post("/api/tickets", newcomer, json=HAMLET)
    edited = await app.put(f"/api/tickets/{listed.json()['id']}", newcomer, json=MACBETH)

    assert (listed.status_code, edited.status_code) == (201, 200)
