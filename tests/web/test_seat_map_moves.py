"""The map of a house: near and far, large and small, by finger, wheel and keys."""

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from stage import App, Someone, shared_app
from stage.browser import violations
from web.gallery import PHONE, buy, chosen, look, seat
from web.houses import THEATRE, hold, open_house, soon, stadium

app = shared_app("shows", "query", "orders", "tickets", "web")


async def test_the_button_opens_by_itself_when_the_sale_begins(
    app: App, browser: Browser, bob: Someone
):
    performance = await open_house(app, onSaleAt=soon(6))
    page = await look(browser, app, performance, bob)
    await seat(page, "Stalls", "B", 4).click()
    await expect(page.get_by_role("button", name="Buy 1 seat")).to_be_disabled()

    await expect(page.get_by_text("On sale now")).to_be_visible(timeout=15_000)

    await buy(page, "Buy 1 seat")


async def test_a_finger_comes_nearer_first_and_then_chooses(
    app: App, browser: Browser, performance: str, bob: Someone
):
    page = await look(browser, app, performance, bob, reduced_motion="reduce", **PHONE)
    bag = page.locator("[data-bag]")

    await page.get_by_role("button", name="Nearer").tap()
    await seat(page, "Stalls", "B", 4).tap()
    await expect(chosen(page)).to_have_count(1)
    await seat(page, "Stalls", "B", 5).tap()
    await expect(chosen(page)).to_have_count(2)

    place = await bag.bounding_box()
    assert place
    assert round(place["y"] + place["height"]) == 844  # at the thumb
    await buy(page, "Buy 2 seats")


