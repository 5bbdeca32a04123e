"""Lists, a page at a time: as query has copied them; while it is away, as their own service has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from boxoffice.services.web.routes.visit import Visit

SHELF = 24  # entries on a page: two, three or four in a row come out even
FAILED = HTTPStatus.INTERNAL_SERVER_ERROR  # and above: it did not answer what was asked


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list is: the page of query, and the list of the service that it is copied from."""

    page: str
    service: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of a list."""

    items: Sequence[Any]
    next: str | None  # the address of the next one
    as_of: str | None = None  # until when all news is in a copy; None where it is none


async def ask_list(visit: Visit, source: Source, after: UUID | None) -> Shelf:
    """Return a page of a list, from behind an entry. Refused as the services do."""
    told = await visit.ask_copy(source.page, source.service, behind(after))
    if told.status < FAILED:
        found = told.found()
        return cut(visit, found["items"], found["asOf"])
    query = {**behind(after, "after"), **source.query}
    own = await visit.ask(source.service, "GET", source.path, query=query)
    return cut(visit, own.found(), None)


def cut(
    visit: Visit,
    found: Sequence[Any],
    as_of: str | None,
    cursor: str = "after",
    most: int = SHELF,
) -> Shelf:
    """Return as much of what was found as a page shows; one more tells that there is another."""
    shown = found[:most]
    further = f"{visit.request.url.path}?{cursor}={shown[-1]['id']}" if len(found) > most else None
    return Shelf(shown, further, as_of)


def behind(entry: UUID | None, cursor: str = "before") -> dict[str, str | int]:
    """Return what asks for a page of a list from behind an entry, and for one entry more."""
    return {"limit": SHELF + 1} | ({cursor: str(entry)} if entry else {})
