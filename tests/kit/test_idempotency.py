"""`Idempotency-Key`: the same request again gets the same answer, and is carried out once."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.kit.http import idempotency
from kit.bells import SERVICE
from kit.desk import Desk
from stage import App, Play, Someone, eventually

KEY = {"Idempotency-Key": "a key of the tests"}
PATH = "/api/notes"


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
async def app(play: Play, desk: Desk) -> App:
    return await play(desk.service)


async def _post(app: App, by: Someone, title: str = "Hamlet", **more: str) -> httpx.Response:
    return await app.post(PATH, by, json={"title": title, "price": 1} | more, headers=KEY)


async def test_the_same_again_gets_the_same_answer(app: App, desk: Desk, alice: Someone):
    first, again = await _post(app, alice), await _post(app, alice)

    assert (again.status_code, again.json()) == (201, first.json())
    assert desk.taken == ["alice: Hamlet"]


async def test_without_a_key_each_is_carried_out(app: App, desk: Desk, alice: Someone):
    for _ in range(2):
        await app.post(PATH, alice, json={"title": "Hamlet", "price": 1})

    assert len(desk.taken) == 2


async def test_of_twenty_at_once_one_is_carried_out(app: App, desk: Desk, alice: Someone):
    answers = await asyncio.gather(*(_post(app, alice) for _ in range(20)))

    assert desk.taken == ["alice: Hamlet"]
    made = {answer.text for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert (await _post(app, alice)).text in made


async def test_the_same_key_with_another_request_is_refused(app: App, desk: Desk, alice: Someone):
    await _post(app, alice)

    other_body = await _post(app, alice, title="Othello")
    other_path = await app.post("/api/slow-notes", alice, headers=KEY)

    assert (other_body.status_code, other_path.status_code) == (409, 409)
    assert "another request" in other_body.json()["detail"]
    assert desk.taken == ["alice: Hamlet"]


async def test_a_key_of_one_person_means_nothing_for_another(
    app: App, desk: Desk, alice: Someone, bob: Someone
):
    hers, his = await _post(app, alice), await _post(app, bob)

    assert hers.json() != his.json()
    assert desk.taken == ["alice: Hamlet", "bob: Hamlet"]


async def test_a_refusal_is_an_answer_too(app: App, desk: Desk, alice: Someone):
    first, again = await _post(app, alice, title=""), await _post(app, alice, title="")

    assert (first.status_code, again.json()) == (400, first.json())
    assert again.headers["Content-Type"] == "application/problem+json"
    assert desk.taken == []


async def test_a_failure_is_no_answer(app: App, desk: Desk, alice: Someone):
    first, again = await _post(app, alice, title="fail"), await _post(app, alice, title="fail")

    assert (first.status_code, again.status_code) == (500, 500)
    assert len(desk.taken) == 2


async def test_cookies_are_not_given_out_again(app: App, alice: Someone):
    first, again = await _post(app, alice), await _post(app, alice)

    assert "set-cookie" in first.headers
    assert "set-cookie" not in again.headers


async def test_an_answer_in_pieces_is_given_again_as_a_whole(app: App, desk: Desk):
    first = await app.post("/api/streams", headers=KEY)
    again = await app.post("/api/streams", headers=KEY)

    assert (first.text, again.text) == ("one two three", "one two three")
    assert desk.taken == ["stream"]


async def test_an_answer_is_kept_before_it_is_given(app: App, desk: Desk):
    db = await app.db(SERVICE)
    asked = asyncio.create_task(app.post("/api/slow-notes", headers=KEY))
    await eventually(lambda: _is_begun(desk))

    async with db.transaction() as tx:
        await tx.execute("SELECT FROM idempotency_keys FOR UPDATE")
        desk.gate.set()
        await eventually(lambda: _is_said(db))
        _, waiting = await asyncio.wait([asked], timeout=0.3)

    assert waiting == {asked}
    assert (await asked).status_code == 201


async def test_a_key_that_a_crash_left_behind_is_free_after_a_while(
    app: App, desk: Desk, alice: Someone
):
    await _post(app, alice)
    db = await app.db(SERVICE)
    await db.execute("UPDATE idempotency_keys SET status = NULL, headers = NULL, answer = NULL")
    early = await _post(app, alice)

    await db.execute(
        "UPDATE idempotency_keys SET claimed_at = claimed_at - $1::interval", idempotency.ABANDONED
    )
    late = await _post(app, alice)

    assert (early.status_code, late.status_code) == (409, 201)
    assert "still being carried out" in early.json()["detail"]
    assert len(desk.taken) == 2


async def test_a_key_is_kept_for_a_day(app: App, desk: Desk, alice: Someone):
    await _post(app, alice)
    db = await app.db(SERVICE)

    await db.execute(
        "UPDATE idempotency_keys SET claimed_at = claimed_at - $1::interval", idempotency.KEPT
    )
    await _post(app, alice)

    assert len(desk.taken) == 2
    await idempotency.delete_old_keys(db, clock.now())
    assert await db.fetchval("SELECT count(*) FROM idempotency_keys") == 1
    await idempotency.delete_old_keys(db, clock.now() + idempotency.KEPT + timedelta(minutes=1))
    assert await db.fetchval("SELECT count(*) FROM idempotency_keys") == 0


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_has_a_sensible_length(app: App, alice: Someone, key: str):
    answer = await app.post(
        PATH, alice, json={"title": "Hamlet", "price": 1}, headers={"Idempotency-Key": key}
    )

    assert answer.status_code == 400


async def _is_begun(desk: Desk) -> None:
    assert desk.taken


async def _is_said(db: Database) -> None:
    assert await db.fetchval("SELECT count(*) FROM outbox") == 1
