"""Verifying: who reads the mail of an address shows it by the code or the link of a letter."""

from datetime import timedelta
from typing import Any

import pytest

from boxoffice.kit.errors import BadInput
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import CODE_TRIES
from identity.conftest import Visit
from identity.letters import (
    TOO_LATE,
    WRONG_CODE,
    another,
    ask_again,
    id_of,
    is_refused,
    proofs,
    prove,
)
from identity.visitor import ASKER, Visitor, open_vault
from stage import App, Play, eventually
from stage.rivals import replica

SECOND = timedelta(seconds=1)
LISTING = {"title": "Hamlet", "price": 5}
NO_PROOFS: list[dict[str, Any]] = [
    {},
    {"code": None, "token": None},
    {"code": ""},
    {"code": "12345"},
    {"code": "1234567"},
    {"code": "12 456"},
    {"code": "abcdef"},
    {"code": "-12345"},
    {"code": 123456},
    {"code": ["123456"]},
    {"code": " " * 20 + "123456"},
    {"code": "123456", "token": "both"},
    {"token": ""},
    {"token": "x" * 129},
    {"token": 1},
    {"token": {"$ne": ""}},
]


async def test_the_code_of_the_letter_counts_in_every_service_at_once_with_the_old_token(
    play: Play, visit: Visit
):
    app = await play("identity", "tickets", require_verified=True)
    alice = visit("alice@example.com")
    await alice.sign_up()
    old = alice.bearer
    refused = await app.post("/api/tickets", old, json=LISTING)

    (letter,) = await proofs(app, alice.email)
    answer = await prove(alice, code=letter.code)

    async def counts(at: App) -> None:
        assert (await at.get("/api/users/currentuser", old)).json()["currentUser"]["verified"]
        assert (await at.post("/api/tickets", old, json=LISTING)).status_code == 201

    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "Verify your e-mail address first",
    )
    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    await eventually(lambda: counts(app))
    async with replica(app) as beside:
        await eventually(lambda: counts(beside))


async def test_the_letter_goes_to_who_signed_up_and_says_how_long_it_counts(
    app: App, alice: Visitor
):
    (letter,) = await proofs(app, alice.email)

    assert letter.person_id == await id_of(alice)
    assert letter.code_until - letter.at == timedelta(minutes=5)
    assert letter.token_until - letter.at == timedelta(hours=24)
    assert (len(letter.code), letter.code.isdecimal()) == (6, True)
    assert len(letter.token) >= 43  # 256 bits


async def test_no_two_letters_have_the_same_secrets(app: App, alice: Visitor):
    for _ in range(5):
        await ask_again(alice)

    sent = await proofs(app, alice.email, 6)

    assert len({letter.token for letter in sent}) == 6
    assert len({letter.code for letter in sent}) > 1


async def test_the_link_of_the_letter_counts_for_who_is_signed_in_nowhere(
    app: App, alice: Visitor, visit: Visit
):
    somewhere = visit(alice.email)
    (letter,) = await proofs(app, alice.email)

    answer = await prove(somewhere, token=letter.token)

    assert (answer.status_code, answer.json()["verified"]) == (200, True)
    assert "set-cookie" not in answer.headers
    assert await somewhere.who() is None
    await eventually(lambda: _is_verified(alice))


@pytest.mark.parametrize("first", ["code", "token"])
async def test_a_letter_counts_once_by_its_code_or_by_its_link(
    app: App, alice: Visitor, first: str
):
    (letter,) = await proofs(app, alice.email)
    await prove(alice, **{first: getattr(letter, first)})

    is_refused(await prove(alice, code=letter.code), WRONG_CODE, "code")
    is_refused(await prove(alice, token=letter.token), TOO_LATE, "token")


async def test_a_wrong_code_verifies_nobody_and_the_right_one_still_does(app: App, alice: Visitor):
    (letter,) = await proofs(app, alice.email)

    wrong = [await prove(alice, code=another(letter.code)) for _ in range(CODE_TRIES - 1)]
    unverified = await alice.who() or {}
    right = await prove(alice, code=letter.code)

    for answer in wrong:
        is_refused(answer, WRONG_CODE, "code")
    assert unverified["verified"] is False
    assert right.status_code == 200


async def test_after_five_wrong_codes_the_right_one_is_refused_as_well(app: App, alice: Visitor):
    (letter,) = await proofs(app, alice.email)
    for _ in range(CODE_TRIES):
        await prove(alice, code=another(letter.code))

    refused = await prove(alice, code=letter.code)

    is_refused(refused, WRONG_CODE, "code")
    assert (await alice.who() or {})["verified"] is False
    assert (await prove(alice, token=letter.token)).status_code == 200


