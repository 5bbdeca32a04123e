"""Roles: who gives and takes them, and which gates they open, whatever an old token says."""

import asyncio
from collections.abc import Sequence
from typing import LiteralString
from uuid import UUID

import pytest

from boxoffice.events.identity import StandingChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database
from boxoffice.kit.http.routing import Router, Who, allow
from boxoffice.kit.service import Service
from boxoffice.services.identity import commands, store
from boxoffice.services.identity.model import Asker, Person, Role, Sought
from identity.office import (
    NOWHERE,
    POWERLESS,
    SOON_SECONDS,
    ban,
    give,
    kept,
    lift,
    powerless,
    settle,
)
from identity.visitor import Visitor
from stage import App, Play, Someone, eventually
from stage.rivals import Swaps, replica, rivals

HERE = Asker("203.0.113.7", "the office")
ROLES: tuple[Role, ...] = ("member", "organiser", "moderator", "admin")
GATES: tuple[Who, ...] = ("anyone", *ROLES)
DEEDS = [("demote", "demote"), ("ban", "ban"), ("ban", "demote")]
GUARD: LiteralString = "ORDER BY person_id FOR UPDATE"
# Without a lock, and so slowly that both have looked before either goes on.
UNGUARDED: LiteralString = "AND (SELECT pg_sleep(0.3)) IS NOT NULL ORDER BY person_id"


@pytest.fixture
async def castle(play: Play) -> App:
    """Identity, and a service with a gate for each role at the place of one that has no routes."""
    router = Router()
    for role in GATES:

        async def get_in() -> None:
            """Be let in."""

        router.get(f"/api/gates/{role}", status_code=204)(allow(role)(get_in))
    return await play("identity", Service("expiration", "guards gates", router))


@pytest.fixture
async def ada(app: App) -> Someone:
    """She is the admin."""
    return await settle(app, "ada", "admin")


@pytest.fixture
async def charlie(app: App) -> Someone:
    """He is a member like any other."""
    return await settle(app, "charlie")


async def test_a_role_counts_in_every_process_at_once_whatever_an_old_token_says(castle: App):
    ada, charlie = await settle(castle, "ada", "admin"), await settle(castle, "charlie")
    async with replica(castle) as second:
        assert await _open_gates(second, charlie) == ["anyone", "member"]
        for role in (*ROLES, "member"):
            await give(castle, ada, charlie.id, role)

            wanted = (
                GATES if role == "admin" else [g for g in GATES if g in ("anyone", "member", role)]
            )
            for app in (castle, second):
                await eventually(lambda app=app, w=wanted: _opens(app, charlie, w), SOON_SECONDS)


async def test_a_person_has_all_their_roles_at_once_and_keeps_them_through_a_ban(castle: App):
    ada, charlie = await settle(castle, "ada", "admin"), await settle(castle, "charlie")
    both = ["anyone", "member", "organiser", "moderator"]
    await give(castle, ada, charlie.id, "organiser", "moderator", "member")
    await eventually(lambda: _opens(castle, charlie, both), SOON_SECONDS)

    await ban(castle, ada, charlie.id)
    await eventually(lambda: _opens(castle, charlie, ["anyone"]), SOON_SECONDS)
    await give(castle, ada, charlie.id, "admin")
    await lift(castle, ada, charlie.id)

    await eventually(lambda: _opens(castle, charlie, GATES), SOON_SECONDS)


