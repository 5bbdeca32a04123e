"""Who gets to see what admins see, and how they find their way through it."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends

from boxoffice.kit.auth import require
from boxoffice.kit.errors import Forbidden
from boxoffice.services.web.model import Answer
from boxoffice.services.web.routes.visit import Member, Visit

PAGE = 50  # lines on a page: one looks down a list faster than through pages


async def _admin(visit: Member) -> Visit:
    if not require(visit.person).may("admin"):
        raise Forbidden("This is for admins alone")
    return visit


Admin = Annotated[Visit, Depends(_admin, scope="function")]


def filled(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a filter that say something."""
    return {name: text.strip() for name, text in typed.items() if text.strip()}


def link(path: str, typed: Mapping[str, str], **more: str | None) -> str:
    """Return the address of a page with this filter."""
    query = urlencode(filled(typed) | {name: text for name, text in more.items() if text})
    return f"{path}?{query}" if query else path


def shown(answer: Answer) -> Any:
    """Return a part of a list: none of it where the filter makes no sense; else refused as it is."""
    if answer.status == HTTPStatus.BAD_REQUEST:
        return {"items": [], "next": None}
    return answer.found()
