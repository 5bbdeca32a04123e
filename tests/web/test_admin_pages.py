"""The pages of admins: who gets in, and how people are found."""

import pytest

from boxoffice.kit import clock
from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.services.identity import commands
from boxoffice.services.web.routes import admin
from boxoffice.services.web.routes.admin.gate import PAGE
from identity.office import NOWHERE, POWERLESS, ban, give, powerless, settle
from stage import PASSWORD, App, Play, Someone
from web.browser import Browser, forms
from web.conftest import Browse

MARKUP = "<script>alert(1)</script>"
DOORS = [
    pytest.param(route, method, id=f"{method} {route.path}")
    for route in admin.router.guarded()
    for method in sorted((route.methods or set()) - {"HEAD"})
]


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "web")


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
def desk(app: App, ada: Someone, browse: Browse) -> Browser:
    """Ada's browser."""
    return browse(app, ada)


def link(browser: Browser, to: str) -> str:
    """Where the link of the page leads that has these words in it."""
    (line,) = [line for line in browser.page.text.splitlines() if to in line]
    before = line.partition(to)[0]
    return before.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")


async def knock(browser: Browser, route: GuardedRoute, method: str) -> int:
    """Ask for a page, or send a form to it, as from one of our own; return the answer's status."""
    path = route.path.replace("{person_id}", str(NOWHERE))
    origin = {"Origin": str(browser.http.base_url).rstrip("/")}
    answer = await browser.http.request(method, path, data={}, headers=origin)
    if answer.has_redirect_location:
        assert answer.headers["location"].startswith("/signin?return_to=")
    return answer.status_code


@pytest.mark.parametrize(("route", "method"), DOORS)
async def test_nobody_but_an_admin_gets_in_anywhere(
    app: App, browse: Browse, desk: Browser, route: GuardedRoute, method: str
):
    answers = {
        kind: await knock(browse(app, await powerless(app, f"a-{kind}", kind)), route, method)
        for kind in POWERLESS
    }

    assert answers.pop("nobody") == 303
    assert set(answers.values()) == {403}
    if "{" not in route.path and route.path != "/admin":
        assert await knock(desk, route, method) == 200


async def test_who_is_no_admin_changes_nothing(app: App, ada: Someone, browse: Browse):
    bob, charlie = await settle(app, "bob"), await settle(app, "charlie", "moderator")
    thief, desk = browse(app, charlie), browse(app, ada)
    thief.page = await desk.open(f"/admin/people/{bob.id}")  # he got hold of her page

    for form in forms(thief.page):
        if form.action.startswith("/admin/people/"):
            filled = {"roles": "admin", "reason": "envy", "term": "for good"}
            assert (await thief.post(form.action, **filled)).status_code == 403

    people = (await app.get("/api/users", ada)).json()["items"]
    assert [one["roles"] for one in people] == [
        ["member", "moderator"],
        ["member"],
        ["admin", "member"],
    ]
    assert [one["ban"] for one in people] == [None] * 3
    assert (await app.get("/api/audit", ada)).json()["items"] == []


