"""Guesses at passwords: few are free, then they wait ever longer, and their victim does not."""

import asyncio

import pytest

from boxoffice.kit.http.visitor import VISITOR, vouch
from boxoffice.services.identity.model import hash_password
from boxoffice.services.identity.routes.wire import GUESSES, GUESSES_FROM_ONE
from identity.conftest import Visit
from identity.crowd import (
    ELSEWHERE,
    HOME,
    TRUSTING,
    come_from,
    fail,
    have_failed,
    let_pass,
    seconds_of,
    wait_of,
)
from identity.vaults import lodge
from identity.visitor import Visitor
from stage import PASSWORD, App, Play
from stage.rivals import replica

ALICE, BOB = "alice@example.com", "bob@example.com"
FREE = GUESSES_FROM_ONE.free
AT_ONCE = 30


@pytest.fixture
async def app(play: Play) -> App:
    app = await play("identity", **TRUSTING)
    await lodge(app, ALICE, BOB)
    return app


@pytest.fixture
def alice(visit: Visit) -> Visitor:
    """She has an account, and is at home."""
    return come_from(visit, ALICE, HOME)


@pytest.fixture
def eve(visit: Visit) -> Visitor:
    """She is elsewhere, and guesses at Alice's password."""
    return come_from(visit, ALICE, ELSEWHERE)


async def test_after_ten_failures_each_waits_longer_and_who_knows_the_password_gets_in_after_it(
    app: App, alice: Visitor
):
    free = [await fail(alice) for _ in range(FREE)]

    waits = list[int]()
    for _ in range(5):
        waits.append(await wait_of(lambda: fail(alice)))
        await let_pass(app, waits[-1])
        assert (await fail(alice)).status_code == 400
    too_soon = await alice.sign_in()
    await let_pass(app, seconds_of(too_soon))
    in_time = await alice.sign_in()

    assert {answer.status_code for answer in free} == {400}
    assert waits == sorted(set(waits))
    assert waits[-1] >= 16
    assert in_time.status_code == 200


async def test_no_wait_is_longer_than_a_quarter_of_an_hour(app: App, eve: Visitor):
    await fail(eve)
    await have_failed(app, 40)
    await fail(eve)

    wait = await wait_of(lambda: fail(eve))

    assert 890 <= wait <= 900


async def test_who_gets_in_begins_anew(alice: Visitor):
    for _ in range(FREE - 1):
        await fail(alice)
    assert (await alice.sign_in()).status_code == 200

    again = [await fail(alice) for _ in range(FREE)]

    assert {answer.status_code for answer in again} == {400}


@pytest.mark.usefixtures("full_price")
async def test_a_guess_is_counted_before_it_is_compared_so_that_many_at_once_count_too(
    app: App, eve: Visitor
):
    db = await app.db("identity")
    # At its full price: all have asked before the first is let in, who would end the waiting.
    kept = hash_password(PASSWORD)
    await db.execute("UPDATE people SET password_hash = $1 WHERE email = $2", kept, ALICE)
    await fail(eve)
    await have_failed(app, FREE + 6)

    answers = await asyncio.gather(*(eve.sign_in() for _ in range(AT_ONCE - 1)), fail(eve))

    compared = [answer for answer in answers if answer.status_code != 429]
    assert len(compared) == 1
    tried = await db.fetchval("SELECT count(*) FROM audit_entries WHERE action LIKE 'sign%'")
    assert tried == 2


async def test_who_waits_learns_nothing_by_the_right_password(app: App, eve: Visitor):
    await fail(eve)
    await have_failed(app, FREE + 6)
    await fail(eve)

    wrong, right = await fail(eve), await eve.sign_in()

    assert abs(seconds_of(wrong) - seconds_of(right)) <= 2
    assert wrong.json().keys() == right.json().keys()
    assert wrong.headers.keys() == right.headers.keys()


async def test_the_failures_of_one_account_lock_no_other(app: App, eve: Visitor, visit: Visit):
    await fail(eve)
    await have_failed(app, FREE + 6)
    await fail(eve)

    assert (await eve.sign_in()).status_code == 429
    assert (await come_from(visit, BOB, ELSEWHERE).sign_in()).status_code == 200


async def test_who_guesses_elsewhere_does_not_keep_the_owner_out_at_home(
    app: App, alice: Visitor, eve: Visitor
):
    await fail(eve)
    await have_failed(app, FREE + 6)
    await fail(eve)

    owner = await alice.sign_in()

    assert owner.status_code == 200
    assert (await eve.sign_in()).status_code == 429


async def test_whoever_guesses_from_everywhere_keeps_the_owner_waiting_for_half_a_minute(
    app: App, alice: Visitor, visit: Visit
):
    crowd = [come_from(visit, ALICE, f"203.0.113.{number}") for number in range(GUESSES.free)]
    free = await asyncio.gather(*(fail(one) for one in crowd))
    first = await wait_of(lambda: fail(come_from(visit, ALICE, "192.0.2.1")))
    await have_failed(app, 200)
    await fail(come_from(visit, ALICE, "192.0.2.2"))

    longest = await wait_of(alice.sign_in)
    await let_pass(app, longest)

    assert {answer.status_code for answer in free} == {400}
    assert first <= 30
    assert 20 <= longest <= 30
    assert (await alice.sign_in()).status_code == 200


