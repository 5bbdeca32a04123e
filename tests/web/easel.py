"""Olga before the venue builder: where its places are on the screen, and what its text says."""

from playwright.async_api import BrowserContext, Locator, Page, expect

from stage import App, Someone

NEW = "/organise/venues/new"


async def sit_down(context: BrowserContext, app: App, olga: Someone, path: str = NEW) -> Page:
    """Olga, signed in, at a page of this browser."""
    url = app.settings.public_url
    await context.add_cookies([{"name": "session", "value": olga.sign(), "url": url}])
    page = await context.new_page()
    await page.goto(url + path)
    return page


def place(page: Page, row: int, cell: int) -> Locator:
    """A place of the grid, both counted from 0."""
    return page.locator(".grid-row").nth(row).locator(".cell").nth(cell)


async def middle(page: Page, row: int, cell: int) -> tuple[float, float]:
    """Where the middle of a place is on the screen."""
    box = await place(page, row, cell).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def drag(page: Page, *places: tuple[int, int]) -> None:
    """Press the mouse at the first place, move it over the others, let go."""
    await place(page, *places[0]).scroll_into_view_if_needed()
    await page.mouse.move(*await middle(page, *places[0]))
    await page.mouse.down()
    for row, cell in places[1:]:
        await page.mouse.move(*await middle(page, row, cell))
    await page.mouse.up()


def text(page: Page, section: int = 0) -> Locator:
    """The text that the form sends for a section."""
    return page.locator(f'textarea[name="section.{section}.rows"]')


async def begin(page: Page, rows: str) -> None:
    """Let the first section have these rows, and its grid be in view."""
    await page.get_by_text("As text").first.click()
    await text(page).fill(rows)
    await text(page).blur()
    await page.locator(".grid").first.scroll_into_view_if_needed()


async def rows_of(page: Page) -> list[str]:
    """The rows of the first section, as its text has them."""
    return (await text(page).input_value()).split("\n")


async def finish(page: Page) -> None:
    """Say what else a venue needs, and save it."""
    await page.locator('[id="name"]').fill("Globe")
    await page.get_by_label("City").fill("London")
    await page.get_by_label("Time zone").fill("Europe/London")
    await page.locator('[id="section.0.name"]').fill("Stalls")
    await page.get_by_role("button", name="Add the venue").click()
    await expect(page.get_by_text("The venue is ready.")).to_be_visible()


async def reopen(page: Page) -> None:
    """Open the venue that was saved."""
    await page.get_by_role("link", name="Globe").click()
    await expect(page.locator('[id="name"]')).to_have_value("Globe")


async def saved(app: App, olga: Someone) -> list[str]:
    """The rows of the first section of the one venue, as shows has them."""
    (venue,) = (await app.get("/api/venues?organiser=me", olga)).json()["items"]
    whole = (await app.get(f"/api/venues/{venue['id']}")).json()
    return [f"{row['name']} {row['cells']}" for row in whole["sections"][0]["rows"]]
