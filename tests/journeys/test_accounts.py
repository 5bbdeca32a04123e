"""An account as people have it: in a browser, with what comes by mail."""

import re

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, expect

from stage import PASSWORD, Market, eventually
from stage.browser import violations

BETTER = "purple monkey dishwasher"
LOOKS = [("light", 1280), ("dark", 390)]


async def sign_up(context: BrowserContext, market: Market, name: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{market.app.settings.public_url}/signup?return_to=/sell")
    await page.get_by_label("Your name").fill(name)
    await page.get_by_label("E-mail").fill(f"{name.lower()}@example.com")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.locator("main form button").click()
    await expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


async def sign_in(page: Page, market: Market, password: str) -> None:
    await page.goto(f"{market.app.settings.public_url}/signin")
    await page.get_by_label("E-mail").fill("bob@example.com")
    await page.get_by_label("Password").fill(password)
    await page.locator("main form button").click()


async def choose(page: Page, password: str) -> None:
    await page.get_by_label("New password").fill(password)
    await page.get_by_role("button", name="Set the password").click()


async def mailed(market: Market, pattern: str, part: str = "text") -> str:
    """What a mail to Bob says in this place, once it is there."""

    async def look() -> str:
        mails = market.mail.messages("bob@example.com")
        found = [match for mail in mails if (match := re.search(pattern, mail[part]))]
        assert found, mails
        return found[0][1]

    return await eventually(look)


@pytest.mark.parametrize("javascript", [True, False])
async def test_a_newcomer_types_the_code_of_the_mail(
    market: Market, browser: Browser, *, javascript: bool
):
    bob = await sign_up(await browser.new_context(java_script_enabled=javascript), market, "Bob")
    await expect(bob.get_by_text("A code to verify your address is in your mail.")).to_be_visible()
    code = await mailed(market, r"\b(\d{6})\b", "subject")

    await bob.get_by_role("link", name="Verify your e-mail address").click()
    await bob.get_by_label("Code").fill(code)
    await bob.get_by_role("button", name="Verify").click()

    await expect(bob.get_by_text("Your e-mail address is verified.")).to_be_visible()
    await expect(bob).to_have_url(f"{market.app.settings.public_url}/sell")
    await bob.get_by_role("link", name="Bob").click()
    await expect(bob.get_by_text("Verified", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
async def test_who_forgot_their_password_sets_another_and_is_signed_out_elsewhere(
    market: Market, browser: Browser, *, javascript: bool
):
    home = market.app.settings.public_url
    elsewhere = await sign_up(await browser.new_context(), market, "Bob")
    bob = await (await browser.new_context(java_script_enabled=javascript)).new_page()
    await bob.goto(f"{home}/signin")

    await bob.get_by_role("link", name="Forgot your password?").click()
    await bob.get_by_label("E-mail").fill("bob@example.com")
    await bob.get_by_role("button", name="Send the link").click()
    await expect(bob.get_by_text("a link is on its way")).to_be_visible()
    link = await mailed(market, rf"({re.escape(home)}/reset\?token=\S+)")
    await bob.goto(link)
    await choose(bob, BETTER)
    await expect(bob.get_by_text("Your new password is set.")).to_be_visible()

    async def it_is_over_elsewhere() -> None:
        await elsewhere.goto(f"{home}/account")
        assert elsewhere.url == f"{home}/signin?return_to=%2Faccount"

    await eventually(it_is_over_elsewhere)
    await sign_in(elsewhere, market, PASSWORD)
    await expect(elsewhere.get_by_role("alert")).to_contain_text("Invalid credentials")
    await sign_in(bob, market, BETTER)
    await expect(bob.get_by_text("You are signed in. Welcome back.")).to_be_visible()
    await bob.goto(link)
    await choose(bob, PASSWORD)
    await expect(bob.get_by_role("heading", name="This link does not work")).to_be_visible()


async def test_the_link_of_the_mail_verifies_in_a_browser_that_knows_nobody(
    market: Market, browser: Browser
):
    home = market.app.settings.public_url
    bob = await sign_up(await browser.new_context(), market, "Bob")
    phone = await (await browser.new_context()).new_page()
    link = await mailed(market, rf"({re.escape(home)}/verify\?token=\S+)")
    asked: list[Request] = []
    phone.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it marks handlers

    await phone.goto(link)
    await phone.get_by_role("button", name="Yes, this address is mine").click()

    await expect(phone.get_by_text("Your e-mail address is verified.")).to_be_visible()
    headers = [await request.all_headers() for request in asked]
    assert {each["referer"] for each in headers if "referer" in each} == {f"{home}/"}

    async def it_is_known() -> None:
        await bob.goto(f"{home}/account")
        assert await bob.get_by_text("Verified", exact=True).is_visible()

    await eventually(it_is_known)


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
async def test_no_page_of_an_account_has_a_serious_or_critical_violation(
    market: Market, browser: Browser, scheme: str, width: int
):
    home = market.app.settings.public_url
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    bob = await sign_up(await browser.new_context(**look), market, "Bob")  # pyright: ignore[reportArgumentType]
    nobody = await (await browser.new_context(**look)).new_page()  # pyright: ignore[reportArgumentType]
    steps = [
        (bob, "/", ""),
        (bob, "/account", ""),
        (bob, "/account/password", "main form button"),
        (bob, "/account/email", "main form button"),
        (bob, "/verify", "main form button >> nth=0"),
        (bob, "/verify?moving=1", ""),
        (bob, "/verify?token=old", "main form button"),
        (nobody, "/verify?token=old", "main form button"),
        (nobody, "/signin", "main form button"),
        (nobody, "/forgot", "main form button"),
        (nobody, "/reset?token=old", "main form button"),
    ]

    found: dict[str, list[str]] = {}
    for page, path, button in steps:
        await page.goto(home + path)
        found[path] = await violations(page)
        assert not await page.evaluate("document.body.scrollWidth > innerWidth"), path
        if button:
            await page.locator(button).click()
            await page.wait_for_load_state()
            found[f"{path} sent"] = await violations(page)

    assert {path: what for path, what in found.items() if what} == {}
