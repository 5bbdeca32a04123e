"""What admins do on a person's page: ban, let in again, give roles and take them."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from boxoffice.events.identity import SendMessage
from boxoffice.kit import clock
from boxoffice.kit.http.routing import Who
from boxoffice.services.web.routes.admin.audit import LATEST
from boxoffice.services.web.routes.admin.people import ROLES
from boxoffice.services.web.routes.admin.terms import (
    FOR_GOOD,
    ROUNDED_UP,
    TERMS,
    UNTIL,
    read_end,
)
from identity.office import SOON_SECONDS, ban, give, kept, letters, settle
from stage import App, Play, Someone, eventually
from web.browser import Browser, forms
from web.conftest import Browse

NEW_YEAR = datetime(2999, 12, 31, 18, tzinfo=UTC)


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
async def desk(app: App, browse: Browse, ada: Someone, bob: Someone) -> Browser:
    """Ada's browser, with Bob's page in it."""
    desk = browse(app, ada)
    await desk.open(page_of(bob))
    return desk


def page_of(person: Someone) -> str:
    return f"/admin/people/{person.id}"


async def opens(app: App, person: Someone, path: str, status: int) -> None:
    """Wait until a page answers so, no longer than a ban or a role may take.

    The person keeps their token, whatever happens.
    """

    async def look() -> None:
        assert (await app.get(path, person)).status_code == status

    await eventually(look, SOON_SECONDS)


async def test_a_person_who_is_banned_finds_the_next_page_closed(
    app: App, bob: Someone, desk: Browser
):
    await opens(app, bob, "/account", 200)

    await desk.send(f"{page_of(bob)}/ban", reason="Sold air", term=FOR_GOOD)

    await opens(app, bob, "/account", 303)
    assert desk.at == page_of(bob)
    assert "They are banned." in desk.words
    assert "Banned For good, since" in desk.words
    assert "for good: Sold air ada@example.com" in desk.words.replace("Who ", "")
    (letter,) = await letters(app, SendMessage)
    assert (letter.person_id, letter.kind, letter.reason) == (bob.id, "banned", "Sold air")


@pytest.mark.parametrize("term", TERMS)
async def test_a_ban_lasts_as_long_as_was_ticked(app: App, bob: Someone, desk: Browser, term: str):
    before = clock.now()

    await desk.send(f"{page_of(bob)}/ban", reason="Sold air", term=term, until="2999-12-31T18:00")

    ends = (await kept(app, bob.id)).banned_until
    assert ends
    assert before <= ends - TERMS[term] <= clock.now() + ROUNDED_UP
    assert f"until {ends:%Y-%m-%d %H:%M} UTC" in desk.words


@pytest.mark.parametrize("term", TERMS)
def test_a_form_that_is_sent_twice_is_one_ban(term: str):
    first, second = NEW_YEAR, NEW_YEAR + timedelta(seconds=1)

    assert read_end(term, "", first) == read_end(term, "", second)


@pytest.mark.parametrize(
    "typed", ["2999-12-31T18:00", " 2999-12-31 18:00", "2999-12-31T20:00+02:00"]
)
async def test_a_ban_lasts_until_the_time_that_was_typed_in_utc(
    app: App, bob: Someone, desk: Browser, typed: str
):
    await desk.send(f"{page_of(bob)}/ban", reason="Sold air", term=UNTIL, until=typed)

    assert (await kept(app, bob.id)).banned_until == NEW_YEAR
    assert "Banned Until 31 Dec 2999, 18:00 UTC" in desk.words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": " ", "term": FOR_GOOD}, ["Say why; they are told"]),
        ({"reason": "x" * 501, "term": FOR_GOOD}, ["The reason is too long: at most 500"]),
        ({"reason": "Sold air"}, ["Choose for how long"]),
        ({"reason": "Sold air", "term": "a while"}, ["Choose for how long"]),
        ({"reason": "Sold air", "term": UNTIL}, ["Say until when"]),
        ({"reason": "Sold air", "term": UNTIL, "until": "soon"}, ["Type a day and a time"]),
        ({"reason": "Sold air", "term": UNTIL, "until": "1999-12-31"}, ["ends in the future"]),
        ({}, ["Say why; they are told", "Choose for how long"]),
        ({"term": UNTIL, "until": "soon"}, ["Say why; they are told", "Type a day and a time"]),
    ],
    ids=["blank", "long", "no-term", "odd-term", "no-time", "no-date", "past", "empty", "both"],
)
async def test_a_ban_that_makes_no_sense_is_told_by_the_field_and_what_was_typed_is_kept(
    app: App, bob: Someone, desk: Browser, typed: dict[str, str], said: list[str]
):
    await desk.send(f"{page_of(bob)}/ban", **typed)

    assert desk.page.status_code == 400
    assert [desk.words.count(one) for one in said] == [2] * len(said)  # above, and by the field
    (form,) = [form for form in forms(desk.page) if form.action.endswith("/ban")]
    wanted = {"reason": "", "until": ""} | typed
    if typed.get("term") == "a while":
        del wanted["term"]  # which was never on offer
    assert form.fields == wanted
    assert (await kept(app, bob.id)).banned_at is None


async def test_a_form_that_was_refused_is_open_and_the_others_are_not(bob: Someone, desk: Browser):
    closed = desk.page.text.count("<details open") + desk.page.text.count('confirm" open')

    await desk.send(f"{page_of(bob)}/ban")

    assert closed == 0
    opened = desk.page.text.partition('<details class="confirm" open>')[2].partition("</details>")
    assert "For how long?" in opened[0]
    assert 'confirm" open' not in opened[2]


async def test_nobody_bans_themselves(app: App, ada: Someone, desk: Browser):
    await settle(app, "grace", "admin")
    before = desk.page
    await desk.open(page_of(ada))
    offered = [form.action for form in forms(desk.page)]

    desk.page = before
    answer = await desk.http.post(
        f"{page_of(ada)}/ban",
        data={"reason": "A joke", "term": FOR_GOOD},
        headers={"Origin": app.settings.public_url},
    )

    assert f"{page_of(ada)}/roles" in offered
    assert f"{page_of(ada)}/ban" not in offered
    assert answer.status_code == 409
    assert "Nobody bans themselves" in answer.text
    assert (await kept(app, ada.id)).banned_at is None


async def test_a_person_whose_ban_is_lifted_gets_in_again(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    await ban(app, ada, bob.id)
    await opens(app, bob, "/account", 303)

    await desk.open(page_of(bob))
    await desk.send(f"{page_of(bob)}/ban/lifting")

    await opens(app, bob, "/account", 200)
    assert "The ban is lifted." in desk.words
    assert "For good" not in desk.words.partition("Change the roles")[0]


async def test_a_ban_is_changed_from_what_it_is(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    await ban(app, ada, bob.id, reason="Sold air", until=NEW_YEAR.isoformat())

    await desk.open(page_of(bob))
    (form,) = [form for form in forms(desk.page) if form.action.endswith("/ban")]
    await desk.send(f"{page_of(bob)}/ban", reason="Sold more air")

    assert form.fields == {"reason": "Sold air", "term": UNTIL, "until": "2999-12-31T18:00"}
    banned = await kept(app, bob.id)
    assert (banned.ban_reason, banned.banned_until) == ("Sold more air", NEW_YEAR)


async def test_roles_are_shown_at_once_and_open_doors_within_a_second(
    app: App, bob: Someone, desk: Browser
):
    await opens(app, bob, "/admin/people", 403)

    await desk.send(f"{page_of(bob)}/roles", roles=["member", "admin", "organiser"])
    given = desk.words
    await opens(app, bob, "/admin/people", 200)
    await desk.send(f"{page_of(bob)}/roles", roles=["member"])
    taken = desk.words
    await opens(app, bob, "/admin/people", 403)

    assert "What they may do is changed, from now on." in given
    assert "Roles admin, member, organiser" in given
    assert "member → admin, member, organiser" in given
    assert "Roles member Joined" in taken


async def test_every_role_that_opens_a_door_can_be_given():
    assert set(ROLES) == set(get_args(Who)) - {"anyone"}


async def test_somebody_has_a_role_at_least(app: App, bob: Someone, desk: Browser):
    await desk.send(f"{page_of(bob)}/roles", roles=[])

    assert desk.page.status_code == 400
    assert desk.words.count("Tick at least one role") == 2
    assert (await kept(app, bob.id)).roles == ("member",)


async def test_the_last_admin_stays_one(app: App, ada: Someone, desk: Browser):
    await desk.open(page_of(ada))
    await desk.send(f"{page_of(ada)}/roles", roles=["member", "moderator"])

    assert desk.page.status_code == 409
    assert "This is the last admin; somebody else must be one first" in desk.words
    assert 'value="moderator" checked' in desk.page.text
    assert 'value="admin" checked' not in desk.page.text
    assert (await kept(app, ada.id)).roles == ("admin", "member")


async def test_an_admin_who_steps_down_leaves_these_pages(app: App, ada: Someone, desk: Browser):
    await settle(app, "grace", "admin")
    await desk.open(page_of(ada))

    answer = await desk.post(f"{page_of(ada)}/roles", roles=["member"])

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    await opens(app, ada, "/admin/people", 403)


async def test_a_form_that_was_open_for_long_undoes_nothing_that_another_admin_did(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    await give(app, ada, bob.id, "member", "admin")
    await desk.open(page_of(bob))
    await give(app, ada, bob.id, "member", "moderator")  # not an admin any more

    await desk.send(f"{page_of(bob)}/roles", roles=["member", "admin", "organiser"])

    assert (await kept(app, bob.id)).roles == ("member", "moderator", "organiser")


async def test_a_role_that_there_is_not_is_refused(app: App, bob: Someone, desk: Browser):
    await desk.send(f"{page_of(bob)}/roles", roles=["member", "king"])

    assert desk.page.status_code == 400
    assert (await kept(app, bob.id)).roles == ("member",)


async def test_a_persons_page_shows_what_was_done_last_and_leads_to_all_of_it(
    app: App, ada: Someone, bob: Someone, desk: Browser
):
    for number in range(LATEST):
        await give(app, ada, bob.id, "member", *(["organiser"] if number % 2 else ["moderator"]))
    await ban(app, ada, bob.id, reason="Sold air")

    await desk.open(page_of(bob))
    last = desk.words
    await desk.open(f"/admin/audit?person={bob.id}")

    assert last.count("Roles changed") == LATEST - 1
    assert "for good: Sold air" in last
    assert f'href="/admin/audit?person={bob.id}"' in (await desk.http.get(page_of(bob))).text
    assert desk.words.count("Roles changed") - 1 == LATEST  # one is a choice of the filter
