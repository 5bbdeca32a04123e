"""The paths of the market: list, show, create, edit, withdraw."""

import pytest

from boxoffice.kit import clock
from contract.shapes import is_id, is_recent, refused, sent
from stage import Market, Someone

HAMLET = {"title": "Hamlet", "price": 12.5}
WRONG_TITLES = ["", "   ", "x" * 201, "a\0b", "a\nb", "a\x1b[31m", "\ud800", 7, True, None, [], {}]
WRONG_PRICES = [
    *[0, -1, 0.001, 12.345, 1_000_000, 1e9, 1e400, float("nan"), float("inf"), 10**400],
    *["abc", "", "NaN", "Infinity", "0", "1_000", "12,50", "$5", "１２"],
    *[True, False, None, [], [5], {}],
]


async def test_a_new_ticket_is_answered_whole(market: Market, alice: Someone):
    answer = await market.app.post("/api/tickets", alice, json=HAMLET)

    assert answer.status_code == 201
    ticket = answer.json()
    assert is_id(ticket["id"])
    assert is_recent(ticket["listedAt"])
    assert ticket == HAMLET | {
        "id": ticket["id"],
        "version": 0,
        "currency": "USD",
        "userId": str(alice.id),
        "status": "listed",
        "listedAt": ticket["listedAt"],
    }
    assert (await market.app.get(f"/api/tickets/{ticket['id']}")).json() == ticket
    assert ticket in (await market.app.get("/api/tickets?limit=200")).json()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("x", "x"),
        ("  Hamlet  ", "Hamlet"),
        ("é" * 200, "é" * 200),
        ("e\u0301", "é"),  # composed (NFC), so that it is found however it was typed
        ("🎭 نص 宝塚 👩‍👩‍👧", "🎭 نص 宝塚 👩‍👩‍👧"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE tickets; --", "'; DROP TABLE tickets; --"),
    ],
)
async def test_a_title_is_any_line_of_text(market: Market, alice: Someone, given: str, kept: str):
    answer = await market.app.post("/api/tickets", alice, json=HAMLET | {"title": given})

    assert (answer.status_code, answer.json()["title"]) == (201, kept)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0.01", 0.01), ("999999.99", 999_999.99), ("5", 5), ("12.50", 12.5), ("1e2", 100)],
)
async def test_a_price_is_a_number_with_two_decimals_at_most(
    market: Market, alice: Someone, given: str, kept: float
):
    body = f'{{"title": "Hamlet", "price": {given}}}'

    answer = await market.app.post(
        "/api/tickets", alice, content=body, headers={"Content-Type": "application/json"}
    )

    assert (answer.status_code, answer.json()["price"]) == (201, kept)
    assert f'"price":{kept}' in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_each_wrong_title_and_price_is_named(market: Market, alice: Someone, method: str):
    path = "/api/tickets"
    if method == "PUT":
        path += f"/{await market.list_ticket(alice)}"

    titles = [
        await market.app.ask(method, path, alice, **sent(HAMLET | {"title": one}))
        for one in WRONG_TITLES
    ]
    prices = [
        await market.app.ask(method, path, alice, **sent(HAMLET | {"price": one}))
        for one in WRONG_PRICES
    ]
    both = [
        await market.app.ask(method, path, alice, **sent(one))
        for one in ({}, {"title": "", "price": 0}, {"Title": "Hamlet", "PRICE": 5})
    ]

    for answer in titles:
        refused(answer, 400, "title")
    for answer in prices:
        refused(answer, 400, "price")
    for answer in both:
        refused(answer, 400, "price", "title")


async def test_what_is_on_sale_comes_newest_first_a_page_at_a_time(market: Market, alice: Someone):
    ids = [await market.list_ticket(alice, f"Act {number}") for number in range(3)]

    first = await market.app.get("/api/tickets?limit=2")
    second = await market.app.get(first.links["next"]["url"])

    shown = [ticket["id"] for answer in (first, second) for ticket in answer.json()]
    assert isinstance(first.json(), list)
    assert shown[:3] == ids[::-1]
    assert first.links["next"]["rel"] == "next"


