"""The venue builder in a real browser: seats are painted by mouse, by finger, with the keyboard."""

import pytest
from playwright.async_api import Browser, expect

from shows.catalogue import an_organiser
from stage import App, Someone, shared_app
from web.easel import begin, drag, finish, place, reopen, rows_of, saved, sit_down

app = shared_app("shows", "query", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


async def test_a_venue_with_gaps_is_built_with_the_mouse(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A-C 9")

    await drag(page, (0, 4), (2, 4))
    await page.get_by_role("radio", name="Accessible").check()
    await drag(page, (1, 0), (1, 1))
    await page.get_by_role("radio", name="Companion").check()
    await place(page, 1, 2).click()
    await page.get_by_role("radio", name="Restricted view").check()
    await drag(page, (2, 0), (2, 8))
    painted = await rows_of(page)
    await finish(page)

    assert painted == ["A ssss.ssss", "B aacs.ssss", "C rrrrrrrrr"]
    assert await saved(app, olga) == painted
    await reopen(page)
    assert await rows_of(page) == painted
    await expect(place(page, 0, 4)).to_have_class("cell seat-gap")
    await expect(place(page, 0, 5)).to_have_text("5")


async def test_a_venue_with_gaps_is_built_with_the_keyboard_alone(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A-C 9")

    await place(page, 0, 0).focus()
    for key in (
        *("ArrowRight", "ArrowRight", "Space"),
        *("ArrowDown", "Home", "a", "c", ".", "r"),
        *("ArrowDown", "End", "Shift+ArrowLeft"),
        *("Control+Home", "PageDown", "Home", "ArrowUp", "End", "."),
    ):
        await page.keyboard.press(key)
    painted = await rows_of(page)
    await finish(page)

    assert painted == ["A ss.ssssss", "B ac.rssss.", "C sssssss.."]
    await reopen(page)
    assert await rows_of(page) == painted


async def test_a_place_says_what_it_is_where_the_keyboard_stands(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A s.as from 101 by 2")

    await place(page, 0, 2).focus()

    await expect(place(page, 0, 2)).to_have_accessible_name("Row A, 103: accessible seat")
    await page.keyboard.press("ArrowLeft")
    await expect(place(page, 0, 1)).to_be_focused()
    await expect(place(page, 0, 1)).to_have_accessible_name("Row A, gap at place 2")
    await page.keyboard.press("s")
    await expect(place(page, 0, 1)).to_have_accessible_name("Row A, 103: seat")
    await expect(place(page, 0, 2)).to_have_accessible_name("Row A, 105: accessible seat")
    await expect(page.get_by_role("status").filter(has_text="1 row, 4 seats")).to_be_visible()


async def test_a_stroke_is_undone_as_a_whole(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A-C 9")

    await drag(page, (0, 4), (2, 4))
    await place(page, 0, 0).click()
    await page.keyboard.press("Control+z")
    once = await rows_of(page)
    await page.get_by_role("button", name="Undo").click()

    assert once == ["A ssss.ssss", "B ssss.ssss", "C ssss.ssss"]
    assert await rows_of(page) == ["A-C 9"]
    await expect(page.get_by_role("button", name="Undo")).to_be_disabled()


async def test_rows_are_added_renamed_numbered_and_removed(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A 4\nB 4")
    tools = page.get_by_role("group", name="The row you are in")

    await place(page, 1, 0).focus()
    await tools.get_by_role("button", name="Add a row behind").click()
    await tools.get_by_label("Row", exact=True).fill("Loge")
    await tools.get_by_label("Places").fill("6")
    await tools.get_by_label("First seat").fill("2")
    await tools.get_by_label("Steps of").fill("2")
    await tools.get_by_label("Aisles before").fill("1")
    await page.keyboard.press("Enter")
    added = await rows_of(page)
    await tools.get_by_role("button", name="Number all rows like this").click()
    await place(page, 0, 0).focus()
    await tools.get_by_role("button", name="Remove this row").click()
    await page.get_by_text("Many rows at once").click()
    many = page.locator(".many")
    await many.get_by_label("Rows").fill("2")
    await many.get_by_label("Places each").fill("3")
    await many.get_by_role("button", name="Add them behind").click()

    assert added == ["A ssss", "B ssss", "-", "Loge ssssss from 2 by 2"]
    assert await rows_of(page) == [
        *("B ssss from 2 by 2", "-", "Loge ssssss from 2 by 2", "Loge 2 sss", "Loge 3 sss")
    ]


async def test_names_of_seats_follow_their_seats(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A ssss = 1/2/2a/3")

    await place(page, 0, 1).click()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("a")

    assert await rows_of(page) == ["A s.as = 1/2a/3"]


async def test_sections_are_added_moved_and_removed_without_a_new_page(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A 4")
    await page.evaluate("window.same = true")

    await page.get_by_role("button", name="Add a section").click()
    await page.locator('[id="section.1.name"]').fill("Pit")
    await page.get_by_label("A floor to stand on").last.check()
    await page.get_by_label("How many may stand there?").last.fill("80")
    await page.get_by_role("button", name="Add a section").click()
    await page.locator('[id="section.2.name"]').fill("Gods")
    await page.get_by_role("button", name="Remove section 3").click()
    await page.get_by_role("button", name="Closer to the stage (section 2)").click()

    assert await page.evaluate("window.same")
    await expect(page.get_by_text("84 places")).to_be_visible()
    assert [await page.locator(f'[id="section.{nth}.name"]').input_value() for nth in (0, 1)] == [
        *("Pit", "")
    ]
    await expect(page.locator("[data-plan] .plan-name")).to_have_text(["Pit", ""])
    await page.locator('[id="section.1.name"]').fill("Balcony")
    await page.locator('[id="name"]').fill("Globe")
    await page.get_by_label("City").fill("London")
    await page.get_by_role("button", name="Add the venue").click()
    await expect(page.get_by_text("The venue is ready.")).to_be_visible()
    assert await saved(app, olga) == []  # where one stands, there are no rows
