"""Who may ask moderation what, and what it refuses."""

from typing import Any

from boxoffice.kit import clock
from moderation.desk import ADVERT, LINKED, PLAIN, decide, hear
from stage import App, Play, Someone

BASE = "/api/moderation"


async def test_nobody_is_sent_to_sign_in_and_members_are_refused(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, LINKED)

    for method, path, body in _asked(str(review_id)):
        nobody = await app.ask(method, path, json=body)
        member = await app.ask(method, path, alice, json=body)
        organiser = await app.ask(method, path, Someone("o", roles=("organiser",)), json=body)
        assert [one.status_code for one in (nobody, member, organiser)] == [401, 403, 403], path
    case = (await app.get(f"{BASE}/cases/{review_id}", moderator)).json()
    assert (case["status"], case["version"]) == ("pending", 1)


async def test_an_admin_may_do_what_moderators_may(play: Play, alice: Someone):
    app = await play("moderation")
    admin = Someone("ada", roles=("admin",))
    (review_id,) = await hear(app, alice, LINKED)
    await decide(app, admin, [review_id], "rejected", "No")

    answers = [
        (await app.ask(method, path, admin, json=body)).status_code
        for method, path, body in _asked(str(review_id))
    ]

    assert answers == [200, 200, 200, 202, 200, 200, 200, 204, 200]


async def test_a_case_is_shown_whole(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, ADVERT)

    case = (await app.get(f"{BASE}/cases/{review_id}", moderator)).json()

    reason = "This has more than two links; advertisements are not reviews"
    assert case == {
        "reviewId": str(review_id),
        "version": 1,
        "textVersion": 0,
        "text": ADVERT,
        "showId": case["showId"],
        "authorId": str(alice.id),
        "stars": 5,
        "status": "rejected",
        "complaints": [],
        "complaintsTotal": 0,
        "writtenAt": case["writtenAt"],
        "rule": "Advertising",
        "rulesVersion": 1,
        "reason": reason,
        "decidedAt": case["decidedAt"],
        "history": [
            {
                "version": 1,
                "textVersion": 0,
                "status": "rejected",
                "reason": reason,
                "rule": "Advertising",
                "rulesVersion": 1,
                "at": case["decidedAt"],
            }
        ],
    }


async def test_an_item_of_the_queue_has_what_one_decides_by(
    play: Play, alice: Someone, moderator: Someone
):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, LINKED)

    answer = (await app.get(f"{BASE}/queue", moderator)).json()

    (item,) = answer["items"]
    assert answer["next"] is None
    assert (item["reviewId"], item["text"], item["waitsFor"]) == (
        str(review_id),
        LINKED,
        "undecided",
    )
    assert (item["rule"], item["reason"]) == (
        "A link",
        "A moderator looks where this link leads first",
    )
    assert "history" not in item


async def test_what_is_not_there_is_not_found(play: Play, moderator: Someone):
    app = await play("moderation")

    answers = [
        await app.ask(method, f"{BASE}/{path}/{wrong}", moderator)
        for method, path in (("GET", "cases"), ("DELETE", "decisions"))
        for wrong in (clock.new_id(), "seven")
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


async def test_lists_and_bodies_have_limits(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation")
    (review_id,) = await hear(app, alice, ADVERT)
    megabyte = "x" * 1_000_000

    refused = [
        await app.get(f"{BASE}/queue?limit=201", moderator),
        await app.get(f"{BASE}/queue?limit=0", moderator),
        await app.get(f"{BASE}/queue?after=me", moderator),
        await decide(app, moderator, [review_id], "rejected", megabyte),
        await app.put(f"{BASE}/cases/{review_id}/appeal", alice, json={"text": megabyte}),
        await app.put(f"{BASE}/rules", moderator, json={"rules": [megabyte], "version": 1}),
        await app.post(f"{BASE}/rules/preview", moderator, json={"rules": [megabyte]}),
    ]

    assert [answer.status_code for answer in refused] == [400] * 3 + [413] * 4


async def test_previews_and_appeals_are_limited(play: Play, alice: Someone, moderator: Someone):
    app = await play("moderation", rate_limits=True)
    path = f"{BASE}/cases/{clock.new_id()}/appeal"

    previews = [await _preview(app, moderator) for _ in range(11)]
    appeals = [(await app.put(path, alice, json={"text": "Please"})).status_code for _ in range(21)]

    assert (previews[:-1], previews[-1]) == ([200] * 10, 429)
    assert (appeals[:-1], appeals[-1]) == ([404] * 20, 429)


async def _preview(app: App, by: Someone) -> int:
    answer = await app.post(f"{BASE}/rules/preview", by, json={"rules": [PLAIN]})
    return answer.status_code


def _asked(review_id: str) -> list[tuple[str, str, Any]]:
    """Everything that only moderators may ask, in a form that is right."""
    rules = {"rules": [PLAIN], "version": 1}
    decision = {"items": [{"reviewId": review_id, "textVersion": 0}], "status": "approved"}
    return [
        ("GET", f"{BASE}/rules", None),
        ("PUT", f"{BASE}/rules", rules),
        ("POST", f"{BASE}/rules/preview", rules),
        ("PUT", f"{BASE}/rules/2/application", None),
        ("GET", f"{BASE}/rules/2/application", None),
        ("GET", f"{BASE}/queue", None),
        ("POST", f"{BASE}/decisions", decision),
        ("DELETE", f"{BASE}/decisions/{review_id}", None),
        ("GET", f"{BASE}/cases/{review_id}", None),
    ]
