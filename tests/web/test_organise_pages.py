"""The pages of organisers: who gets in, where their day begins, and their shows."""

from typing import Any

import pytest

from boxoffice.kit.http.routing import GuardedRoute
from boxoffice.services.web.routes import organise
from boxoffice.services.web.routes.organise.overview import PAGE, PERFORMANCES
from identity.office import NOWHERE
from shows.catalogue import (
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    publish,
    schedule,
    written,
)
from stage import App, Play, Someone
from stage.facts import heard
from web.browser import Browser, forms
from web.conftest import Browse

MARKUP = "<script>alert(1)</script>"
NEW = "/organise/shows/new"
DOORS = [
    pytest.param(route, method, id=f"{method} {route.path}")
    for route in organise.router.guarded()
    for method in sorted((route.methods or set()) - {"HEAD"})
]


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query", "web")


@pytest.fixture
def olga() -> Someone:
    """She puts on shows."""
    return an_organiser("olga")


@pytest.fixture
def desk(app: App, olga: Someone, browse: Browse) -> Browser:
    """Olga's browser."""
    return browse(app, olga)


async def knock(browser: Browser, route: GuardedRoute, method: str) -> int:
    """Ask for a page, or send a form to it, as from one of our own; return the answer's status."""
    path = route.path
    for name in ("venue_id", "show_id", "performance_id", "picture_id"):
        path = path.replace(f"{{{name}}}", str(NOWHERE))
    answer = await browser.http.request(
        method,
        path,
        params={"show": str(NOWHERE), "venue": str(NOWHERE)} if "performances/new" in path else {},
        data={},
        headers={"Origin": str(browser.http.base_url).rstrip("/")},
    )
    if answer.has_redirect_location:
        assert answer.headers["location"].startswith("/signin?return_to=")
    return answer.status_code


@pytest.mark.parametrize(("route", "method"), DOORS)
async def test_nobody_but_an_organiser_gets_in_anywhere(
    app: App, browse: Browse, route: GuardedRoute, method: str
):
    members = [browse(app, Someone("bob")), browse(app, Someone("mona", roles=("moderator",)))]

    assert await knock(browse(app), route, method) == 303
    assert [await knock(browser, route, method) for browser in members] == [403, 403]
    for name, role in (("olga", "organiser"), ("ada", "admin")):
        browser = browse(app, Someone(name, roles=(role,)))
        assert await knock(browser, route, method) not in {303, 403}


async def test_where_addresses_must_be_verified_organisers_do_that_before_they_fill_forms_in(
    play: Play, olga: Someone, browse: Browse
):
    app = await play("shows", "query", "web", require_verified=True)
    desk, unverified = browse(app, olga), browse(app)
    unverified.give("session", olga.sign(verified=False))

    answer = await unverified.http.get("/organise/venues/new")
    await desk.open("/organise/venues/new")

    assert answer.headers["location"] == "/verify?return_to=%2Forganise%2Fvenues%2Fnew"
    assert desk.page.status_code == 200


async def test_what_another_organiser_made_is_not_shown_for_editing(
    app: App, olga: Someone, browse: Browse
):
    venue, show = await open_venue(app, olga), await announce_show(app, olga)
    performance = await schedule(app, olga, show, venue)
    rival = browse(app, an_organiser("rita"))

    for path in (
        f"/organise/venues/{venue['id']}",
        f"/organise/shows/{show['id']}",
        f"/organise/performances/new?show={show['id']}",
        f"/organise/performances/{performance['id']}",
        f"/organise/performances/{performance['id']}/cancellation",
        f"/organise/performances/{performance['id']}/sales",
    ):
        await rival.open(path)
        assert rival.page.status_code == 403, path
        assert "This is another organiser's" in rival.words


async def test_who_begins_is_told_the_three_steps_and_led_to_the_first(desk: Browser):
    await desk.open("/organise")

    assert "Three steps to your first night" in desk.words
    assert '<a class="button" href="/organise/venues/new">' in desk.page.text
    assert 'href="/organise/shows/new"' in desk.page.text


async def test_who_has_a_venue_is_led_to_the_show(app: App, olga: Someone, desk: Browser):
    await open_venue(app, olga)

    await desk.open("/organise")

    assert "The venue is there." in desk.words
    assert '<a class="button" href="/organise/shows/new">' in desk.page.text
    assert "Globe London · 15 places" in desk.words


async def test_shows_stand_with_their_performances_and_what_to_do_next(
    app: App, olga: Someone, desk: Browser
):
    venue, hamlet = await open_venue(app, olga), await announce_show(app, olga)
    await announce_show(app, olga, title="Othello")
    at = written(in_days(7).replace(hour=18, minute=30, second=0))
    draft = await plan_performance(app, olga, hamlet, venue, startsAt=at)
    published = await schedule(app, olga, hamlet, venue)
    postponed = await schedule(app, olga, hamlet, venue)
    await app.put(f"/api/performances/{postponed['id']}/postponement", olga, json={})
    await heard(app)

    await desk.open("/organise")

    for state in ("Draft", "Published", "Postponed"):
        assert state in desk.words
    steps = desk.words.partition("To do next")[2].partition("Othello")[0]
    assert steps.index("is postponed Set its new date") < steps.index("is a draft Publish it")
    assert "Othello has no performance yet Plan one" in desk.words
    for performance in (draft, published, postponed):
        assert f'href="/organise/performances/{performance["id"]}"' in desk.page.text
    assert f'href="/organise/performances/{published["id"]}/sales"' in desk.page.text
    assert f'href="/organise/performances/{draft["id"]}/sales"' not in desk.page.text


