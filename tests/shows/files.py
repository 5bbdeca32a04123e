"""Files of shows as an organiser writes them, and people who import them."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

from boxoffice.__main__ import FILE
from boxoffice.cli import imports
from boxoffice.kit import clock
from boxoffice.services.identity import store as people
from boxoffice.services.identity.model import Newcomer, Role
from boxoffice.services.shows.model.imports import Fault, ImportRefused, Outcome
from shows.catalogue import PRICES, VENUE, in_days, written
from stage import App, Someone

TODAY = in_days(0)  # the same all through a test, so that a line said twice is the same line
Lines = list[dict[str, Any] | str]


async def an_account(app: App, name: str = "olivia", *roles: Role) -> Someone:
    """Somebody with an account, who organises unless other roles are named."""
    newcomer = Newcomer(
        email=f"{name}@example.com",
        name=name,
        password_hash="nobody signs in",
        roles=roles or ("member", "organiser"),
    )
    db = await app.db("identity")
    async with db.transaction() as tx:
        person = await people.insert_person(tx, newcomer, clock.now())
    assert person
    return Someone(name, id=person.person_id, roles=person.roles)


def venue(source_id: str = "V1", **changes: Any) -> dict[str, Any]:
    """A line with a venue of ten seats and room for five to stand."""
    return {"kind": "venue", "sourceId": source_id} | VENUE | changes


def played(source_id: str | None = "P1", days: float = 7, **changes: Any) -> dict[str, Any]:
    """A performance so many days from now, as it stands on a show's line."""
    named = {"sourceId": source_id} if source_id else {}
    at = {"venue": "V1", "startsAt": written(TODAY + timedelta(days=days)), "prices": PRICES}
    return named | at | changes


def show(source_id: str = "S1", *performances: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A line with a show of one performance in a week, or of these."""
    usual = {"title": "Hamlet", "genre": "play", "performances": performances or (played(),)}
    return {"kind": "show", "sourceId": source_id} | usual | changes


def spell(lines: Lines) -> bytes:
    """The file of these lines; a text is a line as it is."""
    written_out = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    return "".join(f"{line}\n" for line in written_out).encode()


async def bring(app: App, by: Someone, *lines: dict[str, Any] | str, source: str = FILE) -> Outcome:
    """Import these lines."""
    return await imports.import_shows(
        BytesIO(spell(list(lines))), by.email, source, app.settings, lambda _done: None
    )


async def faults(app: App, by: Someone, *lines: dict[str, Any] | str) -> list[Fault]:
    """What is said to be wrong with these lines."""
    try:
        await bring(app, by, *lines)
    except ImportRefused as refused:
        return refused.faults.first()
    return []


def fates(outcome: Outcome) -> dict[str, int]:
    """What became of it: `{"shows new": 1}`."""
    return {f"{kind} {fate}": number for (kind, fate), number in outcome.fates.items()}


async def counted(app: App) -> tuple[int, ...]:
    """How many venues, shows, performances and events there are."""
    db = await app.db("shows")
    return (
        await db.fetchval("SELECT count(*) FROM venues"),
        await db.fetchval("SELECT count(*) FROM shows"),
        await db.fetchval("SELECT count(*) FROM performances"),
        await db.fetchval("SELECT count(*) FROM outbox"),
    )