async def test_another_sites_form_bans_nobody(app: App, ada: Someone, desk: Browser):
    bob = await settle(app, "bob")

    answer = await desk.http.post(
        f"/admin/people/{bob.id}/ban",
        data={"reason": "envy", "term": "for good"},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert (await app.get(f"/api/users/{bob.id}", ada)).json()["ban"] is None


async def test_an_admin_who_is_not_signed_in_signs_in_and_comes_back(app: App, browse: Browse):
    await browse(app).sign_up("grace", "/account")
    await commands.appoint(
        await app.db("identity"), "grace@example.com", ["member", "admin"], clock.now()
    )
    desk = browse(app)

    await desk.open("/admin/audit?action=signed+up")
    asked = desk.at
    await desk.send("/signin", email="grace@example.com", password=PASSWORD)

    assert asked == "/signin?return_to=%2Fadmin%2Faudit%3Faction%3Dsigned%2Bup"
    assert desk.at == "/admin/audit?action=signed+up"
    assert desk.page.status_code == 200


async def test_admins_alone_are_shown_the_way(app: App, browse: Browse, desk: Browser):
    charlie = browse(app, await settle(app, "charlie", "organiser", "moderator"))

    await charlie.open("/account")
    await desk.open("/account")
    shown = link(desk, ">Admin</a>")
    await desk.open(shown)

    assert "/admin" not in charlie.page.text
    assert desk.at == "/admin/people"


async def test_what_admins_see_is_kept_nowhere(ada: Someone, desk: Browser):
    paths = ["/admin/people", f"/admin/people/{ada.id}", "/admin/audit", "/admin/audit.csv"]

    answers = [await desk.open(path) for path in paths]
    refused = await desk.open(f"/admin/people/{NOWHERE}")

    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in (*answers, refused):
        assert answer.headers["cache-control"] == "no-store"


async def test_people_are_listed_the_newest_first_with_what_they_may_do_and_are(
    app: App, ada: Someone, desk: Browser
):
    bob = await settle(app, "bob", verified=False)
    charlie = await settle(app, "charlie")
    await give(app, ada, bob.id, "member", "organiser")
    await ban(app, ada, bob.id, until="2999-12-31T18:00:00Z")
    await ban(app, ada, charlie.id)

    await desk.open("/admin/people")

    rows = desk.words.partition("Joined")[2].split("@example.com")
    assert [row.split()[-2] for row in rows[:-1]] == ["charlie", "bob", "ada"]
    assert " member Banned for good " in rows[1]
    assert " member, organiser Banned until 31 Dec 2999, 18:00 UTC " in rows[2]
    assert " admin, member Verified " in rows[3]


async def test_people_are_found_by_name_address_role_and_ban(app: App, ada: Someone, desk: Browser):
    bob = await settle(app, "bob", "organiser")
    await settle(app, "bobby")
    await ban(app, ada, bob.id)

    found = {
        query: [name for name in ("ada", "bob", "bobby") if f"{name}@example.com" in page.text]
        for query in ("q=BOB", "q=by@", "role=organiser", "state=banned", "q=b&role=member", "q=x%")
        if (page := await desk.open(f"/admin/people?{query}")).status_code == 200
    }

    assert found == {
        "q=BOB": ["bob", "bobby"],
        "q=by@": ["bobby"],
        "role=organiser": ["bob"],
        "state=banned": ["bob"],
        "q=b&role=member": ["bob", "bobby"],
        "q=x%": [],
    }
    assert "Nobody is like that" in desk.words


async def test_a_filter_stays_as_it_was_set(desk: Browser):
    await desk.open("/admin/people?q=a%26%22b&role=moderator&state=banned")

    assert 'value="a&amp;&#34;b"' in desk.page.text
    assert '<option value="moderator" selected>' in desk.page.text
    assert '<option value="banned" selected>' in desk.page.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"q={'x' * 101}", "This is too long: at most 100"),
        ("q=a%00b", "Control characters are not text"),
        ("role=king", "This must be"),
        ("state=odd", "This must be"),
    ],
    ids=["long", "control", "role", "state"],
)
async def test_a_filter_that_makes_no_sense_is_told_and_kept(desk: Browser, query: str, said: str):
    await desk.open(f"/admin/people?{query}")

    assert desk.page.status_code == 400
    assert desk.words.count(said) == 2  # above, and by the field
    assert "Nobody is like that" not in desk.words


async def test_page_by_page_everybody_comes_once_and_the_filter_stays(app: App, desk: Browser):
    for number in range(PAGE + 1):
        await settle(app, f"crowd{number:02}", "organiser")
    await settle(app, "late")

    await desk.open("/admin/people?q=crowd&role=organiser")
    first = desk.words
    await desk.open(link(desk, 'rel="next"'))
    second = desk.words

    assert desk.at.startswith("/admin/people?q=crowd&role=organiser&after=")
    assert first.count("@example.com") == PAGE
    assert second.count("@example.com") == 1
    assert "crowd00@" in second
    assert "More people" not in second


async def test_names_and_reasons_with_markup_are_text(app: App, ada: Someone, browse: Browse):
    newcomer, desk = browse(app), browse(app, ada)
    newcomer.http.headers["User-Agent"] = MARKUP
    await newcomer.open("/signup?return_to=/account")
    await newcomer.send("/signup", name=MARKUP, email="bob@example.com", password=PASSWORD)
    (bob,) = (await app.get("/api/users?q=bob", ada)).json()["items"]
    await ban(app, ada, bob["id"], reason=MARKUP)

    paths = [
        "/admin/people",
        f"/admin/people/{bob['id']}",
        f"/admin/audit?person={bob['id']}",
        f"/admin/people?q={MARKUP}",
        f"/admin/audit?address={MARKUP}",
    ]
    pages = [await desk.open(path) for path in paths]

    for page in pages:
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("person", [str(NOWHERE), "junk"])
async def test_a_person_who_is_not_there_is_a_page_that_says_so(desk: Browser, person: str):
    page = await desk.open(f"/admin/people/{person}")

    assert page.status_code == 404
    assert "There is nothing here" in page.text


@pytest.mark.parametrize("path", ["/admin/people", f"/admin/people/{NOWHERE}", "/admin/audit"])
async def test_without_identity_admins_are_told(play: Play, browse: Browse, path: str):
    app = await play("web", services_url="http://127.0.0.1:9")  # nothing listens there
    desk = browse(app, Someone("ada", roles=("admin",)))

    page = await desk.open(path)

    assert page.status_code == 503
    assert page.headers["retry-after"] == "1"
    assert "out of order for a moment" in page.text
