"""Moving while something else happens: a change of password, or another who wants the address."""

import asyncio
from collections.abc import Sequence

import pytest

from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput, Conflict
from boxoffice.services.identity import commands
from boxoffice.services.identity.commands.addresses import ask_for_proof
from boxoffice.services.identity.model import Asker
from identity.conftest import Visit
from identity.letters import all_is_sent, change, id_of, move, proofs, prove
from identity.office import settle
from identity.vaults import SlowVault
from identity.visitor import ASKER, Visitor, open_vault
from stage import PASSWORD, App
from stage.rivals import rivals

NEW = "alice@elsewhere.example"
THIEFS = "thief@evil.example"
RIVALS = 12


@pytest.mark.parametrize("meanwhile", ["nothing", "a change of password"])
async def test_a_move_whose_password_is_changed_while_it_is_checked_is_refused(
    app: App, alice: Visitor, meanwhile: str
):
    db, whose = await app.db("identity"), await id_of(alice)

    async with open_vault(app) as vault:
        slow = SlowVault(app.settings, vault)
        asking = commands.ask_to_move(slow, db, whose, THIEFS, PASSWORD, Asker("", ""), clock.now())
        checked = asyncio.create_task(asking)
        await slow.worked.wait()
        if meanwhile == "a change of password":
            await change(alice)
        slow.gate.set()
        (refusal,) = await asyncio.gather(checked, return_exceptions=True)
        slow.close()

    await all_is_sent(app)
    sent = len(await proofs(app, THIEFS, 0))
    expected = (type(None), 1) if meanwhile == "nothing" else (BadInput, 0)
    assert (type(refusal), sent) == expected


async def test_of_two_who_move_to_one_address_at_once_one_gets_it(app: App, visit: Visit):
    people = [visit(f"{name}@example.com") for name in ("alice", "bob")]
    for person in people:
        await person.sign_up()
        await move(person, NEW)
    sent = await proofs(app, NEW, 2)

    answers = await asyncio.gather(
        *(prove(one, token=letter.token) for one, letter in zip(people, sent, strict=True))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    owners = await (await app.db("identity")).fetch(
        "SELECT verified FROM people WHERE email = $1", NEW
    )
    assert [row["verified"] for row in owners] == [True]


async def test_the_index_alone_gives_an_address_to_one_of_twelve(app: App):
    assert await _move_at_once(app) == [Conflict] * (RIVALS - 1)


async def test_without_the_index_each_of_twelve_would_have_it(app: App):
    assert await _move_at_once(app, is_guarded=False) == []


async def _move_at_once(app: App, *, is_guarded: bool = True) -> Sequence[type[BaseException]]:
    """Have many people prove at once that they read one mailbox; return how some are refused."""
    db, at = await app.db("identity"), clock.now()
    movers = [await settle(app, f"mover{number}") for number in range(RIVALS)]
    async with open_vault(app) as vault, db.transaction() as tx:
        for mover in movers:
            person = await commands.get_person(tx, mover.id)
            await ask_for_proof(tx, person, NEW, vault.code_key, at)
    if not is_guarded:
        await db.execute("DROP INDEX people_email")
    async with rivals(app, "identity", RIVALS) as database:
        moves = (
            commands.verify_by_link(database, letter.token, ASKER, at)
            for letter in await proofs(app, NEW, RIVALS)
        )
        done = await asyncio.gather(*moves, return_exceptions=True)
    return [type(one) for one in done if isinstance(one, BaseException)]
