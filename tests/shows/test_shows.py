"""Shows: what organisers say of them, and who sees what of them when."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from boxoffice.kit import clock
from shows.catalogue import (
    SHOW,
    an_organiser,
    announce_show,
    in_days,
    open_venue,
    plan_performance,
    schedule,
    written,
)
from stage import App, Play, Someone


async def test_a_new_show_is_answered_whole(play: Play):
    app, olivia = await play("shows"), an_organiser()
    said: dict[str, Any] = {
        "title": "Cats & Dogs",
        "genre": "circus/magic",
        "story": "First act.\n\nSecond act.",
        "cast": ["Ann Bell", "김하늘"],
        "runningMinutes": 95,
        "age": 0,
    }

    show = await announce_show(app, olivia, **said)

    assert show == said | {
        "id": show["id"],
        "version": 0,
        "organiserId": str(olivia.id),
        "poster": None,
        "pictures": [],
        "performances": [],
    }
    assert (await app.get(f"/api/shows/{show['id']}", olivia)).json() == show


async def test_what_is_not_said_of_a_show_is_left_out(play: Play):
    app, olivia = await play("shows"), an_organiser()

    show = await announce_show(app, olivia)

    assert (show["story"], show["cast"]) == ("", [])
    assert not {"runningMinutes", "age"} & show.keys()


async def test_a_cast_may_be_one_text_with_commas(play: Play):
    app, olivia = await play("shows"), an_organiser()

    show = await announce_show(app, olivia, cast=" Ann Bell,, Cem Duman ,")

    assert show["cast"] == ["Ann Bell", "Cem Duman"]


async def test_what_is_wrong_with_a_show_is_said_of_all_fields_at_once(play: Play):
    app, olivia = await play("shows"), an_organiser()
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({"title": " ", "genre": "opera"}, {"title", "genre"}),
        ({"title": "x" * 201, "story": "x" * 10_001}, {"title", "story"}),
        ({"story": "\0", "cast": 7}, {"story", "cast"}),
        ({"cast": ["x"] * 101, "age": 100}, {"cast", "age"}),
        ({"cast": ["x" * 101], "age": -1}, {"cast", "age"}),
        ({"cast": "x, " * 101}, {"cast"}),
        ({"cast": "x" * 20_000}, {"cast"}),
        ({"runningMinutes": 0, "version": -1}, {"runningMinutes", "version"}),
        ({"runningMinutes": 1_441}, {"runningMinutes"}),
    ]

    answers = [
        (await app.post("/api/shows", olivia, json=SHOW | one), fields) for one, fields in wrong
    ]
    nothing = await app.post("/api/shows", olivia, json={})

    for answer, fields in answers:
        assert answer.status_code == 400, answer.text
        assert {error["field"] for error in answer.json()["errors"]} == fields
    assert {error["field"] for error in nothing.json()["errors"]} == {"title", "genre"}


async def test_what_is_just_within_the_limits_is_taken(play: Play):
    app, olivia = await play("shows"), an_organiser()

    show = await announce_show(
        app,
        olivia,
        title="é" * 200,
        story="x" * 10_000,
        cast=["y" * 100] * 100,
        runningMinutes=1_440,
        age=99,
    )

    assert (len(show["title"]), len(show["story"]), len(show["cast"])) == (200, 10_000, 100)


async def test_a_show_is_nobody_elses_to_see_until_a_performance_is_published(
    play: Play, alice: Someone
):
    app, olivia = await play("shows"), an_organiser()
    draft = await plan_performance(app, olivia)
    path, admin = f"/api/shows/{draft['showId']}", Someone("ada", roles=("admin",))

    hidden = [await app.get(path, by) for by in (None, alice, an_organiser("oscar"))]
    seen = [await app.get(path, by) for by in (olivia, admin)]
    await app.put(f"/api/performances/{draft['id']}/publication", olivia)
    then = [await app.get(path, by) for by in (None, alice, olivia)]

    assert [answer.status_code for answer in hidden] == [404, 404, 404]
    assert [answer.status_code for answer in seen] == [200, 200]
    assert [answer.status_code for answer in then] == [200, 200, 200]


async def test_a_show_lists_its_performances(play: Play):
    app, olivia = await play("shows"), an_organiser()
    show, venue = await announce_show(app, olivia), await open_venue(app, olivia)
    doors = written(in_days(3))

    made = await schedule(app, olivia, show, venue, doorsAt=doors)

    (listed,) = (await app.get(f"/api/shows/{show['id']}")).json()["performances"]
    assert listed == {
        "id": made["id"],
        "state": "published",
        "startsAt": made["startsAt"],
        "doorsAt": doors,
        "onSaleAt": made["onSaleAt"],
        "venue": {
            "id": venue["id"],
            "name": "Globe",
            "city": "London",
            "timeZone": "Europe/London",
        },
        "prices": {"Stalls": 40, "Floor": 12.5},
        "currency": "USD",
        "capacity": 15,
    }


async def test_performances_come_by_date_and_drafts_and_past_ones_to_the_organiser_alone(
    play: Play, alice: Someone
):
    app, olivia = await play("shows"), an_organiser()
    show, venue = await announce_show(app, olivia), await open_venue(app, olivia)
    late, soon, postponed, over, long_over = [
        await schedule(app, olivia, show, venue, startsAt=written(in_days(days)))
        for days in (9, 2, 3, 4, 5)
    ]
    draft = await plan_performance(app, olivia, show, venue, startsAt=written(in_days(1)))
    await app.put(f"/api/performances/{postponed['id']}/postponement", olivia, json={})
    for days, one in ((-3, postponed), (-1, over), (-2, long_over)):
        await _move(app, one["id"], days)

    everyone = await _listed(app, show["id"], None)
    others = await _listed(app, show["id"], alice)
    own = await _listed(app, show["id"], olivia)

    assert everyone == others == [postponed["id"], soon["id"], late["id"]]
    to_come = [postponed["id"], draft["id"], soon["id"], late["id"]]
    assert own == [*to_come, over["id"], long_over["id"]]


async def test_its_organiser_edits_a_show(play: Play):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/shows/{(await announce_show(app, olivia))['id']}"
    draft = {"title": "Macbeth", "genre": "musical", "cast": ["Ann Bell"], "version": 0}

    edited = await app.put(path, olivia, json=draft)
    again = await app.put(path, olivia, json=draft | {"version": 1})

    assert (edited.status_code, edited.json()["version"]) == (200, 1)
    assert (draft | {"version": 1}).items() <= edited.json().items()
    assert again.json() == edited.json()
    assert (await app.get(path, olivia)).json() == edited.json()


async def test_an_edit_of_a_version_that_is_past_is_refused(play: Play):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/shows/{(await announce_show(app, olivia))['id']}"
    await app.put(path, olivia, json=SHOW | {"title": "Macbeth"})

    stale = await app.put(path, olivia, json=SHOW | {"version": 0})
    ahead = await app.put(path, olivia, json=SHOW | {"version": 2})

    assert (stale.status_code, ahead.status_code) == (409, 409)
    assert (await app.get(path, olivia)).json()["title"] == "Macbeth"


async def test_only_its_organiser_edits_a_show(play: Play, alice: Someone):
    app, olivia = await play("shows"), an_organiser()
    path = f"/api/shows/{(await announce_show(app, olivia))['id']}"

    refused = [
        await app.put(path, json={}),
        await app.put(path, alice, json=SHOW),
        await app.put(path, an_organiser("oscar"), json=SHOW | {"version": 7}),
        await app.put(path, Someone("ada", roles=("admin",)), json=SHOW),
        await app.post("/api/shows", alice, json=SHOW),
    ]

    assert [answer.status_code for answer in refused] == [401, 403, 403, 403, 403]
    assert (await app.get(path, olivia)).json()["version"] == 0


async def test_a_show_that_is_not_there_is_not_found(play: Play):
    app, olivia = await play("shows"), an_organiser()
    unknown = f"/api/shows/{clock.new_id()}"

    answers = [
        await app.get(unknown, olivia),
        await app.get("/api/shows/hamlet", olivia),
        await app.put(unknown, olivia, json=SHOW),
        await app.put("/api/shows/hamlet", olivia, json=SHOW),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await app.put(unknown, olivia, json={})).status_code == 400


async def test_organising_asks_for_a_verified_address_where_the_operator_does(play: Play):
    app, olivia = await play("shows", require_verified=True), an_organiser()
    newcomer = replace(olivia, token=olivia.sign(verified=False))
    made = await schedule(app, olivia)
    show, performance = f"/api/shows/{made['showId']}", f"/api/performances/{made['id']}"

    refused = [
        await app.post("/api/venues", newcomer, json={}),
        await app.post("/api/shows", newcomer, json=SHOW),
        await app.put(show, newcomer, json=SHOW),
        await app.post("/api/performances", newcomer, json={}),
        await app.put(f"{performance}/publication", newcomer),
        await app.put(f"{performance}/postponement", newcomer, json={}),
    ]
    cancelled = await app.put(f"{performance}/cancellation", newcomer)

    assert [answer.status_code for answer in refused] == [403] * 6
    assert {answer.json()["detail"] for answer in refused} == {"Verify your e-mail address first"}
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")


async def _listed(app: App, show_id: str, by: Someone | None) -> list[str]:
    show = (await app.get(f"/api/shows/{show_id}", by)).json()
    return [performance["id"] for performance in show["performances"]]


async def _move(app: App, performance_id: str, days: float) -> None:
    """Let time go by: this many days from now it starts, or did."""
    db = await app.db("shows")
    await db.execute(
        "UPDATE performances SET starts_at = $2, on_sale_at = NULL WHERE performance_id = $1",
        UUID(performance_id),
        in_days(days),
    )
