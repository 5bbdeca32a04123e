"""Moving: another address counts once its mail is read, asked for with the password that counts."""

from typing import Any

import pytest

from boxoffice.events.identity import PersonChanged, StandingChanged
from boxoffice.kit import clock
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import Asked
from identity.conftest import Visit
from identity.forging import claims_of
from identity.letters import (
    BETTER,
    TOO_LATE,
    WRONG,
    all_is_sent,
    ask_again,
    change,
    forget,
    id_of,
    is_refused,
    move,
    notices,
    proofs,
    prove,
    reset,
    reset_token,
)
from identity.office import settle
from identity.visitor import Visitor
from stage import PASSWORD, App, eventually

NEW = "alice@elsewhere.example"
TAKEN = "This e-mail address has an account already"


@pytest.mark.parametrize("by", ["code", "token"])
async def test_a_new_address_counts_once_its_mail_is_read_and_the_old_one_is_told(
    app: App, alice: Visitor, visit: Visit, by: str
):
    asked = await move(alice, NEW)
    (letter,) = await proofs(app, NEW)
    before = await _signs_in(visit, alice.email), await _signs_in(visit, NEW)

    answer = await prove(alice, **{by: getattr(letter, by)})

    (told,) = await notices(app, alice.email, "email-changed")
    assert (asked.status_code, asked.json()) == (202, {})
    assert before == (True, False)
    assert (answer.json()["email"], answer.json()["verified"]) == (NEW, True)
    assert (told.new_email, told.token) == (NEW, None)
    assert told.address
    assert (await _signs_in(visit, alice.email), await _signs_in(visit, NEW)) == (False, True)


async def test_it_is_said_of_the_person_and_tokens_follow_when_they_are_renewed(
    app: App, alice: Visitor
):
    await move(alice, NEW)
    (letter,) = await proofs(app, NEW)
    await prove(alice, code=letter.code)
    old = claims_of(alice.token)

    await alice.refresh()

    new, person_id = claims_of(alice.token), await id_of(alice)
    assert (old["email"], new["email"]) == (alice.email, NEW)
    assert (old["verified"], new["verified"]) == (False, True)

    async def it_was_said() -> None:
        (person,) = await app.said(PersonChanged)  # the latest of each
        assert person == PersonChanged(person_id=person_id, version=1, email=NEW, name="alice")
        (standing,) = await app.said(StandingChanged)
        assert (standing.person_id, standing.version, standing.verified) == (person_id, 1, True)

    await eventually(it_was_said)


async def test_who_took_somebodys_place_at_a_browser_does_not_move_without_the_password(
    app: App, alice: Visitor, visit: Visit
):
    wrong = await move(alice, NEW, WRONG)
    stranger = await move(visit("nobody@example.com"), NEW)

    is_refused(wrong, "This is not your password", "password")
    assert stranger.status_code == 401
    await all_is_sent(app)
    assert await proofs(app, NEW, 0) == []


@pytest.mark.parametrize("email", ["bob@example.com", "BOB@Example.com"])
async def test_nobody_moves_to_an_address_that_has_an_account_in_any_letter_case(
    app: App, alice: Visitor, email: str
):
    await settle(app, "bob")

    refused = await move(alice, email)
    ignorant = await move(alice, email, WRONG)

    assert (refused.status_code, refused.json()["detail"]) == (409, TAKEN)
    is_refused(ignorant, "This is not your password", "password")
    await all_is_sent(app)
    assert await proofs(app, email, 0) == []


async def test_ones_own_address_may_be_written_in_other_letters(
    app: App, alice: Visitor, visit: Visit
):
    await move(alice, "Alice@Example.com")
    (letter,) = await proofs(app, "Alice@Example.com")

    answer = await prove(alice, code=letter.code)

    assert answer.json()["email"] == "Alice@Example.com"
    assert await _signs_in(visit, alice.email)


