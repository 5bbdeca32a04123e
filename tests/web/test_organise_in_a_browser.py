"""The pages of organisers in a real browser: with and without scripts, on a phone, for all."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from shows.catalogue import an_organiser, announce_show, open_venue, plan_performance, schedule
from stage import App, Play, Someone
from stage.browser import violations
from stage.facts import heard

LONG = "The Tragicall Historie of Hamlet, Prince of " + "Denmark" * 12
SECTIONS = [{"name": f"{name} at the very back of the house", "capacity": 12_345} for name in "ABC"]


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query", "orders", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


async def sit_down(browser: Browser, app: App, person: Someone, **look: Any) -> Page:
    """Somebody signed in, at a page of this browser."""
    context = await browser.new_context(**look)
    url = app.settings.public_url
    await context.add_cookies([{"name": "session", "value": person.sign(), "url": url}])
    return await context.new_page()


async def paths_of(app: App, olga: Someone) -> list[str]:
    """Every page of an organiser who has something in every state."""
    venue = await open_venue(app, olga, name=LONG, sections=SECTIONS)
    show = await announce_show(app, olga, title=LONG, cast=[LONG[:100]] * 3)
    prices = {section["name"]: 999_999.99 for section in SECTIONS}
    draft = await plan_performance(app, olga, show, venue, prices=prices)
    published = await schedule(app, olga, show, venue, prices=prices)
    postponed = await schedule(app, olga, show, venue, prices=prices)
    await app.put(f"/api/performances/{postponed['id']}/postponement", olga, json={})
    await heard(app)
    page = "/organise/performances/"
    return [
        "/organise",
        "/organise/shows/new",
        f"/organise/shows/{show['id']}",
        f"{page}new?show={show['id']}",
        f"{page}new?show={show['id']}&venue={venue['id']}",
        f"{page}{draft['id']}",
        f"{page}{published['id']}",
        f"{page}{published['id']}/postponement",
        f"{page}{published['id']}/cancellation",
        f"{page}{postponed['id']}",
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390), ("light", 320)])
async def test_no_page_of_organisers_is_too_wide_or_shuts_anyone_out(
    app: App, browser: Browser, olga: Someone, scheme: str, width: int
):
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    page = await sit_down(browser, app, olga, **look)

    found: dict[str, list[str]] = {}
    for path in await paths_of(app, olga):
        await page.goto(app.settings.public_url + path)
        for disclosed in await page.locator("summary:visible").all():
            await disclosed.click()
        if width != 320:
            found[path] = await violations(page)
        assert await page.evaluate("document.body.scrollWidth <= innerWidth"), path

    assert {path: what for path, what in found.items() if what} == {}


@pytest.mark.parametrize("javascript", [True, False])
async def test_an_organiser_goes_from_nothing_to_a_published_performance(
    app: App, browser: Browser, olga: Someone, javascript: bool
):
    await open_venue(app, olga)
    page = await sit_down(browser, app, olga, java_script_enabled=javascript)
    await page.goto(f"{app.settings.public_url}/organise")
    await page.get_by_role("link", name="Add a show").click()
    await page.get_by_label("Title").fill("Hamlet")
    await page.get_by_label("Kind of show").select_option("Play")
    await page.get_by_role("button", name="Add the show").click()
    await page.get_by_role("link", name="Plan a performance").click()
    await page.get_by_role("link", name="Globe").click()
    await page.get_by_label("It starts").fill("2031-01-10T19:30")
    await page.get_by_label("Stalls").fill("40")
    await page.get_by_role("button", name="Save and publish").click()

    await expect(page.get_by_text("Say what a place in Floor costs").first).to_be_visible()
    await page.get_by_label("Floor").fill("12,50")
    await page.get_by_role("button", name="Save and publish").click()

    await expect(page.get_by_text("It is published.")).to_be_visible()
    await expect(page.get_by_role("heading", name="Fri 10 Jan 2031, 19:30")).to_be_visible()


async def test_the_new_date_is_asked_for_only_when_it_is_known(
    app: App, browser: Browser, olga: Someone
):
    performance = await schedule(app, olga)
    page = await sit_down(browser, app, olga, java_script_enabled=False)
    await page.goto(
        f"{app.settings.public_url}/organise/performances/{performance['id']}/postponement"
    )

    await expect(page.get_by_label("It starts")).to_be_visible()
    await page.get_by_label("Nobody knows yet when").check()
    await expect(page.get_by_label("It starts")).to_be_hidden()
    await page.get_by_role("button", name="Postpone it").click()

    await expect(page.get_by_role("link", name="Set the new date")).to_be_visible()


async def test_a_picture_that_is_too_large_is_told_before_it_is_sent(
    app: App, browser: Browser, olga: Someone
):
    show = await announce_show(app, olga)
    page = await sit_down(browser, app, olga)
    await page.goto(f"{app.settings.public_url}/organise/shows/{show['id']}")
    large = {"name": "large.png", "mimeType": "image/png", "buffer": bytes(8_000_001)}

    await page.get_by_label("Picture", exact=True).set_input_files(large)  # pyright: ignore[reportArgumentType]

    await expect(page.get_by_role("alert")).to_have_text(
        "That picture has more than 8 MB. Choose a smaller one."
    )
    await expect(page.get_by_label("Picture", exact=True)).to_have_value("")
