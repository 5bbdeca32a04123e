"""The audit as admins read it: who did what to whom, when and from where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import Depends, Query, Response

from boxoffice.events.identity import Action
from boxoffice.kit.http.routing import Router, allow
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.admin.gate import PAGE, Admin, filled, link, shown
from boxoffice.services.web.routes.visit import Visit

router = Router()
ACTIONS: Sequence[str] = get_args(Action)
LATEST = 10  # entries on a person's page; the audit has the rest
NAMESAKES = 200  # people looked through for an address that others have in theirs
DAYS = {"from": ("first", 0), "to": ("last", 1)}  # and days to add: the last one counts, too


@dataclass(frozen=True, slots=True)
class Sought:
    """What a filter asks for: in identity's words, about whom, and what makes no sense of it."""

    query: dict[str, Any] = field(default_factory=dict[str, Any])
    someone: Mapping[str, Any] | None = None
    errors: list[Mapping[str, str]] = field(default_factory=list[Mapping[str, str]])


async def _typed(
    action: str = "",
    person: str = "",
    address: str = "",
    since: Annotated[str, Query(alias="from")] = "",
    until: Annotated[str, Query(alias="to")] = "",
) -> Mapping[str, str]:
    return {"action": action, "person": person, "address": address, "from": since, "to": until}


Typed = Annotated[Mapping[str, str], Depends(_typed, scope="function")]


@router.get("/admin/audit")
@allow("anyone")
async def get_audit(visit: Admin, typed: Typed, after: UUID | None = None) -> Response:
    """Show what was done, the newest first."""
    sought = await _read(visit, typed)
    query = sought.query | {"limit": PAGE} | ({"after": after} if after else {})
    answer = await _ask(visit, "/api/audit", sought, query)
    return _show_audit(visit, typed, sought, answer)


@router.get("/admin/audit.csv")
@allow("anyone")
async def get_audit_file(visit: Admin, typed: Typed) -> Response:
    """Return what was done as a table, to keep."""
    sought = await _read(visit, typed)
    answer = await _ask(visit, "/api/audit/export", sought, sought.query)
    if answer.refused:
        return _show_audit(visit, typed, sought, answer)
    return visit.file(answer.file_name, "text/csv", answer.body)


async def latest(visit: Visit, person_id: UUID) -> Sequence[Mapping[str, Any]]:
    """Return what a person did last, and what befell them."""
    query = {"person": person_id, "limit": LATEST}
    answer = await visit.ask("identity", "GET", "/api/audit", query=query)
    return answer.found()["items"]


async def _ask(visit: Visit, path: str, sought: Sought, query: Mapping[str, Any]) -> Answer:
    if sought.errors:
        return Answer(
            HTTPStatus.BAD_REQUEST, detail=sought.errors[0]["message"], errors=sought.errors
        )
    return await visit.ask("identity", "GET", path, query=query)


def _show_audit(visit: Visit, typed: Mapping[str, str], sought: Sought, answer: Answer) -> Response:
    found = shown(answer)
    return visit.page(
        "admin-audit.html",
        refused=answer if answer.refused else None,
        path="/admin/audit",
        errors=answer.errors,
        entries=found["items"],
        next=found["next"] and link("/admin/audit", typed, after=found["next"]),
        file=link("/admin/audit.csv", typed),
        actions=ACTIONS,
        someone=sought.someone,
        values=typed,
    )


async def _read(visit: Visit, typed: Mapping[str, str]) -> Sought:
    """Return what a filter asks for."""
    said = filled(typed)
    query: dict[str, Any] = {name: said[name] for name in ("action", "address") if name in said}
    errors: list[Mapping[str, str]] = []
    someone: Mapping[str, Any] | None = None
    if "person" in said:
        person_id, someone = await _find(visit, said["person"])
        query["person"] = person_id
        if person_id is None:
            errors.append({"message": "Nobody is found at this address", "field": "person"})
    for name, (which, more) in DAYS.items():
        if name in said:
            query[name] = _day(said[name], more)
            if query[name] is None:
                message = f"Type the {which} day such as 2026-12-31"
                errors.append({"message": message, "field": name})
    return Sought(query, someone, errors)


async def _find(visit: Visit, text: str) -> tuple[str | None, Mapping[str, Any] | None]:
    """Return the id of somebody by id or address, and who they are; None where nobody is meant."""
    try:
        person_id = str(UUID(text))
    except ValueError:
        query = {"q": text, "limit": NAMESAKES}
        people = shown(await visit.ask("identity", "GET", "/api/users", query=query))["items"]
        same = [one for one in people if one["email"].casefold() == text.casefold()]
        return (same[0]["id"], same[0]) if same else (None, None)
    answer = await visit.ask("identity", "GET", f"/api/users/{person_id}")
    return person_id, None if answer.refused else answer.body


def _day(text: str, more: int) -> str | None:
    """Return when a day begins, or one so many days later; None for what is no day."""
    try:
        day = datetime.combine(date.fromisoformat(text), time.min, UTC)
        return (day + timedelta(days=more)).isoformat()
    except (ValueError, OverflowError):
        return None
