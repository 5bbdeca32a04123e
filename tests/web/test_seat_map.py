"""Choosing seats on the map, by hand and by keyboard, while others choose theirs."""

from playwright.async_api import Browser, Page, expect

from stage import App, Someone, shared_app
from web.gallery import buy, chosen, look, seat
from web.houses import hold

app = shared_app("shows", "orders", "tickets", "web")


async def test_two_seats_are_chosen_by_mouse_and_bought(page: Page):
    await seat(page, "Stalls", "B", 4).click()
    await seat(page, "Circle", "A", 1).click()
    await expect(chosen(page)).to_have_text(["Stalls, row B, seat 4", "Circle, row A, seat 1"])
    await expect(page.locator("[data-bag-total]")).to_have_text("$65.50")

    await buy(page, "Buy 2 seats")

    await expect(page.get_by_role("cell", name="$25.50")).to_be_visible()
    await expect(page.get_by_role("button", name="Pay $65.50")).to_be_visible()


async def test_a_seat_is_let_go_on_the_map_and_in_the_summary(page: Page):
    for number in (3, 4, 5):
        await seat(page, "Stalls", "B", number).click()

    await seat(page, "Stalls", "B", 4).click()
    await page.get_by_role("button", name="Let go of Stalls, row B, seat 5").click()

    await expect(chosen(page)).to_have_text(["Stalls, row B, seat 3"])
    await expect(seat(page, "Stalls", "B", 4)).to_have_attribute("aria-selected", "false")
    await expect(seat(page, "Stalls", "B", 3)).to_have_attribute("aria-selected", "true")


async def test_seats_are_chosen_and_bought_by_keyboard_alone(page: Page):
    await page.get_by_role("tab", name="Map").focus()
    ways = ["Tab", "Tab", *["ArrowUp"] * 6, "Home", "ArrowDown", *["ArrowRight"] * 3]
    for key in ways:  # past the one tool that can be used, and to the front row
        await page.keyboard.press(key)
    await expect(seat(page, "Stalls", "B", 4)).to_be_focused()

    for key in ("Space", "ArrowRight", "Space", "ArrowDown", "ArrowDown", "Enter"):
        await page.keyboard.press(key)
    await expect(chosen(page)).to_have_text(
        ["Stalls, row B, seat 4", "Stalls, row B, seat 5", "Circle, row A, seat 6"]
    )
    await page.get_by_role("button", name="Buy 3 seats").focus()
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("button", name="Pay $105.50")).to_be_visible()


async def test_the_tab_key_reaches_one_seat_and_the_arrows_all_others(page: Page):
    stops = page.locator('path[data-seat][tabindex="0"]')
    await expect(stops).to_have_count(1)

    await seat(page, "Stalls", "A", 1).focus()
    await stops.first.focus()
    await page.keyboard.press("Home")
    first = await page.evaluate("document.activeElement.ariaLabel")
    await page.keyboard.press("End")
    last = await page.evaluate("document.activeElement.ariaLabel")

    assert first.partition(",")[0] == last.partition(",")[0]
    assert ", seat 1," in first
    await expect(stops).to_have_count(1)
    await expect(page.locator("[data-tip]")).to_be_visible()


async def test_a_seat_says_its_name_and_price_when_it_is_pointed_at(page: Page):
    tip = page.locator("[data-tip]")

    await seat(page, "Circle", "A", 1).hover()
    await expect(tip).to_have_text("Circle, row A, seat 1$25.50, restricted view")
    await seat(page, "Stalls", "C", 1).hover()
    await expect(tip).to_have_text("Stalls, row C, seat 1$40.00, wheelchair space")

    await page.mouse.move(0, 0)
    await expect(tip).to_be_hidden()


async def test_seats_are_chosen_in_the_list_as_well_as_on_the_map(page: Page):
    await seat(page, "Stalls", "B", 4).click()
    await page.get_by_role("tab", name="List").click()
    stalls = page.locator("details", has_text="Stalls")
    if await stalls.get_attribute("open") is None:
        await stalls.locator("summary").click()
    row = stalls.get_by_role("group", name="Stalls, Row B")

    await expect(row.get_by_role("checkbox", name="Seat 4")).to_be_checked()
    await row.get_by_role("checkbox", name="Seat 5").check()
    await page.get_by_role("tab", name="Map").click()
    await expect(seat(page, "Stalls", "B", 5)).to_have_attribute("aria-selected", "true")

    await buy(page, "Buy 2 seats")