@pytest.mark.parametrize("email", ["", "bob", "bob@localhost", "a@b.co\r\nBcc: eve@b.co", None])
async def test_nobody_moves_to_what_is_no_address(alice: Visitor, email: Any):
    refused = await move(alice, email)

    assert refused.status_code == 400
    assert [error["field"] for error in refused.json()["errors"]] == ["email"]


async def test_an_address_that_is_taken_meanwhile_stays_with_who_took_it(
    app: App, alice: Visitor, visit: Visit
):
    await move(alice, NEW)
    (letter,) = await proofs(app, NEW)
    bob = visit(NEW.upper())
    await bob.sign_up()

    answers = [await prove(alice, code=letter.code), await prove(alice, token=letter.token)]

    assert {(one.status_code, one.json()["detail"]) for one in answers} == {(409, TAKEN)}
    assert await _signs_in(visit, alice.email)
    assert (await bob.who() or {})["verified"] is False
    assert (await alice.who() or {})["verified"] is False


async def test_the_old_address_is_free_for_somebody_else(app: App, alice: Visitor, visit: Visit):
    await move(alice, NEW)
    (letter,) = await proofs(app, NEW)
    await prove(alice, code=letter.code)

    newcomer = await visit(alice.email).sign_up()

    assert newcomer.status_code == 201
    assert newcomer.json()["verified"] is False
    assert newcomer.json()["id"] != str(await id_of(alice))


async def test_another_letter_takes_the_place_of_a_move(app: App, alice: Visitor):
    await move(alice, NEW)
    (first,) = await proofs(app, NEW)
    await move(alice, "alice@third.example")

    stale = await prove(alice, token=first.token)
    await ask_again(alice)
    (second,) = await proofs(app, "alice@third.example")

    is_refused(stale, TOO_LATE, "token")
    is_refused(await prove(alice, token=second.token), TOO_LATE, "token")
    (_, own) = await proofs(app, alice.email, 2)
    assert (await prove(alice, code=own.code)).json()["email"] == alice.email


async def test_a_link_in_the_old_mailbox_resets_nothing_once_the_address_is_another(
    app: App, alice: Visitor, visit: Visit
):
    await forget(visit(alice.email))
    token = await reset_token(app, alice.email)
    await move(alice, NEW)
    (letter,) = await proofs(app, NEW)

    await prove(alice, code=letter.code)

    is_refused(await reset(visit(alice.email), token), TOO_LATE, "token")
    assert await _signs_in(visit, NEW)


async def test_nor_does_one_that_was_being_written_when_the_address_changed(
    app: App, alice: Visitor, visit: Visit
):
    db, at = await app.db("identity"), clock.now()
    person = await commands.get_person(db, await id_of(alice))
    async with db.transaction() as tx:
        await store.update_person(tx, person.verify(NEW, at))
    async with db.transaction() as tx:  # as who had looked the person up before would go on
        late = Asked.new(clock.new_id(), person, person.email, "password", "a key", at)
        await store.upsert_challenge(tx, late.challenge)

    refused = await reset(visit(NEW), late.token)

    is_refused(refused, TOO_LATE, "token")
    assert await _signs_in(visit, NEW)


@pytest.mark.parametrize("how", ["change", "reset"])
async def test_a_move_that_a_thief_asked_for_is_void_once_the_password_is_another(
    app: App, alice: Visitor, visit: Visit, how: str
):
    thief = visit(alice.email)
    await thief.sign_in()
    await move(thief, "thief@evil.example")
    (letter,) = await proofs(app, "thief@evil.example")

    if how == "change":
        await change(alice)
    else:
        await forget(alice)
        await reset(alice, await reset_token(app, alice.email))

    is_refused(await prove(thief, token=letter.token), TOO_LATE, "token")
    assert await _signs_in(visit, alice.email, BETTER)


async def test_a_code_for_ones_own_address_outlives_a_change_of_password(app: App, alice: Visitor):
    (letter,) = await proofs(app, alice.email)

    await change(alice)

    assert (await prove(alice, code=letter.code)).status_code == 200


async def _signs_in(visit: Visit, email: str, password: str = PASSWORD) -> bool:
    return (await visit(email).sign_in(password=password)).status_code == 200
