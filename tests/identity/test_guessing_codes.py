"""Codes of six digits against those who guess: counted, keyed, and nowhere in clear."""

import asyncio
import re
from collections.abc import Generator
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import SendMessage, SendVerification
from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput
from boxoffice.kit.telemetry import configure_logs
from boxoffice.services.identity import commands, model
from boxoffice.services.identity.model import CODE_TRIES, digest_of, seal_code
from identity.conftest import Visit
from identity.letters import (
    WRONG_CODE,
    all_is_sent,
    another,
    ask_again,
    forget,
    id_of,
    is_refused,
    move,
    proofs,
    prove,
    reset,
    reset_token,
)
from identity.visitor import ASKER, Visitor, open_vault
from stage import App
from stage.rivals import Swaps, replica, rivals

GUESSES = 50
RIVALS = 20
COUNTED: LiteralString = "AND tries < $3"
TABLES: list[LiteralString] = [
    "SELECT json_agg(one)::text FROM people AS one",
    "SELECT json_agg(one)::text FROM sign_ins AS one",
    "SELECT json_agg(one)::text FROM refresh_tokens AS one",
    "SELECT json_agg(one)::text FROM signing_keys AS one",
    "SELECT json_agg(one)::text FROM challenges AS one",
    "SELECT json_agg(one)::text FROM reset_requests AS one",
    "SELECT json_agg(one)::text FROM audit_entries AS one",
    "SELECT json_agg(one)::text FROM outbox AS one",
    "SELECT json_agg(one)::text FROM unsent AS one",
    "SELECT json_agg(one)::text FROM freshness AS one",
    "SELECT json_agg(one)::text FROM inbox AS one",
    "SELECT json_agg(one)::text FROM rebuilds AS one",
    "SELECT json_agg(one)::text FROM dead_letters AS one",
    "SELECT json_agg(one)::text FROM idempotency_keys AS one",
    "SELECT json_agg(one)::text FROM limits AS one",
    "SELECT json_agg(one)::text FROM migrations AS one",
]
UNCOUNTED: Swaps = {COUNTED: "AND $3::integer IS NOT NULL"}


@pytest.fixture
def _talkative() -> Generator[None]:
    configure_logs("debug")
    yield
    configure_logs("error")


async def test_of_fifty_guesses_at_once_in_two_replicas_five_are_compared(app: App, alice: Visitor):
    (letter,) = await proofs(app, alice.email)

    async with replica(app) as second:
        guesses = (
            at.put("/api/users/verification", alice.bearer, json={"code": another(letter.code)})
            for _ in range(GUESSES // 2)
            for at in (app, second)
        )
        answers = await asyncio.gather(*guesses)

    db = await app.db("identity")
    refused = await db.fetchval("SELECT count(*) FROM audit_entries WHERE action = 'code refused'")
    assert {answer.status_code for answer in answers} == {400}
    assert await db.fetchval("SELECT tries FROM challenges") == CODE_TRIES
    assert refused == GUESSES
    is_refused(await prove(alice, code=letter.code), WRONG_CODE, "code")


async def test_the_count_alone_lets_five_of_twenty_guesses_be_compared(app: App, alice: Visitor):
    await _guess_at_once(app, alice, {})

    assert await _tries(app) == CODE_TRIES


async def test_without_the_count_each_of_twenty_guesses_would_be_compared(app: App, alice: Visitor):
    await _guess_at_once(app, alice, UNCOUNTED)

    assert await _tries(app) == RIVALS


async def test_of_the_right_code_twenty_times_at_once_one_counts(app: App, alice: Visitor):
    (letter,) = await proofs(app, alice.email)

    answers = await asyncio.gather(*(prove(alice, code=letter.code) for _ in range(RIVALS)))

    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (RIVALS - 1)


async def test_what_is_kept_of_a_letter_opens_nothing(app: App, alice: Visitor):
    db, (letter,) = await app.db("identity"), await proofs(app, alice.email)
    row = await db.fetchrow("SELECT * FROM challenges")
    assert row

    async with open_vault(app) as vault:
        known = seal_code(letter.code, letter.person_id, vault.code_key)

    assert row["token"] == digest_of(letter.token)
    assert row["code"] == known  # a leaked table is tried through soon, if it takes no key
    assert row["code"] not in {
        digest_of(letter.code),
        digest_of(f"code {letter.person_id} {letter.code}"),
        seal_code(letter.code, letter.person_id, ""),
        seal_code(letter.code, UUID(int=0), vault.code_key),
    }
    for kept in (row["token"].hex(), row["code"].hex(), str(row["challenge_id"])):
        assert (await prove(alice, token=kept)).status_code == 400
    assert letter.token not in str(dict(row))


@pytest.mark.usefixtures("_talkative")
async def test_no_log_and_no_table_holds_a_secret_once_its_letter_is_sent(
    app: App,
    alice: Visitor,
    visit: Visit,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):
    await ask_again(alice)
    _, letter = await proofs(app, alice.email, 2)
    await prove(alice, code=another(letter.code))
    await move(alice, "alice@elsewhere.example")
    (moving,) = await proofs(app, "alice@elsewhere.example")
    await forget(visit(alice.email), headers={"Idempotency-Key": "forgotten"})
    token = await reset_token(app, alice.email)
    await reset(visit(alice.email), token, "password")
    await prove(visit(alice.email), token=letter.token)

    await all_is_sent(app)
    told = capfd.readouterr().out + caplog.text
    tables = await _all_tables(app)
    assert '"path": "/api/users/verification"' in told
    assert str(await id_of(alice)) in tables
    for secret in (letter.token, moving.token, token, letter.code, moving.code):
        as_a_word = rf"(?<![\w.]){secret}(?!\w)"  # digits of a time are none
        assert not re.search(as_a_word, told)
        assert not re.search(as_a_word, tables)
    for name in (SendVerification.__name__, SendMessage.__name__):
        assert name not in tables


def test_nobody_reads_a_secret_from_a_letter_that_is_printed():
    person = model.Person(
        person_id=UUID(int=1),
        version=0,
        email="alice@example.com",
        name="Alice",
        password_hash="a hash",
        roles=("member",),
        verified=False,
        joined_at=clock.now(),
        banned_at=None,
        banned_until=None,
        ban_reason=None,
        standing_at=clock.now(),
    )

    asked = model.Asked.new(UUID(int=2), person, person.email, "address", "key", clock.now())

    printed = f"{asked} {asked!r} {person}"
    assert asked.token not in printed
    assert asked.code not in printed
    assert repr(asked.challenge.code) not in printed
    assert "a hash" not in printed


async def _guess_at_once(app: App, alice: Visitor, swaps: Swaps) -> None:
    whose, (letter,) = await id_of(alice), await proofs(app, alice.email)
    async with (
        open_vault(app) as vault,
        rivals(app, "identity", RIVALS, swaps=swaps) as database,
    ):
        guesses = (
            commands.verify_by_code(
                vault, database, whose, another(letter.code), ASKER, clock.now()
            )
            for _ in range(RIVALS)
        )
        refusals = await asyncio.gather(*guesses, return_exceptions=True)
    assert {type(one) for one in refusals} == {BadInput}


async def _tries(app: App) -> int:
    return await (await app.db("identity")).fetchval("SELECT tries FROM challenges")


async def _all_tables(app: App) -> str:
    """Everything that identity's database holds, as text."""
    db = await app.db("identity")
    names = await db.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    assert {row["table_name"] for row in names} == {sql.split()[-3] for sql in TABLES}
    return "\n".join([str(await db.fetchval(sql)) for sql in TABLES])
