"""Lists, a page at a time, by the id of the last thing seen (UUIDv7: newest first)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from boxoffice.kit.http.wire import LIST_DEFAULT, LIST_LARGEST

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    after: UUID | None
    limit: int

    @property
    def fetch(self) -> int:
        """How many to select: one more than is shown tells whether there are more."""
        return self.limit + 1

    def cut(self, found: Sequence[T]) -> Sequence[T]:
        """Return what is shown of what was selected."""
        return found[: self.limit]

    def next(self, found: Sequence[object], last: UUID) -> UUID | None:
        """Return where the next page begins, if there is one; `last` is the last shown."""
        return last if len(found) > self.limit else None

    def link(self, request: Request, response: Response, found: Sequence[T], last: UUID) -> None:
        """Add `Link: <…>; rel="next"` (RFC 8288) where there are more; `last` is the last shown."""
        if len(found) > self.limit:
            url = request.url.include_query_params(after=last, limit=self.limit)
            response.headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'


async def _page(
    after: Annotated[UUID | None, Query(description="the last id of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=LIST_LARGEST)] = LIST_DEFAULT,
) -> Page:
    return Page(after, limit)


Paging = Annotated[Page, Depends(_page, scope="function")]
