"""The pages of admins in a real browser: with a keyboard, on a phone, without scripts, for all."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from boxoffice.kit import clock
from boxoffice.services.identity import commands
from boxoffice.services.identity.model import Asker
from identity.office import NOWHERE, ban, settle
from stage import App, Play, Someone
from stage.browser import violations

LONG = "Sold the same seat to four people, " + "andthentosomemore" * 20
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "web")


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
async def bob(app: App) -> Someone:
    """He is a member, of a long name."""
    return await settle(app, "bob-of-the-" + "very-" * 8 + "long-name")


async def sit_down(context: BrowserContext, app: App, person: Someone) -> Page:
    """Somebody signed in, at a page of this browser."""
    await context.add_cookies(
        [{"name": "session", "value": person.token, "url": app.settings.public_url}]
    )
    return await context.new_page()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
async def test_no_page_of_admins_has_a_serious_violation_or_is_too_wide(
    app: App, browser: Browser, ada: Someone, bob: Someone, scheme: str, width: int
):
    await ban(app, ada, bob.id, reason=LONG)
    async with (await app.db("identity")).transaction() as tx:
        await commands.record(
            tx, "sign-in refused", Asker("2001:db8::" + "7:" * 5 + "7", AGENT), clock.now()
        )
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    page = await sit_down(await browser.new_context(**look), app, ada)  # pyright: ignore[reportArgumentType]

    found: dict[str, list[str]] = {}
    for path in (
        "/admin/people",
        "/admin/people?q=nobody",
        "/admin/people?q=" + "x" * 101,
        f"/admin/people/{bob.id}",
        f"/admin/people/{ada.id}",
        f"/admin/people/{NOWHERE}",
        "/admin/audit",
        f"/admin/audit?person={bob.id}",
        "/admin/audit?person=nobody&from=never",
    ):
        await page.goto(app.settings.public_url + path)
        for disclosed in await page.locator("summary").all():
            await disclosed.click()
        found[path] = await violations(page)
        assert not await page.evaluate("document.body.scrollWidth > innerWidth"), path

    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize("javascript", [True, False])
async def test_an_admin_finds_bans_and_lets_in_again(
    app: App, browser: Browser, ada: Someone, bob: Someone, javascript: bool
):
    context = await browser.new_context(java_script_enabled=javascript)
    page = await sit_down(context, app, ada)
    await page.goto(f"{app.settings.public_url}/admin")
    await page.get_by_label("Name or e-mail").fill("BOB-of")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name=bob.name).click()

    await expect(page.get_by_role("button", name=re.compile("^Ban bob"))).to_be_hidden()
    await page.get_by_text("Ban…").click()
    await page.get_by_label("Reason").fill("Sold air")
    await page.get_by_label("Until a time").check()
    await page.get_by_label("Day and time, in UTC").fill("2999-12-31T18:00")
    await page.get_by_role("button", name=re.compile("^Ban bob")).click()
    await expect(page.get_by_text("Until 31 Dec 2999, 18:00 UTC, since")).to_be_visible()

    await page.get_by_text("Lift the ban…").click()
    await page.get_by_role("button", name="Lift the ban").click()

    await expect(page.get_by_text("The ban is lifted.")).to_be_visible()
    await expect(page.get_by_role("cell", name="Ban lifted")).to_be_visible()


async def test_a_person_is_banned_with_the_keyboard_alone(
    app: App, browser: Browser, ada: Someone, bob: Someone
):
    page = await sit_down(await browser.new_context(), app, ada)
    await page.goto(f"{app.settings.public_url}/admin/people/{bob.id}")

    await page.get_by_text("Ban…").focus()
    for key in ("Enter", "Tab", "Sold air", "Tab", "Space", "ArrowDown", "Tab", "Enter"):
        await (page.keyboard.type(key) if " " in key else page.keyboard.press(key))

    await expect(page.get_by_text("They are banned.")).to_be_visible()
    answer = await app.get(f"/api/users/{bob.id}", ada)
    assert (answer.json()["ban"]["reason"], answer.json()["ban"]["until"] is None) == (
        "Sold air",
        False,
    )


async def test_a_time_is_asked_for_only_when_it_is_meant(
    app: App, browser: Browser, ada: Someone, bob: Someone
):
    page = await sit_down(await browser.new_context(java_script_enabled=False), app, ada)
    await page.goto(f"{app.settings.public_url}/admin/people/{bob.id}")
    await page.get_by_text("Ban…").click()
    time = page.get_by_label("Day and time, in UTC")

    await expect(time).to_be_hidden()
    await page.get_by_label("Until a time").check()
    await expect(time).to_be_visible()
    await page.get_by_label("For good").check()
    await expect(time).to_be_hidden()
