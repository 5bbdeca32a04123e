"""Placing orders: all that come together, in one transaction."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from boxoffice.events.orders import OrderCompleted, OrderPlaced, OrderState
from boxoffice.kit.database import Database, Tx
from boxoffice.services.orders import store
from boxoffice.services.orders.commands.boards import CHANNEL, notices_of
from boxoffice.services.orders.model import (
    LARGEST_ORDER,
    Draft,
    Guest,
    Order,
    Performance,
    Sale,
)


async def place_orders(
    db: Database, drafts: Sequence[Draft], seats_per_person: int = LARGEST_ORDER
) -> list[Order | Exception]:
    """Settle all drafts in one transaction; return an order or a refusal for each.

    NotFound also for an offer that is freed in this very instant: ask again.
    """
    async with db.transaction() as tx:
        sale = await _look(tx, drafts, seats_per_person)
        outcomes = sale.settle(drafts)
        if orders := [outcome for outcome in outcomes if isinstance(outcome, Order)]:
            await store.insert_orders(tx, orders, CHANNEL, notices_of(orders))
            await tx.emit(*(_said_of(order) for order in orders))
    return outcomes


async def _look(tx: Tx, drafts: Sequence[Draft], seats_per_person: int) -> Sale:
    """Return what these drafts want, kept from others until the end, as far as it is known."""
    guests = list({guest for draft in drafts if (guest := draft.guest)})
    performances: Mapping[UUID, Performance] = {}
    seats: dict[Guest, int] = {}
    if guests:
        ids = list({performance_id for performance_id, _ in guests})
        performances = await store.select_performances(tx, ids)
        await store.lock_guests(tx, guests)
        seats = await store.select_seats(tx, guests)
    wanted = list({offer_id for draft in drafts for offer_id in draft.offer_ids})
    found = await store.select_free_for_update(tx, wanted)
    if len(found) < len(wanted):
        found = [*found, *await store.select_held(tx, wanted)]
    offers = {offer.offer_id: offer for offer in found}
    return Sale(offers, performances, seats, seats_per_person)


def _said_of(order: Order) -> OrderState:
    return (OrderPlaced if order.status == "created" else OrderCompleted).of(order)