async def test_a_code_lasts_five_minutes_and_a_link_a_day(app: App, visit: Visit):
    db, people = await app.db("identity"), [visit(f"{name}@example.com") for name in "abcd"]
    for person in people:
        await person.sign_up()
    (early, late, clicks, too_late) = [(await proofs(app, one.email))[0] for one in people]

    async with open_vault(app) as vault:
        in_time = early.code_until - SECOND
        verified = await commands.verify_by_code(
            vault, db, early.person_id, early.code, ASKER, in_time
        )
        with pytest.raises(BadInput, match=WRONG_CODE):
            await commands.verify_by_code(
                vault, db, late.person_id, late.code, ASKER, late.code_until
            )
    clicked = await commands.verify_by_link(db, clicks.token, ASKER, clicks.token_until - SECOND)
    with pytest.raises(BadInput, match=TOO_LATE):
        await commands.verify_by_link(db, too_late.token, ASKER, too_late.token_until)

    assert (verified.verified, clicked.verified) == (True, True)


async def test_another_letter_takes_the_place_of_the_first_and_of_its_failed_tries(
    app: App, alice: Visitor
):
    (first,) = await proofs(app, alice.email)
    for _ in range(CODE_TRIES):
        await prove(alice, code=another(first.code))

    answer = await ask_again(alice)
    _, second = await proofs(app, alice.email, 2)

    assert answer.status_code == 202
    is_refused(await prove(alice, token=first.token), TOO_LATE, "token")
    if first.code != second.code:
        is_refused(await prove(alice, code=first.code), WRONG_CODE, "code")
    assert (await prove(alice, code=second.code)).status_code == 200


async def test_nobody_asks_for_a_letter_without_need_or_without_signing_in(
    app: App, alice: Visitor, visit: Visit
):
    (letter,) = await proofs(app, alice.email)
    await prove(alice, code=letter.code)

    needless = await ask_again(alice)
    stranger = await ask_again(visit("nobody@example.com"))

    assert needless.status_code == 409
    assert needless.json()["detail"] == "This e-mail address is verified already"
    assert stranger.status_code == 401


async def test_the_code_of_one_person_verifies_no_other(app: App, alice: Visitor, visit: Visit):
    eve = visit("eve@example.com")
    await eve.sign_up()
    (hers,), (eves,) = await proofs(app, alice.email), await proofs(app, eve.email)

    if hers.code != eves.code:
        is_refused(await prove(alice, code=eves.code), WRONG_CODE, "code")
    assert (await prove(visit(alice.email), code=hers.code)).status_code == 401

    by_link = await prove(eve, token=hers.token)
    assert by_link.json()["email"] == alice.email  # who reads her mail verifies hers, not theirs
    assert (await eve.who() or {})["verified"] is False


async def test_a_code_may_come_with_spaces_around_it(app: App, visit: Visit):
    for number, around in enumerate((" {}", "{} ", "\t{}\n", "\u00a0{}\u2003")):
        person = visit(f"{number}@example.com")
        await person.sign_up()
        (letter,) = await proofs(app, person.email)

        answer = await prove(person, code=around.format(letter.code))

        assert answer.status_code == 200, answer.text


async def test_what_is_neither_a_code_nor_a_link_is_refused_and_is_no_try(app: App, alice: Visitor):
    answers = [await prove(alice, **proof) for proof in NO_PROOFS]

    db = await app.db("identity")
    assert [answer.status_code for answer in answers] == [400] * len(NO_PROOFS)
    assert all(answer.json()["errors"] for answer in answers)
    assert not [answer.text for answer in answers if "123456" in answer.text]
    assert await db.fetchval("SELECT sum(tries) FROM challenges") == 0


async def test_a_link_that_nobody_sent_verifies_nobody_and_is_on_record(
    app: App, alice: Visitor, visit: Visit
):
    eve, guesses = visit("eve@example.com"), ("a guess", "\0", "é" * 40, "' OR 1=1 --")

    for guess in guesses:
        is_refused(await prove(eve, token=guess), TOO_LATE, "token")

    db = await app.db("identity")
    rows = await db.fetch("SELECT person_id FROM audit_entries WHERE action = 'code refused'")
    assert [row["person_id"] for row in rows] == [None] * len(guesses)
    assert (await alice.who() or {})["verified"] is False


async def test_a_letter_that_nobody_can_answer_any_more_is_forgotten(app: App, alice: Visitor):
    db, (letter,) = await app.db("identity"), await proofs(app, alice.email)

    async def kept_at(minutes: int) -> int:
        async with db.transaction() as tx:
            at = letter.token_until + timedelta(minutes=minutes)
            await store.delete_old_challenges(tx, at, 10)
        return await db.fetchval("SELECT count(*) FROM challenges")

    assert [await kept_at(-1), await kept_at(1)] == [1, 0]


async def _is_verified(visitor: Visitor) -> None:
    assert (await visitor.who() or {})["verified"] is True
