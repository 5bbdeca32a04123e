"""The audit as a table for a spreadsheet, which carries out nothing that stands in it."""

import csv
import io

import pytest

from boxoffice.kit import clock
from boxoffice.services.identity import commands
from boxoffice.services.identity.commands.audit import LARGEST_EXPORT
from boxoffice.services.identity.model import Asker
from identity.office import NOWHERE, ban, settle
from stage import App, Someone

HEADER = "at,action,by_email,person_email,address,device,detail,by,person"


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


async def test_an_export_is_a_file_with_a_header_and_a_row_for_each_entry(app: App, ada: Someone):
    mallory = await settle(app, "mallory")
    await ban(app, ada, mallory.id, reason='selling "air", dear')

    answer = await app.get("/api/audit/export", ada)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="audit-{clock.now():%Y-%m-%d}.csv"'
    )
    assert answer.text.startswith(f"{HEADER}\r\n")
    assert ',"for good: selling ""air"", dear",' in answer.text
    exported, banned = _rows(answer.text)
    assert (exported["action"], exported["by"], exported["person"]) == (
        "exported",
        str(ada.id),
        "",
    )
    assert banned["detail"] == 'for good: selling "air", dear'
    assert (banned["by_email"], banned["person_email"]) == (ada.email, mallory.email)


@pytest.mark.parametrize(
    "device", ["=1+1", "+1", "-1", "@SUM(A1)", '=cmd|" /C calc"!A1', "\xa0=1", "\xad \xa0 =1"]
)
async def test_nothing_that_a_visitor_calls_themselves_is_a_formula(
    app: App, ada: Someone, device: str
):
    shown = {"email": "nobody@example.com", "password": "any at all"}
    called = {"User-Agent": device.encode("latin-1")}
    await app.post("/api/users/signin", json=shown, headers=called)

    (row,) = _rows((await app.get("/api/audit/export?action=sign-in refused", ada)).text)

    kept = "".join(letter for letter in device if letter.isprintable())
    assert row["device"] == f"'{kept}"


async def test_no_address_name_or_reason_is_a_formula(app: App, ada: Someone):
    eve = await settle(app, "=1+1")
    await ban(app, ada, eve.id, reason="=1+1")

    table = (await app.get("/api/audit/export", ada)).text

    cells = [cell for row in csv.reader(io.StringIO(table)) for cell in row]
    assert "'=1+1@example.com" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


async def test_an_export_holds_what_is_sought_and_is_noted_each_time(app: App, ada: Someone):
    mallory = await settle(app, "mallory")
    await ban(app, ada, mallory.id)

    bans = _rows((await app.get("/api/audit/export?action=banned", ada)).text)
    nobodys = _rows((await app.get(f"/api/audit/export?person={NOWHERE}", ada)).text)
    exports = _rows((await app.get("/api/audit/export?action=exported", ada)).text)

    assert [row["person"] for row in bans] == [str(mallory.id)]
    assert nobodys == []
    assert [row["by"] for row in exports] == [str(ada.id)] * 3
    assert {row["detail"] for row in exports} == {"the audit"}


async def test_an_export_has_an_end(app: App, ada: Someone):
    db, at = await app.db("identity"), clock.now()
    async with db.transaction() as tx:
        await commands.record(tx, "signed up", Asker("", ""), at)
    await db.execute(
        """
        INSERT INTO audit_entries (entry_id, action, at, address, device, detail)
        SELECT uuidv7(), 'signed in', $1, '', '', '' FROM generate_series(1, $2)
        """,
        at,
        LARGEST_EXPORT,
    )

    rows = _rows((await app.get("/api/audit/export", ada)).text)

    assert len(rows) == LARGEST_EXPORT
    assert "signed up" not in {row["action"] for row in rows}


def _rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table)))
