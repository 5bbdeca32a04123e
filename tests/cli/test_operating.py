"""The commands that an operator has for identity: rotating keys, and appointing people."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from pydantic import SecretStr

from boxoffice.cli import people
from boxoffice.events.identity import AuditRecorded, StandingChanged
from boxoffice.kit.bus import BusError
from boxoffice.kit.errors import BadInput, Conflict, NotFound
from boxoffice.kit.settings import Settings
from boxoffice.services.identity import store
from boxoffice.services.identity.model import COMMAND_LINE
from boxoffice.stack.embedded import ENVIRONMENT
from stage import App, Play, Someone, eventually

SESSIONS, PEOPLE = "/api/users/sessions", "/api/users"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity")


@pytest.fixture
def state(settings: Settings, tmp_path: Path) -> Path:
    """A folder that says where this product runs, as `boxoffice up` leaves one."""
    values = settings.model_dump(exclude_defaults=True)
    said = [f"BOXOFFICE_{name.upper()}={_spelt(value)}\n" for name, value in values.items()]
    (tmp_path / ENVIRONMENT).write_text("".join(said))
    return tmp_path


async def test_the_first_admin_is_appointed_and_is_one_at_once_whatever_their_token_says(app: App):
    alice = await app.sign_up("alice")
    before = await app.get(PEOPLE, alice)

    person = await people.appoint("ALICE@example.com", ["member", "admin"], app.settings)

    assert before.status_code == 403
    assert (person.person_id, person.roles) == (alice.id, ("admin", "member"))
    await eventually(lambda: _is_answered(app, alice, 200))
    (said,) = await app.said(StandingChanged)
    assert (said.person_id, said.roles) == (alice.id, ("admin", "member"))


async def test_who_appoints_on_the_command_line_is_on_record_as_that(app: App):
    alice = await app.sign_up("alice")

    await people.appoint(alice.email, ["admin"], app.settings)

    async def it_is_on_record():
        said = [one for one in await app.said(AuditRecorded) if one.action == "roles changed"]
        assert [(one.by_id, one.person_id) for one in said] == [(None, alice.id)]
        assert [(one.address, one.device) for one in said] == [("", COMMAND_LINE)]
        assert [one.detail for one in said] == ["member → admin"]

    await eventually(it_is_on_record)


async def test_the_same_appointment_again_says_nothing_new(app: App):
    alice = await app.sign_up("alice")

    first = await people.appoint(alice.email, ["member", "organiser"], app.settings)
    again = await people.appoint(alice.email, ["organiser", "member", "member"], app.settings)

    assert again == first
    db = await app.db("identity")
    assert await db.fetchval("SELECT count(*) FROM outbox WHERE name = 'StandingChanged'") == 1


async def test_nobody_is_appointed_by_an_address_that_has_no_account(app: App):
    await app.sign_up("alice")

    with pytest.raises(NotFound, match=r"nobody@example\.com"):
        await people.appoint("nobody@example.com", ["admin"], app.settings)


@pytest.mark.parametrize("roles", [["king"], ["admin", "Admin"], ["member", ""]], ids=str)
async def test_a_role_that_there_is_not_is_refused_with_those_that_there_are(
    app: App, roles: list[str]
):
    alice = await app.sign_up("alice")

    with pytest.raises(BadInput, match="member, organiser, moderator, admin"):
        await people.appoint(alice.email, roles, app.settings)

    assert await _roles(app, alice) == ("member",)


async def test_the_last_admin_stays_one_until_there_is_another(app: App):
    alice, bob = await app.sign_up("alice"), await app.sign_up("bob")
    await people.appoint(alice.email, ["admin"], app.settings)

    with pytest.raises(Conflict, match="last admin"):
        await people.appoint(alice.email, ["member"], app.settings)
    await people.appoint(bob.email, ["admin"], app.settings)
    await people.appoint(alice.email, ["member"], app.settings)

    assert await _roles(app, alice) == ("member",)
    assert await _roles(app, bob) == ("admin",)


async def test_keys_rotate_says_which_key_signs_now_and_everybody_stays_signed_in(
    app: App, state: Path
):
    alice = await app.sign_up("alice")

    code, said, error = await _run("keys", "rotate", "--state", str(state))

    in_service, retiring = await store.select_signing_keys(await app.db("identity"))
    assert (code, error) == (0, "")
    assert in_service.kid in said.replace("\n", "")
    assert "nobody is signed out" in said.replace("\n", " ")
    assert in_service.retires_at is None
    assert retiring.retires_at
    assert (await app.get(SESSIONS, alice)).status_code == 200


async def test_appoint_says_what_somebody_is_now(app: App, state: Path):
    alice = await app.sign_up("alice")

    code, said, error = await _run("appoint", alice.email, "admin", "member", "--state", str(state))

    assert (code, error) == (0, "")
    assert said == "alice@example.com is admin, member within a second\n"
    assert await _roles(app, alice) == ("admin", "member")


async def test_what_is_refused_on_the_command_line_is_one_sentence(app: App, state: Path):
    await app.sign_up("alice")

    refused = [
        await _run("appoint", *said, "--state", str(state))
        for said in (("nobody@example.com", "admin"), ("alice@example.com", "king"))
    ]
    (state / ENVIRONMENT).unlink()
    refused.append(await _run("keys", "rotate", "--state", str(state)))

    assert [code for code, _, _ in refused] == [1, 1, 1]
    for (_, said, error), sentence in zip(
        refused, ("Nobody has an account", "king is no role", "There is no"), strict=True
    ):
        assert said == ""
        assert error.startswith(f"boxoffice: {sentence}")
        assert "Traceback" not in error


async def test_keys_are_not_rotated_where_no_bus_answers(app: App):
    db = await app.db("identity")
    before = await store.select_signing_keys(db)
    no_bus = app.settings.model_copy(update={"nats_url": SecretStr("nats://127.0.0.1:9")})

    with pytest.raises(BusError, match="BOXOFFICE_NATS_URL"):
        await people.rotate_keys(no_bus)

    assert await store.select_signing_keys(db) == before


async def _run(*command: str) -> tuple[int | None, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "boxoffice", *command, stdout=PIPE, stderr=PIPE
    )
    said, error = await process.communicate()
    return process.returncode, said.decode(), error.decode()


async def _roles(app: App, somebody: Someone) -> tuple[str, ...]:
    person = await store.select_person_by_id(await app.db("identity"), somebody.id)
    assert person
    return person.roles


async def _is_answered(app: App, by: Someone, status: int) -> None:
    assert (await app.get(PEOPLE, by)).status_code == status


def _spelt(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
