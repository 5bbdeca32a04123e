"""Finding shows by words: of the title, the cast, the venue and the city."""

from datetime import timedelta

import pytest

from boxoffice.kit import clock
from query.finding import cards, put_on, titles
from shows.catalogue import (
    PRICES,
    VENUE,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    schedule,
    written,
)
from stage import App, Play, Someone, eventually
from stage.facts import heard


@pytest.fixture
async def app(play: Play) -> App:
    return await play("shows", "query")


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


async def test_a_show_is_found_by_its_title_its_cast_its_venue_and_its_city(
    app: App, olivia: Someone
):
    await put_on(app, olivia, "Hamlet", cast=["Sarah Bernhardt", "Edwin Booth"])
    old_vic = await open_venue(app, olivia, name="Old Vic", city="Bristol")
    await put_on(app, olivia, "Macbeth", old_vic)

    assert await titles(app, q="hamlet") == ["Hamlet"]
    assert await titles(app, q="Bernhardt") == ["Hamlet"]
    assert await titles(app, q="globe") == ["Hamlet"]
    assert await titles(app, q="old vic") == ["Macbeth"]
    assert await titles(app, q="bristol") == ["Macbeth"]
    assert await titles(app, q="Othello") == []


async def test_all_words_must_be_there_wherever_they_are(app: App, olivia: Someone):
    await put_on(app, olivia, "Hamlet", cast=["Edwin Booth"])
    await put_on(app, olivia, "Macbeth", cast=["Edwin Booth"])

    assert sorted(await titles(app, q="booth")) == ["Hamlet", "Macbeth"]
    assert await titles(app, q="booth macbeth london") == ["Macbeth"]
    assert await titles(app, q="booth macbeth paris") == []


async def test_the_beginning_of_a_word_finds_it_and_its_end_does_not(app: App, olivia: Someone):
    await put_on(app, olivia, "The Nutcracker")

    assert await titles(app, q="nutc") == ["The Nutcracker"]
    assert await titles(app, q="cracker") == []


async def test_a_card_says_what_is_to_come_and_where_the_next_of_it_is(app: App, olivia: Someone):
    first, last = in_days(3), in_days(20)
    show = await announce_show(app, olivia, title="Hamlet", cast=["Edwin Booth"])
    near, far = await open_venue(app, olivia), await open_venue(app, olivia, city="Leeds")
    await schedule(app, olivia, show, far, startsAt=written(last), prices={"Stalls": 9, "Floor": 9})
    await schedule(app, olivia, show, near, startsAt=written(first))

    found = await cards(app)

    assert found == [
        {
            "id": show["id"],
            "title": "Hamlet",
            "genre": "play",
            "poster": None,
            "cast": ["Edwin Booth"],
            "venue": "Globe",
            "city": "London",
            "timeZone": "Europe/London",
            "firstAt": written(first),
            "lastAt": written(last),
            "performances": 2,
            "priceFrom": 9,
            "currency": "USD",
            "seatsSold": 0,
        }
    ]


async def test_a_draft_is_not_found(app: App, olivia: Someone):
    await plan_performance(app, olivia)

    assert await titles(app) == []
    assert await titles(app, q="hamlet") == []


async def test_a_cancelled_show_disappears(app: App, olivia: Someone):
    performance = await put_on(app, olivia, "Hamlet")
    assert await titles(app, q="hamlet") == ["Hamlet"]

    await app.put(f"/api/performances/{performance['id']}/cancellation", olivia)

    assert await titles(app, q="hamlet") == []
    assert await titles(app) == []
    assert (await app.get("/api/cities")).json()["items"] == []


