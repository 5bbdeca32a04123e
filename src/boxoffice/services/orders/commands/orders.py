"""What can be done with orders."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from boxoffice.events.orders import (
    CancelReason,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
)
from boxoffice.kit.database import Database, Queries, Tx
from boxoffice.kit.errors import Conflict, NotFound
from boxoffice.kit.lag import once_known
from boxoffice.kit.receipts import Receipt, note
from boxoffice.services.orders import store
from boxoffice.services.orders.commands.boards import tell_places
from boxoffice.services.orders.commands.box import Box
from boxoffice.services.orders.model import Draft, Order, Performance, Wish

TRIES = 5  # for the best seats: those that others took meanwhile are gone by the second


async def place_order(box: Box, draft: Draft) -> Order:
    """Hold all that a draft wants and return the order.

    Conflict when somebody else has it, NotFound when it stays unknown for a second.
    """
    return await once_known(partial(_hold, box, draft))


async def place_best(box: Box, draft: Draft, wish: Wish) -> Order:
    """Hold the best free places of a section for a draft that names none, and return the order.

    Conflict when there are not so many, NotFound when the performance stays unknown for a second.
    """
    house = (await once_known(partial(box.boards.open, wish.performance_id))).house
    for _ in range(TRIES):
        labels = house.choose(wish.section, wish.quantity, accessible=wish.accessible)
        try:
            return await _hold(box, draft.naming(wish.performance_id, labels))
        except Conflict as refusal:
            gone = {label for nth, label in enumerate(labels) if f"seats.{nth}" in refusal.fields}
            house.give_back(label for label in labels if label not in gone)
            if not gone:  # it is not for the seats, but for who wants them
                raise
        except BaseException:
            house.give_back(labels)
            raise
    raise Conflict("Others were faster each time; try again", field="section")


async def _hold(box: Box, draft: Draft) -> Order:
    order = await box.drafts.ask(draft)
    note(Receipt("orders", order.order_id, order.version))  # it was said among many others
    return order


async def get_own_order(db: Queries, order_id: UUID, person_id: UUID) -> Order:
    """Return an order to its buyer. NotFound, Forbidden to others."""
    order = await store.select_order(db, order_id)
    if order is None:
        raise NotFound("There is no such order")
    order.require_buyer(person_id)
    (shown,) = await with_performances(db, [order])
    return shown


async def get_own_orders(
    db: Queries, person_id: UUID, after: UUID | None, limit: int
) -> Sequence[Order]:
    """Return a person's orders, newest first, from behind `after`."""
    return await with_performances(db, await store.select_of_buyer(db, person_id, after, limit))


async def with_performances(db: Queries, orders: Sequence[Order]) -> Sequence[Order]:
    """Return orders with the performances that they are for, as these are now."""
    wanted = list({order.performance_id for order in orders if order.performance_id})
    found: Mapping[UUID, Performance] = {}
    if wanted:
        found = await store.select_performances(db, wanted)
    return [
        replace(order, performance=order.performance_id and found.get(order.performance_id))
        for order in orders
    ]


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
        return await cancel_whole(tx, found, "banned")


async def cancel_whole(tx: Tx, orders: Sequence[Order], because: CancelReason) -> int:
    """Cancel those of these orders whose offers nobody else is changing; return how many."""
    held = await store.lock_held(tx, orders)
    whole = [order for order in orders if held.get(order.order_id) == len(order.items)]
    for order in whole:
        await cancel_order(tx, order, because)
    return len(whole)


async def cancel_order(tx: Tx, order: Order, because: CancelReason) -> None:
    """Give an order and its offers up. Conflict when the order's state forbids it."""
    cancelled = order.cancel(because)
    await store.update_order(tx, cancelled)
    await store.free_offers(tx, order)
    await tell_places(tx, [cancelled])
    await tx.emit(OrderCancelled.of(cancelled))


async def await_payment(tx: Tx, order: Order) -> None:
    """Promise the offers to the payment that was authorised: it may be captured."""
    awaiting = order.await_payment()
    await store.update_order(tx, awaiting)
    await tx.emit(OrderAwaitingPayment.of(awaiting))


async def complete_order(tx: Tx, order: Order, at: datetime) -> None:
    """Sell the offers to the order that paid for them."""
    complete = order.complete(at)
    await store.update_order(tx, complete)
    await store.keep_offers(tx, order)
    await tell_places(tx, [complete])
    await tx.emit(OrderCompleted.of(complete))
