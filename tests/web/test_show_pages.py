"""The pages of shows without scripts: what is on, finding it, and what a show's page says."""

import pytest

from shows.catalogue import announce_show, in_days, open_venue, plan_performance, schedule, written
from stage import App, Play, Someone, eventually
from web.browser import Browser
from web.conftest import Browse
from web.houses import OLIVIA, PRICES, THEATRE, hold, open_house

NOWHERE = "http://127.0.0.1:9"  # nothing listens there
MARKUP = "<script>alert(1)</script>"


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query", "orders", "tickets", "web")


async def shows(browser: Browser, path: str, words: str) -> None:
    """Look at a page until it says so."""

    async def look() -> None:
        await browser.open(path)
        assert words in browser.words

    await eventually(look)


async def test_the_front_page_shows_what_is_on_next_and_what_is_new_on_the_market(
    app: App, browse: Browse, alice: Someone
):
    visitor = browse(app)
    await visitor.open("/")
    empty = visitor.words

    await open_house(app)
    await app.post("/api/tickets", alice, json={"title": "Macbeth, row C", "price": 5})
    await shows(visitor, "/", "Macbeth, row C")
    await shows(visitor, "/", "Hamlet")

    assert "No show is announced at the moment" in empty
    assert "Nothing is on sale there right now" in empty
    assert "Globe, London from $12.00" in visitor.words
    assert 'href="/shows?genre=circus/magic"' in visitor.page.text
    assert 'href="/market"' in visitor.page.text


async def test_without_the_programme_the_front_page_still_has_the_market(
    play: Play, browse: Browse, alice: Someone
):
    app = await play("tickets", "web")
    await app.post("/api/tickets", alice, json={"title": "Macbeth, row C", "price": 5})
    visitor = browse(app)

    page = await visitor.open("/")

    assert page.status_code == 200
    assert "out of order for a moment" in visitor.words
    assert "Macbeth, row C" in visitor.words


async def test_without_the_market_the_front_page_still_has_the_programme(
    play: Play, browse: Browse
):
    app = await play("shows", "query", "orders", "web")
    await open_house(app)
    visitor = browse(app)

    await shows(visitor, "/", "Hamlet")

    assert visitor.page.status_code == 200


async def test_without_either_the_front_page_says_so(play: Play, browse: Browse):
    app = await play("web", services_url=NOWHERE)

    page = await browse(app).open("/")

    assert page.status_code == 200
    assert "out of order for a moment" in page.text
    assert 'href="/market"' in page.text


async def test_shows_are_found_by_word_genre_city_day_and_price(app: App, browse: Browse):
    visitor = browse(app)
    venue = await open_venue(app, OLIVIA, sections=THEATRE, city="Seoul")
    aida = await announce_show(app, OLIVIA, title="Aida", genre="musical", cast=["Ada Lovelace"])
    await schedule(app, OLIVIA, aida, venue, prices=PRICES, startsAt=written(in_days(30)))
    await open_house(app)
    await shows(visitor, "/shows", "Aida")
    await shows(visitor, "/shows", "Hamlet")

    found: dict[str, tuple[bool, bool]] = {}
    for query in (
        "q=lovelace",
        "genre=musical",
        "city=Seoul",
        f"from={in_days(20):%Y-%m-%d}",
        f"to={in_days(20):%Y-%m-%d}",
        "price=12,50&city=London&available=yes",
        "q=hamlet&genre=&city=&from=&to=&price=&sort=rank",
        "price=11.99",
    ):
        await visitor.open(f"/shows?{query}")
        found[query.partition("&")[0]] = ("Aida" in visitor.words, "Hamlet" in visitor.words)

    assert [
        where for where, (aida, hamlet) in found.items() if (aida, hamlet) == (True, False)
    ] == [
        "q=lovelace",
        "genre=musical",
        "city=Seoul",
        f"from={in_days(20):%Y-%m-%d}",
    ]
    assert [
        where for where, (aida, hamlet) in found.items() if (aida, hamlet) == (False, True)
    ] == [
        f"to={in_days(20):%Y-%m-%d}",
        "price=12,50",
        "q=hamlet",
    ]
    assert found["price=11.99"] == (False, False)


async def test_a_search_that_finds_nothing_helps_on_and_keeps_what_was_asked(
    app: App, browse: Browse
):
    visitor = browse(app)

    await visitor.open("/shows?q=nothing+like+it&city=Atlantis")
    asked = visitor.words, visitor.page.text
    await visitor.open("/shows")

    assert "Nothing is on like that" in asked[0]
    assert "Start again" in asked[0]
    assert 'value="nothing like it"' in asked[1]
    assert '<option value="Atlantis" selected>' in asked[1]
    assert "No show is announced right now" in visitor.words


async def test_a_search_that_makes_no_sense_says_what_is_wrong(app: App, browse: Browse):
    visitor = browse(app)

    page = await visitor.open("/shows?price=cheap&from=2026-12-24&to=someday")

    assert page.status_code == 400
    assert 'value="cheap"' in page.text
    assert "<title>Error: " in page.text
    assert 'href="#price"' in page.text
    assert 'href="#to"' in page.text


