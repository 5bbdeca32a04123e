"""A service of the tests' own: a desk that takes notes, as small as one can be over HTTP."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from boxoffice.kit.clock import new_id
from boxoffice.kit.database import Database
from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, Me, Router, allow
from boxoffice.kit.http.wire import Body, Line, Price, View
from boxoffice.kit.service import Service
from boxoffice.kit.settings import Settings
from kit.bells import SERVICE, BellRang


@dataclass
class Desk:
    """What the tests see and decide of the service."""

    taken: list[str] = field(default_factory=list[str])  # whatever was really carried out
    gate: asyncio.Event = field(default_factory=asyncio.Event)  # what the slow wait for
    ids: list[UUID] = field(default_factory=list[UUID])  # of the list, newest first

    @property
    def service(self) -> Service:
        """The service that works at this desk."""

        @asynccontextmanager
        async def opens(_settings: Settings, _db: Database) -> AsyncGenerator[Desk]:
            yield self

        return Service(
            name=SERVICE, does="takes notes", routes=_routes(), emits=[BellRang], opens=opens
        )


class Draft(Body):
    """A note as it is sent."""

    title: Annotated[Line, Field(min_length=1, max_length=20)]
    price: Price
    shelf_code: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "AAA"


class Note(View):
    """A note as it is shown."""

    id: UUID


async def _post_note(draft: Draft, me: Me, here: Here, response: Response) -> Note:
    desk: Desk = here.outside
    desk.taken.append(f"{me.name}: {draft.title}")
    response.set_cookie("crumb", "of the first")
    if draft.title == "fail":
        raise ZeroDivisionError
    async with here.db.transaction() as tx:
        await tx.emit(BellRang())
    return Note(id=new_id())


async def _get_notes(
    here: Here, page: Paging, request: Request, response: Response
) -> Sequence[Note]:
    desk: Desk = here.outside
    found = [one for one in desk.ids if page.after is None or one < page.after][: page.fetch]
    shown = page.cut(found)
    if shown:
        page.link(request, response, found, shown[-1])
    return [Note(id=one) for one in shown]


async def _get_note(note_id: UUID) -> Note:
    raise NotFound(f"There is no note {note_id}")


async def _post_slow_note(here: Here) -> Note:
    desk: Desk = here.outside
    desk.taken.append("slow")
    await desk.gate.wait()
    async with here.db.transaction() as tx:
        await tx.emit(BellRang())
    return Note(id=new_id())


async def _post_stream(here: Here) -> StreamingResponse:
    desk: Desk = here.outside
    desk.taken.append("stream")

    async def pieces() -> AsyncGenerator[str]:
        for piece in ("one ", "two ", "three"):
            yield piece
            await asyncio.sleep(0)

    return StreamingResponse(pieces(), media_type="text/plain")


async def _put_rule(_here: Here) -> dict[str, str]:
    return {}


async def _get_count(db: Db, of: Annotated[str, Query(max_length=9)] = "") -> dict[str, str]:
    return {"of": of, "count": await db.fetchval("SELECT 'one'")}


def _routes() -> Router:
    router = Router()
    router.post("/api/notes", status_code=201)(allow("member")(_post_note))
    router.get("/api/notes")(allow("anyone")(_get_notes))
    router.get("/api/notes/{note_id}")(allow("anyone")(_get_note))
    router.post("/api/slow-notes", status_code=201)(allow("anyone")(_post_slow_note))
    router.post("/api/streams", response_model=None)(allow("anyone")(_post_stream))
    router.put("/api/rule")(allow("admin")(_put_rule))
    router.get("/api/count")(allow("anyone")(_get_count))
    return router
