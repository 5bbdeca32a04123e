"""Texts that wait for a moderator, with what the others know of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.texts import path_of
from boxoffice.services.web.routes.visit import Visit

SHELF = 25  # texts on a page: read in some minutes, and decided together

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of texts that wait: how many there are in all, and where the next ones begin."""

    items: Sequence[Case]
    waiting: int | None  # unknown while query is away
    next: UUID | str | None
    missing: str  # a sentence, where something is not known
    as_of: str | None  # until when all news is in what query tells


async def ask_queue(visit: Visit, behind: UUID | None, after: str) -> Queue:
    """Return what waits, the oldest first: as moderation has it, with names and titles of query's.

    While moderation is away, what query last heard of can be read. Refused as moderation does.
    """
    more = {"limit": SHELF}
    own, told = await asyncio.gather(
        visit.ask(
            "moderation", "GET", "/api/moderation/queue", query=more | _given("after", behind)
        ),
        visit.ask_copy(
            "/api/pages/moderation", "moderation", more | _given("behind", behind), after=after
        ),
    )
    known = {} if told.refused else {text["id"]: text for text in told.body["items"]}
    waiting, as_of = (None, None) if told.refused else (told.body["waiting"], told.body["asOf"])
    if own.status >= HTTPStatus.INTERNAL_SERVER_ERROR and not told.refused:
        items = [_of_copy(text) for text in known.values()]
        following = items[-1]["reviewId"] if len(items) == SHELF else None
        return Queue(items, waiting, following, own.detail, as_of)
    listed = own.found()
    items = [case_of(item, known.get(item["reviewId"], {})) for item in listed["items"]]
    return Queue(items, waiting, listed["next"], _missing(told), as_of)


def case_of(item: Case, text: Mapping[str, Any]) -> Case:
    """Return a case as pages show it: who wrote about what, as far as that is known."""
    return {
        **dict.fromkeys(("stars", "reason", "rule", "waitsFor", "appeal", "decidedBy", "replyTo")),
        **item,
        "author": text.get("author") or "",
        "about": text.get("about") or "",
        "place": _place(item),
    }


def _of_copy(text: Mapping[str, Any]) -> Case:
    case = text["case"]
    item = {**text, **case, "reviewId": text["id"], "textVersion": text["textVersion"]}
    return case_of(item | {"complaints": (), "complaintsTotal": case["complaints"]}, text)


def _place(item: Case) -> str:
    if item.get("showId"):
        return path_of("show", item["showId"])
    return path_of("ticket", item["ticketId"])


def _missing(told: Answer) -> str:
    return "Names and titles are out of order for a moment" if told.refused else ""


def _given(name: str, value: object) -> dict[str, str]:
    return {name: str(value)} if value else {}
