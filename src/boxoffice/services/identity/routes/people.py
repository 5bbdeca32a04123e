"""What admins may ask of people: who they are, what they may do, and that they leave."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Me, Now, Router, allow
from boxoffice.kit.http.wire import Body, Instant, Line, View
from boxoffice.services.identity import commands, model, store
from boxoffice.services.identity.model import Role
from boxoffice.services.identity.routes.wire import AccountView, From

router = Router()
LONGEST_TEXT = 100  # characters to look for


class Ban(Body):
    """Why somebody must leave, and until when; without `until` it is for good."""

    reason: Annotated[Line, Field(min_length=1, max_length=model.LONGEST_REASON)]
    until: Instant | None = None


class Roles(Body):
    """What somebody may do, all of it."""

    roles: Annotated[Sequence[Role], Field(min_length=1, max_length=10)]


class PeopleView(View):
    """People, the newest first."""

    items: Sequence[AccountView]
    next: UUID | None


@router.get("/api/users")
@allow("admin")
async def get_people(
    db: Db,
    page: Paging,
    now: Now,
    q: Annotated[
        Line | None, Query(max_length=LONGEST_TEXT, description="in name or e-mail")
    ] = None,
    role: Role | None = None,
    state: Literal["banned"] | None = None,
) -> PeopleView:
    """Return people."""
    found = await store.select_people(
        db,
        text=q,
        role=role,
        banned_at=now if state else None,
        after=page.after,
        limit=page.fetch,
    )
    shown = page.cut(found)
    return PeopleView(
        items=[AccountView.of_now(person, now) for person in shown],
        next=page.next(found, shown[-1].person_id) if shown else None,
    )


@router.get("/api/users/{person_id:uuid}")  # `GET …/signin` is a wrong method and no person
@allow("admin")
async def get_person(person_id: UUID, db: Db, now: Now) -> AccountView:
    """Return one person."""
    return AccountView.of_now(await commands.get_person(db, person_id), now)


@router.put("/api/users/{person_id}/ban")
@allow("admin")
async def put_ban(person_id: UUID, ban: Ban, me: Me, db: Db, asker: From, now: Now) -> AccountView:
    """Ban somebody: every service refuses them within a second."""
    person = await commands.ban_person(db, person_id, ban.reason, ban.until, me.id, asker, now)
    return AccountView.of_now(person, now)


@router.delete("/api/users/{person_id}/ban")
@allow("admin")
async def delete_ban(person_id: UUID, me: Me, db: Db, asker: From, now: Now) -> AccountView:
    """Let somebody in again."""
    return AccountView.of_now(await commands.lift_ban(db, person_id, me.id, asker, now), now)


@router.put("/api/users/{person_id}/roles")
@allow("admin")
async def put_roles(
    person_id: UUID, wanted: Roles, me: Me, db: Db, asker: From, now: Now
) -> AccountView:
    """Set what somebody may do; it counts within a second, whatever their tokens say."""
    person = await commands.change_roles(db, person_id, wanted.roles, me.id, asker, now)
    return AccountView.of_now(person, now)
