"""The audit as admins read it: found by what it says, a page at a time, and forgotten in time."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from boxoffice.events.identity import Action
from boxoffice.events.streams import AUDIT_KEPT
from boxoffice.kit import clock
from boxoffice.services.identity import commands, jobs
from boxoffice.services.identity.model import COMMAND_LINE, Asker
from identity.conftest import Visit
from identity.office import NOWHERE, POWERLESS, powerless, settle
from identity.visitor import Visitor
from stage import App, Someone, eventually

NOON = datetime.fromisoformat("2026-03-29T12:00:00+00:00")
HOME, CAFE = Asker("203.0.113.1", "Laptop/1.0"), Asker("2001:db8::7", "Phone/2.0")
MANY = 25
LONGEST_DEVICE = 300


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


async def test_a_refused_sign_in_is_noted_of_a_known_address_and_of_an_unknown_one(
    app: App, ada: Someone, alice: Visitor, visit: Visit
):
    await visit(alice.email).sign_in(password="not hers at all")
    await visit("nobody@example.com").sign_in()

    unknown, known = await _found(app, ada, action="sign-in refused")
    assert known["person"] == (await alice.who() or {})["id"]
    assert (known["personEmail"], known["by"]) == (alice.email, None)
    assert (unknown["person"], unknown["personEmail"], unknown["by"]) == (None, None, None)
    assert {one["address"] for one in (known, unknown)} == {"127.0.0.1"}
    assert {one["detail"] for one in (known, unknown)} == {""}


async def test_entries_are_found_by_what_was_done(app: App, ada: Someone):
    await _note(app, "banned")
    await _note(app, "ban lifted")

    assert [one["action"] for one in await _found(app, ada)] == ["ban lifted", "banned"]
    assert [one["action"] for one in await _found(app, ada, action="banned")] == ["banned"]
    assert await _found(app, ada, action="exported") == []


async def test_entries_are_found_by_who_did_it_and_by_whom_it_befell(app: App, ada: Someone):
    bob = await settle(app, "bob")
    await _note(app, "signed in", by=bob.id, person=bob.id)
    await _note(app, "banned", by=ada.id, person=bob.id)
    await _note(app, "exported", by=ada.id)
    await _note(app, "sign-in refused")

    of_bob = await _found(app, ada, person=bob.id)
    of_ada = await _found(app, ada, person=ada.id)

    assert [one["action"] for one in of_bob] == ["banned", "signed in"]
    assert [one["action"] for one in of_ada] == ["exported", "banned"]
    assert (of_bob[0]["byEmail"], of_bob[0]["personEmail"]) == (ada.email, bob.email)
    assert await _found(app, ada, person=NOWHERE) == []


async def test_entries_are_found_by_the_address_and_the_time(app: App, ada: Someone):
    server = Asker("", COMMAND_LINE)
    for minutes, asker in enumerate((HOME, CAFE, server, HOME)):
        await _note(app, "signed in", asker, NOON + timedelta(minutes=minutes))

    later, latest = NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)
    told = {"from": later.isoformat(), "to": "2026-03-29T14:03:00+02:00"}
    found = await _found(app, ada, **told)

    assert [one["at"] for one in found] == ["2026-03-29T12:02:00Z", "2026-03-29T12:01:00Z"]
    assert len(await _found(app, ada, address=HOME.address)) == 2
    assert len(await _found(app, ada, address=f" {CAFE.address} ")) == 1
    assert [one["device"] for one in await _found(app, ada, address="")] == [COMMAND_LINE]
    assert len(await _found(app, ada, **{"from": latest.isoformat()}, address=HOME.address)) == 1
    assert await _found(app, ada, action="signed in", address=HOME.address, **told) == []


async def test_every_time_that_a_calendar_has_can_be_asked_for(app: App, ada: Someone):
    await _note(app, "signed in")

    first, last = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"

    assert len(await _found(app, ada, **{"from": first, "to": last})) == 1
    assert await _found(app, ada, **{"from": last, "to": first}) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action", "theft"),
        ("action", ""),
        ("person", "alice"),
        ("address", "1" * 46),
        ("address", "203.0.113.1\0"),
        ("from", "yesterday"),
        ("from", "2026-03-29T12:00:00"),
        ("from", "0001-01-01T00:00:00+14:00"),
        ("to", "9999-12-31T23:59:59-14:00"),
        ("to", "1e400"),
        ("limit", "0"),
        ("limit", "201"),
        ("after", "the end"),
    ],
)
@pytest.mark.parametrize("path", ["/api/audit", "/api/audit/export"])
async def test_a_filter_that_makes_no_sense_is_refused(
    app: App, ada: Someone, path: str, field: str, value: str
):
    answer = await app.get(path, ada, params={field: value})

    if path.endswith("export") and field in ("limit", "after"):
        assert answer.status_code == 200  # an export has one page
    else:
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_page_by_page_every_entry_comes_once_also_while_new_ones_are_made(
    app: App, ada: Someone
):
    await asyncio.gather(*(_note(app, "signed in", CAFE) for _ in range(MANY)))
    before = [one["id"] for one in await _found(app, ada)]

    walked, after = list[str](), None
    while True:
        page = await _page(app, ada, limit=4, **({"after": after} if after else {}))
        walked += [one["id"] for one in page["items"]]
        await _note(app, "signed in", CAFE)
        if (after := page["next"]) is None:
            break

    assert len(before) == MANY
    assert walked == before == sorted(before, reverse=True)


async def test_a_filter_holds_on_every_page(app: App, ada: Someone):
    for number in range(MANY):
        await _note(app, "signed in" if number % 2 else "signed out")

    first = await _page(app, ada, action="signed in", limit=10)
    second = await _page(app, ada, action="signed in", limit=10, after=first["next"])

    items = [*first["items"], *second["items"]]
    assert [one["action"] for one in items] == ["signed in"] * (MANY // 2)
    assert second["next"] is None


@pytest.mark.parametrize("kind", POWERLESS)
async def test_nobody_but_an_admin_reads_it(app: App, kind: str):
    charlie = await powerless(app, "charlie", kind)
    await _note(app, "ban lifted")

    answers = [await app.get("/api/audit", charlie), await app.get("/api/audit/export", charlie)]

    assert [answer.status_code for answer in answers] == [403 if charlie else 401] * 2
    assert "lifted" not in "".join(answer.text for answer in answers)
    assert await (await app.db("identity")).fetchval("SELECT count(*) FROM audit_entries") == 1


async def test_of_what_a_browser_calls_itself_some_is_kept_and_nothing_that_steers(
    app: App, ada: Someone
):
    shown = {"email": "nobody@example.com", "password": "any at all"}
    called = {"User-Agent": b"<b>\x85\xad\t\xe9" + b"x" * 400}

    await app.post("/api/users/signin", json=shown, headers=called)

    (entry,) = await _found(app, ada)
    assert entry["device"].startswith("<b>éxxx")
    assert entry["device"].isprintable()
    assert len(entry["device"]) <= LONGEST_DEVICE


async def test_what_is_too_old_is_forgotten_however_much_it_is_and_nothing_else(
    app: App, ada: Someone
):
    now = clock.now()
    db = await app.db("identity")
    await db.execute(
        """
        INSERT INTO audit_entries (entry_id, action, at, address, device, detail)
        SELECT uuidv7(), 'signed in', $1, '', '', 'old' FROM generate_series(1, $2)
        """,
        now - AUDIT_KEPT - timedelta(seconds=1),
        jobs.FORGOTTEN + 1,
    )
    await _note(app, "signed in", at=now - AUDIT_KEPT + timedelta(hours=1))
    await _note(app, "signed out", at=now)

    await app.stop()
    await app.start()

    async def the_old_are_gone() -> None:
        assert not await db.fetchval("SELECT count(*) FROM audit_entries WHERE detail = 'old'")

    await eventually(the_old_are_gone)
    assert [one["action"] for one in await _found(app, ada)] == ["signed out", "signed in"]


async def _note(
    app: App,
    action: Action,
    asker: Asker = HOME,
    at: datetime = NOON,
    by: UUID | None = None,
    person: UUID | None = None,
) -> None:
    async with (await app.db("identity")).transaction() as tx:
        await commands.record(tx, action, asker, at, by=by, person=person)


async def _found(app: App, by: Someone, **sought: Any) -> list[dict[str, Any]]:
    """What is found on one page, the newest first."""
    return (await _page(app, by, **sought))["items"]


async def _page(app: App, by: Someone, **sought: Any) -> dict[str, Any]:
    answer = await app.get("/api/audit", by, params=sought)
    assert answer.status_code == 200, answer.text
    return answer.json()
