"""Pictures of shows on the organisers' pages: hung up, looked at, taken down."""

from io import BytesIO

import httpx
import pytest
from PIL import Image

from shows.catalogue import an_organiser, announce_show, schedule
from stage import App, Someone, shared_app
from web.browser import Browser
from web.conftest import Browse

app = shared_app("shows", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


def painting(width: int = 600, height: int = 800) -> bytes:
    """A picture, as a file."""
    file = BytesIO()
    Image.new("RGB", (width, height), "crimson").save(file, "PNG")
    return file.getvalue()


async def upload(desk: Browser, path: str, file: bytes, name: str = "poster.png") -> httpx.Response:
    """Choose a file in the form of a page, and send it."""
    desk.page = await desk.http.post(
        path,
        files={"picture": (name, file, "image/png")},
        headers={"Origin": str(desk.http.base_url).rstrip("/")},
        follow_redirects=True,
    )
    return desk.page


async def test_a_show_gets_its_poster_and_pictures(app: App, olga: Someone, desk: Browser):
    show = await announce_show(app, olga)
    path = f"/organise/shows/{show['id']}"

    await upload(desk, f"{path}/poster", painting())
    said = desk.words
    await upload(desk, f"{path}/pictures", painting(800, 600))

    whole = (await app.get(f"/api/shows/{show['id']}", olga)).json()
    assert "The picture is up." in said
    assert desk.at == path
    assert (whole["poster"]["width"], whole["poster"]["height"]) == (600, 800)
    assert whole["poster"]["url"] in desk.page.text
    assert [one["width"] for one in whole["pictures"] if one["id"] != whole["poster"]["id"]] == [
        800
    ]


async def test_a_picture_is_taken_down(app: App, olga: Someone, desk: Browser):
    show = await announce_show(app, olga)
    path = f"/organise/shows/{show['id']}"
    await upload(desk, f"{path}/poster", painting())
    poster = (await app.get(f"/api/shows/{show['id']}", olga)).json()["poster"]

    await desk.send(f"{path}/pictures/{poster['id']}/removal")

    assert "The picture is gone." in desk.words
    assert (await app.get(f"/api/shows/{show['id']}", olga)).json()["poster"] is None


@pytest.mark.parametrize(
    ("file", "name", "sentence"),
    [
        (b"", "", "Choose a picture first"),
        (b"", "empty.png", "Choose a picture first"),
        (b"This is a letter", "letter.png", "picture"),
        (painting() + bytes(8_000_000), "large.png", "That picture has more than 8 MB"),
    ],
)
async def test_what_is_no_picture_for_a_show_is_refused_on_its_page(
    app: App, olga: Someone, desk: Browser, file: bytes, name: str, sentence: str
):
    show = await announce_show(app, olga)

    answer = await upload(desk, f"/organise/shows/{show['id']}/poster", file, name)

    assert answer.status_code == 400
    assert "That did not work" in desk.words
    assert sentence in desk.words
    assert (await app.get(f"/api/shows/{show['id']}", olga)).json()["poster"] is None


async def test_nobody_hangs_pictures_up_for_another(app: App, olga: Someone, browse: Browse):
    show_id = (await schedule(app, olga))["showId"]
    rival = browse(app, an_organiser("rita"))

    answer = await upload(rival, f"/organise/shows/{show_id}/poster", painting())

    assert answer.status_code == 403
    assert (await app.get(f"/api/shows/{show_id}", olga)).json()["poster"] is None


async def test_another_sites_form_hangs_nothing_up(app: App, olga: Someone, desk: Browser):
    show = await announce_show(app, olga)

    answer = await desk.http.post(
        f"/organise/shows/{show['id']}/poster",
        files={"picture": ("poster.png", painting(), "image/png")},
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert (await app.get(f"/api/shows/{show['id']}", olga)).json()["poster"] is None