async def test_a_show_without_a_date_is_found_last_and_by_no_date(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet", startsAt=written(in_days(2)))
    await put_on(app, olivia, "Macbeth", startsAt=written(in_days(5)))

    await app.put(f"/api/performances/{hamlet['id']}/postponement", olivia, json={})

    found = await cards(app)
    assert [card["title"] for card in found] == ["Macbeth", "Hamlet"]
    assert "firstAt" not in found[1]
    assert await titles(app, q="hamlet") == ["Hamlet"]
    assert await titles(app, to=in_days(30).date()) == ["Macbeth"]
    assert await titles(app, available=True) == ["Macbeth"]


async def test_a_new_date_counts_from_when_it_is_known(app: App, olivia: Someone):
    hamlet = await put_on(app, olivia, "Hamlet", startsAt=written(in_days(2)))
    await put_on(app, olivia, "Macbeth", startsAt=written(in_days(5)))

    moved = {"startsAt": written(in_days(9))}
    await app.put(f"/api/performances/{hamlet['id']}/postponement", olivia, json=moved)

    assert [card["firstAt"] for card in await cards(app, q="hamlet")] == [moved["startsAt"]]
    assert await titles(app) == ["Macbeth", "Hamlet"]


async def test_what_has_begun_leaves_by_itself(app: App, olivia: Someone):
    soon = written(clock.now() + timedelta(seconds=1.5))
    show = await announce_show(app, olivia, title="Hamlet")
    london = await open_venue(app, olivia)
    leeds = await open_venue(app, olivia, name="Grand", city="Leeds")
    await schedule(app, olivia, show, london, startsAt=soon)
    await schedule(app, olivia, show, leeds, startsAt=written(in_days(3)))
    assert [card["city"] for card in await cards(app, q="hamlet globe")] == ["London"]

    async def it_has_left_london() -> None:
        assert [card["city"] for card in await cards(app)] == ["Leeds"]
        assert await titles(app, city="London") == []
        assert await titles(app, q="globe") == []
        assert await titles(app, q="grand") == ["Hamlet"]

    await eventually(it_has_left_london)


async def test_a_show_that_is_edited_is_found_by_its_new_words_alone(app: App, olivia: Someone):
    performance = await put_on(app, olivia, "Hamlet")

    changed = {"title": "Macbeth", "genre": "musical", "cast": "Edwin Booth"}
    answer = await app.put(f"/api/shows/{performance['showId']}", olivia, json=changed)

    assert answer.status_code == 200
    assert await titles(app, q="hamlet") == []
    assert await titles(app, q="macbeth booth") == ["Macbeth"]
    assert await titles(app, genre="musical") == ["Macbeth"]


async def test_a_venue_that_is_edited_is_found_by_its_new_name_alone(app: App, olivia: Someone):
    venue = await open_venue(app, olivia)
    await put_on(app, olivia, "Hamlet", venue)

    moved = VENUE | {"name": "Rose", "city": "Southwark"}
    answer = await app.put(f"/api/venues/{venue['id']}", olivia, json=moved)

    assert answer.status_code == 200
    assert await titles(app, q="globe") == []
    assert await titles(app, city="London") == []
    assert await titles(app, q="rose", city="southwark") == ["Hamlet"]


async def test_new_prices_are_searched_at_once(app: App, olivia: Someone):
    performance = await put_on(app, olivia, "Hamlet")

    terms = {"startsAt": performance["startsAt"], "prices": {"Stalls": 80, "Floor": 70}}
    answer = await app.put(f"/api/performances/{performance['id']}", olivia, json=terms)

    assert answer.status_code == 200
    assert await titles(app, maxPrice=PRICES["Floor"]) == []
    assert await titles(app, minPrice=75, maxPrice=80) == ["Hamlet"]


@pytest.mark.parametrize("question", ["!!!", "…", "- -", "★"])
async def test_signs_without_words_find_nothing(app: App, olivia: Someone, question: str):
    await put_on(app, olivia, "Hamlet")

    assert await titles(app, q=question) == []


async def test_fields_that_are_left_empty_do_not_count(app: App, olivia: Someone):
    await put_on(app, olivia, "Hamlet")
    await heard(app)

    path = "/api/shows?q=&genre=&city=&from=&to=&minPrice=&maxPrice=&available=&sort="

    assert [card["title"] for card in (await app.get(path)).json()["items"]] == ["Hamlet"]


@pytest.mark.parametrize(
    "question", ["'", "\\", "a:*", "!ham & (", "ham | mac", "%", '"ham"', "<->"]
)
async def test_signs_of_the_database_are_only_signs(app: App, olivia: Someone, question: str):
    await put_on(app, olivia, "Hamlet")

    answer = await app.get("/api/shows", params={"q": question})

    assert answer.status_code == 200


async def test_a_very_long_question_is_refused(app: App):
    answer = await app.get("/api/shows", params={"q": "a" * 101})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["q"]


async def test_ones_own_shows_are_there_with_drafts_the_newest_first(app: App, olivia: Someone):
    oscar = an_organiser("oscar")
    bare = await announce_show(app, olivia, title="Othello")
    draft = await plan_performance(app, olivia)
    await put_on(app, olivia, "Macbeth")
    await put_on(app, oscar, "Lear")

    found = await cards(app, by=olivia, organiser="me")

    assert [card["title"] for card in found] == ["Macbeth", "Hamlet", "Othello"]
    assert [card["id"] for card in found[1:]] == [draft["showId"], bare["id"]]
    assert [card["performances"] for card in found] == [1, 1, 0]
    assert found[1]["venue"] == "Globe"
    assert found[1]["priceFrom"] == 12.5
    assert "venue" not in found[2]


async def test_ones_own_shows_are_for_organisers(app: App, alice: Someone):
    nobody, member = (
        await app.get("/api/shows?organiser=me"),
        await app.get("/api/shows?organiser=me", alice),
    )

    assert (nobody.status_code, member.status_code) == (401, 403)


async def test_cities_are_those_with_something_to_come(app: App, olivia: Someone):
    london, leeds = await open_venue(app, olivia), await open_venue(app, olivia, city="Leeds")
    shouted = await open_venue(app, olivia, city="LEEDS")
    await open_venue(app, olivia, city="Bristol")
    hamlet = await put_on(app, olivia, "Hamlet", leeds)
    await put_on(app, olivia, "Macbeth", shouted)
    await schedule(app, olivia, {"id": hamlet["showId"]}, london)

    await heard(app)
    answer = await app.get("/api/cities")

    found = [(one["city"].casefold(), one["shows"]) for one in answer.json()["items"]]
    assert found == [("leeds", 2), ("london", 1)]
