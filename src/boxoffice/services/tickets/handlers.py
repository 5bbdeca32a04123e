"""What the market does about news of people, and of orders, which alone says who holds what."""

from collections.abc import Callable

from boxoffice.events.identity import BanState
from boxoffice.events.orders import (
    OrderCancelled,
    OrderCompleted,
    OrderedItem,
    OrderPlaced,
    OrderState,
)
from boxoffice.events.tickets import TicketFreed, TicketLocked, TicketSold, TicketState
from boxoffice.kit.database import Tx
from boxoffice.services.tickets import store
from boxoffice.services.tickets.model import Ban, Ticket

Decide = Callable[[Ticket, OrderedItem], Ticket]


async def lock_tickets(tx: Tx, placed: OrderPlaced) -> None:
    """Show that somebody is paying for the tickets of an order."""
    await _hold(
        tx, placed, TicketLocked, lambda t, item: t.lock(placed.order_id, item.hold_version)
    )


async def free_tickets(tx: Tx, cancelled: OrderCancelled) -> None:
    """Show that the tickets of an order can be bought again."""
    await _hold(tx, cancelled, TicketFreed, lambda t, item: t.free(item.hold_version))


async def sell_tickets(tx: Tx, completed: OrderCompleted) -> None:
    """Show that the tickets of an order are sold."""
    await _hold(
        tx, completed, TicketSold, lambda t, item: t.sell(completed.order_id, item.hold_version)
    )


async def copy_ban(tx: Tx, ban: BanState) -> None:
    """Know who is banned, and have a job see to what they have on sale."""
    await store.upsert_ban(tx, Ban(ban.person_id, ban.version, ban.banned_at, ban.banned_until))
    tx.wake_jobs()


async def _hold(tx: Tx, order: OrderState, says: type[TicketState], decide: Decide) -> None:
    for item in sorted(order.items, key=lambda item: item.offer_id):
        ticket = await store.select_ticket_for_update(tx, item.offer_id)
        if ticket is None:  # a seat, not a ticket of the market
            continue
        held = decide(ticket, item)
        if held is not ticket:
            await store.update_ticket(tx, held)
            await tx.emit(says.of(held))
