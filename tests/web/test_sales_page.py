"""How a performance sells: sums, sections and hours, as pictures and as tables, and live."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, expect

from boxoffice.services.web.routes.organise import charts
from orders.seats import hold, sold
from shows.catalogue import an_organiser, plan_performance, schedule
from stage import App, Play, Someone, eventually, shared_app
from stage.browser import violations
from web.browser import Browser
from web.conftest import Browse

NOON = datetime(2026, 6, 15, 12, 34, tzinfo=UTC)
LOOK_MS = 30_000  # the page looks every ten seconds


app = shared_app("shows", "orders", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


async def on_sale(app: App, olga: Someone, **changes: Any) -> UUID:
    """A performance whose seats can be ordered."""
    performance = await schedule(app, olga, **changes)

    async def look() -> None:
        answer = await app.get(f"/api/performances/{performance['id']}/seats")
        assert answer.status_code == 200

    await eventually(look)
    return UUID(performance["id"])


def cells(browser: Browser) -> list[list[str]]:
    """The rows of the page's first table."""
    table = browser.page.text.partition('<table class="takings by-section">')[2].partition(
        "</table>"
    )[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [
        [
            re.sub(r"<.*?>", "", cell).strip()
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


async def test_what_is_sold_held_and_free_stands_in_sums_and_by_section(
    app: App, olga: Someone, bob: Someone, charlie: Someone, desk: Browser
):
    performance_id = await on_sale(app, olga)
    await sold(app, bob, performance_id, "Stalls/A/1", "Stalls/A/2")
    await sold(app, charlie, performance_id, "Floor/1")
    await hold(app, charlie, performance_id, "Floor/2", "Floor/3")

    await desk.open(f"/organise/performances/{performance_id}/sales")

    assert "Sold 3 Held 2 Free 10 Income $92.50" in desk.words
    assert "20% of the places are sold." in desk.words
    assert cells(desk) == [
        ["Section", "Sold", "Held", "Free", "Income"],
        ["Stalls", "2", "0", "8", "$80.00"],
        ["Floor", "1", "2", "2", "$12.50"],
        ["All", "3", "2", "10", "$92.50"],
    ]
    strips = re.findall(r'strip-held" x="([\d.]+)" width="([\d.]+)"', desk.page.text)
    assert strips == [("20.0", "13.33"), ("20.0", "0.0"), ("20.0", "40.0")]


async def test_hours_with_a_sale_are_bars_and_lines_of_a_table(
    app: App, olga: Someone, bob: Someone, desk: Browser
):
    performance_id = await on_sale(app, olga)
    path = f"/organise/performances/{performance_id}/sales"
    await desk.open(path)
    before = desk.words
    await sold(app, bob, performance_id, "Stalls/A/1", "Stalls/A/2")

    await desk.open(path)

    assert "Nothing was sold in the last 14 days." in before
    assert "Seats sold by hour at most 2 seats" in desk.words
    assert "Income by hour at most $80.00" in desk.words
    assert re.search(r":00: 2 seats</title>", desk.page.text)
    assert re.search(r":00: \$80.00</title>", desk.page.text)
    assert re.search(r"From Seats Income \w+ \d+ \w+ \d{4}, \d\d:00 2 \$80.00", desk.words)


async def test_only_its_organiser_and_admins_see_how_it_sells(
    app: App, olga: Someone, bob: Someone, browse: Browse
):
    path = f"/organise/performances/{await on_sale(app, olga)}/sales"

    answers = {
        person.name: (await browse(app, person).open(path)).status_code
        for person in (bob, an_organiser("rita"), Someone("ada", roles=("admin",)))
    }

    assert answers == {"bob": 403, "rita": 403, "ada": 200}


async def test_a_draft_sells_nothing_and_leads_to_its_page(app: App, olga: Someone, desk: Browser):
    draft = await plan_performance(app, olga)

    await desk.open(f"/organise/performances/{draft['id']}/sales")

    assert desk.at == f"/organise/performances/{draft['id']}"


async def test_while_orders_are_away_the_page_says_so(play: Play, olga: Someone, browse: Browse):
    app = await play("shows", "web")
    performance = await schedule(app, olga)
    desk = browse(app, olga)

    await desk.open(f"/organise/performances/{performance['id']}/sales")

    assert desk.page.status_code == 503


def hour(back: int, seats: int = 1, income: float = 10) -> dict[str, Any]:
    """An hour with a sale, so many hours before noon."""
    at = NOON.replace(minute=0) - timedelta(hours=back)
    return {"at": at.isoformat().replace("+00:00", "Z"), "seats": seats, "income": income}


def test_bars_are_as_tall_as_what_was_sold():
    drawn = charts.hours([hour(2, 4, 100), hour(1, 1, 0), hour(0, 2, 50)], NOON)

    assert drawn
    heights = [(column.seats_height, column.income_height) for column in drawn.columns[-3:]]
    assert heights == [(100, 100), (25, 0), (50, 50)]
    assert all(column.seats_height == 0 for column in drawn.columns[:-3])


def test_the_smallest_bar_is_seen():
    drawn = charts.hours([hour(1, 10_000), hour(0, 1)], NOON)

    assert drawn
    assert drawn.columns[-1].seats_height == charts.LEAST


@pytest.mark.parametrize(("back", "columns"), [(0, 24), (30, 31), (335, 336), (400, 336)])
def test_the_picture_spans_a_day_at_least_and_fourteen_at_most(back: int, columns: int):
    drawn = charts.hours([hour(back)], NOON)

    assert drawn
    assert len(drawn.columns) == columns
    assert drawn.columns[-1].at.startswith("2026-06-15T12:00")


def test_an_hour_that_a_slow_clock_has_not_reached_is_drawn_as_well():
    drawn = charts.hours([hour(-1)], NOON)

    assert drawn
    assert drawn.columns[-1].seats == 1


async def sit_down(chromium: Chromium, app: App, olga: Someone, path: str, **look: Any) -> Page:
    """Olga, signed in, at a page of a real browser."""
    url = app.settings.public_url
    context = await chromium.new_context(**look)
    await context.add_cookies([{"name": "session", "value": olga.sign(), "url": url}])
    page = await context.new_page()
    await page.goto(url + path)
    return page


async def test_the_page_looks_again_by_itself_and_leaves_open_what_is_open(
    app: App, olga: Someone, bob: Someone, charlie: Someone, browser: Chromium
):
    performance_id = await on_sale(app, olga)
    await sold(app, bob, performance_id, "Stalls/A/1")
    path = f"/organise/performances/{performance_id}/sales"
    page = await sit_down(browser, app, olga, path)
    await page.get_by_text("The same as a table").click()
    await page.locator("h1").click()
    await page.evaluate("document.activeElement.blur(); window.same = true")

    await sold(app, charlie, performance_id, "Stalls/A/2")

    await expect(page.locator(".sum-sold dd")).to_have_text("2", timeout=LOOK_MS)
    await expect(page.locator("#hours-table table")).to_be_visible()
    assert await page.evaluate("window.same")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_sales_have_no_serious_violation_and_are_not_too_wide(
    app: App, olga: Someone, bob: Someone, browser: Chromium, scheme: str, width: int
):
    performance_id = await on_sale(app, olga)
    await sold(app, bob, performance_id, "Stalls/A/1")
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 844}}

    page = await sit_down(
        browser, app, olga, f"/organise/performances/{performance_id}/sales", **look
    )
    await page.get_by_text("The same as a table").click()

    assert await violations(page) == []
    assert await page.evaluate("document.body.scrollWidth <= innerWidth")
