"""What HTTP may ask of orders themselves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from boxoffice.events.orders import CancelReason, OrderStatus
from boxoffice.events.shows import LONGEST_LABEL, LONGEST_NAME, PerformanceState
from boxoffice.kit import clock, money
from boxoffice.kit.errors import BadInput, NotFound
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, Line, View
from boxoffice.services.orders import commands
from boxoffice.services.orders.model import (
    LARGEST_ORDER,
    Draft,
    Order,
    Performance,
    Wish,
)

router = Router()
Label = Annotated[Line, Field(min_length=3, max_length=LONGEST_LABEL)]
EITHER = "Name a ticket, or a performance with either seats or a section and a quantity"


class OrderDraft(Body):
    """What somebody wants to buy: a ticket; or seats of a performance; or the best of a section."""

    ticket_id: UUID | None = None
    performance_id: UUID | None = None
    seats: Annotated[tuple[Label, ...] | None, Field(min_length=1, max_length=LARGEST_ORDER)] = None
    section: Annotated[Line, Field(min_length=1, max_length=LONGEST_NAME)] | None = None
    quantity: Annotated[int | None, Field(ge=1, le=LARGEST_ORDER)] = None
    accessible: Annotated[bool, Field(description="with room for a wheelchair")] = False

    def require_one(self) -> None:
        """BadInput unless it names one kind of thing, and no seat twice."""
        best = self.section is not None and self.quantity is not None
        of_a_section = self.section is not None or self.quantity is not None
        if self.performance_id is None:
            fits = self.ticket_id is not None and not (self.seats or of_a_section)
        else:
            fits = not self.ticket_id and (not of_a_section if self.seats else best)
        if not fits:
            field = "seats" if self.performance_id and not self.ticket_id else "ticketId"
            raise BadInput(EITHER, field=field)
        if self.seats and len(set(self.seats)) < len(self.seats):
            raise BadInput("A seat is named twice", field="seats")


class ItemView(View):
    """One thing of an order, at its price then."""

    label: str
    price: float


class OrderedTicket(View):
    """The ticket of an order, as it was when it was ordered."""

    id: UUID
    title: str
    price: float
    version: int


class OrderedPerformance(View):
    """The performance of an order, as it is now."""

    id: UUID
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    state: PerformanceState


class OrderView(View):
    """An order as its buyer sees it."""

    id: UUID
    version: int
    status: OrderStatus
    user_id: UUID
    placed_at: datetime
    expires_at: datetime
    total: float
    currency: str
    items: tuple[ItemView, ...]
    ticket: OrderedTicket | None = None
    performance: OrderedPerformance | None = None
    cancelled_because: CancelReason | None = None

    @classmethod
    def of(cls, order: Order) -> Self:
        """Return the view of an order."""
        return cls(
            id=order.order_id,
            version=order.version,
            status=order.status,
            user_id=order.buyer_id,
            placed_at=order.placed_at,
            expires_at=order.expires_at,
            total=money.to_major(order.total_minor, order.currency),
            currency=order.currency,
            items=tuple(
                ItemView(label=item.label, price=money.to_major(item.price_minor, order.currency))
                for item in order.items
            ),
            ticket=None if order.performance_id else _ticket(order),
            performance=order.performance and _performance(order.performance),
            cancelled_because=order.cancelled_because,
        )


@router.post("/api/orders", status_code=201, response_model_exclude_none=True)
@allow("member", verified=True)
@refuses(NotFound)
async def post_order(body: OrderDraft, me: Me, here: Here, now: Now) -> OrderView:
    """Hold a ticket, or seats, until they are paid or the time is up."""
    body.require_one()
    draft = Draft(
        order_id=clock.new_id(),
        buyer_id=me.id,
        offer_ids=(body.ticket_id,) if body.ticket_id else (),
        placed_at=now,
        hold=here.settings.hold,
    )
    if body.performance_id and body.section and body.quantity:
        wish = Wish(body.performance_id, body.section, body.quantity, accessible=body.accessible)
        return OrderView.of(await commands.place_best(here.outside, draft, wish))
    if body.performance_id and body.seats:
        draft = draft.naming(body.performance_id, body.seats)
    return OrderView.of(await commands.place_order(here.outside, draft))


@router.get("/api/orders", response_model_exclude_none=True)
@allow("member")
async def get_orders(
    db: Db, me: Me, page: Paging, request: Request, response: Response
) -> Sequence[OrderView]:
    """Return one's own orders, newest first."""
    found = await commands.get_own_orders(db, me.id, page.after, page.fetch)
    shown = page.cut(found)
    if shown:
        page.link(request, response, found, shown[-1].order_id)
    return [OrderView.of(order) for order in shown]


@router.get("/api/orders/{order_id}", response_model_exclude_none=True)
@allow("member")
async def get_order(order_id: UUID, me: Me, db: Db) -> OrderView:
    """Return one of one's own orders."""
    return OrderView.of(await commands.get_own_order(db, order_id, me.id))


@router.delete("/api/orders/{order_id}", status_code=204)
@allow("member")
async def delete_order(order_id: UUID, me: Me, db: Db) -> None:
    """Give an order up."""
    await commands.cancel_own_order(db, order_id, me.id)


def _ticket(order: Order) -> OrderedTicket:
    (item,) = order.items
    return OrderedTicket(
        id=item.offer_id,
        title=item.label,
        price=money.to_major(item.price_minor, order.currency),
        version=item.offer_version,
    )


def _performance(performance: Performance) -> OrderedPerformance:
    return OrderedPerformance(
        id=performance.performance_id,
        title=performance.title,
        venue=performance.venue,
        city=performance.city,
        time_zone=performance.time_zone,
        starts_at=performance.starts_at,
        state=performance.state,
    )
