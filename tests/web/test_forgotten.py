"""A forgotten password on the pages: a link by mail, and a new one."""

import pytest

from boxoffice.events.identity import SendMessage
from identity.office import letters
from stage import PASSWORD, App, Play, eventually
from web.browser import Browser
from web.conftest import Browse

BETTER = "purple monkey dishwasher"
ON_ITS_WAY = "If there is an account for {} , a link is on its way."


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up, in another browser than the one that forgets."""
    return await browse(app).sign_up()


async def forget(visitor: Browser, email: str) -> Browser:
    await visitor.open("/forgot")
    await visitor.send("/forgot", email=email)
    return visitor


async def link(app: App) -> str:
    """Where the letter leads."""
    (one,) = await letters(app, SendMessage)
    assert one.kind == "reset"
    return f"/reset?token={one.token}"


async def test_the_page_to_sign_in_leads_to_who_forgot(app: App, browse: Browse):
    page = await browse(app).open("/signin")

    assert 'href="/forgot">Forgot your password?' in page.text


async def test_who_forgot_their_password_sets_a_new_one(app: App, browse: Browse, bob: Browser):
    visitor = await forget(browse(app), "BOB@example.com")
    told = visitor.words

    await visitor.open(await link(app))
    await visitor.send("/reset", password=BETTER)
    after = visitor.at, visitor.words
    await visitor.send("/signin", email="bob@example.com", password=BETTER)

    assert ON_ITS_WAY.format("BOB@example.com") in told
    assert after[0] == "/signin"
    assert "Your new password is set. Sign in with it." in after[1]
    assert "You are signed in." in visitor.words

    async def he_must_sign_in_elsewhere():
        await bob.open("/account")
        assert bob.at == "/signin?return_to=%2Faccount"

    await eventually(he_must_sign_in_elsewhere)
    await bob.sign_in()
    assert "Invalid credentials" in bob.words


async def test_nobody_learns_who_has_an_account(app: App, browse: Browse, bob: Browser):
    visitor = browse(app)
    await visitor.open("/forgot")

    known = await visitor.post("/forgot", email="bob@example.com")
    unknown = await visitor.post("/forgot", email="eve@example.com")

    assert bob
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace("bob@", "eve@") == unknown.text
    assert known.headers.keys() == unknown.headers.keys()


async def test_nobody_learns_it_from_being_refused(play: Play, browse: Browse):
    app = await play("identity", "tickets", "web", rate_limits=True)
    await browse(app).sign_up()
    visitor = browse(app)
    await visitor.open("/forgot")

    known = [await visitor.post("/forgot", email="bob@example.com") for _ in range(4)]
    unknown = [await visitor.post("/forgot", email="eve@example.com") for _ in range(4)]

    for answers in (known, unknown):
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "Too many tries; wait" in answers[-1].text
        assert int(answers[-1].headers["retry-after"]) > 0


async def test_an_address_is_asked_for_and_shown_as_text(app: App, browse: Browse):
    visitor = await forget(browse(app), " ")
    empty = visitor.page

    await visitor.send("/forgot", email="<b>bob</b>")

    assert empty.status_code == 400
    assert '<a href="#email">Enter your e-mail address' in empty.text
    assert ON_ITS_WAY.format("<b>bob</b>") in visitor.words
    assert "<b>" not in visitor.page.text


async def test_opening_a_link_changes_nothing(app: App, browse: Browse, bob: Browser):
    visitor = await forget(browse(app), "bob@example.com")
    where = await link(app)

    opened = [await visitor.open(where) for _ in range(2)]
    await bob.open("/account")

    assert [page.status_code for page in opened] == [200, 200]
    assert bob.at == "/account"
    assert "You are signed in." in (await visitor.sign_in()).words


async def test_a_weak_password_is_refused_by_its_field_and_the_link_still_works(
    app: App, browse: Browse, bob: Browser
):
    visitor = await forget(browse(app), "bob@example.com")
    await visitor.open(await link(app))

    said: list[str] = []
    for password in ("", "short", "password1"):
        await visitor.send("/reset", password=password)
        said.append(visitor.page.text)
        assert visitor.page.status_code == 400
        assert visitor.page.headers["referrer-policy"] == "strict-origin"
        assert visitor.page.headers["cache-control"] == "no-store"
    await visitor.send("/reset", password=BETTER)

    assert '<a href="#password">Enter a password' in said[0]
    assert '<a href="#password">The password needs at least 8 characters' in said[1]
    assert '<a href="#password">This is one of the most common passwords' in said[2]
    assert visitor.at == "/signin"
    assert bob


@pytest.mark.parametrize("token", ["guessed", "x" * 200])
async def test_a_link_that_is_not_good_says_so_and_leads_to_another(
    app: App, browse: Browse, token: str
):
    visitor = browse(app)
    await visitor.open(f"/reset?token={token}")

    await visitor.send("/reset", password=BETTER)

    assert visitor.page.status_code == 400
    assert "This link does not work any more" in visitor.words
    assert 'href="/forgot">Ask for another' in visitor.page.text
    assert token not in visitor.page.text


async def test_a_link_works_once(app: App, browse: Browse, bob: Browser):
    visitor = await forget(browse(app), "bob@example.com")
    where = await link(app)
    await visitor.open(where)
    await visitor.send("/reset", password=BETTER)

    await visitor.open(where)
    await visitor.send("/reset", password=PASSWORD)

    assert "This link does not work any more" in visitor.words
    assert bob


async def test_without_a_link_there_is_nothing_to_set(app: App, browse: Browse):
    visitor = browse(app)

    await visitor.open("/reset")

    assert visitor.at == "/forgot"


async def test_whoever_was_signed_in_here_is_not_after_a_reset(
    app: App, browse: Browse, bob: Browser
):
    alice = await forget(await browse(app).sign_up("alice"), "bob@example.com")

    await alice.open(await link(app))
    await alice.send("/reset", password=BETTER)

    assert alice.at == "/signin"
    assert not {"session", "refresh"} & alice.http.cookies.keys()
    assert bob
