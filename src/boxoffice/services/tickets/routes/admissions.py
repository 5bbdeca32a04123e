"""What HTTP may ask of the right to places: its codes, and the check at the door."""

import io
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

import segno
from fastapi import Query, Response
from pydantic import Field

from boxoffice.events.shows import PerformanceState
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Here, Me, Router, allow, limited, refuses
from boxoffice.kit.http.wire import Body, Line, View
from boxoffice.kit.limits import Limit
from boxoffice.services.tickets import commands, store
from boxoffice.services.tickets.commands import Stamp
from boxoffice.services.tickets.model import LONGEST_CODE, NONCE_BYTES, Admission, Performance

router = Router()
KEYS_CACHED = "public, max-age=300"  # a door that reads tickets for hours asks now and then
SECRET = {"Cache-Control": "private, no-store"}  # a code lets in whoever has it
REISSUES = Limit("reissues", at_once=20, every=timedelta(minutes=1))  # each one is a mail
MASK = 3  # of eight: to find the best takes four times as long, and a signature needs none


class AdmissionView(View):
    """A ticket to a place as its holder sees it. One that is void has no code."""

    id: UUID
    version: int
    order_id: UUID
    performance_id: UUID
    seat: str
    is_valid: bool
    code: str | None
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    state: PerformanceState
    doors_at: datetime | None

    @classmethod
    def of(cls, stamp: Stamp, admission: Admission, performance: Performance) -> Self:
        """Return the view of an admission."""
        return cls(
            id=admission.admission_id,
            version=admission.version,
            order_id=admission.order_id,
            performance_id=admission.performance_id,
            seat=admission.seat,
            is_valid=admission.is_valid,
            code=stamp.code(admission) if admission.is_valid else None,
            title=performance.title,
            venue=performance.venue,
            city=performance.city,
            time_zone=performance.time_zone,
            starts_at=performance.starts_at,
            state=performance.state,
            doors_at=performance.doors_at,
        )


class AdmissionsView(View):
    """Tickets to places, those of the newest order first."""

    items: Sequence[AdmissionView]
    next: UUID | None


class ShownCode(Body):
    """What somebody shows at the door."""

    code: Annotated[Line, Field(min_length=1, max_length=LONGEST_CODE)]


class OpenedView(View):
    """What a code opens."""

    admission_id: UUID
    seat: str
    performance_id: UUID
    title: str
    starts_at: datetime


class TicketKeysView(View):
    """Public keys (RFC 7517)."""

    keys: Sequence[Mapping[str, Any]]


@router.get("/api/admissions")
@allow("member")
async def get_admissions(
    me: Me,
    here: Here,
    page: Paging,
    response: Response,
    order_id: Annotated[UUID | None, Query(alias="orderId")] = None,
) -> AdmissionsView:
    """Return one's own tickets to places, of all orders or of one."""
    found = await store.select_of_holder(here.db, me.id, order_id, page.after, page.fetch)
    shown = page.cut(found)
    known = await store.select_performances(here.db, {one.performance_id for one in shown})
    response.headers.update(SECRET)
    return AdmissionsView(
        items=[AdmissionView.of(here.outside, one, known[one.performance_id]) for one in shown],
        next=page.next(found, shown[-1].admission_id) if shown else None,
    )


@router.get("/api/admissions/{admission_id}")
@allow("member")
async def get_admission(
    admission_id: UUID, me: Me, here: Here, response: Response
) -> AdmissionView:
    """Return one of one's own tickets to places."""
    admission, performance = await commands.get_own_admission(here.db, admission_id, me.id)
    response.headers.update(SECRET)
    return AdmissionView.of(here.outside, admission, performance)


@router.get("/api/admissions/{admission_id}/qr.svg", response_class=Response)
@allow("member")
@refuses(Conflict)
async def get_admission_qr(admission_id: UUID, me: Me, here: Here) -> Response:
    """Return the code of one of one's own tickets to places, for a camera."""
    admission, _ = await commands.get_own_admission(here.db, admission_id, me.id)
    admission.require_valid()
    stamp: Stamp = here.outside
    picture = io.BytesIO()
    segno.make_qr(stamp.code(admission), error="m", mask=MASK).save(
        picture, kind="svg", light="white", svgclass=None, lineclass=None, omitsize=True
    )
    return Response(picture.getvalue(), media_type="image/svg+xml", headers=SECRET)


@router.put("/api/admissions/{admission_id}/code")
@allow("member")
@limited(REISSUES)
async def put_admission_code(
    admission_id: UUID, me: Me, here: Here, response: Response
) -> AdmissionView:
    """Give one of one's own tickets another code, which is mailed; the one before opens nothing."""
    admission, performance = await commands.get_own_admission(here.db, admission_id, me.id)
    nonce = secrets.token_bytes(NONCE_BYTES)
    reissued = await commands.reissue_admission(here.db, admission, nonce)
    response.headers.update(SECRET)
    return AdmissionView.of(here.outside, reissued, performance)


@router.post("/api/admissions/check")
@allow("organiser")
@refuses(NotFound)
async def post_admission_check(shown: ShownCode, me: Me, here: Here) -> OpenedView:
    """Return what a code opens at the door of one's own performance."""
    admission, performance = await commands.check_code(here.outside, here.db, shown.code, me)
    return OpenedView(
        admission_id=admission.admission_id,
        seat=admission.seat,
        performance_id=admission.performance_id,
        title=performance.title,
        starts_at=performance.starts_at,
    )


@router.get("/.well-known/ticket-keys.json")
@allow("anyone")
async def get_ticket_keys(here: Here, response: Response) -> TicketKeysView:
    """Return the keys that check codes, for doors that ask nobody else."""
    stamp: Stamp = here.outside
    response.headers["Cache-Control"] = KEYS_CACHED
    return TicketKeysView(keys=stamp.public_keys)
