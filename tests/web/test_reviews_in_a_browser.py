"""Writing and moderating in a real browser: with scripts, with a keyboard, for all."""

import pytest
from playwright.async_api import Browser, Page, expect

from stage import App, Play, Someone, eventually
from stage.browser import violations
from web.critics import MORITZ, introduce, list_ticket

LINKED = "More of this at www.example.com"  # which a person is asked about
LONG = "Seats " + "without-an-end" * 30


@pytest.fixture
async def app(play: Play) -> App:
    return await play("tickets", "reviews", "moderation", "query", "web")


@pytest.fixture
async def place(app: App, alice: Someone, bob: Someone) -> str:
    """A ticket of Alice's, who everybody knows as they know Bob and Moritz."""
    await introduce(app, alice, bob, MORITZ)
    return await list_ticket(app, alice)


async def sit_down(browser: Browser, app: App, person: Someone, path: str, **look: object) -> Page:
    """Somebody signed in, at a page."""
    context = await browser.new_context(**look)  # pyright: ignore[reportArgumentType]
    url = app.settings.public_url
    await context.add_cookies([{"name": "session", "value": person.sign(), "url": url}])
    page = await context.new_page()
    await page.goto(url + path)
    return page


async def write(app: App, by: Someone, place: str, *texts: str) -> None:
    """Write about a ticket, and wait until a moderator can read all that waits."""
    for text in texts:
        body = {"ticketId": place.rpartition("/")[2], "text": text}
        assert (await app.post("/api/reviews", by, json=body)).status_code == 201

    async def all_wait() -> None:
        queue = await app.get("/api/pages/moderation", MORITZ)
        waiting = [text for text in texts if LINKED in text]
        assert queue.json()["waiting"] == len(waiting)

    await eventually(all_wait)


async def test_a_text_is_counted_while_it_is_typed_and_seen_as_approved_by_itself(
    app: App, browser: Browser, place: str, bob: Someone
):
    page = await sit_down(browser, app, bob, place)

    await page.get_by_text("Ask something").click()
    await page.get_by_label("What do you want to know?").fill("Is it \N{EYES} near?")
    await expect(page.get_by_text("3,987 characters left.")).to_be_visible()
    await page.get_by_role("button", name="Send it").click()

    own = page.locator("[data-own]")
    await expect(own.get_by_text("Is it \N{EYES} near?")).to_be_visible()
    await expect(own.get_by_text("This review is awaiting moderation")).to_be_hidden()


async def test_the_queue_is_worked_off_with_the_keyboard_alone(
    app: App, browser: Browser, place: str, bob: Someone
):
    await write(app, bob, place, *(f"{LINKED}/{nth}" for nth in range(4)))
    page = await sit_down(browser, app, MORITZ, "/moderation")
    keys = page.keyboard

    await keys.press("j")
    await keys.press("j")
    await keys.press("a")
    await expect(page.get_by_text("3 texts wait")).to_be_visible()
    await expect(page.get_by_text("Approved. Everybody sees it now.")).to_be_visible()
    await keys.press("u")
    await expect(page.get_by_text("It waits for a decision again.")).to_be_visible()
    await keys.press("?")
    await expect(page.get_by_text("undo what was just decided")).to_be_visible()
    await keys.press("j")
    await keys.press("r")
    await keys.type("Just a link")
    await keys.press("Enter")
    await expect(page.get_by_text("3 texts wait")).to_be_visible()
    for key in ("j", "x", "j", "x"):
        await keys.press(key)
    await expect(page.get_by_text("2 selected")).to_be_visible()
    await page.get_by_label("Why? Their authors read it").fill("Links")
    await keys.press("Tab")
    await keys.press("Enter")

    await expect(page.get_by_text("One text waits")).to_be_visible()
    answer = await app.get("/api/reviews", bob, params={"ticketId": place.rpartition("/")[2]})
    assert sorted(one.get("reason", "") for one in answer.json()["items"]) == [
        *("", "Just a link", "Links", "Links")
    ]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
async def test_no_page_of_reviews_has_a_serious_violation_or_is_too_wide(
    app: App, browser: Browser, place: str, bob: Someone, alice: Someone, scheme: str, width: int
):
    await write(app, bob, place, "A\nfine\n" * 30, LONG, f"{LINKED}/{LONG}", "www.a.com " * 3)

    async def judged() -> list[dict[str, str]]:
        about = {"ticketId": place.rpartition("/")[2]}
        items = (await app.get("/api/reviews", bob, params=about)).json()["items"]
        assert "rejected" in {one["status"] for one in items}
        return items

    items = await eventually(judged)
    rejected = next(one["id"] for one in items if one["status"] == "rejected")
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    paths = {
        bob: [place, f"/reviews/{rejected}/edit", f"/reviews/{rejected}/appeal"],
        alice: [place, f"/people/{alice.id}", f"/reviews/{items[-1]['id']}/report"],
        MORITZ: ["/moderation", f"/moderation/texts/{rejected}", "/moderation/rules"],
    }

    found: dict[str, list[str]] = {}
    for person, those in paths.items():
        page = await sit_down(browser, app, person, "/", **look)
        for path in those:
            await page.goto(app.settings.public_url + path)
            await page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found[f"{person.name} {path}"] = await violations(page)
            assert not await page.evaluate("document.body.scrollWidth > innerWidth"), path

    assert {path: what for path, what in found.items() if what} == {}
