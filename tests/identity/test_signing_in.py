"""Signing in: by password, with nothing to learn for those who guess."""

import asyncio
import threading
import time

import pytest

from boxoffice.kit.errors import Unavailable
from boxoffice.kit.settings import Settings
from boxoffice.services.identity.commands import Vault
from boxoffice.services.identity.commands.keys import LONGEST_QUEUE, QUEUE_SECONDS
from identity.conftest import Visit
from identity.visitor import Visitor
from stage import PASSWORD, App

ROUNDS = 3  # the quickest of some says what the work costs


async def test_an_account_is_entered_with_its_password_however_the_address_is_written(
    alice: Visitor, visit: Visit
):
    elsewhere = visit("ALICE@example.COM")

    answer = await elsewhere.sign_in()

    assert answer.status_code == 200
    assert answer.json() == {
        "id": (await alice.who() or {})["id"],
        "email": "alice@example.com",
        "name": "alice",
        "roles": ["member"],
        "verified": False,
    }
    assert await elsewhere.who() is not None


async def test_a_wrong_password_and_an_unknown_address_are_refused_in_the_same_words(
    alice: Visitor, visit: Visit
):
    wrong = await visit(alice.email).sign_in(password="not hers at all")
    unknown = await visit("nobody@example.com").sign_in()

    assert wrong.status_code == unknown.status_code == 400
    assert wrong.content == unknown.content
    assert wrong.json()["errors"] == [{"message": "Invalid credentials"}]
    assert "set-cookie" not in wrong.headers
    assert "set-cookie" not in unknown.headers


@pytest.mark.usefixtures("full_price")
async def test_an_unknown_address_takes_as_long_to_refuse_as_a_wrong_password(
    alice: Visitor, visit: Visit
):
    known, unknown = visit(alice.email), visit("nobody@example.com")

    wrong_seconds = [await _seconds(known) for _ in range(ROUNDS)]
    unknown_seconds = [await _seconds(unknown) for _ in range(ROUNDS)]

    assert 0.5 < min(unknown_seconds) / min(wrong_seconds) < 2


async def test_a_password_is_never_kept_nor_a_refresh_token(app: App, alice: Visitor):
    db = await app.db("identity")

    people = await db.fetch("SELECT * FROM people")
    tokens = await db.fetch("SELECT * FROM refresh_tokens")

    assert people
    assert tokens
    assert PASSWORD not in str(people)
    assert alice.refresh_token not in str(tokens)


async def test_too_many_passwords_at_once_are_sent_away_instead_of_kept_waiting(
    settings: Settings,
):
    vault, busy = Vault(settings, []), threading.Event()

    crowd = [asyncio.create_task(vault.work(busy.wait)) for _ in range(LONGEST_QUEUE + 1)]
    sent_away, waiting = await asyncio.wait(crowd, return_when=asyncio.FIRST_COMPLETED)
    busy.set()
    served = await asyncio.gather(*waiting)
    later = await vault.work(busy.wait)
    vault.close()

    (refusal,) = [task.exception() for task in sent_away]
    assert isinstance(refusal, Unavailable)
    assert refusal.retry_after_seconds == QUEUE_SECONDS
    assert served == [True] * LONGEST_QUEUE
    assert later


@pytest.mark.parametrize("password", ["", "short", "x" * 128])
async def test_a_password_that_could_not_be_chosen_is_only_wrong(alice: Visitor, password: str):
    answer = await alice.sign_in(password=password)

    assert answer.status_code == 400
    assert answer.json()["detail"] == "Invalid credentials"


async def _seconds(visitor: Visitor) -> float:
    begun = time.perf_counter()
    answer = await visitor.sign_in(password="not the one")
    assert answer.status_code == 400
    return time.perf_counter() - begun
