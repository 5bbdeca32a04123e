"""Building the read model anew while it is read, and finding the same in it."""

import asyncio
from collections.abc import Sequence

import pytest

from boxoffice.events.event import Event
from boxoffice.kit import rebuild
from boxoffice.kit.database import Database
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.kit.migrate import MigrationError
from boxoffice.services import load
from query.history import history, person
from stage import App, Play, Someone
from stage.facts import tell

THINGS = 60  # of each kind; some 800 events


async def test_what_is_built_anew_is_what_was_there(play: Play):
    app = await play("query")
    told = history(1, THINGS)
    await tell(app, *told)

    built = await _rebuild(app)

    assert built.before == built.after
    assert (built.events, built.skipped) == (len(told), 0)
    assert await _empty_tables(await app.db("query")) == []


async def test_a_broken_model_is_made_good(play: Play):
    app = await play("query")
    await tell(app, *history(2, THINGS))
    db = await app.db("query")
    good = await rebuild.checksum(db, "model")
    await db.execute("DELETE FROM tickets")
    await db.execute("UPDATE orders SET status = 'lost', version = 99")

    built = await _rebuild(app)

    assert built.before != good
    assert built.after == good == await rebuild.checksum(db, "model")


async def test_the_same_history_in_any_order_and_twice_is_the_same_model(play: Play):
    app = await play("query")
    told = history(3, 20)
    await tell(app, *told)
    once = await rebuild.checksum(await app.db("query"), "model")

    await tell(app, *reversed(told))

    built = await _rebuild(app)
    assert {once, built.before, built.after} == {once}


async def test_a_version_that_was_gone_back_to_leaves_the_model_of_the_later_one_alone(play: Play):
    app = await play("query")
    await tell(app, *history(5, 1))
    db = await app.db("query")
    kept = await rebuild.checksum(db, "model")
    await db.execute("INSERT INTO migrations (name, checksum) VALUES ('query/9999_x.sql', '')")

    with pytest.raises(MigrationError, match=r"query/9999_x\.sql"):
        await _rebuild(app)

    assert await rebuild.checksum(db, "model") == kept


async def test_one_that_was_interrupted_is_gone_on_with(play: Play):
    app = await play("query")
    told = history(4, THINGS)
    await tell(app, *told)

    with pytest.raises(asyncio.CancelledError):
        await _rebuild(app, _stop)
    heard = await _heard(await app.db("query"))
    built = await _rebuild(app)

    assert 0 < heard < len(told)
    assert built.before == built.after
    assert built.events == len(told)


async def test_one_of_tables_that_are_others_now_begins_anew(play: Play):
    app = await play("query")
    told = history(5, 10)
    await tell(app, *told)
    with pytest.raises(asyncio.CancelledError):
        await _rebuild(app, _stop)
    await (await app.db("query")).execute("UPDATE rebuilds SET steps = 'of an older version'")

    built = await _rebuild(app)

    assert (built.before, built.events) == (built.after, len(told))


async def test_news_that_comes_meanwhile_is_in_both(play: Play):
    app = await play("query")
    await tell(app, *history(6, THINGS))
    late = history(7, THINGS)

    _, built = await asyncio.gather(_all_said(app, late), _rebuild(app, compare=False))
    await tell(app, person(Someone("last")))

    again = await _rebuild(app)
    assert built.events > 0
    assert again.before == again.after


async def test_readers_do_not_wait_for_it(play: Play):
    app = await play("query")
    await tell(app, *history(8, THINGS))
    db = await app.db("query")
    counts: set[int] = set()

    async def read() -> None:
        while True:
            counts.add(await db.fetchval("SELECT count(*) FROM tickets"))
            await asyncio.sleep(0)

    reading = asyncio.create_task(read())
    for _ in range(3):
        await _rebuild(app)
    reading.cancel()

    assert counts == {THINGS}


async def test_what_cannot_be_read_is_left_out_and_told(play: Play):
    app = await play("query")
    told = history(9, 5)
    await tell(app, *told)
    await app.client.jetstream().publish(
        "events.orders.OrderPlaced.x", b"{", headers={"Event": "OrderPlaced", "Event-Id": "?"}
    )

    built = await _rebuild(app)

    assert (built.events, built.skipped) == (len(told), 1)
    assert built.before == built.after


async def test_two_do_not_build_at_once(play: Play):
    app = await play("query")
    await tell(app, *history(10, THINGS))

    outcomes = await asyncio.gather(*(_rebuild(app) for _ in range(3)), return_exceptions=True)

    assert [type(one) for one in outcomes].count(Conflict) == 2


async def test_a_service_without_a_model_has_nothing_to_build(play: Play):
    app = await play("expiration")

    with pytest.raises(NotFound, match="expiration has no model"):
        await rebuild.rebuild(load(["expiration"])[0], app.settings, _ignore)


async def _rebuild(
    app: App, tell: rebuild.Tell | None = None, *, compare: bool = True
) -> rebuild.Rebuilt:
    (service,) = load(["query"])
    return await rebuild.rebuild(service, app.settings, tell or _ignore, compare=compare)


def _ignore(_position: int, _last: int) -> None: ...


def _stop(_position: int, _last: int) -> None:
    raise asyncio.CancelledError


async def _all_said(app: App, told: Sequence[Event]) -> None:
    for one in told:
        await app.say(one)


async def _heard(db: Database) -> int:
    """How many events are in a model that is not finished."""
    return await db.fetchval("SELECT sum(heard)::bigint FROM rebuilds")


async def _empty_tables(db: Database) -> list[str]:
    """Which tables have nothing in them, of those that such a history fills."""
    row = await db.fetchrow(
        """
        SELECT (SELECT count(*) FROM people) AS people, (SELECT count(*) FROM tickets) AS tickets,
               (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM cases) AS cases,
               (SELECT count(*) FROM reviews) AS reviews, (SELECT count(*) FROM ratings) AS ratings
        """
    )
    assert row
    return [name for name, count in row.items() if not count]
