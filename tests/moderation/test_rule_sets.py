"""Rules are changed, tried, and run over texts that others judged."""

from typing import Any
from uuid import UUID

from boxoffice.events.moderation import ReviewModerated
from boxoffice.kit import clock
from boxoffice.services.moderation import commands
from moderation.desk import (
    ADVERT,
    LINKED,
    ORANGES,
    PLAIN,
    applied,
    case_of,
    decide,
    hear,
    put_rules,
    queue,
    said,
)
from stage import App, Play, Someone

RULES = "/api/moderation/rules"
PREVIEW = "/api/moderation/rules/preview"
LETTERS = {"kind": "repetition", "of": "character", "count": 9, "share": 0.5}


async def test_the_first_rules_came_with_the_program(play: Play, moderator: Someone):
    app = await play("moderation")

    rules = (await app.get(RULES, moderator)).json()

    assert (rules["version"], rules.get("madeBy")) == (1, None)
    names = [rule["name"] for rule in rules["rules"]]
    assert (names[0], names[-1]) == ("Nothing to read", "Harmless")
    assert "Oranges" not in names


async def test_with_the_demonstration_oranges_are_rejected_until_it_is_off(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation", demo_rules=True)
    (review_id,) = await hear(app, alice, "As good as an orange")
    rejected = await case_of(app, review_id, moderator)
    await app.stop()

    later = await play("moderation")

    assert (rejected["status"], rejected["rule"]) == ("rejected", "Oranges")
    rules = (await later.get(RULES, moderator)).json()
    assert (rules["version"], rules["rules"][0]["name"]) == (2, "Nothing to read")


async def test_the_program_leaves_rules_alone_that_a_moderator_made(play: Play, moderator: Someone):
    app = await play("moderation")
    version = await put_rules(app, moderator, PLAIN)
    await app.stop()

    later = await play("moderation", demo_rules=True)

    rules = (await later.get(RULES, moderator)).json()
    assert (rules["version"], rules["madeBy"]) == (version, str(moderator.id))
    assert [rule["name"] for rule in rules["rules"]] == ["Harmless"]


async def test_changed_rules_judge_what_comes_and_leave_what_was(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (before,) = await hear(app, alice, "An orange")

    answer = await app.put(RULES, moderator, json={"rules": [ORANGES, PLAIN], "version": 1})

    assert answer.status_code == 200
    assert answer.json()["version"] == 2
    assert answer.json()["rules"] == (await app.get(RULES, moderator)).json()["rules"]
    (after,) = await hear(app, alice, "An orange")
    assert (await case_of(app, before, moderator))["status"] == "approved"
    judged = await case_of(app, after, moderator)
    assert (judged["status"], judged["reason"]) == ("rejected", "No oranges")
    assert (judged["rule"], judged["rulesVersion"]) == ("Oranges", 2)


async def test_a_stale_version_of_the_rules_is_refused(play: Play, moderator: Someone):
    app = await play("moderation")
    await put_rules(app, moderator, ORANGES)

    answers = [
        await app.put(RULES, moderator, json={"rules": [PLAIN], "version": version})
        for version in (1, 3)
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    same = await app.put(RULES, moderator, json={"rules": [ORANGES], "version": 2})
    assert (same.status_code, same.json()["version"]) == (200, 2)


async def test_a_rule_that_makes_no_sense_is_refused_by_its_name(play: Play, moderator: Someone):
    app = await play("moderation")
    wrong: list[tuple[Any, str]] = [
        ([ORANGES | {"words": []}], "The rule “Oranges” makes no sense: words: This is too short"),
        ([ORANGES | {"words": ["?!"]}], "“Oranges” makes no sense: words: “?!” has no letter"),
        ([ORANGES | {"wrods": ["x"]}], "“Oranges” makes no sense: wrods: This is not known here"),
        ([PLAIN, ORANGES | {"kind": "regex"}], "“Oranges” makes no sense: kind: This must be"),
        ([{"kind": "links"}], "A rule without a name makes no sense: name: This is required"),
        ([ORANGES, ORANGES], "The rule “Oranges” is there twice"),
        ([LETTERS | {"name": "L", "decides": "ask"}], "“L” makes no sense: reason: This is"),
        ([7], "A rule without a name makes no sense"),
        (7, "This must be a list"),
        ([PLAIN | {"name": str(n)} for n in range(201)], "too long: at most 200"),
    ]

    for path in (RULES, PREVIEW):
        ask = app.put if path == RULES else app.post
        for rules, sentence in wrong:
            answer = await ask(path, moderator, json={"rules": rules, "version": 1})
            assert answer.status_code == 400, rules
            assert sentence in answer.json()["detail"]
    assert (await app.get(RULES, moderator)).json()["version"] == 1


async def test_two_hundred_rules_are_taken_and_no_larger_body(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    whole = ORANGES | {"match": "whole"}
    many = [whole | {"name": f"No {n}", "words": [f"word{n}"]} for n in range(200)]
    large = [ORANGES | {"name": str(n), "words": ["x" * 60] * 500} for n in range(3)]

    taken = await app.put(RULES, moderator, json={"rules": many, "version": 1})
    refused = await app.put(RULES, moderator, json={"rules": large, "version": 2})

    assert (taken.status_code, refused.status_code) == (200, 413)
    (review_id,) = await hear(app, alice, "It has word199 in it")
    assert (await case_of(app, review_id, moderator))["rule"] == "No 199"


async def test_a_preview_tells_what_rules_would_change_and_changes_nothing(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    long = "An orange is a fruit that I like. " * 20
    orange, pear, decided = await hear(app, alice, long, "A pear", "Two oranges")
    await decide(app, moderator, [decided])
    before = await said(app)

    answer = await app.post(PREVIEW, moderator, json={"rules": [ORANGES, PLAIN]})

    sample = {"reviewId": str(orange), "was": "approved", "wouldBe": "rejected"}
    text = {"text": long[:500], "reason": "No oranges"}
    assert answer.json() == {"texts": 2, "changes": 1, "samples": [sample | text]}
    assert (await app.get(RULES, moderator)).json()["version"] == 1
    assert await said(app) == before
    assert (await case_of(app, pear, moderator))["version"] == 1


async def test_a_preview_shows_twenty_samples_of_many_texts(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, "An orange")
    await _repeat(app, review_id, 599)

    trial = (await app.post(PREVIEW, moderator, json={"rules": [ORANGES]})).json()

    assert (trial["texts"], trial["changes"], len(trial["samples"])) == (600, 600, 20)


async def test_rules_run_over_old_texts_say_what_changed_and_no_more(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    orange, pear, linked = await hear(app, alice, "An orange", "A pear", LINKED)
    version = await put_rules(app, moderator, ORANGES, PLAIN)

    changed = await applied(app, moderator, version)

    assert changed == 2
    words = (await app.said(ReviewModerated))[3:]
    assert [(one.review_id, one.status, one.rules_version) for one in words] == [
        (one, status, version)
        for one, status in sorted([(orange, "rejected"), (linked, "approved")])
    ]
    assert (await case_of(app, pear, moderator))["version"] == 1
    assert await queue(app, moderator) == []


async def test_an_application_is_asked_for_once_and_tells_how_far_it_is(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    await hear(app, alice, *["An orange"] * 5)
    version = await put_rules(app, moderator, ORANGES)
    path = f"{RULES}/{version}/application"
    unasked = await app.get(path, moderator)

    first = await app.put(path, moderator)

    assert (unasked.status_code, first.status_code) == (404, 202)
    assert await applied(app, moderator, version) == 5
    seen = (await app.get(path, moderator)).json()
    assert seen == {"version": 2, "lookedAt": 5, "changed": 5, "isFinished": True}
    assert (await app.put(path, moderator)).json() == seen


async def test_only_the_rules_that_hold_are_run(play: Play, moderator: Someone):
    app = await play("moderation")
    await put_rules(app, moderator, ORANGES)

    answers = [
        await app.put(f"{RULES}/{version}/application", moderator)
        for version in (1, 3, 0, "seven", 2**31)
    ]

    assert [answer.status_code for answer in answers] == [409, 404, 404, 404, 404]


async def test_an_application_that_was_interrupted_goes_on_where_it_was(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    await hear(app, alice, *["An orange"] * 10)
    version = await put_rules(app, moderator, ORANGES, PLAIN)
    await app.stop()
    db = await app.db("moderation")
    await commands.apply_rules(db, version, moderator.id, clock.now())
    for _ in range(2):
        await commands.run_rules(db, clock.now(), limit=3)
    half = await commands.get_application(db, version)

    await app.start()

    assert (half.looked_at, half.changed, half.finished_at) == (6, 6, None)
    assert await applied(app, moderator, version) == 10
    assert [one[0] for one in await said(app)] == [1] * 10 + [2] * 10


async def test_an_application_ends_when_newer_rules_hold(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    await hear(app, alice, "An orange", ADVERT)
    old = await put_rules(app, moderator, ORANGES)
    await app.stop()
    db = await app.db("moderation")
    await commands.apply_rules(db, old, moderator.id, clock.now())
    await app.start()
    new = await put_rules(app, moderator, PLAIN)

    changed = await applied(app, moderator, new)

    assert changed <= 2
    assert {await _status(app, one, moderator) for one in await _texts(app)} == {"approved"}
    assert (await app.get(f"{RULES}/{old}/application", moderator)).json()["isFinished"]


async def _repeat(app: App, review_id: UUID, times: int) -> None:
    """Have a text be there so many times more."""
    await (await app.db("moderation")).execute(
        """
        INSERT INTO cases
        SELECT (jsonb_populate_record(cases, jsonb_build_object('review_id', uuidv7()))).*
        FROM cases, generate_series(1, $2) WHERE review_id = $1
        """,
        review_id,
        times,
    )


async def _texts(app: App) -> list[UUID]:
    rows = await (await app.db("moderation")).fetch("SELECT review_id FROM cases")
    return [row["review_id"] for row in rows]


async def _status(app: App, review_id: UUID, by: Someone) -> str:
    return (await case_of(app, review_id, by))["status"]
