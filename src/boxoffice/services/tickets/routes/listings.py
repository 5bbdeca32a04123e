"""What HTTP may ask of what people offer each other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import Field

from boxoffice.events.tickets import TicketStatus
from boxoffice.kit import clock, money
from boxoffice.kit.auth import require
from boxoffice.kit.errors import BadInput, Unauthenticated
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, MaybeMe, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, Line, Price, View
from boxoffice.kit.pictures.picture import PictureView
from boxoffice.services.tickets import commands, store
from boxoffice.services.tickets.model import Ticket

router = Router()
Title = Annotated[Line, Field(min_length=1, max_length=200)]


class TicketDraft(Body):
    """What a seller says of a ticket."""

    title: Title
    price: Price
    version: Annotated[int | None, Field(ge=0, description="the one seen; refused if stale")] = None

    def price_minor(self, currency: str) -> int:
        """Return the price in minor units. BadInput when the currency has no such fraction."""
        try:
            return money.to_minor(self.price, currency)
        except ValueError as error:
            raise BadInput(str(error), field="price") from None


class TicketView(View):
    """A ticket as everyone sees it."""

    id: UUID
    version: int
    title: str
    price: float
    currency: str
    user_id: UUID
    status: TicketStatus
    order_id: UUID | None = None
    listed_at: datetime
    picture: PictureView | None = None

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """Return the view of a ticket."""
        return cls(
            id=ticket.ticket_id,
            version=ticket.version,
            title=ticket.title,
            price=money.to_major(ticket.price_minor, ticket.currency),
            currency=ticket.currency,
            user_id=ticket.seller_id,
            status=ticket.status,
            order_id=ticket.order_id,
            listed_at=ticket.listed_at,
            picture=PictureView.of(ticket.picture) if ticket.picture else None,
        )


@router.post("/api/tickets", status_code=201, response_model_exclude_none=True)
@allow("member", verified=True)
async def post_ticket(draft: TicketDraft, me: Me, here: Here, now: Now) -> TicketView:
    """Put a ticket on sale."""
    currency = here.settings.currency
    ticket = Ticket.offer(
        clock.new_id(),
        me.id,
        title=draft.title,
        price_minor=draft.price_minor(currency),
        currency=currency,
        at=now,
    )
    return TicketView.of(await commands.list_ticket(here.db, ticket))


@router.get("/api/tickets", response_model_exclude_none=True)
@allow("anyone")
@refuses(Unauthenticated)
async def get_tickets(
    db: Db,
    me: MaybeMe,
    page: Paging,
    request: Request,
    response: Response,
    seller: Annotated[Literal["me"] | None, Query(description="all of one's own instead")] = None,
) -> Sequence[TicketView]:
    """Return tickets that can be bought now, or one's own in every state; newest first."""
    if seller:
        found = await store.select_of_seller(db, require(me).id, page.after, page.fetch)
    else:
        found = await store.select_listed(db, page.after, page.fetch)
    shown = page.cut(found)
    if shown:
        page.link(request, response, found, shown[-1].ticket_id)
    return [TicketView.of(ticket) for ticket in shown]


@router.get("/api/tickets/{ticket_id}", response_model_exclude_none=True)
@allow("anyone")
async def get_ticket(ticket_id: UUID, db: Db) -> TicketView:
    """Return one ticket."""
    return TicketView.of(await commands.get_ticket(db, ticket_id))


@router.put("/api/tickets/{ticket_id}", response_model_exclude_none=True)
@allow("member", verified=True)
async def put_ticket(ticket_id: UUID, draft: TicketDraft, me: Me, db: Db) -> TicketView:
    """Change a ticket's title and price."""
    ticket = await commands.get_own_ticket(db, ticket_id, me.id)
    price_minor = draft.price_minor(ticket.currency)
    return TicketView.of(
        await commands.edit_ticket(db, ticket, draft.title, price_minor, draft.version)
    )


@router.delete("/api/tickets/{ticket_id}", status_code=204)
@allow("member")
async def delete_ticket(ticket_id: UUID, me: Me, db: Db) -> None:
    """Take a ticket off sale."""
    await commands.withdraw_ticket(db, await commands.get_own_ticket(db, ticket_id, me.id))
