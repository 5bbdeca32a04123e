"""What HTTP may ask of the seats of a performance."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Response
from starlette.responses import StreamingResponse

from boxoffice.kit import money
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow
from boxoffice.kit.http.streams import EventStream
from boxoffice.kit.http.wire import View
from boxoffice.services.orders import commands, store

router = Router()
LONGEST_TAGS = 2_000  # characters of If-None-Match


class SectionRows(View):
    """A section: a text for each row with a letter for each cell, none where one stands."""

    name: str
    free: int
    rows: Sequence[str]


class SeatsView(View):
    """Which places are not free; or, asked for rows, how each of them is."""

    version: int
    total: int
    free: int
    taken: Sequence[str] | None = None
    sections: Sequence[SectionRows] | None = None


class SectionSalesView(View):
    """How a section sells."""

    name: str
    total: int
    held: int
    sold: int
    free: int
    income: float


class HourSalesView(View):
    """What was sold in the hour that begins at `at`."""

    at: datetime
    seats: int
    income: float


class SalesView(View):
    """How a performance sells; of hours those in which something was sold, of the last 14 days."""

    performance_id: UUID
    total: int
    held: int
    sold: int
    free: int
    income: float
    currency: str
    sections: Sequence[SectionSalesView]
    hours: Sequence[HourSalesView]


@router.get(
    "/api/performances/{performance_id}/seats",
    response_model=SeatsView,
    response_model_exclude_none=True,
    responses={304: {"description": "It is still what the tag in If-None-Match stands for"}},
)
@allow("anyone")
async def get_seats(
    performance_id: UUID,
    here: Here,
    form: Annotated[
        commands.Form,
        Query(description="taken: what is not free · rows: 0 free, 1 held, 2 sold, . a gap"),
    ] = "taken",
    if_none_match: Annotated[str, Header(max_length=LONGEST_TAGS)] = "",
) -> Response:
    """Return which places are free as of a moment ago."""
    boards: commands.Boards = here.outside.boards
    shown = (await boards.open(performance_id)).document(form)
    headers = {"ETag": shown.tag, "Cache-Control": "no-cache"}
    if shown.tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(shown.body, media_type="application/json", headers=headers)


@router.get(
    "/api/performances/{performance_id}/seats/changes",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
@allow("anyone")
async def get_changes(
    performance_id: UUID,
    here: Here,
    last_event_id: Annotated[str, Header(max_length=100)] = "",
) -> Response:
    """Tell what is taken (`state`), and then what changes (`seats`), as it comes."""
    boards: commands.Boards = here.outside.boards
    return EventStream(await boards.watch(performance_id, last_event_id))


@router.get("/api/performances/{performance_id}/sales")
@allow("organiser")
async def get_sales(performance_id: UUID, me: Me, db: Db, now: Now) -> SalesView:
    """Return how a performance sells, to its organiser."""
    performance = await commands.get_own_performance(
        db, performance_id, me.id, is_admin=me.may("admin")
    )
    sections = await commands.get_sales(db, performance_id)
    hours = await store.select_sales_by_hour(db, performance_id, now - commands.SHOWN_HOURS)
    currency = performance.currency
    return SalesView(
        performance_id=performance_id,
        total=sum(one.total for one in sections),
        held=sum(one.held for one in sections),
        sold=sum(one.sold for one in sections),
        free=sum(one.total - one.held - one.sold for one in sections),
        income=money.to_major(sum(one.income_minor for one in sections), currency),
        currency=currency,
        sections=[
            SectionSalesView(
                name=one.name,
                total=one.total,
                held=one.held,
                sold=one.sold,
                free=one.total - one.held - one.sold,
                income=money.to_major(one.income_minor, currency),
            )
            for one in sections
        ],
        hours=[
            HourSalesView(
                at=one.at, seats=one.seats, income=money.to_major(one.income_minor, currency)
            )
            for one in hours
        ],
    )
