"""The venue builder at its edges: large sections, wrong lines, fingers, no scripts, all eyes."""

import re
from dataclasses import asdict
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from boxoffice.services.web.routes.organise.rowtext import Row, print_rows, read_rows
from shows.catalogue import an_organiser, open_venue
from stage import App, Someone, shared_app
from stage.browser import violations
from web.easel import begin, drag, finish, middle, place, rows_of, saved, sit_down, text

SOON_MS = 5_000  # on a machine that runs much else; alone it takes a tenth of a second
LINES = [
    *("A ssss.ssss", "  B   aAcC.rs from 101 by 2", "C 12", "D-G 3", "AA-AC 2", "1-12 ss", "x-z 2"),
    *(
        "-",
        "Box 1-Box 3 2",
        "H sss = 1/2 a/3,5",
        "I ss at -2.5,7",
        '"J-K" 2',
        '"L ""x""" ss',
        "M s=7",
    ),
    *("N 3 from 9 by -1", "O", "P sszs", "Q 0", "R 201", "S ...", "T sss = 1/2", "U ss = 1/1"),
    *("V ss by 0", "W ss from 0 by -1", "Z-A 2", "1-501 2", "A/B 2", "A 2", "X ss by 2 from 9"),
    *("Y 2 from 100000", "é ß ss", "- 2", "from ss", "= s", "Reihe 7 ss", "a-B 2", "9-8 2"),
]
MEANING = """async (text) => {
  const { printRows, readRows } = await import(document.querySelector("[src*='venue.js']").src.replace("venue.js", "venue-rows.js"));
  const { rows, wrong } = readRows(text);
  return { rows, wrong, text: printRows(rows) };
}"""

PAINTED = "new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
SHOWING = f"""async (text) => {{
  const area = document.querySelector("textarea[name='section.0.rows']");
  const begun = performance.now();
  area.value = text;
  area.dispatchEvent(new Event("change"));
  await {PAINTED};
  return performance.now() - begun;
}}"""
TYPING = f"""async (keys) => {{
  document.querySelectorAll(".grid-row")[20].querySelectorAll(".cell")[50].focus();
  const begun = performance.now();
  const touched = new Set();
  const seen = new MutationObserver((changes) => {{
    for (const {{ target }} of changes) touched.add(target.closest(".grid-row")?.dataset.row);
  }});
  seen.observe(document.querySelector(".grid"), {{ subtree: true, childList: true, attributes: true }});
  for (const key of keys) {{
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {{ key, bubbles: true }}));
  }}
  await {PAINTED};
  return {{ took: performance.now() - begun, touched: Array.from(touched) }};
}}"""


