"""The audit as admins see it: who did what to whom, when and from where; found, and saved."""

import csv
import io
import re
from datetime import datetime, timedelta
from html import unescape
from uuid import UUID

import pytest

from boxoffice.events.identity import Action
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Asker
from boxoffice.services.web.routes.admin.audit import ACTIONS
from boxoffice.services.web.routes.admin.gate import PAGE
from identity.office import NOWHERE, apart, settle
from stage import App, Play, Someone
from web.browser import Browser
from web.conftest import Browse

NOON = datetime.fromisoformat("2026-03-29T12:00:05+00:00")
LAPTOP, CAFE = Asker("203.0.113.1", "Laptop/1.0"), Asker("2001:db8::7", "<script>alert(1)</script>")


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "web")


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
async def bob(app: App) -> Someone:
    """He is a member."""
    return await settle(app, "bob")


@pytest.fixture
def desk(app: App, browse: Browse, ada: Someone) -> Browser:
    """Ada's browser."""
    return browse(app, ada)


async def note(
    app: App,
    action: Action,
    by: UUID | None = None,
    person: UUID | None = None,
    asker: Asker = LAPTOP,
    at: datetime = NOON,
    detail: str = "",
) -> None:
    """Note that something was done."""
    async with (await app.db("identity")).transaction() as tx:
        await commands.record(tx, action, asker, at, by=by, person=person, detail=detail)