async def test_guesses_from_elsewhere_hold_nobody_up_where_they_have_signed_in_before(
    app: App, alice: Visitor, visit: Visit
):
    before = await alice.sign_in()
    await fail(come_from(visit, ALICE, ELSEWHERE))
    await have_failed(app, 200)
    await fail(come_from(visit, ALICE, "192.0.2.2"))

    at_home = await alice.sign_in()
    abroad = await come_from(visit, ALICE, "192.0.2.3").sign_in()

    assert (before.status_code, at_home.status_code, abroad.status_code) == (200, 200, 429)


async def test_a_whole_network_of_ipv6_is_one_who_guesses(app: App, visit: Visit):
    for number in range(FREE):
        await fail(come_from(visit, ALICE, f"2001:db8:0:1::{number:x}"))
    await have_failed(app, FREE + 6)
    await fail(come_from(visit, ALICE, "2001:db8:0:1:ffff::"))

    same = await come_from(visit, ALICE, "2001:db8:0:1:abcd::1").sign_in()
    next_door = await come_from(visit, ALICE, "2001:db8:0:2::1").sign_in()

    assert (same.status_code, next_door.status_code) == (429, 200)


async def test_no_spelling_of_an_address_is_another_account(app: App, visit: Visit):
    await lodge(app, "stra\u00dfe@example.com")
    eve = come_from(visit, "stra\u00dfe@example.com", ELSEWHERE)
    spellings = [" {} ", "{}", "\u00a0{}", "{}\t"]
    addresses = ["STRASSE@EXAMPLE.COM", "Strasse@example.com", "STRA\u00dfE@example.com"]

    for around in spellings:
        for address in addresses:
            await fail(eve, around.format(address))
    rows = await (await app.db("identity")).fetch("SELECT tries FROM limits WHERE tries > 0")

    assert len(rows) == 2  # from one address, and from all
    assert min(row["tries"] for row in rows) >= FREE


async def test_replicas_count_together(app: App, eve: Visitor):
    async with replica(app) as second:
        beside = Visitor(second.settings.public_url, ALICE)
        beside.http.headers["X-Forwarded-For"] = ELSEWHERE
        for one in (eve, beside) * (FREE // 2):
            assert (await fail(one)).status_code == 400
        await have_failed(app, FREE + 6)
        await fail(beside)

        waits = [seconds_of(await one.sign_in()) for one in (eve, beside)]
        await beside.http.aclose()

    assert abs(waits[0] - waits[1]) <= 2


async def test_no_header_that_anybody_can_send_makes_a_guess_somebody_elses(
    play: Play,
):
    app = await play("identity", rate_limits=True)
    await lodge(app, ALICE)
    forged = [
        {"X-Forwarded-For": HOME},
        {"X-Forwarded-For": "127.0.0.2"},
        {"X-Real-IP": HOME},
        {"Forwarded": f"for={HOME}"},
        {"True-Client-IP": HOME},
        {VISITOR: HOME},
        {VISITOR: f"{HOME} {'0' * 64}"},
        {VISITOR: f"{HOME} {vouch(ELSEWHERE, app.settings).partition(' ')[2]}"},
        {VISITOR: vouch(HOME, app.settings.model_copy(update={"hop_secret": app.settings.secret}))},
        {"Host": "elsewhere.example"},
        {"User-Agent": "Another/1.0"},
    ]

    for headers in forged:
        body = {"email": ALICE, "password": "no battery at all"}
        await app.post("/api/users/signin", headers=headers, json=body)

    tries = await (await app.db("identity")).fetch("SELECT tries FROM limits WHERE tries > 0")
    assert len(tries) == 2  # from one address, and from all
    assert min(row["tries"] for row in tries) >= FREE


async def test_behind_a_proxy_what_a_visitor_says_of_themselves_does_not_count(
    app: App, eve: Visitor
):
    for number in range(FREE):
        eve.http.headers["X-Forwarded-For"] = f"192.0.2.{number}, {ELSEWHERE}"
        await fail(eve)
    await have_failed(app, FREE + 6)
    await fail(eve)
    eve.http.headers["X-Forwarded-For"] = f"{HOME}, {ELSEWHERE}"

    assert (await eve.sign_in()).status_code == 429


async def test_an_account_that_there_is_not_is_limited_like_one_that_there_is(
    app: App, visit: Visit
):
    people = [come_from(visit, email, HOME) for email in (ALICE, "nobody@example.com")]
    told = list[list[object]]()

    for person in people:
        first = await fail(person)
        await have_failed(app, FREE + 6)
        second, third = await fail(person), await fail(person)
        waits = seconds_of(third)
        assert 120 < waits <= 128
        answers = [(one.status_code, one.headers.keys()) for one in (first, second, third)]
        told.append([*answers, first.content, second.content, third.content])

    known, unknown = told
    assert known == unknown
