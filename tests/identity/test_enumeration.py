"""Who has an account: nothing that is asked about an address says so, nor how long it takes."""

import asyncio
from itertools import count

import httpx
import pytest

from boxoffice.services.identity import model
from identity.conftest import Visit
from identity.letters import all_is_sent, forget, notices
from identity.timing import SURE, Difference, chance, difference
from identity.vaults import lodge, weak_hash
from identity.visitor import Visitor
from stage import PASSWORD, App, eventually

SIGN_INS = 12  # of each kind: a quarter of a second of scrypt each
RESETS = 30
OF_ITS_OWN = {"date", "x-trace-id"}  # headers that differ from answer to answer

pytestmark = pytest.mark.timeout(180)  # scrypt on a machine that is busy


async def test_a_refused_sign_in_says_the_same_of_every_address(alice: Visitor, visit: Visit):
    known = await visit(alice.email).sign_in(password="not the one")
    unknown = await visit("nobody@example.com").sign_in(password="not the one")

    assert known.status_code == unknown.status_code == 400
    assert _said(known) == _said(unknown)
    assert known.json()["detail"] == "Invalid credentials"


async def test_a_request_to_reset_says_the_same_of_every_address(
    app: App, alice: Visitor, visit: Visit
):
    somewhere = visit(alice.email)

    known = await forget(somewhere, alice.email)
    unknown = await forget(somewhere, "nobody@example.com")
    await all_is_sent(app)
    again = [await forget(somewhere, email) for email in (alice.email, "nobody@example.com")]

    assert {answer.status_code for answer in (known, unknown, *again)} == {202}
    assert _said(known) == _said(unknown)
    assert _said(again[0]) == _said(again[1]) == _said(known)


@pytest.mark.usefixtures("full_price")
async def test_a_refused_sign_in_takes_as_long_for_every_address(alice: Visitor, visit: Visit):
    found = await _sign_ins(alice, visit)

    assert not found.is_told, found
    assert found.is_slight, found


@pytest.mark.usefixtures("full_price")
async def test_without_equal_work_the_time_of_a_sign_in_would_tell(
    alice: Visitor, visit: Visit, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(model, "NOBODYS_HASH", weak_hash("a password of nobody"))

    found = await _sign_ins(alice, visit)

    assert found.is_told, found
    assert not found.is_slight, found


@pytest.mark.usefixtures("full_price")
async def test_a_request_to_reset_takes_as_long_for_every_address(app: App, visit: Visit):
    await lodge(app, "alice@example.com")
    somewhere, numbers = visit("alice@example.com"), count()

    async def known() -> None:
        await forget(somewhere)

    async def unknown() -> None:
        await forget(somewhere, f"nobody{next(numbers)}@example.com")

    found = await difference(known, unknown, RESETS)

    assert not found.is_told, found
    assert found.is_slight, found
    await all_is_sent(app)


async def test_nobody_is_looked_up_before_a_request_to_reset_is_answered(app: App, visit: Visit):
    await lodge(app, "alice@example.com")
    db, somewhere = await app.db("identity"), visit("alice@example.com")

    async with db.transaction() as tx:
        await tx.execute("LOCK TABLE people, challenges IN ACCESS EXCLUSIVE MODE")
        answers = [
            await asyncio.wait_for(forget(somewhere, email), 30)
            for email in (somewhere.email, "nobody@example.com")
        ]
        sign_in = asyncio.create_task(somewhere.sign_in())  # this one has to look
        await eventually(lambda: _somebody_waits(app))
        waited = not sign_in.done()
    signed_in = await sign_in

    assert [answer.status_code for answer in answers] == [202, 202]
    assert (waited, signed_in.status_code) == (True, 200)
    assert await notices(app, somewhere.email, "reset")


def test_the_check_finds_a_difference_and_none_where_there_is_none():
    first = [1 + number * 7 % SIGN_INS / 20 for number in range(SIGN_INS)]
    other = [1.01 + number * 5 % SIGN_INS / 20 for number in range(SIGN_INS)]
    longer = [one + 1 for one in first]

    assert chance(first, other) > 0.1
    assert chance(first, longer) == chance(longer, first) < SURE
    assert chance([1.0] * 9, [1.0] * 9) == 1


async def _sign_ins(alice: Visitor, visit: Visit) -> Difference:
    somewhere, numbers = visit(alice.email), count()

    async def known() -> None:
        await somewhere.sign_in(password=PASSWORD + "?")

    async def unknown() -> None:
        await somewhere.sign_in(email=f"nobody{next(numbers)}@example.com")

    return await difference(known, unknown, SIGN_INS)


async def _somebody_waits(app: App) -> None:
    assert await (await app.db("identity")).fetchval(
        """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
        """
    )


def _said(answer: httpx.Response) -> tuple[bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in OF_ITS_OWN}
    return answer.content, headers
