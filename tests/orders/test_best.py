"""The best seats of a section, asked for by many at once and at several replicas."""

import asyncio

from orders.seats import held, hold, hold_best, labels, schedule, taken_are
from stage import Play, Someone
from stage.facts import seated
from stage.rivals import replica


async def test_the_best_seats_together_are_held(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    news = await schedule(app)

    first = await hold_best(app, alice, news.performance_id, 2)
    second = await hold_best(app, bob, news.performance_id, 3)

    assert labels(first) == ["Stalls/A/5", "Stalls/A/6"]
    assert labels(second) == ["Stalls/B/4", "Stalls/B/5", "Stalls/B/6"]


async def test_who_asks_for_more_than_are_left_is_told_so(play: Play, bob: Someone):
    app = await play("orders")
    news = await schedule(app, sections=(seated("Stalls", 3000, 1, 3),))

    answer = await hold_best(app, bob, news.performance_id, 4)
    unknown = await hold_best(app, bob, news.performance_id, 1, section="Circle")
    accessible = await hold_best(app, bob, news.performance_id, 1, accessible=True)

    assert (answer.status_code, unknown.status_code, accessible.status_code) == (409, 404, 409)
    assert answer.json()["errors"] == [
        {"field": "section", "message": "Stalls has no 4 places left"}
    ]


async def test_what_was_refused_for_another_reason_stays_free_for_others(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders", seats_per_person=2)
    news = await schedule(app, sections=(seated("Stalls", 3000, 1, 4),))
    await hold_best(app, bob, news.performance_id, 2)

    beyond = await hold_best(app, bob, news.performance_id, 2)
    other = await hold_best(app, alice, news.performance_id, 2)

    assert (beyond.status_code, other.status_code) == (409, 201)


async def test_everybody_who_asks_at_once_gets_seats_of_their_own(play: Play):
    app = await play("orders")
    news = await schedule(app, sections=(seated("Stalls", 3000, 10, 10),))
    buyers = [Someone(f"buyer{number}") for number in range(60)]

    async with replica(app) as second:
        counters = [app, second] * 30
        answers = await asyncio.gather(
            *(
                hold_best(at, buyer, news.performance_id, 2)
                for at, buyer in zip(counters, buyers, strict=True)
            )
        )

    given = [label for one in answers if one.status_code == 201 for label in labels(one)]
    assert len(set(given)) == len(given)
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert sum(answer.status_code == 201 for answer in answers) >= 45  # of the fifty that fit
    await taken_are(app, news.performance_id, *given)


async def test_seats_that_another_replica_has_sold_are_not_offered(
    play: Play, alice: Someone, bob: Someone
):
    app = await play("orders")
    news = await schedule(app)
    await taken_are(app, news.performance_id)

    async with replica(app) as second:
        await held(second, alice, news.performance_id, "Stalls/A/5", "Stalls/A/6")
        at_once = await hold_best(app, bob, news.performance_id, 2)

    assert not {"Stalls/A/5", "Stalls/A/6"} & set(labels(at_once))


async def test_a_seat_that_comes_back_is_offered_again(play: Play, alice: Someone, bob: Someone):
    app = await play("orders")
    news = await schedule(app, sections=(seated("Stalls", 3000, 1, 2),))
    first = await hold_best(app, alice, news.performance_id, 2)

    await app.delete(f"/api/orders/{first.json()['id']}", alice)
    await taken_are(app, news.performance_id)

    assert labels(await hold_best(app, bob, news.performance_id, 2)) == labels(first)
    assert (await hold(app, alice, news.performance_id, "Stalls/A/1")).status_code == 409
