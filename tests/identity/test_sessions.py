"""Sessions: where one is signed in, seen by oneself alone, and ended one by one or all at once."""

from datetime import datetime
from uuid import UUID

import pytest

from boxoffice.kit import clock
from boxoffice.kit.http.visitor import vouch
from identity.conftest import Visit
from identity.office import gets_in, gets_out, is_in, settle
from identity.visitor import Visitor
from stage import App, Play
from stage.rivals import replica

SESSIONS = "/api/users/sessions"
NOWHERE = "0199aaaa-aaaa-7aaa-aaaa-aaaaaaaaaaaa"
AGENTS = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0": "Firefox on Linux",
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
    ): "Mobile Safari on iOS",
    (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"
        " (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36"
    ): "Chrome on Windows",
    "curl/8.5.0": "curl",
    "till of the box office": "till of the box office",
    "": "An unknown device",
}


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders")


@pytest.fixture
async def phone(alice: Visitor, visit: Visit) -> Visitor:
    """Her other device."""
    phone = visit(alice.email)
    await phone.sign_in()
    return phone


async def test_a_session_says_on_which_device_from_where_since_when_and_which_one_asks(
    alice: Visitor, visit: Visit
):
    phone, before = visit(alice.email), clock.now()
    phone.http.headers["User-Agent"] = next(iter(AGENTS))
    await phone.sign_in()
    await phone.refresh()

    newest, oldest = await phone.sessions()

    assert newest.keys() == {"id", "device", "address", "begunAt", "seenAt", "current"}
    assert UUID(newest["id"]).version == 7
    assert (newest["device"], newest["address"]) == ("Firefox on Linux", "127.0.0.1")
    begun, seen = (datetime.fromisoformat(newest[name]) for name in ("begunAt", "seenAt"))
    assert before < begun < seen < clock.now()
    assert oldest["begunAt"] == oldest["seenAt"]
    assert [one["current"] for one in (newest, oldest)] == [True, False]
    assert [one["current"] for one in await alice.sessions()] == [False, True]


@pytest.mark.parametrize(("agent", "device"), AGENTS.items(), ids=AGENTS.values())
async def test_a_device_is_named_in_words(alice: Visitor, agent: str, device: str):
    alice.http.headers["User-Agent"] = agent

    await alice.refresh()

    (session,) = await alice.sessions()
    assert session["device"] == device


async def test_it_moves_with_its_browser_as_far_as_somebody_trusted_says_so(
    app: App, alice: Visitor
):
    forged_by = {"X-Forwarded-For": "203.0.113.9", "Visitor": f"203.0.113.9 {'0' * 64}"}
    alice.http.headers.update(forged_by)
    await alice.refresh()
    (forged,) = await alice.sessions()

    alice.http.headers["Visitor"] = vouch("203.0.113.9", app.settings)
    await alice.refresh()

    (moved,) = await alice.sessions()
    assert (forged["address"], moved["address"]) == ("127.0.0.1", "203.0.113.9")
    assert moved["id"] == forged["id"]


async def test_a_long_list_comes_in_pages(alice: Visitor):
    for _ in range(4):
        alice.http.cookies.clear()
        await alice.sign_in()

    pages: list[list[str]] = []
    after: dict[str, str] = {}
    while True:
        page = (await alice.http.get(SESSIONS, params={"limit": 2} | after)).json()
        pages.append([one["id"] for one in page["items"]])
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    ids = [one["id"] for one in await alice.sessions()]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == ids == sorted(ids, reverse=True)


async def test_one_device_is_signed_out_at_once_everywhere_and_the_others_stay(
    app: App, alice: Visitor, phone: Visitor
):
    lost, here = phone.bearer, alice.bearer
    theirs = next(one["id"] for one in await phone.sessions() if one["current"])

    async with replica(app) as second:
        await gets_in(lost, app, second)
        answer = await alice.http.delete(f"{SESSIONS}/{theirs}")
        await gets_out(lost, app, second)
        await is_in(app, here)
        await is_in(second, here)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await phone.refresh()).status_code == 401
    assert [one["current"] for one in await alice.sessions()] == [True]


