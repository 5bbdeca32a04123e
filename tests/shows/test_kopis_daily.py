"""The daily import of the open API, day after day: once between replicas, and nothing twice."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from boxoffice.kit import clock
from boxoffice.kit.errors import BadInput, Conflict, Unavailable
from boxoffice.services.shows import commands
from boxoffice.services.shows.commands.kopis import AT_ONCE
from boxoffice.services.shows.gateway import open_kopis
from boxoffice.services.shows.gateway.kopis import TRIES
from boxoffice.services.shows.model.imports import Import, Origin
from shows.catalogue import an_organiser
from shows.files import counted, fates
from shows.kopis import PretendKopis, coming, import_now, pretend_kopis, spelt
from stage import App, Play, Someone, eventually


@pytest.fixture
async def there() -> AsyncGenerator[PretendKopis]:
    async with pretend_kopis() as there:
        yield there


@pytest.fixture
def olivia() -> Someone:
    return an_organiser()


@pytest.fixture
async def app(play: Play) -> App:
    """A product that has no key, so that only the tests import."""
    return await play("shows")


async def test_what_is_known_is_not_fetched_again_until_its_state_or_dates_change(
    app: App, there: PretendKopis, olivia: Someone
):
    for show_id in ("PF000001", "PF000002", "PF000003"):
        there.put(show_id)
    there.put("PF000004", dtguidance=" ")
    await import_now(app, there, olivia)
    before = await counted(app)
    there.asked.clear()
    there.shows["PF000001"]["prfnm"] = "another title, which the list is not asked for"
    there.shows["PF000002"]["prfstate"] = "공연중"
    there.shows["PF000003"]["prfpdto"] = spelt(coming(5, weeks=2))

    outcome = await import_now(app, there, olivia)

    assert there.details() == ["PF000002", "PF000003", "PF000004"]
    assert fates(outcome) == {
        "shows as before": 3,
        "performances as before": 8,
        "performances new": 2,
        "shows left out": 1,
    }
    assert await counted(app) == (before[0], before[1], before[2] + 2, before[3] + 2)


async def test_an_open_api_that_fails_in_the_middle_leaves_what_was_written(
    app: App, there: PretendKopis, olivia: Someone
):
    for n in range(AT_ONCE + 5):
        there.put(f"PF{n:06}", mt10id=f"FC{n:06}")
    there.documents[f"PF{AT_ONCE:06}"] = b"<dbs><db><errmsg>LIMIT</errmsg></db></dbs>"

    with pytest.raises(Unavailable, match="LIMIT"):
        await import_now(app, there, olivia)
    halfway = await counted(app)
    there.documents.clear()
    there.asked.clear()
    outcome = await import_now(app, there, olivia)

    assert halfway[:2] == (AT_ONCE, AT_ONCE)
    assert fates(outcome)["shows as before"] == AT_ONCE
    assert len(there.details()) == 10


async def test_replicas_import_once_between_them(
    app: App, there: PretendKopis, olivia: Someone, play: Play
):
    there.put("PF000001")
    there.open.clear()

    await play("shows", **there.settings(olivia))
    await play("shows", **there.settings(olivia))
    await there.crowded(1)
    with pytest.raises(Conflict, match="at work"):
        await import_now(app, there, olivia)
    there.open.set()

    async def it_is_imported() -> None:
        assert (await counted(app))[1:3] == (1, 4)
        db = await app.db("shows")
        assert await db.fetchval("SELECT next_at > now() FROM imports")

    await eventually(it_is_imported)
    assert there.details() == ["FC000001", "PF000001"]


async def test_who_has_not_claimed_the_source_asks_for_all_of_it_again_but_writes_nothing_twice(
    app: App, there: PretendKopis, olivia: Someone
):
    there.put("PF000001")
    there.open.clear()
    db = await app.db("shows")
    settings = app.settings.model_copy(update=there.settings(olivia))

    async def unclaimed() -> None:
        work = Import(Origin(commands.KOPIS, olivia.id), clock.now())
        async with open_kopis(settings) as kopis:
            await commands.import_kopis(db, kopis, work, 200)

    rivals = asyncio.gather(unclaimed(), unclaimed(), return_exceptions=True)
    await there.crowded(2)
    there.open.set()
    await rivals

    assert there.details().count("PF000001") == 2
    assert (await counted(app))[1:3] == (1, 4)


async def test_what_was_imported_today_is_due_tomorrow(
    app: App, there: PretendKopis, olivia: Someone
):
    await import_now(app, there, olivia)
    db = await app.db("shows")
    now = await db.fetchval("SELECT now()")

    assert not await commands.claim_kopis(db, now + timedelta(hours=23), due=True)
    assert await commands.claim_kopis(db, now + timedelta(hours=25), due=True)
    assert not await commands.claim_kopis(db, now + timedelta(hours=25), due=True)
    assert await commands.claim_kopis(db, now + timedelta(hours=26), due=True)


async def test_after_a_failure_it_is_due_within_the_hour(
    app: App, there: PretendKopis, olivia: Someone
):
    there.troubles += [500] * TRIES
    db = await app.db("shows")

    with pytest.raises(Unavailable):
        await import_now(app, there, olivia)

    now = await db.fetchval("SELECT now()")
    assert not await commands.claim_kopis(db, now + timedelta(minutes=30), due=True)
    assert await commands.claim_kopis(db, now + timedelta(minutes=61), due=True)


async def test_without_an_organiser_or_a_key_nothing_is_imported(
    app: App, there: PretendKopis, olivia: Someone
):
    for name, refusal in (("kopis_key", Unavailable), ("kopis_organiser", BadInput)):
        with pytest.raises(refusal, match=f"BOXOFFICE_{name.upper()}"):
            await import_now(app, there, olivia, **{name: None})

    assert there.asked == []
