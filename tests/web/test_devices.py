"""Where one is signed in: a list, and a way out of each device and of all."""

import re

import pytest

from boxoffice.events.identity import PersonSignedUp
from boxoffice.kit import clock
from boxoffice.kit.clock import new_id
from boxoffice.services.identity import store
from boxoffice.services.identity.model import Asker
from stage import App, Play, eventually
from web.browser import Browser, forms
from web.conftest import Browse

LAPTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
    " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "web")


@pytest.fixture
async def bob(app: App, browse: Browse) -> Browser:
    """Newly signed up, before his account."""
    bob = browse(app)
    bob.http.headers["User-Agent"] = LAPTOP
    await bob.sign_up()
    await bob.open("/account")
    return bob


@pytest.fixture
async def phone(app: App, browse: Browse, bob: Browser) -> Browser:
    """Bob's, signed in as well."""
    assert bob
    phone = browse(app)
    phone.http.headers["User-Agent"] = PHONE
    return await phone.sign_in()


def ways_out(browser: Browser) -> list[str]:
    """The forms that sign out of one device, in the order of the page."""
    found = [form.action for form in forms(browser.page)]
    return [
        action for action in found if re.fullmatch(r"/account/sessions/[\w-]{36}/signout", action)
    ]


async def test_people_see_where_they_are_signed_in_and_which_device_this_is(
    bob: Browser, phone: Browser
):
    await bob.open("/account")
    on_the_laptop = bob.words
    await phone.open("/account")

    # This device comes first, wherever one looks.
    for words, first, second in [
        (on_the_laptop, "Firefox on Linux", "Mobile Safari on iOS"),
        (phone.words, "Mobile Safari on iOS", "Firefox on Linux"),
    ]:
        assert re.search(
            rf"{first} Last used from 127\.0\.0\.1, .+ Signed in .+ This device"
            rf" Sign out of {first} {second} Last used from",
            words,
        )
        assert words.count("This device") == 1


async def test_somebody_elses_devices_are_not_shown(app: App, browse: Browse, bob: Browser):
    alice = await browse(app).sign_up("alice")

    await alice.open("/account")

    assert len(ways_out(alice)) == 1
    assert ways_out(alice) != ways_out(bob)


async def test_a_device_is_signed_out_from_another(bob: Browser, phone: Browser):
    await bob.open("/account")
    _, of_the_phone = ways_out(bob)

    await bob.send(of_the_phone)

    assert bob.at == "/account"
    assert "That device is signed out." in bob.words
    assert len(ways_out(bob)) == 1

    async def the_phone_must_sign_in():
        await phone.open("/sell")
        assert phone.at == "/signin?return_to=%2Fsell"

    await eventually(the_phone_must_sign_in)
    assert phone.page.status_code == 200
    assert "That did not work" not in phone.words
    assert not phone.http.cookies


async def test_a_device_that_is_signed_out_already_is_no_error(bob: Browser, phone: Browser):
    await bob.open("/account")
    before, (_, of_the_phone) = bob.page, ways_out(bob)
    await bob.send(of_the_phone)

    bob.page = before
    await bob.send(of_the_phone)

    assert bob.page.status_code == 200
    assert "That device is signed out." in bob.words
    assert phone


async def test_signing_out_of_this_device_is_signing_out(bob: Browser, phone: Browser):
    await bob.open("/account")
    of_this, _ = ways_out(bob)

    await bob.send(of_this)

    assert bob.at == "/"
    assert "You are signed out." in bob.words
    assert not {"session", "refresh"} & bob.http.cookies.keys()
    await phone.open("/sell")
    assert phone.at == "/sell"


async def test_signing_out_everywhere_signs_out_here_too(bob: Browser, phone: Browser):
    await bob.send("/account/sessions/signout")
    goodbye = bob.words

    assert "You are signed out everywhere." in goodbye
    assert not {"session", "refresh"} & bob.http.cookies.keys()

    async def the_phone_must_sign_in():
        await phone.open("/account")
        assert phone.at == "/signin?return_to=%2Faccount"

    await eventually(the_phone_must_sign_in)


async def test_nobody_signs_another_person_out(app: App, browse: Browse, bob: Browser):
    (of_bob,) = ways_out(bob)
    eve = await browse(app).sign_up("eve")

    await eve.http.post(of_bob, headers={"Origin": app.settings.public_url})
    await bob.open("/account")

    assert bob.at == "/account"
    assert ways_out(bob) == [of_bob]


@pytest.mark.parametrize("device", ["{id}/signout", "signout"])
async def test_another_sites_form_signs_nobody_out(bob: Browser, device: str):
    path = f"/account/sessions/{device.format(id=new_id())}"

    answer = await bob.http.post(path, headers={"Origin": "https://evil.example"})
    await bob.open("/account")

    assert answer.status_code == 403
    assert bob.at == "/account"


async def test_many_devices_come_a_page_at_a_time(app: App, bob: Browser):
    (joined,) = await app.said(PersonSignedUp)
    async with (await app.db("identity")).transaction() as tx:
        for _ in range(25):
            await store.insert_sign_in(tx, joined.person_id, Asker("192.0.2.1", PHONE), clock.now())

    await bob.open("/account")
    first = ways_out(bob)
    (further,) = re.findall(r'href="(/account\?after=[\w-]+)" rel="next"', bob.page.text)
    await bob.open(further)
    second = ways_out(bob)

    assert (len(first), len(second)) == (24, 2)
    assert not set(first) & set(second)
    assert "More devices" not in bob.words