@pytest.mark.parametrize("path", ["/api/tickets", "/api/tickets?seller=me", "/api/orders"])
async def test_a_list_has_limits(market: Market, bob: Someone, path: str):
    mark = "&" if "?" in path else "?"
    wrong = {"limit": ["0", "-1", "201", "1e9", "ten", "", "1.5"], "after": ["7", "", "x" * 36]}

    widest = await market.app.get(f"{path}{mark}limit=200", bob)
    narrowest = await market.app.get(f"{path}{mark}limit=1&after={clock.new_id()}", bob)

    assert [widest.status_code, narrowest.status_code] == [200, 200]
    assert len(narrowest.json()) <= 1
    for name, values in wrong.items():
        for value in values:
            refused(await market.app.get(f"{path}{mark}{name}={value}", bob), 400, name)
    both = await market.app.get(f"{path}{mark}limit=0&after=x", bob)
    refused(both, 400, "after", "limit")


async def test_ones_own_tickets_need_a_person(market: Market):
    refused(await market.app.get("/api/tickets?seller=me"), 401)
    refused(await market.app.get("/api/tickets?seller=alice"), 400, "seller")


async def test_a_seller_edits_and_everyone_sees_the_next_version(market: Market, alice: Someone):
    path = f"/api/tickets/{await market.list_ticket(alice)}"

    answer = await market.app.put(path, alice, json={"title": "Macbeth", "price": 15})

    assert answer.status_code == 200
    assert answer.json() == (await market.app.get(path)).json()
    assert {"title": "Macbeth", "price": 15, "version": 1}.items() <= answer.json().items()


async def test_a_seller_withdraws_and_the_ticket_is_gone(market: Market, alice: Someone):
    path = f"/api/tickets/{await market.list_ticket(alice)}"

    withdrawn = await market.app.delete(path, alice)
    again = await market.app.delete(path, alice)

    assert (withdrawn.status_code, withdrawn.content) == (204, b"")
    assert (again.status_code, again.content) == (204, b"")
    refused(await market.app.get(path), 404)
    refused(await market.app.put(path, alice, json=HAMLET), 409)


async def test_strangers_neither_edit_nor_withdraw(market: Market, alice: Someone, bob: Someone):
    path = f"/api/tickets/{await market.list_ticket(alice)}"

    refused(await market.app.put(path, json=HAMLET), 401)
    refused(await market.app.delete(path), 401)
    refused(await market.app.put(path, bob, json=HAMLET), 403)
    refused(await market.app.delete(path, bob), 403)
    assert (await market.app.get(path)).json()["version"] == 0


async def test_a_ticket_shows_its_order_while_locked_and_sold_and_rests(
    market: Market, alice: Someone, bob: Someone
):
    ticket_id = await market.list_ticket(alice)
    path = f"/api/tickets/{ticket_id}"
    order = (await market.order(bob, ticket_id)).json()

    for status in ("locked", "sold"):
        ticket = await market.ticket_is(ticket_id, status)
        edited = await market.app.put(path, alice, json=HAMLET)
        withdrawn = await market.app.delete(path, alice)
        listed = (await market.app.get("/api/tickets?limit=200")).json()
        (await market.pay(bob, order["id"])).raise_for_status()

        assert ticket["orderId"] == order["id"]
        refused(edited, 409)
        refused(withdrawn, 409)
        assert ticket_id not in [one["id"] for one in listed]


async def test_a_ticket_that_is_not_there_is_not_found(market: Market, alice: Someone):
    unknown = [clock.new_id(), "seven", "7", "%00", "%ff", "x" * 300, "null", f"{clock.new_id()}0"]

    for one in unknown:
        path = f"/api/tickets/{one}"
        refused(await market.app.get(path), 404)
        refused(await market.app.put(path, alice, json=HAMLET), 404)
        refused(await market.app.delete(path, alice), 404)