async def test_who_is_no_admin_any_more_rules_nobody_with_an_old_token(
    app: App, ada: Someone, charlie: Someone
):
    grace = await settle(app, "grace", "admin")
    assert (await app.get("/api/users", grace)).status_code == 200

    await give(app, ada, grace.id, "member")
    await eventually(lambda: _is_refused(app, grace), SOON_SECONDS)

    refused = [
        await give(app, grace, grace.id, "admin"),
        await give(app, grace, charlie.id, "admin"),
        await ban(app, grace, ada.id),
        await app.get("/api/audit", grace),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4
    assert (await kept(app, grace.id)).roles == ("member",)


async def test_whoever_is_given_a_role_sees_it_without_signing_in_again(
    app: App, ada: Someone, alice: Visitor
):
    alice_id = UUID((await alice.who() or {})["id"])

    await give(app, ada, alice_id, "organiser", "member")

    async def sees_it() -> None:
        assert (await alice.who() or {})["roles"] == ["member", "organiser"]

    await eventually(sees_it, SOON_SECONDS)
    assert (await alice.refresh()).json()["roles"] == ["member", "organiser"]


@pytest.mark.parametrize("kind", POWERLESS)
async def test_nobody_but_an_admin_gives_roles_or_reads_of_people(
    app: App, ada: Someone, charlie: Someone, kind: str
):
    eve = await powerless(app, "eve", kind)
    whom = eve.id if eve else charlie.id

    answers = [
        await give(app, eve, whom, "admin"),
        await give(app, eve, ada.id, "member"),
        await app.put(f"/api/users/{whom}/roles", eve, content=b"{"),
        await app.get("/api/users", eve),
        await app.get(f"/api/users/{whom}", eve),
    ]

    assert [answer.status_code for answer in answers] == [403 if eve else 401] * 5
    assert (await kept(app, whom)).version == (await kept(app, ada.id)).version == 0


@pytest.mark.parametrize(
    "roles",
    [
        None,
        [],
        "admin",
        ["king"],
        ["Admin"],
        ["admin", "king"],
        [["admin"]],
        [None],
        {"admin": 1},
        ["member"] * 11,
    ],
    ids=repr,
)
async def test_roles_that_there_are_not_are_refused_as_a_whole(
    app: App, ada: Someone, charlie: Someone, roles: object
):
    answer = await app.put(f"/api/users/{charlie.id}/roles", ada, json={"roles": roles})

    assert answer.status_code == 400
    assert all(error["field"].startswith("roles") for error in answer.json()["errors"])
    assert (await kept(app, charlie.id)).version == 0


async def test_a_role_that_is_given_twice_is_given_once(app: App, ada: Someone, charlie: Someone):
    answer = await give(app, ada, charlie.id, "moderator", "member", "moderator")

    assert (answer.status_code, answer.json()["roles"]) == (200, ["member", "moderator"])


async def test_who_there_is_not_is_given_no_role(app: App, ada: Someone):
    answers = [
        await give(app, ada, NOWHERE, "member"),
        await app.put("/api/users/charlie/roles", ada, json={"roles": ["member"]}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_change_is_said_and_noted_once_and_the_same_again_is_none(
    app: App, ada: Someone, charlie: Someone
):
    for _ in range(2):
        await give(app, ada, charlie.id, "organiser", "member")
    await give(app, ada, charlie.id, "member")

    (taken, given) = await store.select_entries(
        await app.db("identity"), Sought("roles changed"), None, 9
    )
    assert (given.entry.by_id, given.entry.person_id) == (ada.id, charlie.id)
    assert given.entry.detail == "member → member, organiser"
    assert taken.entry.detail == "member, organiser → member"
    assert (await kept(app, charlie.id)).version == 2
    await eventually(lambda: _has_said(app, charlie, 2, ("member",)))


async def test_the_last_admin_stays_one_until_there_is_another(
    app: App, ada: Someone, charlie: Someone
):
    stale = Someone("grace", roles=("admin",))  # she was an admin when her token was signed

    answers = [await give(app, stale, ada.id, "member"), await ban(app, stale, ada.id)]
    answers.append(await give(app, ada, ada.id, "member"))
    await give(app, ada, charlie.id, "admin")
    freed = await give(app, ada, ada.id, "member")

    assert [answer.status_code for answer in answers] == [409] * 3
    assert (freed.status_code, freed.json()["roles"]) == (200, ["member"])


async def test_an_admin_who_is_banned_is_no_other_admin(app: App, ada: Someone):
    grace = await settle(app, "grace", "admin")
    await ban(app, ada, grace.id)

    refused = await give(app, ada, ada.id, "member")
    await lift(app, ada, grace.id)
    freed = await give(app, ada, ada.id, "member")

    assert (refused.status_code, freed.status_code) == (409, 200)


@pytest.mark.parametrize("deeds", DEEDS, ids=" and ".join)
async def test_of_two_admins_who_turn_on_each_other_at_once_one_stays(
    app: App, ada: Someone, deeds: tuple[str, str]
):
    outcomes = await _turn_on_each_other(app, ada, deeds)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Person"]
    assert len(await _admins(app)) == 1


@pytest.mark.parametrize("deeds", DEEDS, ids=" and ".join)
async def test_without_the_lock_no_admin_would_be_left(
    app: App, ada: Someone, deeds: tuple[str, str]
):
    outcomes = await _turn_on_each_other(app, ada, deeds, {GUARD: UNGUARDED})

    assert [type(outcome) for outcome in outcomes] == [Person, Person]
    assert await _admins(app) == []


async def _turn_on_each_other(
    app: App, ada: Someone, deeds: tuple[str, str], swaps: Swaps | None = None
) -> Sequence[Person | BaseException]:
    grace = await settle(app, "grace", "admin")
    first, second = deeds
    async with rivals(app, "identity", 2, swaps=swaps) as db:
        return await asyncio.gather(
            _do(first, db, whom=grace, by=ada),
            _do(second, db, whom=ada, by=grace),
            return_exceptions=True,
        )


async def _do(deed: str, db: Database, *, whom: Someone, by: Someone) -> Person:
    at = clock.now()
    if deed == "demote":
        return await commands.change_roles(db, whom.id, ["member"], by.id, HERE, at)
    return await commands.ban_person(db, whom.id, "a quarrel", None, by.id, HERE, at)


async def _admins(app: App) -> Sequence[Person]:
    """Those who can still rule."""
    async with (await app.db("identity")).transaction() as tx:
        admins = await store.select_admins_for_update(tx)
    return [admin for admin in admins if not admin.is_banned(clock.now())]


async def _open_gates(app: App, somebody: Someone) -> list[str]:
    answers = {gate: await app.get(f"/api/gates/{gate}", somebody) for gate in GATES}
    return [gate for gate, answer in answers.items() if answer.status_code == 204]


async def _opens(app: App, somebody: Someone, gates: Sequence[str]) -> None:
    assert await _open_gates(app, somebody) == list(gates)


async def _is_refused(app: App, somebody: Someone) -> None:
    assert (await app.get("/api/users", somebody)).status_code == 403


async def _has_said(app: App, somebody: Someone, version: int, roles: Sequence[str]) -> None:
    said = [one for one in await app.said(StandingChanged) if one.person_id == somebody.id]
    assert [(one.version, one.roles) for one in said] == [(version, roles)]