async def test_a_chosen_seat_that_somebody_else_takes_is_let_go_and_said(
    app: App, page: Page, performance: str, alice: Someone
):
    await seat(page, "Stalls", "B", 4).click()
    await seat(page, "Stalls", "B", 5).click()

    await hold(app, alice, performance, "Stalls/B/4", "Stalls/A/1")

    voice = page.get_by_role("status").filter(has_text="Somebody else was faster")
    await expect(voice).to_contain_text("Stalls, row B, seat 4. It is no longer chosen. 1 seat")
    await expect(chosen(page)).to_have_text(["Stalls, row B, seat 5"])
    for taken in (seat(page, "Stalls", "B", 4), seat(page, "Stalls", "A", 1)):
        await expect(taken).to_have_attribute("data-look", "held")
        await expect(taken).to_have_attribute("aria-disabled", "true")


async def test_a_seat_that_comes_back_can_be_chosen_at_once(
    app: App, browser: Browser, performance: str, alice: Someone, bob: Someone
):
    order = await hold(app, alice, performance, "Stalls/B/4")
    page = await look(browser, app, performance, bob)
    await expect(seat(page, "Stalls", "B", 4)).to_have_attribute("data-look", "held")

    await app.delete(f"/api/orders/{order}", alice)

    await expect(seat(page, "Stalls", "B", 4)).to_have_attribute("data-look", "free")
    await seat(page, "Stalls", "B", 4).click()
    await buy(page, "Buy 1 seat")


async def test_seats_of_ones_own_order_are_not_said_to_be_taken(page: Page):
    spoken: list[str] = []

    def hear(text: str) -> None:
        spoken.append(text)

    await page.expose_function("heard", hear)
    await page.evaluate(
        "new MutationObserver(([one]) => heard(one.target.textContent))"
        ".observe(document.querySelector('[data-bag] [data-voice]'), {childList: true})"
    )
    await seat(page, "Stalls", "B", 4).click()

    await buy(page, "Buy 1 seat")

    assert not [text for text in spoken if "faster" in text]


async def test_nobody_chooses_more_than_eight_seats(page: Page):
    for number in range(1, 9):
        await seat(page, "Stalls", "A", number).click()

    await seat(page, "Stalls", "B", 1).click()

    await expect(page.get_by_text("One order has at most 8 seats.")).to_be_visible()
    await expect(chosen(page)).to_have_count(8)


async def test_the_best_seats_are_had_without_the_map(page: Page):
    await page.get_by_role("combobox", name="Seats").select_option("4")
    await page.get_by_label("Where").select_option("Circle")

    await page.get_by_role("button", name="Find the best").click()

    await expect(page.get_by_role("button", name="Pay $102.00")).to_be_visible()


async def test_where_one_stands_one_says_how_many_come(page: Page):
    await page.get_by_role("button", name="Floor $12.00 30 free").click()

    await expect(page.get_by_label("Where")).to_have_value("Floor")
    await expect(page.get_by_role("combobox", name="Seats")).to_be_focused()
    await expect(page.get_by_text("In Floor one stands.")).to_be_visible()


async def test_the_choice_is_kept_when_the_server_refuses_a_part_of_it(
    app: App, page: Page, performance: str, alice: Someone
):
    await page.context.route("**/seats/changes", lambda route: route.abort())
    await page.reload()
    await expect(page.locator("[data-ready]")).to_be_attached()
    await seat(page, "Stalls", "B", 4).click()
    await seat(page, "Stalls", "B", 5).click()
    await hold(app, alice, performance, "Stalls/B/4")

    await page.get_by_role("button", name="Buy 2 seats").click()

    await expect(page.get_by_text("Stalls, row B, seat 4 is gone")).to_be_visible()
    await expect(chosen(page)).to_have_text(["Stalls, row B, seat 5"])
