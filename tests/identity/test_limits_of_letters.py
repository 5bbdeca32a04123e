"""How often a letter goes out and a code, a link or a password is tried: by account, by mailbox."""

import pytest

from boxoffice.events.identity import SendVerification
from boxoffice.services.identity.routes.wire import (
    ANSWERS,
    GUESSES,
    GUESSES_FROM_ONE,
    LETTERS_TO_ONE,
)
from identity.conftest import Visit
from identity.crowd import (
    ELSEWHERE,
    HOME,
    TRUSTING,
    come_from,
    fail,
    have_asked,
    have_failed,
    let_pass,
    seconds_of,
    wait_of,
)
from identity.letters import (
    WRONG,
    all_is_sent,
    ask_again,
    change,
    forget,
    move,
    notices,
    proofs,
    prove,
    reset_token,
)
from identity.office import letters
from identity.vaults import lodge
from identity.visitor import Visitor
from stage import PASSWORD, App, Play
from stage.rivals import replica

ALICE, BOB = "alice@example.com", "bob@example.com"
THREE = LETTERS_TO_ONE.at_once
TWO_MINUTES = 120


@pytest.fixture
async def app(play: Play) -> App:
    app = await play("identity", **TRUSTING)
    await lodge(app, ALICE, BOB)
    return app


@pytest.fixture
async def alice(visit: Visit) -> Visitor:
    """She has an account whose address is not verified, and is signed in at home."""
    alice = come_from(visit, ALICE, HOME)
    await alice.sign_in()
    return alice


async def test_a_mailbox_gets_three_links_and_then_one_each_two_minutes(app: App, visit: Visit):
    asked = [
        await forget(come_from(visit, email, f"203.0.113.{number}"))
        for number, email in enumerate((ALICE, " ALICE@Example.com", "Alice@EXAMPLE.com"))
    ]
    refused = await forget(come_from(visit, ALICE, HOME))
    others = await forget(come_from(visit, BOB, HOME))
    wait = seconds_of(refused)
    await let_pass(app, wait)

    assert {answer.status_code for answer in (*asked, others)} == {202}
    assert TWO_MINUTES / 2 < wait <= TWO_MINUTES
    assert (await forget(come_from(visit, ALICE, HOME))).status_code == 202
    await all_is_sent(app)
    assert len(await notices(app, ALICE, "reset", 4)) == 4


async def test_an_address_without_an_account_is_limited_in_the_same_words(app: App, visit: Visit):
    told = list[list[object]]()
    for email in (ALICE, "nobody@example.com"):
        person = come_from(visit, email, HOME)
        answers = [await forget(person) for _ in range(THREE + 1)]
        assert TWO_MINUTES / 2 < seconds_of(answers[-1]) <= TWO_MINUTES
        told.append([(one.status_code, one.headers.keys(), one.json().keys()) for one in answers])

    known, unknown = told
    assert known == unknown
    await all_is_sent(app)
    assert await notices(app, "nobody@example.com", "reset", 0) == []