async def test_a_long_list_of_shows_goes_on_on_the_next_page(app: App, browse: Browse):
    visitor = browse(app)
    venue = await open_venue(app, OLIVIA)
    for number in range(25):
        show = await announce_show(app, OLIVIA, title=f"Hamlet {number}.", genre="dance")
        await schedule(app, OLIVIA, show, venue, startsAt=written(in_days(3 + number)))
    await shows(visitor, "/shows?q=24.", "Hamlet 24.")

    first = await visitor.open("/shows?genre=dance")
    (further,) = [line for line in first.text.splitlines() if 'rel="next"' in line]
    second = await visitor.open(further.split('href="')[1].split('"')[0].replace("&amp;", "&"))

    assert ("Hamlet 0." in first.text, "Hamlet 24." in first.text) == (True, False)
    assert ("Hamlet 0." in second.text, "Hamlet 24." in second.text) == (False, True)
    assert "genre=dance" in str(second.url)


async def test_a_show_says_what_it_is_and_when_by_the_clocks_of_its_house(app: App, browse: Browse):
    visitor = browse(app)
    show = await announce_show(
        app,
        OLIVIA,
        title="Arirang",
        genre="traditional",
        story="They part.\n\nThey meet.",
        cast=["Kim Hana", "Lee Duri"],
        runningMinutes=135,
        age=12,
    )
    venue = await open_venue(app, OLIVIA, name="Arts Center", city="Seoul", timeZone="Asia/Seoul")
    late = await schedule(app, OLIVIA, show, venue, startsAt="2099-12-31T15:30:00Z")
    await plan_performance(app, OLIVIA, show, venue, startsAt="2098-01-01T10:00:00Z")

    await visitor.open(f"/shows/{show['id']}")

    assert "Traditional music Arirang 2 h 15 min From 12 years Arts Center, Seoul" in visitor.words
    assert "Fri 1 Jan 2100, 00:30" in visitor.words
    assert "$12.50 to $40.00" in visitor.words
    assert "They part. They meet. On stage Kim Hana Lee Duri" in visitor.words
    assert f'href="/performances/{late["id"]}"' in visitor.page.text
    assert "2098" not in visitor.page.text


async def test_a_show_says_how_each_performance_stands(app: App, browse: Browse, bob: Someone):
    visitor = browse(app)
    show = await announce_show(app, OLIVIA)
    four = [{"name": "Stalls", "rows": [{"name": "A", "seats": 4}]}]
    venue = await open_venue(app, OLIVIA, sections=four)
    plan = {"prices": {"Stalls": 40}}
    await schedule(app, OLIVIA, show, venue, onSaleAt=written(in_days(2)), **plan)
    for what, body in (("postponement", {}), ("cancellation", None)):
        performance = await schedule(app, OLIVIA, show, venue, **plan)
        await app.put(f"/api/performances/{performance['id']}/{what}", OLIVIA, json=body)
    await hold(app, bob, await open_house(app, four, {"Stalls": 40}, show), "Stalls/A/1")
    full = await open_house(app, four, {"Stalls": 40}, show)
    await hold(app, bob, full, *(f"Stalls/A/{seat}" for seat in range(1, 5)))

    for words in ("On sale", "Postponed", "Cancelled"):
        await shows(visitor, f"/shows/{show['id']}", words)


async def test_what_organisers_write_is_text_and_never_markup(app: App, browse: Browse):
    visitor = browse(app)
    show = await announce_show(app, OLIVIA, title=MARKUP, story=MARKUP, cast=[MARKUP])
    sections = [{"name": "<b>", "rows": [{"name": '"><', "seats": 3}]}]
    performance = await open_house(app, sections, {"<b>": 5}, show)

    await shows(visitor, "/shows", "alert(1)")
    paths = ("/shows", "/", f"/shows/{show['id']}", f"/performances/{performance}?section=<b>")
    pages = [await visitor.open(path) for path in paths]

    for page in pages:
        assert MARKUP not in page.text
        assert "<b>" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("path", ["/shows", "/performances"])
async def test_a_show_that_is_not_there_is_a_page_that_says_so(app: App, browse: Browse, path: str):
    visitor = browse(app)

    unknown = await visitor.open(f"{path}/01900000-0000-7000-8000-000000000000")
    junk = await visitor.open(f"{path}/junk")

    assert unknown.status_code == junk.status_code == 404
    assert "There is nothing here" in unknown.text


async def test_a_draft_is_its_organisers_alone(app: App, browse: Browse, alice: Someone):
    draft = await plan_performance(app, OLIVIA)
    organiser, other = browse(app, OLIVIA), browse(app, alice)

    mine = await organiser.open(f"/performances/{draft['id']}")
    theirs = await other.open(f"/performances/{draft['id']}")

    assert mine.status_code == 200
    assert "This is a draft" in organiser.words
    assert theirs.status_code == 404