async def test_a_session_that_is_over_or_somebody_elses_is_not_there(
    alice: Visitor, phone: Visitor, visit: Visit
):
    bob = visit("bob@example.com")
    await bob.sign_up()
    (his,) = await bob.sessions()
    lost = next(one["id"] for one in await phone.sessions() if one["current"])
    await alice.http.delete(f"{SESSIONS}/{lost}")

    answers = [
        await alice.http.delete(f"{SESSIONS}/{one}")
        for one in (lost, his["id"], NOWHERE, "not-an-id")
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert await bob.who() is not None
    assert (await bob.refresh()).status_code == 200


async def test_an_admin_ends_nobodys_session_but_by_a_ban(app: App, alice: Visitor):
    ada = await settle(app, "ada", "admin")
    (session,) = await alice.sessions()

    answer = await app.delete(f"{SESSIONS}/{session['id']}", ada)

    assert answer.status_code == 404
    assert await alice.who() is not None


async def test_signing_out_everywhere_ends_all_sessions_at_once_and_nobody_elses(
    app: App, alice: Visitor, phone: Visitor, visit: Visit
):
    bob, hers = visit("bob@example.com"), [alice.bearer, phone.bearer]
    await bob.sign_up()

    async with replica(app) as second:
        answer = await alice.http.delete(SESSIONS)
        for lost in hers:
            await gets_out(lost, app, second)
        await is_in(app, bob.bearer)

    assert answer.status_code == 204
    assert not alice.http.cookies
    assert (await phone.refresh()).status_code == 401
    await alice.sign_in()
    assert [one["current"] for one in await alice.sessions()] == [True]


async def test_nobody_sees_or_ends_a_session_without_a_good_token(app: App, alice: Visitor):
    (session,) = await alice.sessions()

    answers = [
        await app.get(SESSIONS),
        await app.delete(SESSIONS),
        await app.delete(f"{SESSIONS}/{session['id']}"),
        await app.get("/api/users/export"),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert await alice.who() is not None


async def test_all_that_is_kept_of_one_can_be_taken_along_but_for_what_opens_the_account(
    app: App, alice: Visitor, phone: Visitor
):
    await phone.sign_out()

    answer = await alice.http.get("/api/users/export")

    exported = answer.json()
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["cache-control"] == "no-store"
    assert exported["account"]["email"] == alice.email
    assert exported["sessions"] == await alice.sessions()
    assert [entry["action"] for entry in exported["audit"]] == [
        "exported",
        "signed out",
        "signed in",
        "signed up",
    ]
    rows = await (await app.db("identity")).fetch(
        "SELECT password_hash, digest FROM people, refresh_tokens"
    )
    secrets = {alice.token, alice.refresh_token, "$scrypt$"}
    secrets |= {secret for row in rows for secret in (row[0], row[1].hex())}
    assert not {secret for secret in secrets if secret in answer.text}


async def test_what_admins_did_to_one_is_exported_without_who_they_are_and_from_where(
    app: App, alice: Visitor
):
    ada = await settle(app, "ada", "admin")
    alice_id = (await alice.who() or {})["id"]
    roles, at_work = {"roles": ["member", "organiser"]}, {"User-Agent": "the office"}
    await app.put(f"/api/users/{alice_id}/roles", ada, json=roles, headers=at_work)

    hers = (await alice.http.get("/api/users/export")).json()["audit"]
    adas = (await app.get("/api/users/export", ada)).json()["audit"]

    told = next(entry for entry in hers if entry["action"] == "roles changed")
    assert (told["person"], told["personEmail"]) == (alice_id, alice.email)
    assert (told["by"], told["byEmail"], told["address"]) == (None, None, "")
    assert told["device"] == "An unknown device"
    own = next(entry for entry in adas if entry["action"] == "roles changed")
    assert (own["byEmail"], own["address"], own["device"]) == (ada.email, "127.0.0.1", "the office")
    assert own["personEmail"] is None