async def test_many_shows_and_performances_are_led_on_to(app: App, olga: Someone, desk: Browser):
    venue, hamlet = await open_venue(app, olga), await announce_show(app, olga)
    for nth in range(PERFORMANCES + 1):
        await plan_performance(app, olga, hamlet, venue, startsAt=written(in_days(7 + nth)))
    for nth in range(PAGE):
        await announce_show(app, olga, title=f"Show {nth}")
    await heard(app)

    await desk.open("/organise")
    first, way = desk.words, desk.page.text.partition('href="/organise?after=')[2].partition('"')[0]
    await desk.open(f"/organise?after={way}")

    assert "Show 9" in first
    assert "Hamlet" not in first
    assert f"All {PERFORMANCES + 1} performances" in desk.words


async def test_an_organiser_sees_nothing_of_another(app: App, desk: Browser):
    rita = an_organiser("rita")
    await schedule(app, rita)
    await heard(app)

    await desk.open("/organise")

    assert "Hamlet" not in desk.words
    assert "Globe" not in desk.words


async def test_a_show_is_added_and_led_on_to_its_performances(
    app: App, olga: Someone, desk: Browser
):
    await desk.open(NEW)
    await desk.send(
        NEW,
        title="Hamlet",
        genre="play",
        story="A prince hesitates.\r\n\r\nMany die.",
        cast="Anna Adler\r\nBen Brandt, Cleo\r\n",
        runningMinutes="135",
        age="12",
    )

    assert desk.at.startswith("/organise/shows/")
    assert "The show is ready." in desk.words
    assert "Plan a performance" in desk.words
    show = (await app.get(f"/api{desk.at.removeprefix('/organise')}", olga)).json()
    assert (show["title"], show["genre"], show["runningMinutes"], show["age"]) == (
        *("Hamlet", "play", 135, 12),
    )
    assert show["story"] == "A prince hesitates.\n\nMany die."
    assert show["cast"] == ["Anna Adler", "Ben Brandt", "Cleo"]


async def test_saving_a_show_that_nobody_touched_changes_nothing(
    app: App, olga: Someone, desk: Browser
):
    show = await announce_show(
        app, olga, story="\n\nOne\n\n  two & <b>", cast=["A", "B"], age=0, runningMinutes=90
    )
    path = f"/organise/shows/{show['id']}"

    await desk.open(path)
    await desk.send(path)

    assert "Your changes are saved." in desk.words
    assert (await app.get(f"/api/shows/{show['id']}", olga)).json() == show


async def test_all_that_is_wrong_with_a_show_is_said_at_once(desk: Browser):
    await desk.open(NEW)

    await desk.send(NEW, title=" ", genre="", story="Long", runningMinutes="two hours", age="-1")

    assert desk.page.status_code == 400
    for sentence in (
        "Say what the show is called",
        "Choose what kind of show it is",
        "The running time is a number, such as 135",
        "The age is a number, such as 12",
    ):
        assert sentence in desk.words
    assert next(form for form in forms(desk.page) if form.action == NEW).fields["story"] == "Long"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "x" * 201}, "The title is too long: at most 200"),
        ({"story": "x" * 10_001}, "The text is too long: at most 10000"),
        ({"runningMinutes": "1441"}, "The running time must be at most 1440"),
        ({"genre": "opera"}, "Choose what kind of show it is"),
    ],
)
async def test_what_shows_refuses_of_a_show_is_told_on_the_form(
    desk: Browser, typed: dict[str, Any], sentence: str
):
    await desk.open(NEW)

    await desk.send(NEW, **{"title": "Hamlet", "genre": "play"} | typed)

    assert desk.page.status_code == 400
    assert sentence in desk.page.text


async def test_a_show_that_was_changed_in_between_is_not_overwritten(
    app: App, olga: Someone, desk: Browser
):
    show = await announce_show(app, olga)
    path = f"/organise/shows/{show['id']}"
    await desk.open(path)
    await app.put(f"/api/shows/{show['id']}", olga, json={"title": "Macbeth", "genre": "play"})

    await desk.send(path, title="Othello")

    assert desk.page.status_code == 409
    assert (await app.get(f"/api/shows/{show['id']}", olga)).json()["title"] == "Macbeth"


async def test_names_are_text_and_no_markup(app: App, olga: Someone, desk: Browser):
    venue = await open_venue(
        app, olga, name=MARKUP, sections=[{"name": MARKUP.replace("/", ""), "capacity": 5}]
    )
    show = await announce_show(app, olga, title=MARKUP, cast=[MARKUP])
    prices = {MARKUP.replace("/", ""): 1}
    performance = await plan_performance(app, olga, show, venue, prices=prices)
    await publish(app, olga, performance["id"])
    await heard(app)

    for path in (
        "/organise",
        f"/organise/venues/{venue['id']}",
        f"/organise/shows/{show['id']}",
        f"/organise/performances/new?show={show['id']}",
        f"/organise/performances/new?show={show['id']}&venue={venue['id']}",
        f"/organise/performances/{performance['id']}",
        f"/organise/performances/{performance['id']}/postponement",
    ):
        await desk.open(path)
        assert desk.page.status_code == 200, path
        assert "<script>alert" not in desk.page.text, path
        assert desk.page.headers["cache-control"] == "no-store", path
