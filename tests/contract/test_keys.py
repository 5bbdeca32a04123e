"""What an Idempotency-Key promises, whatever it is sent with."""

import asyncio
from typing import Any

import httpx

from boxoffice.kit import clock
from contract.shapes import at, operations, refused, sent
from stage import Market, Someone

HAMLET = {"title": "Hamlet", "price": 12.5}


async def test_the_same_request_again_gets_the_same_answer_once(market: Market, admin: Someone):
    key = {"Idempotency-Key": f"{clock.new_id()}"}

    first, again = [
        await market.app.post("/api/tickets", admin, json=HAMLET, headers=key) for _ in range(2)
    ]
    other = await market.app.post("/api/tickets", admin, json=HAMLET | {"price": 5}, headers=key)
    elsewhere = await market.app.post("/api/orders", admin, json=HAMLET, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["content-type"] == first.headers["content-type"]
    refused(other, 409)
    refused(elsewhere, 400, "ticketId")  # of another service: it keeps keys of its own


async def test_a_refusal_is_repeated_as_well(market: Market, admin: Someone, bob: Someone):
    key = {"Idempotency-Key": f"{clock.new_id()}"}
    body = {"ticketId": await market.list_ticket(bob)}
    (await market.order(admin, body["ticketId"])).raise_for_status()

    answers = [await market.app.post("/api/orders", bob, json=body, headers=key) for _ in range(2)]

    assert refused(answers[0], 409) == refused(answers[1], 409)


async def test_a_key_of_one_person_is_none_of_another(market: Market, admin: Someone, bob: Someone):
    key = {"Idempotency-Key": f"{clock.new_id()}"}

    answers = [
        await market.app.post("/api/tickets", one, json=HAMLET, headers=key) for one in (admin, bob)
    ]

    assert [answer.json()["userId"] for answer in answers] == [str(admin.id), str(bob.id)]


async def test_twenty_requests_with_one_key_have_one_effect(market: Market, admin: Someone):
    key = {"Idempotency-Key": f"{clock.new_id()}"}

    answers, listed = await _list_twenty_times(market, admin, key)
    _, listed_without_key = await _list_twenty_times(market, admin, {})

    assert (len(listed), len(listed_without_key)) == (1, 20)
    for answer in answers:
        if answer.status_code == 201:
            assert answer.json() == listed[0]
        else:
            refused(answer, 409)
    assert 201 in {answer.status_code for answer in answers}


async def test_every_post_honours_keys(market: Market, admin: Someone):
    for method, path, operation in await operations(market):
        if method == "POST":
            assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}
            key, place = {"Idempotency-Key": f"{clock.new_id()}"}, at(path)
            first, again, other = [
                await market.app.post(place, admin, **sent(body, **key))
                for body in ({}, {}, {"other": 1})
            ]
            assert (again.status_code, again.text) == (first.status_code, first.text)
            refused(other, 409)
            for wrong in ("", "x" * 256):
                answer = await market.app.post(
                    place, admin, **sent({}, **{"Idempotency-Key": wrong})
                )
                refused(answer, 400)


async def _list_twenty_times(
    market: Market, seller: Someone, headers: dict[str, str]
) -> tuple[list[httpx.Response], list[dict[str, Any]]]:
    """Ask for the same ticket twenty times at once; return the answers and what is then listed."""
    draft = HAMLET | {"title": f"Hamlet {clock.new_id()}"}
    answers = await asyncio.gather(
        *(market.app.post("/api/tickets", seller, json=draft, headers=headers) for _ in range(20))
    )
    own = (await market.app.get("/api/tickets?seller=me&limit=200", seller)).json()
    return answers, [ticket for ticket in own if ticket["title"] == draft["title"]]
