"""What can be done with orders."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from boxoffice.events.orders import (
    CancelReason,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderPlaced,
)
from boxoffice.kit.batch import Batch
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import NotFound
from boxoffice.kit.lag import once_known
from boxoffice.kit.settings import Settings
from boxoffice.services.orders import store
from boxoffice.services.orders.model import Draft, Order, settle

Counter: TypeAlias = Batch[Draft, Order]


@asynccontextmanager
async def open_counter(_settings: Settings, db: Database) -> AsyncGenerator[Counter]:
    """Yield the counter where orders are placed, those that come together in one transaction."""
    yield Batch("orders", partial(place_orders, db))


async def place_order(counter: Counter, draft: Draft) -> Order:
    """Hold all that a draft wants and return the order.

    Conflict when somebody else has it, NotFound when an offer stays unknown for a second.
    """
    return await once_known(partial(counter.ask, draft))


async def place_orders(db: Database, drafts: Sequence[Draft]) -> list[Order | Exception]:
    """Settle all drafts in one transaction; return an order or a refusal for each.

    NotFound also for an offer that is freed in this very instant: ask again.
    """
    async with db.transaction() as tx:
        wanted = list({offer_id for draft in drafts for offer_id in draft.offer_ids})
        found = await store.select_free_for_update(tx, wanted)
        if len(found) < len(wanted):
            found = [*found, *await store.select_held(tx, wanted)]
        outcomes = settle(drafts, {offer.offer_id: offer for offer in found})
        if orders := [outcome for outcome in outcomes if isinstance(outcome, Order)]:
            await store.insert_orders(tx, orders)
            await tx.emit(*(OrderPlaced.of(order) for order in orders))
    return outcomes


async def get_own_order(db: Queries, order_id: UUID, person_id: UUID) -> Order:
    """Return an order to its buyer. NotFound, Forbidden to others."""
    order = await store.select_order(db, order_id)
    if order is None:
        raise NotFound("There is no such order")
    order.require_buyer(person_id)
    return order


async def cancel_own_order(db: Database, order_id: UUID, person_id: UUID) -> None:
    """Give an order up; once is enough. Conflict when it is paid or being paid."""
    async with db.transaction() as tx:
        order = await store.select_order_for_update(tx, order_id)
        if order is None:
            raise NotFound("There is no such order")
        order.require_buyer(person_id)
        if order.status != "cancelled":
            await cancel_order(tx, order, "cancelled")


async def heed_bans(db: Database, at: datetime, limit: int) -> int:
    """Cancel so many open orders of people who are banned at this time; return how many.

    What somebody else is changing is left for later. News locks offers and orders in an order of
    its own: who waited for it, while holding some, could wait in a circle.
    """
    async with db.transaction() as tx:
        found = await store.select_of_banned_for_update(tx, at, limit)
        held = await store.lock_held(tx, [order.order_id for order in found])
        whole = [order for order in found if held.get(order.order_id) == len(order.items)]
        for order in whole:
            await cancel_order(tx, order, "banned")
    return len(whole)


async def cancel_order(tx: Tx, order: Order, because: CancelReason) -> None:
    """Give an order and its offers up. Conflict when the order's state forbids it."""
    cancelled = order.cancel(because)
    await store.update_order(tx, cancelled)
    await store.free_offers(tx, order.order_id)
    await tx.emit(OrderCancelled.of(cancelled))


async def await_payment(tx: Tx, order: Order) -> None:
    """Promise the offers to the payment that was authorised: it may be captured."""
    awaiting = order.await_payment()
    await store.update_order(tx, awaiting)
    await tx.emit(OrderAwaitingPayment.of(awaiting))


async def complete_order(tx: Tx, order: Order) -> None:
    """Sell the offers to the order that paid for them."""
    complete = order.complete()
    await store.update_order(tx, complete)
    await store.keep_offers(tx, order.order_id)
    await tx.emit(OrderCompleted.of(complete))