def listed(desk: Browser) -> list[str]:
    """The lines of the page, each as one reads it."""
    rows = re.findall(r"<tr class=\"paper-.*?</tr>", desk.page.text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


async def test_a_line_says_who_did_what_to_whom_when_and_from_where(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    await note(app, "banned", ada.id, bob.id, detail="for good: sold air")
    await note(app, "signed in", bob.id, bob.id, CAFE, NOON + timedelta(days=1))

    await desk.open("/admin/audit")

    assert listed(desk) == [
        "12:00:05 Signed in bob@example.com Themselves 2001:db8::7 <script>alert(1)</script>",
        "12:00:05 Banned for good: sold air ada@example.com bob@example.com 203.0.113.1 Laptop/1.0",
    ]
    assert desk.words.index("30 Mar 2026") < desk.words.index("29 Mar 2026")
    assert "<script>alert" not in desk.page.text
    for person in (ada, bob):
        assert f'href="/admin/people/{person.id}"' in desk.page.text


async def test_a_line_says_where_nobody_is_known(app: App, bob: Someone, desk: Browser):
    await note(app, "sign-in refused")
    await note(app, "sign-in refused", person=bob.id)
    await note(app, "exported", bob.id)
    await note(app, "signed out", NOWHERE, NOWHERE)
    await commands.appoint(await app.db("identity"), bob.email, ["member", "admin"], NOON)

    await desk.open("/admin/audit")

    assert [line.removeprefix("12:00:05 ") for line in listed(desk)] == [
        "Roles changed member → admin, member The command line bob@example.com The server itself",
        "Signed out Somebody who is gone, AAAAAA Themselves 203.0.113.1 Laptop/1.0",
        "Exported bob@example.com Nobody 203.0.113.1 Laptop/1.0",
        "Sign-in refused Unknown bob@example.com 203.0.113.1 Laptop/1.0",
        "Sign-in refused Unknown Nobody who has an account 203.0.113.1 Laptop/1.0",
    ]


async def test_every_action_can_be_chosen(desk: Browser):
    await desk.open("/admin/audit")

    for action in ACTIONS:
        assert f'<option value="{action}">{action.capitalize()}</option>' in desk.page.text


async def test_lines_are_found_by_what_was_done_by_whom_from_where_and_when(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    for days, asker in enumerate((LAPTOP, CAFE, LAPTOP)):
        await note(app, "signed in", bob.id, bob.id, asker, NOON + timedelta(days=days))
    await note(app, "banned", ada.id, bob.id)
    await note(app, "exported", ada.id)

    found = {
        query: len(listed(desk))
        for query in (
            "action=signed+in",
            "person=BOB@example.com",
            f"person={ada.id}",
            f"person=+{bob.id}+&action=banned",
            f"person={NOWHERE}",
            "address=2001:db8::7",
            "from=2026-03-30",
            "to=2026-03-30",
            "from=2026-03-30&to=2026-03-30",
            "from=2026-03-31&to=2026-03-30",
        )
        if (await desk.open(f"/admin/audit?{query}")).status_code == 200
    }

    assert list(found.values()) == [3, 4, 2, 1, 0, 1, 2, 4, 1, 0]
    assert "Nothing of the kind was done" in desk.words


async def test_a_filter_stays_as_it_was_set_and_says_who_is_meant(bob: Someone, desk: Browser):
    query = f"action=banned&person={bob.id}&address=::1&from=2026-03-29&to=2026-03-30"
    await desk.open(f"/admin/audit?{query}")

    assert '<option value="banned" selected>' in desk.page.text
    for value in (bob.email, "::1", "2026-03-29", "2026-03-30"):
        assert f'value="{value}"' in desk.page.text
    assert "What bob did, and what befell them." in desk.words


@pytest.mark.parametrize("path", ["/admin/audit", "/admin/audit.csv"])
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("person=eve@example.com", "Nobody is found at this address"),
        ("person=example.com", "Nobody is found at this address"),
        (f"person={'x' * 101}", "Nobody is found at this address"),
        ("from=yesterday", "Type the first day such as 2026-12-31"),
        ("to=9999-12-31", "Type the last day such as 2026-12-31"),
        ("action=theft", "This must be"),
        (f"address={'1' * 46}", "This is too long: at most 45"),
    ],
    ids=["unknown", "part", "long-person", "from", "to", "action", "address"],
)
async def test_a_filter_that_makes_no_sense_is_told_and_kept(
    bob: Someone, desk: Browser, path: str, query: str, said: str
):
    assert bob

    await desk.open(f"{path}?{query}")

    assert desk.page.status_code == 400
    assert desk.words.count(said) == 2  # above, and by the field
    if not query.startswith("action"):
        assert f'value="{query.partition("=")[2]}"' in desk.page.text
    assert "Nothing of the kind" not in desk.words


async def test_page_by_page_every_line_comes_once_and_the_filter_stays(
    app: App, bob: Someone, desk: Browser
):
    for number in range(PAGE + 2):
        await note(app, "signed in", bob.id, bob.id, detail=f"number {number}.")
        await note(app, "signed out", bob.id, bob.id)

    await desk.open(f"/admin/audit?action=signed+in&person={bob.email}")
    first = listed(desk)
    (further,) = [line for line in desk.page.text.splitlines() if 'rel="next"' in line]
    await desk.open(further.split('"')[3].replace("&amp;", "&"))

    lines = first + listed(desk)
    numbers = [int(line.partition("number ")[2].partition(".")[0]) for line in lines]
    assert len(first) == PAGE
    assert numbers == list(range(PAGE + 2))[::-1]
    assert desk.at.startswith("/admin/audit?action=signed+in&person=bob%40example.com&after=")
    assert "More entries" not in desk.words


async def test_what_is_found_is_saved_as_a_table_also_from_a_service_elsewhere(
    app: App, browse: Browse, ada: Someone, bob: Someone
):
    await note(app, "signed in", bob.id, bob.id, CAFE, detail="naïve, “quoted”")
    await note(app, "signed out", bob.id, bob.id)
    async with apart(app, "web", services_url=app.settings.public_url) as pages:
        desk = browse(pages, ada)
        await desk.open("/admin/audit?action=signed+in&person=bob@example.com&to=2026-03-29")
        (line,) = [line for line in desk.page.text.splitlines() if " download" in line]

        file = await desk.http.get(
            line.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        )

    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    name = r'attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"'
    assert re.fullmatch(name, file.headers["content-disposition"])
    assert [(row["action"], row["by_email"], row["address"], row["detail"]) for row in rows] == [
        ("signed in", bob.email, CAFE.address, "naïve, “quoted”")
    ]


async def test_a_table_is_the_same_as_identitys_own_and_that_it_was_made_is_noted(
    app: App, ada: Someone, desk: Browser
):
    await note(app, "signed in", ada.id, ada.id, at=NOON)

    ours = await desk.http.get("/admin/audit.csv?to=2026-03-29")
    theirs = await app.get("/api/audit/export?to=2026-03-30T00:00:00Z", ada)
    await desk.open("/admin/audit?action=exported")

    assert ours.content == theirs.content
    assert len(listed(desk)) == 2
