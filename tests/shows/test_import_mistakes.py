"""What is said of a file that cannot be imported: each mistake, with its line, in a sentence."""

import json
from typing import Any

import pytest

from boxoffice.cli.lines import LARGEST_LINE_BYTES
from boxoffice.services.shows.model import MOST_TO_COME
from boxoffice.services.shows.model.imports import MOST_FAULTS, ImportRefused
from shows.catalogue import PRICES
from shows.files import an_account, bring, counted, fates, faults, played, show, venue
from stage import App, Play


@pytest.fixture
async def app(play: Play) -> App:
    return await play("identity", "shows")


def performance(**changes: Any) -> dict[str, Any]:
    """A show with one performance that differs from the usual."""
    return show("S1", played("P1") | changes)


def without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: known for key, known in line.items() if key != name}


async def test_each_mistake_is_told_with_its_line_its_field_and_a_sentence(app: App):
    olivia = await an_account(app)
    bad: list[tuple[dict[str, Any] | str, str]] = [
        ("{", "This is no JSON object"),
        ("[1, 2]", "This is no JSON object"),
        ("\\", "This is no JSON object"),
        ({"kind": "concert"}, "kind: This must be 'venue' or 'show'"),
        ({"title": "Hamlet"}, "kind: This is required"),
        (without(show("A"), "title"), "title: This is required"),
        (without(show(), "sourceId"), "sourceId: This is required"),
        (venue() | {"sourceId": ["A"]}, "sourceId: This must be text"),
        (show("A/B"), "sourceId: This has no slash: one parts a show and its performance"),
        (show("A", genre="opera"), "genre: This must be 'play', "),
        (show("A", runingMinutes=90), "runingMinutes: There is no such field"),
        (show("A", runningMinutes="long"), "runningMinutes: This must be a whole number"),
        (show("A", age=100), "age: This must be at most 99"),
        (performance(startsAt="2027-05-01"), "performances.0.startsAt: This needs its zone"),
        (performance(startsAt="tonight"), "performances.0.startsAt: This must be a time such as"),
        (
            performance(prices={"Stalls": -1}),
            "performances.0.prices.Stalls: This must be at least 0",
        ),
        (
            performance(prices={"Stalls": "free"}),
            "performances.0.prices.Stalls: This must be a number",
        ),
        (performance(prices={}), "performances.0.prices: This is too short: at least 1"),
        (
            performance(currency="KRW", prices={"A": 1.5}),
            "performances.0: KRW has no such fraction",
        ),
        (performance(currency="KWD"), "performances.0.currency: KWD has three decimals"),
        (performance(currency="won"), "performances.0.currency: This must fit ^[A-Z]{3}$"),
        (performance(doorsAt="2127-01-01T00:00Z"), "performances.0.doorsAt: This must be before"),
        (show("A", played("P"), played("P", 8)), "performances: Two performances are called P"),
        (venue("A", timeZone="Mars/Base"), "timeZone: This is no time zone"),
        (venue("A", sections=[{"name": "X"}]), "sections: X needs either rows or a capacity"),
    ]

    found = await faults(app, olivia, *(line for line, _ in bad))

    assert [fault.line for fault in found] == list(range(1, len(bad) + 1))
    for fault, (_, sentence) in zip(found, bad, strict=True):
        assert fault.sentence.startswith(sentence)


async def test_a_line_has_all_its_mistakes_told_at_once(app: App):
    olivia = await an_account(app)
    line = show("A", played("P", startsAt="tonight", prices={"Stalls": -1}), title="", age=-1)

    found = await faults(app, olivia, venue(), line)

    assert {(fault.line, fault.field) for fault in found} == {
        (2, "title"),
        (2, "age"),
        (2, "performances.0.startsAt"),
        (2, "performances.0.prices.Stalls"),
    }


async def test_prices_name_exactly_the_sections_of_the_venue(app: App):
    olivia = await an_account(app)

    found = await faults(
        app,
        olivia,
        show("S1", played("P1", prices={"Stalls": 1}), played("P2", 8)),
        show("S2", played("P1"), played("P2", 8, prices=PRICES | {"Attic": 1})),
        venue(),
    )

    assert [(fault.line, fault.sentence) for fault in found] == [
        (1, "performances.0.prices: There is no price for Floor"),
        (2, "performances.1.prices: There is no section Attic"),
    ]
    assert await counted(app) == (0, 0, 0, 0)


