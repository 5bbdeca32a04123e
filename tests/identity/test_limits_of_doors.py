"""How often one address may ask at each door of identity, whoever it asks for."""

import httpx
import pytest

from boxoffice.kit.limits import Limit
from boxoffice.services.identity.routes.wire import ANSWERS, LETTERS, REFRESHES, SIGN_INS, SIGN_UPS
from identity.conftest import Visit
from identity.crowd import ELSEWHERE, HOME, TRUSTING, come_from, have_asked, let_pass, wait_of
from identity.letters import ask_again
from identity.office import settle
from identity.vaults import lodge
from stage import App, Play, Someone
from stage.rivals import replica

DOORS: dict[tuple[str, str], Limit] = {
    ("POST", "signup"): SIGN_UPS,
    ("POST", "signin"): SIGN_INS,
    ("POST", "refresh"): REFRESHES,
    ("POST", "password-reset"): LETTERS,
    ("PUT", "email"): LETTERS,
    ("PUT", "password"): ANSWERS,
    ("PUT", "password-reset"): ANSWERS,
    ("PUT", "verification"): ANSWERS,
}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", **TRUSTING)


@pytest.fixture
async def alice(app: App) -> Someone:
    """She has an account, and a token."""
    return await settle(app, "alice")


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
async def test_an_address_asks_so_often_and_then_in_turn_and_another_is_free(
    app: App, alice: Someone, door: tuple[str, str]
):
    limit, refusal = DOORS[door], 401 if "refresh" in door else 400

    async def ask(address: str = HOME) -> httpx.Response:
        method, what = door
        headers = {"X-Forwarded-For": address}
        return await app.ask(method, f"/api/users/{what}", alice, json={}, headers=headers)

    first = await ask()
    await have_asked(app, limit)
    wait = await wait_of(ask)
    neighbour = await ask(ELSEWHERE)
    await let_pass(app, limit.every.total_seconds())
    later = await ask()

    assert 0 < wait <= limit.every.total_seconds()
    assert {one.status_code for one in (first, neighbour, later)} == {refusal}


async def test_letters_are_counted_together_whatever_they_are_for(app: App, visit: Visit):
    await lodge(app, "bob@example.com")
    bob = come_from(visit, "bob@example.com", HOME)
    await bob.sign_in()
    body = {"email": "nobody@example.com"}

    asked = await app.post(
        "/api/users/password-reset", json=body, headers={"X-Forwarded-For": HOME}
    )
    await have_asked(app, LETTERS)
    refused = await wait_of(lambda: ask_again(bob))

    assert asked.status_code == 202
    assert refused <= LETTERS.every.total_seconds()


async def test_twenty_letters_at_once_are_asked_for_from_one_address_in_two_replicas(app: App):
    async with replica(app) as second:
        answers = [
            await one.post("/api/users/password-reset", json={"email": f"{number}@example.com"})
            for number in range(LETTERS.at_once // 2 + 5)
            for one in (app, second)
        ]

    let_in = [answer for answer in answers if answer.status_code == 202]
    assert LETTERS.at_once <= len(let_in) < len(answers)
    assert {answer.status_code for answer in answers} == {202, 429}


async def test_who_makes_accounts_by_the_hundred_is_stopped(app: App):
    headers = {"X-Forwarded-For": HOME}
    await app.post("/api/users/signup", json={}, headers=headers)
    for _ in range(2):
        await have_asked(app, SIGN_UPS)
    body = {"email": "one@more.example", "password": "a better battery"}

    refused = await app.post("/api/users/signup", json=body, headers=headers)

    assert refused.status_code == 429
    assert await (await app.db("identity")).fetchval("SELECT count(*) FROM people") == 0
