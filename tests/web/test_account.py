"""One's own account on the pages: what is known, what can be changed, what can be taken along."""

import pytest

from boxoffice.events.identity import AuditRecorded
from stage import PASSWORD, App, Play, Someone, eventually
from web.browser import Browser, forms
from web.conftest import Browse

BETTER = "purple monkey dishwasher"
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up."""
    return await browse(app).sign_up()


@pytest.mark.parametrize(
    "page", ["/account", "/account/password", "/account/email", "/account/export"]
)
async def test_an_account_is_shown_to_its_owner_alone(app: App, browse: Browse, page: str):
    stranger = browse(app)

    await stranger.open(page)

    assert stranger.at == f"/signin?return_to={page.replace('/', '%2F')}"


async def test_people_see_what_is_known_of_them_and_that_their_address_is_not_verified(
    bob: Browser,
):
    await bob.open("/account")

    assert "bob E-mail Change your e-mail address bob@example.com Not verified" in bob.words
    assert 'href="/verify?return_to=/account"' in bob.page.text
    assert bob.page.headers["cache-control"] == "no-store"


async def test_a_verified_address_says_so(app: App, browse: Browse, alice: Someone):
    page = await browse(app, alice).open("/account")

    assert "alice@example.com" in page.text
    assert 'data-status="verified"' in page.text
    assert "/verify" not in page.text


async def test_a_name_with_markup_is_text(app: App, browse: Browse):
    odd = browse(app)
    odd.http.headers["User-Agent"] = MARKUP
    await odd.open("/signup")
    await odd.send("/signup", name=MARKUP, email="odd@example.com", password=PASSWORD)

    await odd.open("/account")

    assert MARKUP not in odd.page.text
    assert odd.page.text.count("&lt;script&gt;alert(1)") >= 2


async def test_a_new_password_signs_all_other_devices_out(app: App, browse: Browse, bob: Browser):
    elsewhere = await browse(app).sign_in()
    await bob.open("/account/password")

    await bob.send("/account/password", current=PASSWORD, password=BETTER)
    changed = bob.at, bob.words

    async def it_is_over_elsewhere():
        await elsewhere.open("/my/tickets")
        assert elsewhere.at == "/signin?return_to=%2Fmy%2Ftickets"

    await eventually(it_is_over_elsewhere)
    await bob.open("/my/tickets")
    await elsewhere.sign_in(password=BETTER)
    assert changed[0] == "/account"
    assert "Your password is changed. All other devices are signed out." in changed[1]
    assert bob.at == "/my/tickets"
    assert "You are signed in." in elsewhere.words


@pytest.mark.parametrize(
    ("current", "password", "said"),
    [
        ("wrong horse", BETTER, ["This is not your password"]),
        ("", BETTER, ["Enter your current password"]),
        (PASSWORD, "short", ["The password needs at least 8 characters"]),
        (PASSWORD, "password1", ["This is one of the most common passwords; choose another"]),
        (PASSWORD, "bob@example.com", ["The password is your name or your address"]),
    ],
)
async def test_what_is_wrong_with_a_new_password_is_said_by_its_field(
    bob: Browser, current: str, password: str, said: list[str]
):
    await bob.open("/account/password")

    await bob.send("/account/password", current=current, password=password)

    field = "current" if said[0].endswith(" password") else "password"
    assert (bob.page.status_code, bob.at) == (400, "/account/password")
    assert f'<a href="#{field}">{said[0]}' in bob.page.text
    assert f'id="{field}-wrong"' in bob.page.text
    assert BETTER not in bob.page.text


@pytest.mark.parametrize(
    ("email", "password", "status", "field", "said"),
    [
        ("rob@example.com", "wrong horse", 400, "password", "This is not your password"),
        ("rob@example.com", "", 400, "password", "Enter a password"),
        ("rob", PASSWORD, 400, "email", "This is not an e-mail address"),
        ("", PASSWORD, 400, "email", "Enter your e-mail address"),
        ("ALICE@example.com", PASSWORD, 409, "email", "This e-mail address has an account already"),
    ],
)
async def test_what_is_wrong_with_a_new_address_is_said_by_its_field(
    app: App,
    browse: Browse,
    bob: Browser,
    email: str,
    password: str,
    status: int,
    field: str,
    said: str,
):
    await browse(app).sign_up("alice")
    await bob.open("/account/email")

    await bob.send("/account/email", email=email, password=password)

    assert (bob.page.status_code, bob.at) == (status, "/account/email")
    assert f'<a href="#{field}">{said}' in bob.page.text
    assert f'value="{email}"' in bob.page.text


async def test_people_take_along_what_is_kept_of_them(app: App, bob: Browser):
    await bob.open("/account")
    assert 'href="/account/export"' in bob.page.text

    answer = await bob.http.get("/account/export")

    kept = answer.json()
    assert answer.headers["content-disposition"] == 'attachment; filename="boxoffice-account.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert kept["account"]["email"] == "bob@example.com"
    assert kept["sessions"][0]["current"] is True
    assert PASSWORD not in answer.text

    async def it_is_noted():
        assert "exported" in {one.action for one in await app.said(AuditRecorded)}

    await eventually(it_is_noted)


async def test_without_identity_an_account_says_what_is_missing(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("web", services_url="http://127.0.0.1:9")
    visitor = browse(app, alice)

    account = await visitor.open("/account")
    await visitor.open("/account/password")
    await visitor.send("/account/password", current=PASSWORD, password=BETTER)

    for page in (account, visitor.page):
        assert page.status_code == 503
        assert page.headers["retry-after"] == "1"
        assert "Signing in is out of order for a moment" in page.text


async def test_password_managers_find_the_form(bob: Browser):
    await bob.open("/.well-known/change-password")

    (form,) = [form for form in forms(bob.page) if form.action == "/account/password"]
    assert bob.at == "/account/password"
    assert form.fields["username"] == "bob@example.com"
