"""Verifying an e-mail address on the pages, by the code or the link of a letter."""

import pytest

from boxoffice.events.identity import SendVerification
from identity.office import letters
from stage import PASSWORD, App, Play, eventually
from web.browser import Browser, forms
from web.conftest import Browse

NOTICE = "Verify your e-mail address"
THANKS = "Thank you! Your e-mail address is verified."


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up."""
    return await browse(app).sign_up()


async def letter(app: App, which: int = 1) -> SendVerification:
    """The first letter with a code, or a later one."""
    return (await letters(app, SendVerification, which))[which - 1]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_a_newcomer_goes_where_they_were_going_and_hears_of_the_code(
    app: App, browse: Browse
):
    bob = await browse(app).sign_up(way="/my/orders")

    assert bob.at == "/my/orders"
    assert "A code to verify your address is in your mail." in bob.words
    assert NOTICE in bob.words
    assert 'href="/verify?return_to=/my/orders"' in bob.page.text


async def test_a_code_verifies_an_address_and_leads_back(app: App, bob: Browser):
    code = (await letter(app)).code

    await bob.open("/verify?return_to=/my/orders")
    asked = bob.words
    await bob.send("/verify", code=f" {code[:3]} {code[3:]} ")

    assert "We mailed six digits to bob@example.com" in asked
    assert bob.at == "/my/orders"
    assert THANKS in bob.words
    assert NOTICE not in bob.words


async def test_a_code_is_easy_to_type(bob: Browser):
    await bob.open("/verify")

    for way in ('inputmode="numeric"', 'autocomplete="one-time-code"'):
        assert way in bob.page.text


async def test_what_is_wrong_with_a_code_is_said_by_its_field(app: App, bob: Browser):
    code = (await letter(app)).code
    await bob.open("/verify?return_to=/my/orders")

    await bob.send("/verify", code=wrong(code))
    refused = bob.page.status_code, bob.page.text
    await bob.send("/verify", code="<b>1")
    malformed = bob.page.status_code, bob.page.text
    await bob.send("/verify", code="")
    empty = bob.page.text
    await bob.send("/verify", code=code)

    assert refused[0] == malformed[0] == 400
    assert '<a href="#code">This code is wrong, too old, or was tried too often' in refused[1]
    assert '<a href="#code">The code has six digits' in malformed[1]
    assert 'value="&lt;b&gt;1"' in malformed[1]
    assert '<a href="#code">Enter the six digits from the mail' in empty
    assert bob.at == "/my/orders"


async def test_opening_a_link_changes_nothing_and_its_button_verifies(
    app: App, browse: Browse, bob: Browser
):
    token, scanner = (await letter(app)).token, browse(app)

    opened = [await scanner.open(f"/verify?token={token}") for _ in range(2)]
    await bob.open("/account")
    after_the_scanner = bob.words
    await scanner.send("/verify")

    assert [page.status_code for page in opened] == [200, 200]
    assert "Not verified" in after_the_scanner
    assert scanner.at == "/"
    assert THANKS in scanner.words

    async def it_is_known():
        await bob.open("/account")
        assert "Not verified" not in bob.words

    await eventually(it_is_known)


async def test_a_link_works_signed_in_as_well(app: App, bob: Browser):
    await bob.open(f"/verify?token={(await letter(app)).token}")

    await bob.send("/verify")

    assert THANKS in bob.words
    assert NOTICE not in bob.words


async def test_a_link_that_was_used_says_so_and_what_to_do(app: App, browse: Browse, bob: Browser):
    link, stranger = f"/verify?token={(await letter(app)).token}", browse(app)
    alice = await browse(app).sign_up("alice")
    await bob.open(link)
    await bob.send("/verify")

    for visitor in (bob, alice, stranger):
        await visitor.open(link)
        await visitor.send("/verify")

    for visitor in (bob, alice, stranger):
        assert visitor.page.status_code == 400
        assert "This link does not work any more It has been used, or is too old." in visitor.words
    assert "Your address bob@example.com is verified, so there is nothing left" in bob.words
    assert "Send another" in alice.words
    assert "Sign in to see" in stranger.words


async def test_a_new_code_is_sent_again_and_the_old_one_is_worth_nothing(app: App, bob: Browser):
    first = await letter(app)
    await bob.open("/verify?return_to=/my/orders")

    await bob.send("/verify/letter")
    told = bob.at, bob.words
    second = await letter(app, 2)
    await bob.send("/verify", code=first.code)
    stale = bob.page.status_code
    await bob.send("/verify", code=second.code)

    assert told[0] == "/verify?return_to=%2Fmy%2Forders"
    assert "A new code is on its way to you." in told[1]
    assert stale == 400
    assert bob.at == "/my/orders"


async def test_codes_are_sent_again_only_so_often(play: Play, browse: Browse):
    app = await play("identity", "tickets", "web", rate_limits=True)
    bob = await browse(app).sign_up()
    await bob.open("/verify")

    answers = [await bob.post("/verify/letter") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert "Too many tries; wait" in answers[-1].text
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_who_is_verified_is_told_that_nothing_is_left_to_do(app: App, bob: Browser):
    await bob.open("/account")
    form = bob.page
    await bob.open("/verify")
    await bob.send("/verify", code=(await letter(app)).code)

    await bob.open("/verify?return_to=/my/orders")
    done = bob.words, bob.page.text
    bob.page = form
    await bob.send("/verify/letter")

    assert "Your address is verified bob@example.com is yours." in done[0]
    assert 'href="/my/orders">Go on' in done[1]
    assert bob.page.status_code == 409
    assert "Your address is verified" in bob.words


async def test_a_code_is_asked_of_who_is_signed_in_alone(app: App, browse: Browse, bob: Browser):
    code, stranger = (await letter(app)).code, browse(app)
    await bob.open("/verify?return_to=/sell")
    form = bob.page
    bob.http.cookies.clear()

    await stranger.open("/verify")
    bob.page = form
    await bob.send("/verify", code=code)

    assert stranger.at == "/signin?return_to=%2Fverify"
    assert bob.at == "/signin?return_to=%2Fverify%3Freturn_to%3D%2Fsell"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
async def test_verifying_never_leads_to_another_site(app: App, bob: Browser, elsewhere: str):
    bob.page = await bob.http.get("/verify", params={"return_to": elsewhere})
    offered = [form.fields["return_to"] for form in forms(bob.page) if form.fields.get("return_to")]

    again = await bob.post("/verify/letter", return_to=elsewhere)
    code = (await letter(app, 2)).code
    answer = await bob.post("/verify", code=code, return_to=elsewhere)

    assert offered == ["/", "/"]
    assert again.headers["location"] == "/verify?return_to=%2F"
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


async def test_a_letters_secret_stays_on_its_page(app: App, browse: Browse):
    visitor, token = browse(app), "a<secret>"

    for path in ("/verify", "/reset"):
        page = await visitor.open(f"{path}?token=a%3Csecret%3E")
        (form,) = [form for form in forms(page) if form.action == path]
        assert form.fields["token"] == token
        assert token not in page.text
        assert page.text.count("secret") == 1  # in the form, in no link
        assert page.headers["referrer-policy"] == "strict-origin"
        assert page.headers["cache-control"] == "no-store"
        assert not visitor.http.cookies


async def test_who_moves_types_the_code_of_the_new_address(app: App, bob: Browser):
    await bob.open("/verify")
    await bob.send("/verify", code=(await letter(app)).code)
    await bob.open("/account/email")

    await bob.send("/account/email", email="rob@example.com", password=PASSWORD)
    asked = bob.at, bob.words
    await bob.send("/verify", code="000")
    wrongly = bob.words
    await bob.send("/verify", code=(await letter(app, 2)).code)

    assert asked[0] == "/verify?moving=1&return_to=/account"
    assert "We mailed six digits to your new address." in asked[1]
    assert "your new address" in wrongly
    assert bob.at == "/account"
    assert THANKS in bob.words
    assert "rob@example.com Verified" in bob.words