async def test_a_venue_is_on_another_line_or_was_imported_before(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue("V1"))

    known = await bring(app, olivia, show("S1", played(venue="V1")))
    found = await faults(app, olivia, show("S2", played(venue="V2")))

    assert fates(known)["performances new"] == 1
    assert [fault.sentence for fault in found] == ["performances.0.venue: There is no venue V2"]


async def test_a_venue_with_a_mistake_is_no_mistake_of_the_shows_there(app: App):
    olivia = await an_account(app)

    found = await faults(app, olivia, show("S1"), venue("V1", timeZone="Mars/Base"), show("S2"))

    assert [(fault.line, fault.field) for fault in found] == [(2, "timeZone")]


async def test_two_lines_about_one_thing_are_one_too_many(app: App):
    olivia = await an_account(app)

    found = await faults(app, olivia, venue(), show(), venue(name="Rose"), show(title="Lear"))

    assert [(fault.line, fault.sentence) for fault in found] == [
        (3, "sourceId: Line 1 is this venue already"),
        (4, "sourceId: Line 2 is this show already"),
    ]


async def test_mistakes_that_only_the_catalogue_knows_of_are_told_beside_the_others(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue("V1"), venue("V2"), show("S1"), show("S2"), show("S3"))
    before = await counted(app)

    found = await faults(
        app,
        olivia,
        show("S1", played("P1", venue="V2")),
        show("S2", played("P1", currency="EUR")),
        show("S3", played("P1", -1)),
        show("S4", title=""),
    )

    assert [(fault.line, fault.sentence) for fault in found] == [
        (1, "performances.0.venue: It is at another venue already; cancel it, and add one here"),
        (2, "performances.0.currency: It is sold in USD already"),
        (3, "performances.0.startsAt: A new date is in the future"),
        (4, "title: This is too short: at least 1"),
    ]
    assert await counted(app) == before


async def test_what_is_on_sale_is_not_sold_by_sections_that_its_map_lacks(app: App):
    olivia = await an_account(app)
    await bring(app, olivia, venue(), show())
    renamed = venue(sections=[{"name": "Pit", "capacity": 5}])

    found = await faults(app, olivia, renamed, show("S1", played("P1", prices={"Pit": 3})))

    assert [fault.field for fault in found] == ["performances.0.prices"]
    assert "There is no section Pit" in found[0].message


async def test_a_show_has_no_more_performances_to_come_than_one_may_have(app: App):
    olivia = await an_account(app)
    floor = venue(sections=[{"name": "Floor", "capacity": 1}])
    many = [played(f"P{n}", 2 + n / 100, prices={"Floor": 1}) for n in range(MOST_TO_COME + 1)]

    most = await bring(app, olivia, floor, show("S1", *many[:-1]))
    too_many = await faults(app, olivia, show("S1", many[-1]))
    listed = await faults(app, olivia, show("S2", *many))

    assert fates(most)["performances new"] == MOST_TO_COME
    assert [fault.sentence for fault in too_many] == [
        "performances: A show has at most 1000 performances to come"
    ]
    assert [fault.sentence for fault in listed] == ["performances: This is too long: at most 1000"]


async def test_the_first_hundred_mistakes_are_told_and_the_rest_is_counted(app: App):
    olivia = await an_account(app)
    lines = [show(f"S{n}", title="") for n in range(950)]

    with pytest.raises(ImportRefused, match="950 mistakes") as refused:
        await bring(app, olivia, venue(), *lines)

    told = refused.value.faults.first()
    assert [fault.line for fault in told] == list(range(2, MOST_FAULTS + 2))


async def test_a_line_without_end_is_one_mistake(app: App):
    olivia = await an_account(app)
    endless = json.dumps(show("S1", story="x" * 2 * LARGEST_LINE_BYTES))

    found = await faults(app, olivia, endless, "nonsense")

    assert [(fault.line, fault.sentence) for fault in found] == [
        (1, "A line has at most 1,048,576 bytes"),
        (2, "This is no JSON object"),
    ]


async def test_empty_lines_and_the_mark_of_an_editor_are_no_mistakes(app: App):
    olivia = await an_account(app)

    outcome = await bring(app, olivia, "\ufeff" + json.dumps(venue()), "", "  ", show())

    assert fates(outcome) == {"venues new": 1, "shows new": 1, "performances new": 1}
