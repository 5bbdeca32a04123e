"""How often one person writes, votes and reports; and that the rest is open to others meanwhile."""

from dataclasses import replace

from reviews.critics import about, accepted, approved, path_of, shown, write
from stage import Play, Someone
from stage.facts import tell


async def test_one_person_writes_only_so_often(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews", rate_limits=True)
    show = shown(organiser)
    await tell(app, show)
    review = await write(app, alice, show)

    answers = [await app.post("/api/reviews", alice, json=about(show)) for _ in range(20)]
    edited = await app.put(path_of(review), alice, json={"text": "More"})

    assert [answer.status_code for answer in answers] == [201] * 19 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert edited.status_code == 429
    accepted(await app.post("/api/reviews", bob, json=about(show)), 201)


async def test_one_person_reports_and_votes_only_so_often(
    play: Play, alice: Someone, bob: Someone, charlie: Someone, organiser: Someone
):
    app = await play("reviews", rate_limits=True)
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)
    reason = {"reason": "Bad"}

    reports = [await app.put(path_of(review, "report"), bob, json=reason) for _ in range(21)]
    votes = [
        await app.ask(("PUT", "DELETE")[n % 2], path_of(review, "helpful"), bob) for n in range(64)
    ]

    assert [answer.status_code for answer in reports] == [204] * 20 + [429]
    assert {answer.status_code for answer in votes[:60]} == {200, 204}
    assert 429 in {answer.status_code for answer in votes[60:]}
    assert (await app.put(path_of(review, "helpful"), charlie)).status_code == 200


async def test_who_has_not_verified_their_address_writes_nothing(
    play: Play, alice: Someone, bob: Someone, organiser: Someone
):
    app = await play("reviews", require_verified=True)
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)
    newcomers = [replace(one, token=one.sign(verified=False)) for one in (alice, bob, organiser)]
    text = {"text": "More"}

    refused = [
        await app.post("/api/reviews", newcomers[1], json=about(show)),
        await app.put(path_of(review), newcomers[0], json=text),
        await app.post(path_of(review, "replies"), newcomers[2], json=text),
    ]
    open_still = [
        await app.put(path_of(review, "helpful"), newcomers[1]),
        await app.delete(path_of(review), newcomers[0]),
    ]

    assert [answer.status_code for answer in refused] == [403] * 3
    assert {answer.json()["detail"] for answer in refused} == {"Verify your e-mail address first"}
    assert [answer.status_code for answer in open_still] == [200, 204]


async def test_whoever_is_not_signed_in_may_only_look(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    review = await approved(app, alice, show)
    path = path_of(review)

    refused = [
        await app.post("/api/reviews", json={}),  # who asks is checked before what is sent
        await app.put(path, json={}),
        await app.delete(path),
        await app.get(f"{path}/history"),
        await app.post(f"{path}/replies", json={}),
        await app.put(f"{path}/helpful"),
        await app.delete(f"{path}/helpful"),
        await app.put(f"{path}/report", json={}),
    ]

    assert [answer.status_code for answer in refused] == [401] * 8
    assert accepted(await app.get(path)) == review


async def test_a_repeated_request_with_a_key_writes_once(
    play: Play, alice: Someone, organiser: Someone
):
    app = await play("reviews")
    show = shown(organiser)
    await tell(app, show)
    key = {"Idempotency-Key": "my first"}

    first, again = [
        await app.post("/api/reviews", alice, json=about(show), headers=key) for _ in range(2)
    ]

    assert accepted(again, 201) == accepted(first, 201)
    assert again.headers["Boxoffice-After"] == first.headers["Boxoffice-After"]
