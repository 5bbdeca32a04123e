"""Signing up: one account for one address, however it is written and however many try."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import PersonChanged, PersonSignedUp, SendVerification
from boxoffice.kit import clock
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import CODE_DIGITS, Newcomer, Person
from identity.conftest import Visit
from identity.office import letters
from identity.visitor import Visitor
from stage import PASSWORD, App, eventually
from stage.rivals import replica, rivals

NEWCOMERS = 20
SAID_OF_ONE = ["PersonSignedUp", "PersonChanged", "AuditRecorded"]
REFUSAL: LiteralString = "ON CONFLICT (casefold(email)) DO NOTHING"


async def test_who_signs_up_has_an_account_and_is_signed_in(visit: Visit):
    alice = visit("Alice@Example.com")

    answer = await alice.sign_up(name=" Alice Liddell ")

    assert answer.status_code == 201
    account = answer.json()
    assert account == {
        "id": account["id"],
        "email": "Alice@Example.com",
        "name": "Alice Liddell",
        "roles": ["member"],
        "verified": False,
    }
    assert UUID(account["id"]).version == 7
    assert account.items() <= (await alice.who() or {}).items()


@pytest.mark.parametrize("said", [{}, {"name": None}])
async def test_who_gives_no_name_is_called_by_their_address(visit: Visit, said: dict[str, None]):
    answer = await visit("a.liddell@example.com").sign_up(**said)

    assert answer.json()["name"] == "a.liddell"


async def test_it_is_said_for_ever_by_id_alone_and_by_name_where_it_can_be_erased(
    app: App, visit: Visit
):
    answer = await visit("alice@example.com").sign_up(name="Alice")

    person_id = UUID(answer.json()["id"])

    async def it_was_said():
        assert await app.said(PersonSignedUp) == [PersonSignedUp(person_id=person_id, version=0)]
        assert await app.said(PersonChanged) == [
            PersonChanged(person_id=person_id, version=0, email="alice@example.com", name="Alice")
        ]

    await eventually(it_was_said)
    facts = await (await app.db("identity")).fetch(
        "SELECT body FROM outbox WHERE name = 'PersonSignedUp'"
    )
    assert "alice" not in str(facts).lower()


async def test_who_signs_up_is_asked_by_mail_whether_the_address_is_theirs(app: App, visit: Visit):
    answers = [
        await visit("Alice@Example.com").sign_up(name="Alice"),
        await visit("alice@example.com").sign_up(name="Eve"),
    ]

    (letter,) = await letters(app, SendVerification)
    assert [answer.status_code for answer in answers] == [201, 409]
    assert letter.email == "Alice@Example.com"
    assert str(letter.person_id) == answers[0].json()["id"]
    assert len(letter.code) == CODE_DIGITS
    assert not {letter.code, letter.token} & set(answers[0].text.split('"'))


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("Alice@Example.com", "aLICE@eXAMPLE.COM"),
        ("straße@example.com", "STRASSE@example.com"),
        ("ὀδυσσεύς@example.com", "ὈΔΥΣΣΕΎΣ@example.com"),
        ("ren\u00e9@example.com", "Rene\u0301@example.com"),
    ],
)
async def test_an_address_has_one_account_however_it_is_written(
    app: App, visit: Visit, first: str, again: str
):
    signed_up = await visit(first).sign_up()

    refused = await visit(again).sign_up()

    assert (signed_up.status_code, signed_up.json()["email"]) == (201, first)
    assert refused.status_code == 409
    assert [error["field"] for error in refused.json()["errors"]] == ["email"]
    assert "set-cookie" not in refused.headers
    assert await _said(app) == SAID_OF_ONE


async def test_twenty_who_sign_up_at_once_with_one_address_make_one_account(app: App, visit: Visit):
    spellings = _spellings("alice@example.com")

    async with replica(app) as second:
        browsers = [visit(spelling) for spelling in spellings[::2]]
        browsers += [Visitor(second.settings.public_url, email) for email in spellings[1::2]]
        answers = await asyncio.gather(*(browser.sign_up() for browser in browsers))
        for browser in browsers[NEWCOMERS // 2 :]:
            await browser.http.aclose()

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (NEWCOMERS - 1)
    refused = [answer.json()["errors"] for answer in answers if answer.status_code == 409]
    assert {error["field"] for errors in refused for error in errors} == {"email"}
    assert await (await app.db("identity")).fetchval("SELECT count(*) FROM people") == 1
    assert await _said(app) == SAID_OF_ONE


async def test_the_index_alone_lets_one_of_twenty_in(app: App):
    people = await _race(app, _spellings("alice@example.com"))

    assert sum(person is not None for person in people) == 1


async def test_without_the_index_each_of_twenty_gets_an_account(app: App):
    await (await app.db("identity")).execute("DROP INDEX people_email")

    people = await _race(app, _spellings("alice@example.com"), without=[REFUSAL])

    assert sum(person is not None for person in people) == NEWCOMERS


async def test_demo_people_are_verified_made_once_and_never_changed(app: App, visit: Visit):
    ensure = partial(commands.ensure_person, await app.db("identity"))
    at = clock.now()

    made = await ensure("admin@example.com", PASSWORD, "Admin", ("admin", "member"), at)
    again = await ensure("ADMIN@example.com", "another password", "Eve", ("member",), at)
    admin = visit("admin@example.com")
    signed_in = await admin.sign_in()

    assert (made.roles, made.verified) == (("admin", "member"), True)
    assert again == made
    assert signed_in.json()["roles"] == ["admin", "member"]
    assert (await admin.who() or {})["verified"] is True


def _spellings(email: str) -> list[str]:
    """The address with another letter raised each time, and whole in both cases."""
    raised = [email[:at] + email[at:].capitalize() for at in range(len(email))]
    return [email, email.upper(), *raised, email.title(), email.swapcase()][:NEWCOMERS]


async def _race(
    app: App, emails: Sequence[str], without: Sequence[LiteralString] = ()
) -> list[Person | None]:
    async with rivals(app, "identity", len(emails), without) as database:

        async def join(email: str) -> Person | None:
            async with database.transaction() as tx:
                return await store.insert_person(tx, Newcomer(email, "Alice", "hash"), clock.now())

        return await asyncio.gather(*map(join, emails))


async def _said(app: App) -> Sequence[str]:
    """What identity has said so far, but for letters, whose rows are gone with them."""
    said = await (await app.db("identity")).fetch(
        "SELECT name FROM outbox WHERE kept ORDER BY position"
    )
    return [name for (name,) in said]
