"""What HTTP may ask of orders."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import Request, Response

from boxoffice.events.orders import CancelReason, OrderStatus
from boxoffice.kit import clock, money
from boxoffice.kit.errors import NotFound
from boxoffice.kit.http.paging import Paging
from boxoffice.kit.http.routing import Db, Here, Me, Now, Router, allow, refuses
from boxoffice.kit.http.wire import Body, View
from boxoffice.services.orders import commands, store
from boxoffice.services.orders.model import Draft, Order

router = Router()


class OrderDraft(Body):
    """What somebody wants to buy."""

    ticket_id: UUID


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
    items: Sequence[ItemView]
    ticket: OrderedTicket | None = None
    cancelled_because: CancelReason | None = None

    @classmethod
    def of(cls, order: Order) -> Self:
        """Return the view of an order."""
        first = order.items[0]
        return cls(
            id=order.order_id,
            version=order.version,
            status=order.status,
            user_id=order.buyer_id,
            placed_at=order.placed_at,
            expires_at=order.expires_at,
            total=money.to_major(order.total_minor, order.currency),
            currency=order.currency,
            items=[
                ItemView(label=item.label, price=money.to_major(item.price_minor, order.currency))
                for item in order.items
            ],
            ticket=OrderedTicket(
                id=first.offer_id,
                title=first.label,
                price=money.to_major(first.price_minor, order.currency),
                version=first.offer_version,
            ),
            cancelled_because=order.cancelled_because,
        )


@router.post("/api/orders", status_code=201, response_model_exclude_none=True)
@allow("member", verified=True)
@refuses(NotFound)
async def post_order(body: OrderDraft, me: Me, here: Here, now: Now) -> OrderView:
    """Hold a ticket until it is paid or the time is up."""
    draft = Draft(
        order_id=clock.new_id(),
        buyer_id=me.id,
        offer_ids=(body.ticket_id,),
        placed_at=now,
        hold=here.settings.hold,
    )
    return OrderView.of(await commands.place_order(here.outside, draft))


@router.get("/api/orders", response_model_exclude_none=True)
@allow("member")
async def get_orders(
    db: Db, me: Me, page: Paging, request: Request, response: Response
) -> Sequence[OrderView]:
    """Return one's own orders, newest first."""
    found = await store.select_of_buyer(db, me.id, page.after, page.fetch)
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
