"""What pages have in common: they wait for what their reader has just done, and are JSON already."""

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field

from boxoffice.kit.database import Queries
from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.routing import Db
from boxoffice.kit.http.wire import Body
from boxoffice.kit.receipts import Receipt
from boxoffice.services.query import commands

LONGEST_RECEIPT = 100  # characters; ours have about 50


WAITED_FOR = "the `Boxoffice-After` of an answer: it is waited for, a second at most"


class Known(Body):
    """What is to be known before a page is answered that asks for nothing else."""

    after: Annotated[str | None, Field(max_length=LONGEST_RECEIPT)] = Field(
        None, description=WAITED_FOR
    )


async def until(db: Queries, known: Known) -> None:
    """Return once that is known, or after a second all the same."""
    if known.after:
        await commands.wait_for(db, Receipt.read(known.after))


async def _patient(
    db: Db,
    after: Annotated[str | None, Query(max_length=LONGEST_RECEIPT, description=WAITED_FOR)] = None,
) -> None:
    await until(db, Known(after=after))


Patient = Annotated[None, Depends(_patient, scope="function")]


def page(body: str | None) -> Response:
    """Return a page as the answer. NotFound when there is none."""
    if body is None:
        raise NotFound("There is no such page")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