@pytest.mark.parametrize("options", [{}, PHONE], ids=["desktop", "phone"])
async def test_a_house_of_twenty_thousand_seats_stays_usable(
    app: App, browser: Browser, bob: Someone, options: dict[str, Any]
):
    sections = stadium()
    prices = {section["name"]: 20.0 + 10 * (nth // 8) for nth, section in enumerate(sections)}
    performance = await open_house(app, sections, prices)
    page = await look(browser, app, performance, bob, reduced_motion="reduce", **options)
    seats = page.locator("path[data-seat]")
    await expect(seats).to_have_count(0)

    await page.locator(".block-chip", has_text="C4").click()
    await expect(seat(page, "C4", "10", 12)).to_be_visible()
    drawn = await seats.count()
    await page.keyboard.press("Tab")
    slowest = await page.evaluate(DRAG)
    await page.get_by_role("button", name="The whole house").click()
    await expect(seats).to_have_count(0)

    await page.locator(".block-chip", has_text="A1").focus()
    for key in ("End", "Home", "ArrowRight", "Enter", "Space"):
        await page.keyboard.press(key)
    await expect(chosen(page)).to_have_text(["A2, row 1, seat 13"])
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator(".block-chip", has_text="A2")).to_be_focused()
    await buy(page, "Buy 1 seat")

    assert 300 <= drawn <= 5_000
    assert slowest < 1_000  # milliseconds, on a machine that does other things as well


# Drags the map to and fro by its own events; answers how long the slowest picture took.
DRAG = """async () => {
  const map = document.querySelector("[data-window]");
  const { left, top } = map.getBoundingClientRect();
  const tell = (type, x) => map.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: "mouse", clientX: left + 150 + x, clientY: top + 150, bubbles: true,
  }));
  map.setPointerCapture = () => {};
  let slowest = 0;
  tell("pointerdown", 0);
  for (let step = 1; step <= 40; step += 1) {
    const before = performance.now();
    tell("pointermove", 100 * Math.sin(step / 5));
    await new Promise(requestAnimationFrame);
    slowest = Math.max(slowest, performance.now() - before);
  }
  tell("pointerup", 0);
  return slowest;
}"""


async def test_the_map_is_moved_by_wheel_by_keys_and_by_two_fingers(
    app: App, browser: Browser, bob: Someone
):
    sections = stadium(blocks=8, rows=10)
    performance = await open_house(app, sections, {each["name"]: 20 for each in sections})
    page = await look(browser, app, performance, bob, reduced_motion="reduce", **PHONE)
    seats, chip = page.locator("path[data-seat]"), page.locator(".block-chip", has_text="A4")
    whole = page.get_by_role("button", name="The whole house")
    await expect(seats).to_have_count(0)

    await page.locator("[data-window]").hover()
    await page.keyboard.down("Control")
    for _ in range(8):
        await page.mouse.wheel(0, -60)
    await page.keyboard.up("Control")
    await expect(seats.first).to_be_attached()
    await whole.click()
    await expect(seats).to_have_count(0)

    await chip.focus()
    for _ in range(6):
        await page.keyboard.press("+")
    await expect(seats.first).to_be_attached()
    await whole.click()
    await expect(whole).to_be_disabled()

    await pinch(page)
    await expect(seats.first).to_be_attached()


async def test_the_wheel_scrolls_the_page_where_nobody_is_at_the_map(page: Page):
    await page.locator("[data-window]").hover()
    before = await page.evaluate("scrollY")

    await page.mouse.wheel(0, 200)

    await page.wait_for_function(f"scrollY > {before}")
    await expect(page.get_by_role("button", name="The whole house")).to_be_disabled()


async def pinch(page: Page) -> None:
    """Put two fingers on the map and spread them."""
    box = await page.locator("[data-window]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = await page.context.new_cdp_session(page)
    for step in range(12):
        points = [{"x": x - 10 - 12 * step, "y": y}, {"x": x + 10 + 12 * step, "y": y}]
        await session.send(
            "Input.dispatchTouchEvent",
            {"type": "touchMove" if step else "touchStart", "touchPoints": points},
        )
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_without_the_live_line_one_is_told_so_and_can_go_on(page: Page):
    await page.context.route("**/seats/changes", lambda route: route.abort())

    await page.reload()

    await expect(page.get_by_text("No news of other people’s seats right now.")).to_be_visible()
    await seat(page, "Stalls", "B", 4).click()
    await buy(page, "Buy 1 seat")


async def test_where_the_map_cannot_come_the_list_does(page: Page):
    await page.context.route("**/seats?form=rows", lambda route: route.abort())

    await page.reload()

    await expect(page.get_by_text("The map cannot be shown right now.")).to_be_visible()
    await page.locator("summary", has_text="Stalls").click()
    row = page.get_by_role("group", name="Stalls, Row B")
    await row.get_by_role("checkbox", name="Seat 4").check()
    await page.get_by_role("button", name="Buy these seats").click()
    await expect(page.get_by_role("button", name="Pay $40.00")).to_be_visible()


async def test_a_part_of_a_large_list_comes_when_it_is_opened(
    app: App, browser: Browser, bob: Someone
):
    performance = await open_house(app, stadium(blocks=2), {"A1": 20, "A2": 30})
    page = await look(browser, app, performance, bob)
    await page.get_by_role("tab", name="List").click()

    await page.get_by_role("button", name="A2 $30.00").click()
    row = page.get_by_role("group", name="A2, Row 20")
    await row.get_by_role("checkbox", name="Seat 25").check()

    await expect(chosen(page)).to_have_text(["A2, row 20, seat 25"])
    await buy(page, "Buy 1 seat")


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", {}), ("dark", {}), ("dark", PHONE), ("light", PHONE)]
)
async def test_no_page_of_shows_has_a_serious_violation_or_is_too_wide(
    app: App, browser: Browser, bob: Someone, scheme: str, options: dict[str, Any]
):
    free = {"Stalls": 0, "Circle": 0, "Floor": 0}
    performance = await open_house(app, THEATRE, free)
    opening = await open_house(app, onSaleAt=soon(3600))
    order = await hold(app, bob, performance, "Stalls/B/4", "Stalls/B/5")
    page = await look(browser, app, performance, bob, color_scheme=scheme, **options)
    width = page.viewport_size["width"] if page.viewport_size else 0
    show = await page.get_by_role("link", name="About the show").get_attribute("href")

    found: dict[str, list[str]] = {}
    for path in (
        "/",
        "/shows",
        "/shows?q=no&price=x",
        show,
        f"/performances/{opening}",
        f"/orders/{order}",
        "/my/orders",
        "/market",
    ):
        await page.goto(f"{app.settings.public_url}{path}")
        found[str(path)] = await violations(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
    await page.goto(f"{app.settings.public_url}/performances/{performance}")
    await expect(page.locator("[data-ready]")).to_be_attached()
    found["from afar"] = await violations(page)
    await page.get_by_role("button", name="Nearer").click()
    await seat(page, "Stalls", "B", 3).click()
    await seat(page, "Stalls", "B", 2).click()
    found["from near"] = await violations(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.get_by_role("tab", name="List").click()
    found["list"] = await violations(page)

    assert {path: what for path, what in found.items() if what} == {}