app = shared_app("shows", "query", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


def as_scripts_have_it(row: Row) -> dict[str, Any]:
    """A row in the words of the browser's side."""
    return asdict(row) | {"names": list(row.names), "at": row.at and list(row.at)}


async def test_the_browser_reads_and_writes_rows_as_the_server_does(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)

    whole = "\n".join(LINES)
    for written in (*LINES, whole):
        here, there = read_rows(written), await page.evaluate(MEANING, written)
        assert there["rows"] == [as_scripts_have_it(row) for row in here.rows], written
        assert there["wrong"][:5] == here.wrong[:5], written
        assert there["text"] == print_rows(here.rows), written


async def test_a_section_of_5000_seats_is_painted_without_a_wait(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await page.get_by_text("As text").first.click()

    shown = await page.evaluate(SHOWING, "1-50 100")
    typed = await page.evaluate(TYPING, "c" * 30)
    await drag(page, (0, 5), (9, 20))
    rows = await rows_of(page)
    await finish(page)

    assert shown < SOON_MS
    assert typed["took"] < SOON_MS
    assert typed["touched"] == ["20"]  # what is painted in one row leaves the others alone
    assert len(rows) == 50
    assert rows[20] == "21 " + "s" * 50 + "c" * 30 + "s" * 20
    assert (rows[0].split()[1][5], rows[9].split()[1][20]) == (".", ".")
    assert await saved(app, olga) == rows


async def test_what_is_too_large_to_be_painted_is_typed(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(), app, olga)

    await begin_large(page)

    await expect(page.get_by_text("This section is too large to paint.")).to_be_visible()
    await expect(page.locator(".grid")).to_be_hidden()
    await expect(text(page)).to_be_visible()
    await expect(page.get_by_text("20,200 places")).to_be_visible()
    await text(page).fill("A 3")
    await text(page).blur()
    await expect(page.locator(".grid")).to_be_visible()


async def begin_large(page: Page) -> None:
    """Type more rows than are painted."""
    await page.get_by_text("As text").first.click()
    await text(page).fill("1-101 200")
    await text(page).blur()


async def test_a_line_that_cannot_be_read_is_told_and_the_grid_stays(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A 3")

    await text(page).fill("A 3\nB sxs")
    await text(page).blur()

    await expect(page.get_by_role("status").filter(has_text="Line 2: “x” is no")).to_be_visible()
    await expect(page.locator(".grid-row")).to_have_count(1)
    assert await rows_of(page) == ["A 3", "B sxs"]


async def test_a_finger_taps_to_paint_and_moves_to_scroll_unless_told_otherwise(
    app: App, browser: Browser, olga: Someone
):
    context = await browser.new_context(has_touch=True, viewport={"width": 390, "height": 844})
    page = await sit_down(context, app, olga)
    await begin(page, "A-C 6")

    await place(page, 0, 2).tap()
    tapped = await rows_of(page)
    before = await page.evaluate(TOUCHED)
    await page.get_by_label("A finger that moves paints").check()
    after = await page.evaluate(TOUCHED)
    await place(page, 1, 2).tap()

    assert tapped == ["A ss.sss", "B ssssss", "C ssssss"]
    assert (before, after) == ("auto", "none")
    assert await rows_of(page) == ["A ss.sss", "B ss.sss", "C ssssss"]


TOUCHED = "getComputedStyle(document.querySelector('.cell')).touchAction"


async def test_the_plan_shows_what_the_grid_has(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A 3\nB s.s")

    await place(page, 0, 1).click()
    await expect(page.get_by_text("4 places")).to_be_visible()
    drawn = await page.locator("[data-plan] .seat-s").get_attribute("d")
    await finish(page)
    (venue,) = (await app.get("/api/venues?organiser=me", olga)).json()["items"]
    still = await sit_down(
        await browser.new_context(java_script_enabled=False),
        app,
        olga,
        f"/organise/venues/{venue['id']}",
    )

    assert drawn == await still.locator("[data-plan] .seat-s").get_attribute("d")
    assert drawn
    assert len(re.findall("M", drawn)) == 4


async def test_a_venue_is_built_without_scripts(app: App, browser: Browser, olga: Someone):
    page = await sit_down(await browser.new_context(java_script_enabled=False), app, olga)
    await page.locator('[id="section.0.name"]').fill("Stalls")
    await text(page).fill("A ssss.ssss\nB sx")
    await page.get_by_role("button", name="Add a section").click()
    await page.locator('[id="section.1.name"]').fill("Pit")
    await page.get_by_label("A floor to stand on").last.check()
    await page.get_by_label("How many may stand there?").last.fill("80")
    for label, typed in (("City", "London"), ("Time zone", "Europe/London")):
        await page.get_by_label(label).fill(typed)
    await page.locator('[id="name"]').fill("Globe")
    await page.keyboard.press("Enter")

    await expect(page.get_by_text("Line 2: “x” is no kind").first).to_be_visible()
    await text(page).fill("A ssss.ssss\nB 4")
    await page.get_by_role("button", name="Add the venue").click()

    await expect(page.get_by_text("The venue is ready.")).to_be_visible()
    assert await saved(app, olga) == ["A ssss.ssss", "B ssss"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_the_builder_has_no_serious_violation(
    app: App, browser: Browser, olga: Someone, scheme: str, width: int
):
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}
    context = await browser.new_context(**look)  # pyright: ignore[reportArgumentType]
    page = await sit_down(context, app, olga)
    await begin(page, "A acr.s\nB sx")
    for disclosed in await page.locator("summary:visible").all():
        await disclosed.click()

    await page.get_by_role("button", name="Add the venue").click()

    await expect(page.get_by_role("alert")).to_be_visible()
    assert await violations(page) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
async def test_the_builder_is_no_wider_than_the_screen(
    app: App, browser: Browser, olga: Someone, width: int
):
    venue = await open_venue(app, olga)
    context = await browser.new_context(viewport={"width": width, "height": 844})

    page = await sit_down(context, app, olga, f"/organise/venues/{venue['id']}")
    await page.get_by_role("button", name="Add a section").click()
    for disclosed in await page.locator("summary:visible").all():
        await disclosed.click()

    assert await page.evaluate("document.body.scrollWidth <= innerWidth")
    assert await page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")


async def test_the_grid_is_not_left_by_a_stroke_that_ends_outside(
    app: App, browser: Browser, olga: Someone
):
    page = await sit_down(await browser.new_context(), app, olga)
    await begin(page, "A-B 6")

    await place(page, 0, 3).scroll_into_view_if_needed()
    x, y = await middle(page, 0, 3)
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y - 90)
    await page.mouse.up()
    await page.mouse.move(*await middle(page, 1, 3))

    assert await rows_of(page) == ["A sss.ss", "B ssssss"]
