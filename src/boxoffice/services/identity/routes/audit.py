"""Who did what, for admins."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Depends, Query, Response

from boxoffice.events.identity import Action
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Me, Now, Router, allow
from boxoffice.kit.http.wire import Instant, Line, View
from boxoffice.services.identity import commands, model, store
from boxoffice.services.identity.model import Named, Sought
from boxoffice.services.identity.routes.wire import From

router = Router()
LONGEST_ADDRESS = 45  # characters of an IPv6 address with an IPv4 one in it
COLUMNS = (
    "at",
    "action",
    "by_email",
    "person_email",
    "address",
    "device",
    "detail",
    "by",
    "person",
)
FORMULA = ("=", "+", "-", "@")  # how what a spreadsheet would carry out begins


class EntryView(View):
    """One line of the audit."""

    id: UUID
    action: Action
    at: datetime
    by: UUID | None
    by_email: str | None
    person: UUID | None
    person_email: str | None
    address: str
    device: str
    detail: str

    @classmethod
    def of(cls, named: Named) -> Self:
        """Return the view of an entry."""
        entry = named.entry
        return cls(
            id=entry.entry_id,
            action=entry.action,
            at=entry.at,
            by=entry.by_id,
            by_email=named.by_email,
            person=entry.person_id,
            person_email=named.person_email,
            address=entry.address,
            device=model.device_of(entry.device),
            detail=entry.detail,
        )


class AuditView(View):
    """What was done, the newest first."""

    items: Sequence[EntryView]
    next: UUID | None


async def _sought(
    action: Action | None = None,
    person: Annotated[UUID | None, Query(description="who did it or whom it befell")] = None,
    address: Annotated[Line | None, Query(max_length=LONGEST_ADDRESS)] = None,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Annotated[Instant | None, Query(alias="to")] = None,
) -> Sought:
    return Sought(action, person, address, since, until)


Filter = Annotated[Sought, Depends(_sought, scope="function")]


@router.get("/api/audit")
@allow("admin")
async def get_audit(sought: Filter, page: Paging, db: Db) -> AuditView:
    """Return what was done, by whom and from where."""
    found = await store.select_entries(db, sought, page.after, page.fetch)
    shown = page.cut(found)
    return AuditView(
        items=[EntryView.of(one) for one in shown],
        next=page.next(found, shown[-1].entry.entry_id) if shown else None,
    )


@router.get("/api/audit/export", response_class=Response)
@allow("admin")
async def get_audit_export(sought: Filter, me: Me, db: Db, asker: From, now: Now) -> Response:
    """Return up to 10,000 entries as a table (RFC 4180); that it was asked for is noted."""
    found = await commands.export_entries(db, sought, me.id, asker, now)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for one in found:
        table.writerow([_plain(value) for value in _row(one)])
    name = f"audit-{now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _row(one: Named) -> Sequence[object]:
    """Return what stands below `COLUMNS`; the device in all the words of its browser."""
    entry = one.entry
    return (
        *(entry.at, entry.action, one.by_email, one.person_email),
        *(entry.address, entry.device, entry.detail, entry.by_id, entry.person_id),
    )


def _plain(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