async def test_replicas_count_letters_together(app: App, visit: Visit):
    async with replica(app) as second:
        body = {"email": ALICE}
        answers = [
            await one.post("/api/users/password-reset", json=body)
            for one in (app, second) * ((THREE + 1) // 2)
        ]

    assert [answer.status_code for answer in answers] == [202] * THREE + [429]
    assert (await forget(come_from(visit, BOB, HOME))).status_code == 202


async def test_who_has_to_verify_gets_three_more_letters_and_then_one_each_two_minutes(
    app: App, alice: Visitor, visit: Visit
):
    bob = come_from(visit, BOB, HOME)
    await bob.sign_in()

    asked = [await ask_again(alice) for _ in range(THREE)]
    wait = seconds_of(await ask_again(alice))
    others = await ask_again(bob)
    await let_pass(app, wait)

    assert {answer.status_code for answer in (*asked, others)} == {202}
    assert TWO_MINUTES / 2 < wait <= TWO_MINUTES
    assert (await ask_again(alice)).status_code == 202
    newest = (await proofs(app, ALICE, THREE + 1))[-1]
    assert (await prove(alice, code=newest.code)).status_code == 200


async def test_who_moves_and_who_asks_again_share_one_count(alice: Visitor):
    asked = [
        await ask_again(alice),
        await move(alice, "alice@elsewhere.example"),
        await move(alice, "alice@third.example"),
    ]

    refused = await move(alice, "alice@fourth.example")

    assert {answer.status_code for answer in asked} == {202}
    assert TWO_MINUTES / 2 < seconds_of(refused) <= TWO_MINUTES


async def test_many_accounts_do_not_flood_one_mailbox(app: App, visit: Visit):
    crowd = [f"crowd{number}@example.com" for number in range(THREE + 1)]
    await lodge(app, *crowd)
    victim = [
        "victim@example.org",
        "VICTIM@example.org",
        "victim@Example.ORG",
        "victim@example.org",
    ]

    answers = list[int]()
    for number, (email, address) in enumerate(zip(crowd, victim, strict=True)):
        one = come_from(visit, email, f"203.0.113.{number}")
        await one.sign_in()
        answers.append((await move(one, address)).status_code)

    await all_is_sent(app)
    assert answers == [202] * THREE + [429]
    assert len(await letters(app, SendVerification, THREE)) == THREE


async def test_a_wrong_link_or_code_is_tried_so_often_from_one_address_and_no_oftener(
    app: App, alice: Visitor, visit: Visit
):
    eve = come_from(visit, "eve@example.com", ELSEWHERE)
    await prove(eve, token="a guess")
    await have_asked(app, ANSWERS)

    wait = await wait_of(lambda: prove(eve, token="a guess"))
    too_many = [
        await prove(eve, code="123456"),
        await eve.http.put("/api/users/password-reset", json={}),
    ]

    assert 0 < wait <= 5
    assert {answer.status_code for answer in too_many} <= {429}
    assert (await prove(alice, token="a guess")).status_code == 400


@pytest.mark.parametrize("what", ["change", "move"])
async def test_a_password_is_guessed_at_no_more_often_where_it_is_changed_or_moved(
    app: App, alice: Visitor, what: str
):
    async def guess(password: str = WRONG) -> int:
        asking = change(alice, password) if what == "change" else move(alice, BOB, password)
        return (await asking).status_code

    first = await guess()
    await have_failed(app, GUESSES_FROM_ONE.free + 6)
    second, third = await guess(), await guess(PASSWORD)
    rows = await (await app.db("identity")).fetch("SELECT tries FROM limits WHERE tries > 0")

    assert (first, second, third) == (400, 400, 429)
    assert len(rows) == 2  # from one address, and from all


async def test_a_stolen_session_guesses_from_everywhere_no_more_often_than_anybody(
    app: App, alice: Visitor
):
    await change(alice, WRONG)
    await have_failed(app, GUESSES.free + 6)
    alice.http.headers["X-Forwarded-For"] = ELSEWHERE
    last = await change(alice, WRONG)

    alice.http.headers["X-Forwarded-For"] = "192.0.2.77"
    refused = await change(alice)
    await let_pass(app, wait := seconds_of(refused))

    assert last.status_code == 400
    assert wait <= GUESSES.longest.total_seconds()
    assert (await change(alice)).status_code == 200


async def test_who_changed_their_password_begins_anew(app: App, alice: Visitor):
    for _ in range(GUESSES_FROM_ONE.free - 1):
        await change(alice, WRONG)
    await change(alice)

    rows = await (await app.db("identity")).fetch("SELECT tries FROM limits WHERE tries > 0")

    assert rows == []


async def test_a_forgotten_password_can_be_reset_however_often_it_was_guessed_at(
    app: App, visit: Visit
):
    eve = come_from(visit, ALICE, ELSEWHERE)
    await fail(eve)
    await have_failed(app, GUESSES.free + 6)
    await fail(eve)

    owner = come_from(visit, ALICE, HOME)
    asked = await forget(owner)

    assert asked.status_code == 202
    assert await reset_token(app, ALICE)
