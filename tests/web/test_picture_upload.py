"""Pictures of tickets on the pages: chosen in the form, shown on the market."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium

from boxoffice.kit.pictures.uploads import LARGEST_UPLOAD
from boxoffice.services.web.model import MISSING
from stage import App, Play, Someone
from stage.pictures import CORNERS, corners, drawn
from web.browser import Browser, forms
from web.conftest import Browse


@pytest.fixture
async def app(play: Play, tmp_path: Path) -> App:
    return await play("tickets", "orders", "web", pictures_url=tmp_path.as_uri())


class Images(HTMLParser):
    """The pictures of a page, by what they are for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.found[given["class"]] = given


async def send(
    browser: Browser, action: str, picture: bytes = b"", name: str = "hall.png", **fields: str
) -> Browser:
    """Send the page's form with this action as browsers send forms with files, and go on."""
    (form,) = [form for form in forms(browser.page) if form.action == action]
    held = {key: value for key, value in form.fields.items() if key != "picture"}
    browser.page = await browser.http.post(
        action,
        data=held | fields,
        files={"picture": (name if picture else "", picture, "image/png")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    while browser.page.has_redirect_location:
        browser.page = await browser.http.get(browser.page.headers["location"])
    return browser


async def sell(browser: Browser, picture: bytes = b"", title: str = "Hamlet") -> str:
    """Put a ticket on sale with a picture; return the address of its page."""
    await browser.open("/sell")
    await send(browser, "/sell", picture, title=title, price="12.50")
    assert browser.page.status_code == 200, browser.words
    return browser.at


async def test_a_seller_shows_what_they_sell(app: App, browse: Browse, alice: Someone):
    seller, visitor = browse(app, alice), browse(app)

    path = await sell(seller, drawn(800, 600), title="Hamlet, <stalls>")
    greeting = seller.words
    page = await visitor.open(path)
    (image,) = Images(page.text).found.values()
    fetched = await visitor.http.get(image["src"])

    assert "Your ticket is on sale." in greeting
    assert image["alt"] == "Hamlet, <stalls>"
    assert (image["width"], image["height"]) == ("800", "600")
    assert re.findall(r" (\d+)w", image["srcset"]) == ["320", "640", "800"]
    assert image["sizes"]
    assert image["loading"] == "lazy"
    assert corners(fetched.content) == [*CORNERS]


async def test_the_market_shows_pictures_and_loads_at_once_only_what_is_seen_at_once(
    app: App, browse: Browse, alice: Someone
):
    seller, visitor = browse(app, alice), browse(app)
    for nth in range(6):
        await sell(seller, drawn(400 + nth, 300), title=f"Hamlet {nth}")
    await sell(seller, title="Hamlet unseen")

    page = (await visitor.open("/market")).text
    images = re.findall(r"<img [^>]+>", page)

    assert len(images) == 6
    assert [re.search(r'alt="(.*?)"', image)[1] for image in images] == [  # pyright: ignore[reportOptionalSubscript] - all have one
        f"Hamlet {nth}" for nth in reversed(range(6))
    ]
    assert ["loading" in image for image in images] == [False] * 3 + [True] * 3


async def test_a_ticket_can_be_sold_without_a_picture(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)

    await sell(seller)

    assert "Your ticket is on sale" in seller.words
    assert "<img" not in seller.page.text


@pytest.mark.parametrize(
    ("raw", "status", "sentence"),
    [
        (b"<svg onload='alert(1)'/>", 400, "no picture that we can read"),
        (drawn() + bytes(LARGEST_UPLOAD), 413, "8 MB"),
    ],
    ids=["drawing", "heavy"],
)
async def test_with_what_is_plainly_no_picture_nothing_is_put_on_sale(
    app: App, browse: Browse, alice: Someone, raw: bytes, status: int, sentence: str
):
    seller = browse(app, alice)

    await seller.open("/sell")
    await send(seller, "/sell", raw, title="Hamlet", price="12.50")

    assert seller.page.status_code == status
    assert sentence in seller.words
    assert 'href="#picture"' in seller.page.text
    assert 'value="Hamlet"' in seller.page.text
    assert (await app.get("/api/tickets")).json() == []


async def test_a_damaged_picture_is_told_of_and_the_ticket_is_on_sale_all_the_same(
    app: App, browse: Browse, alice: Someone
):
    seller = browse(app, alice)

    await seller.open("/sell")
    await send(seller, "/sell", drawn()[:900], title="Hamlet", price="12.50")
    told, status = seller.words, seller.page.status_code
    (ticket,) = (await app.get("/api/tickets")).json()
    await send(seller, f"/tickets/{ticket['id']}/edit", drawn())

    assert status == 400
    assert "Your ticket is on sale, but not its picture. This picture cannot be opened" in told
    assert "Your changes are saved" in seller.words
    assert [one["id"] for one in (await app.get("/api/tickets")).json()] == [ticket["id"]]
    assert "<img" in seller.page.text


async def test_a_picture_can_be_changed_and_taken_off(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)
    path = await sell(seller, drawn(800, 600))

    await seller.open(f"{path}/edit")
    now = Images(seller.page.text).found["snapshot-small"]
    await send(seller, f"{path}/edit", drawn(600, 600))
    changed = Images(seller.page.text).found["snapshot"]
    await seller.open(f"{path}/edit")
    await send(seller, f"{path}/edit", title="Macbeth")
    edited = Images(seller.page.text).found["snapshot"]
    await seller.open(f"{path}/edit")
    await send(seller, f"{path}/edit", bare="true")

    assert (now["width"], now["height"], now["alt"]) == ("800", "600", "Hamlet")
    assert (changed["width"], changed["height"]) == ("600", "600")
    assert (edited["src"], edited["alt"]) == (changed["src"], "Macbeth")
    assert "Your changes are saved." in seller.words
    assert "<img" not in seller.page.text


async def test_a_refused_picture_leaves_the_other_changes_saved(
    app: App, browse: Browse, alice: Someone
):
    seller = browse(app, alice)
    path = await sell(seller, drawn(800, 600))

    await seller.open(f"{path}/edit")
    await send(seller, f"{path}/edit", drawn(50, 50), title="Macbeth")
    told = seller.words
    await send(seller, f"{path}/edit", title="Macbeth II")

    assert "Your changes are saved, but not its picture." in told
    assert "Macbeth II" in seller.words
    assert Images(seller.page.text).found["snapshot"]["width"] == "800"


async def test_a_form_without_files_is_taken_as_well(app: App, browse: Browse, alice: Someone):
    seller = browse(app, alice)

    await seller.open("/sell")
    await seller.send("/sell", title="Hamlet", price="12.50")

    assert "Your ticket is on sale" in seller.words


async def test_a_picture_shows_where_its_place_is_out_of_order(
    play: Play, browse: Browse, alice: Someone, tmp_path: Path
):
    (tmp_path / "file").write_text("no folder")
    app = await play("tickets", "orders", "web", pictures_url=(tmp_path / "file").as_uri())
    seller = browse(app, alice)

    await seller.open("/sell")
    await send(seller, "/sell", drawn(), title="Hamlet", price="12.50")

    assert seller.page.status_code == 503
    assert "Your ticket is on sale, but not its picture." in seller.words
    assert "Pictures are out of order for a moment" in seller.words
    assert MISSING["tickets"] not in seller.words


async def test_a_person_chooses_a_picture_in_a_browser(
    app: App, alice: Someone, browser: Chromium, tmp_path: Path
):
    (tmp_path / "hall.jpg").write_bytes(drawn(1600, 1200, "JPEG"))
    url = app.settings.public_url
    context = await browser.new_context(base_url=url)
    await context.add_cookies([{"name": "session", "value": alice.sign(), "url": url}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    await page.goto("/sell")
    await page.fill("#title", "Hamlet")
    await page.fill("#price", "12.50")
    await page.set_input_files("#picture", tmp_path / "hall.jpg")
    await page.click("text=Put it on sale")
    await page.wait_for_url("**/tickets/*")
    drawn_width = await page.eval_on_selector(
        ".snapshot", "async image => { await image.decode(); return image.naturalWidth }"
    )
    await page.goto("/market")
    await page.wait_for_selector(".ticket-picture")

    assert drawn_width > 0
    assert said == []
    await context.close()
