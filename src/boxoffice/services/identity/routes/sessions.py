"""Where a person is signed in, and what identity knows of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import Response

from boxoffice.kit.auth import Person as Bearer
from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import View
from boxoffice.services.identity import commands, model, store
from boxoffice.services.identity.model import SignIn, Sought
from boxoffice.services.identity.routes.audit import EntryView
from boxoffice.services.identity.routes.wire import AccountView, From, clear_cookies

router = Router()
EXPORTED = 1_000  # sign-ins and entries at the most


class SessionView(View):
    """One device on which somebody is signed in; `current` is the one that asks."""

    id: UUID
    device: str
    address: str
    begun_at: datetime
    seen_at: datetime
    current: bool

    @classmethod
    def of(cls, sign_in: SignIn, me: Bearer) -> Self:
        """Return the view of a sign-in."""
        return cls(
            id=sign_in.sign_in_id,
            device=model.device_of(sign_in.device),
            address=sign_in.address,
            begun_at=sign_in.begun_at,
            seen_at=sign_in.seen_at,
            current=sign_in.sign_in_id == me.sign_in_id,
        )


class SessionsView(View):
    """Where somebody is signed in, the newest first."""

    items: Sequence[SessionView]
    next: UUID | None


class ExportView(View):
    """All that identity keeps of a person, but for what would open their account."""

    account: AccountView
    sessions: Sequence[SessionView]
    audit: Sequence[EntryView]


@router.get("/api/users/sessions")
@allow("member")
async def get_sessions(me: Me, db: Db, page: Paging) -> SessionsView:
    """Return where one is signed in."""
    found = await store.select_sign_ins(db, me.id, page.after, page.fetch)
    shown = page.cut(found)
    return SessionsView(
        items=[SessionView.of(one, me) for one in shown],
        next=page.next(found, shown[-1].sign_in_id) if shown else None,
    )


@router.delete("/api/users/sessions", status_code=204)
@allow("member")
async def delete_sessions(me: Me, here: Here, asker: From, now: Now, response: Response) -> None:
    """Sign oneself out everywhere, here too."""
    await commands.end_own_sign_ins(here.db, me.id, asker, now)
    clear_cookies(response, here.settings)


@router.delete("/api/users/sessions/{session_id}", status_code=204)
@allow("member")
async def delete_session(session_id: UUID, me: Me, db: Db, asker: From, now: Now) -> None:
    """Sign oneself out of one device."""
    await commands.end_sign_in(db, me.id, session_id, asker, now)


@router.get("/api/users/export")
@allow("member")
@refuses(NotFound)
async def get_export(me: Me, db: Db, asker: From, now: Now, response: Response) -> ExportView:
    """Return all that identity keeps of oneself; that it was asked for is noted."""
    person = await commands.get_person(db, me.id)
    async with db.transaction() as tx:
        await commands.record(
            tx, "exported", asker, now, by=me.id, person=me.id, detail="their own account"
        )
    entries = await store.select_entries(db, Sought(person_id=me.id), None, EXPORTED)
    sessions = await store.select_sign_ins(db, me.id, None, EXPORTED)
    response.headers["Content-Disposition"] = 'attachment; filename="boxoffice-account.json"'
    response.headers["Cache-Control"] = "no-store"
    return ExportView(
        account=AccountView.of_now(person, now),
        sessions=[SessionView.of(one, me) for one in sessions],
        audit=[EntryView.of(one.seen_by(me.id)) for one in entries],
    )
