"""What pages have in common: they wait for what their reader has just done, and are JSON already."""

from typing import Annotated

from fastapi import Depends, Query, Response

from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.routing import Db
from boxoffice.kit.receipts import Receipt
from boxoffice.services.query import commands

LONGEST_RECEIPT = 100  # characters; ours have about 50


async def _patient(
    db: Db,
    after: Annotated[
        str | None,
        Query(
            max_length=LONGEST_RECEIPT,
            description="the `Boxoffice-After` of an answer: it is waited for, a second at most",
        ),
    ] = None,
) -> None:
    if after:
        await commands.wait_for(db, Receipt.read(after))


Patient = Annotated[None, Depends(_patient, scope="function")]


def page(body: str | None) -> Response:
    """Return a page as the answer. NotFound when there is none."""
    if body is None:
        raise NotFound("There is no such page")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
