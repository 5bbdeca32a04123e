"""Resetting: a forgotten password is set anew by who reads the mail, once, and within the hour."""

from datetime import timedelta
from uuid import UUID

import pytest

from boxoffice.events.identity import SendMessage
from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput
from boxoffice.services.identity import commands
from identity.conftest import Visit
from identity.letters import (
    BETTER,
    TOO_LATE,
    all_is_sent,
    forget,
    is_refused,
    notices,
    proofs,
    prove,
    reset,
    reset_token,
)
from identity.office import ban, gets_in, gets_out, letters, settle
from identity.visitor import ASKER, Visitor, open_vault
from stage import App, Play
from stage.rivals import replica

SECOND = timedelta(seconds=1)


async def test_the_link_goes_to_who_has_the_account_and_to_nobody_else(
    app: App, alice: Visitor, visit: Visit
):
    answers = [
        await forget(visit(alice.email), email) for email in (alice.email, "no@body.example")
    ]

    (letter,) = await notices(app, alice.email, "reset")
    await all_is_sent(app)
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {})] * 2
    assert (letter.name, letter.new_email) == ("alice", None)
    assert letter.until == letter.at + timedelta(minutes=30)
    assert len(letter.token or "") >= 43  # 256 bits
    assert len(await letters(app, SendMessage)) == 1


async def test_the_link_goes_to_the_address_of_the_account_however_it_was_typed(
    app: App, alice: Visitor, visit: Visit
):
    await forget(visit(alice.email), " ALICE@Example.COM ")

    (letter,) = await notices(app, alice.email, "reset")
    assert letter.token


async def test_a_link_sets_the_password_and_the_old_one_counts_no_more(
    app: App, alice: Visitor, visit: Visit
):
    somewhere = visit(alice.email)
    await forget(somewhere)

    answer = await reset(somewhere, await reset_token(app, alice.email))

    assert (answer.status_code, answer.json()["email"]) == (200, alice.email)
    assert "set-cookie" not in answer.headers
    assert await somewhere.who() is None
    assert (await visit(alice.email).sign_in()).status_code == 400
    assert (await somewhere.sign_in(password=BETTER)).status_code == 200


async def test_all_sign_ins_end_in_every_service_and_process_at_once(play: Play, visit: Visit):
    app = await play("identity", "tickets", "orders")
    devices = [visit("alice@example.com") for _ in range(2)]
    await devices[0].sign_up()
    await devices[1].sign_in()
    bearers = [device.bearer for device in devices]
    async with replica(app) as beside:
        for bearer in bearers:
            await gets_in(bearer, app, beside)

        await forget(devices[0])
        await reset(devices[0], await reset_token(app, "alice@example.com"))

        for bearer in bearers:
            await gets_out(bearer, app, beside)
    assert [(await device.refresh()).status_code for device in devices] == [401, 401]


async def test_the_person_is_told_and_from_where_it_came(app: App, alice: Visitor, visit: Visit):
    somewhere = visit(alice.email)
    await forget(somewhere)
    somewhere.http.headers["User-Agent"] = "Somewhere/1.0"

    await reset(somewhere, await reset_token(app, alice.email))

    (told,) = await notices(app, alice.email, "password-changed")
    assert (told.address, told.device, told.token) == ("127.0.0.1", "Somewhere/1.0", None)


async def test_who_resets_by_mail_has_shown_that_they_read_it(app: App, alice: Visitor):
    before = (await alice.who() or {})["verified"]
    await forget(alice)

    answer = await reset(alice, await reset_token(app, alice.email))
    await alice.sign_in(password=BETTER)

    assert (before, answer.json()["verified"]) == (False, True)
    assert (await alice.who() or {})["verified"] is True


async def test_a_link_counts_once(app: App, alice: Visitor, visit: Visit):
    await forget(alice)
    token = await reset_token(app, alice.email)
    await reset(alice, token)

    again = await reset(visit(alice.email), token, "the best battery")

    is_refused(again, TOO_LATE, "token")
    assert (await visit(alice.email).sign_in(password=BETTER)).status_code == 200


async def test_the_newest_link_counts_alone(app: App, alice: Visitor):
    await forget(alice)
    first = await reset_token(app, alice.email)
    await forget(alice)
    second = await reset_token(app, alice.email, 2)

    stale = await reset(alice, first)
    answer = await reset(alice, second)

    assert first != second
    is_refused(stale, TOO_LATE, "token")
    assert answer.status_code == 200


async def test_a_link_lasts_half_an_hour(app: App, alice: Visitor):
    db = await app.db("identity")
    await forget(alice)
    (letter,) = await notices(app, alice.email, "reset")
    token, until = letter.token or "", letter.until or clock.now()

    async with open_vault(app) as vault:
        with pytest.raises(BadInput, match=TOO_LATE):
            await commands.reset_password(vault, db, token, BETTER, ASKER, until)
        person = await commands.reset_password(vault, db, token, BETTER, ASKER, until - SECOND)

    assert person.person_id == letter.person_id


async def test_a_link_outlives_a_password_that_is_refused(app: App, alice: Visitor):
    await forget(alice)
    token = await reset_token(app, alice.email)

    refused = [await reset(alice, token, bad) for bad in ("password", "aaaaaaaaaaaa", "short")]
    answer = await reset(alice, token)

    assert {one.status_code for one in refused} == {400}
    assert [one.json()["errors"][0]["field"] for one in refused] == ["password"] * 3
    assert answer.status_code == 200


async def test_a_link_for_one_purpose_is_good_for_no_other(app: App, alice: Visitor, visit: Visit):
    (proof,) = await proofs(app, alice.email)
    await forget(alice)
    token = await reset_token(app, alice.email)

    is_refused(await reset(alice, proof.token), TOO_LATE, "token")
    is_refused(await prove(alice, token=token), TOO_LATE, "token")
    is_refused(await reset(visit("eve@example.com"), "a guess"), TOO_LATE, "token")


async def test_the_link_of_one_person_sets_the_password_of_no_other(
    app: App, alice: Visitor, visit: Visit
):
    eve = visit("eve@example.com")
    await eve.sign_up()
    await forget(eve)

    answer = await reset(alice, await reset_token(app, eve.email))

    assert answer.json()["email"] == eve.email
    assert (await visit(alice.email).sign_in()).status_code == 200
    assert (await alice.refresh()).status_code == 200


async def test_a_reset_lets_nobody_in_who_is_banned(app: App, alice: Visitor, visit: Visit):
    ada, whose = await settle(app, "ada", "admin"), UUID((await alice.who() or {})["id"])
    await ban(app, ada, whose)
    somewhere = visit(alice.email)
    await forget(somewhere)

    answer = await reset(somewhere, await reset_token(app, alice.email))

    assert answer.status_code == 200
    refused = await somewhere.sign_in(password=BETTER)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "This account is banned: selling air",
    )


async def test_a_request_that_a_crash_left_is_answered_by_the_next_process(
    app: App, alice: Visitor
):
    await app.stop()
    await commands.ask_for_reset(await app.db("identity"), alice.email, ASKER, clock.now())

    await app.start()

    assert await reset_token(app, alice.email)


async def test_what_is_no_request_is_refused_in_all_its_fields(app: App):
    asked = await app.post("/api/users/password-reset", json={})
    done = await app.put("/api/users/password-reset", json={"token": "", "password": "short"})

    fields = [{error["field"] for error in one.json()["errors"]} for one in (asked, done)]
    assert (asked.status_code, done.status_code) == (400, 400)
    assert fields == [{"email"}, {"token", "password"}]
