"""The files that pages link to, and the API for readers."""

import re

import pytest

from stage import App, Play
from web.conftest import Browse


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "tickets", "orders", "payments", "web")


async def test_every_file_that_a_page_links_to_is_there_for_ever(app: App, browse: Browse):
    visitor = browse(app)
    page = await visitor.open("/sell?")

    links = set(re.findall(r'"(/static/[^"#]+)', page.text))
    files = [await visitor.http.get(link) for link in links]

    assert len(links) >= 8
    for file in files:
        assert file.status_code == 200
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert file.headers["content-type"].partition(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
        }


async def test_another_version_of_a_file_is_not_kept(app: App, browse: Browse):
    file = await browse(app).http.get("/static/0123456789abcdef/ground.css")

    assert file.status_code == 200
    assert file.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["..%2Fservice.py", "%2e%2e/service.py", "service.py", "../x"])
async def test_nothing_else_of_the_package_can_be_fetched(app: App, browse: Browse, name: str):
    answer = await browse(app).http.get(f"/static/x/{name}")

    assert answer.status_code == 404


async def test_browsers_that_look_for_an_icon_find_it(app: App, browse: Browse):
    icon = await browse(app).http.get("/favicon.ico")

    assert icon.status_code == 200
    assert icon.headers["content-type"] == "image/svg+xml"


async def test_developers_read_what_the_api_takes_answers_and_refuses(app: App, browse: Browse):
    visitor = browse(app)
    described = (await app.get("/api/openapi.json")).json()["paths"]

    page = await visitor.open("/api/docs")

    for path in described:
        assert f"<code>{path}</code>" in page.text
    assert not [path for path in described if not path.startswith(("/api/", "/.well-known/"))]
    assert "PUT /api/tickets/{ticket_id}" in visitor.words
    assert "Who Whoever is signed in May refuse 400, 401, 403, 404, 409, 413, 503" in visitor.words
    assert '"title": text (shortest 1, longest 200)' in visitor.words
    assert '"price": number (more than 0, at most 999999.99)' in visitor.words
    assert "<script" not in page.text.partition("</head>")[2]


async def test_developers_are_told_which_part_is_missing(play: Play, browse: Browse):
    app = await play("web", services_url="http://127.0.0.1:9/{service}")
    visitor = browse(app)

    page = await visitor.open("/api/docs")

    assert page.status_code == 200
    assert "The part about payments is missing at the moment." in visitor.words
