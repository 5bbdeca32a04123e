"""What tickets does about news of people, performances, and orders, which alone say who has what."""

import secrets
from collections.abc import Callable
from dataclasses import replace

from boxoffice.events.identity import BanState
from boxoffice.events.orders import (
    OrderCancelled,
    OrderCompleted,
    OrderedItem,
    OrderPlaced,
    OrderState,
)
from boxoffice.events.shows import PerformanceNews
from boxoffice.events.tickets import (
    AdmissionIssued,
    AdmissionVoided,
    TicketFreed,
    TicketLocked,
    TicketSold,
    TicketState,
)
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import NotYet
from boxoffice.services.tickets import store
from boxoffice.services.tickets.model import NONCE_BYTES, Ban, Order, Performance, Ticket

Decide = Callable[[Ticket, OrderedItem], Ticket]


async def honour_order(tx: Tx, completed: OrderCompleted) -> None:
    """Give a paid order what it bought. NotYet while its performance is unknown."""
    await sell_tickets(tx, completed)
    await issue_admissions(tx, completed)


async def give_up_order(tx: Tx, cancelled: OrderCancelled) -> None:
    """Take back what an order held, or had bought."""
    await free_tickets(tx, cancelled)
    await void_admissions(tx, cancelled)


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


async def issue_admissions(tx: Tx, completed: OrderCompleted) -> None:
    """Give a paid order of places an admission for each, and have a job mail them.

    NotYet while its performance is unknown.
    """
    if completed.performance_id is None:
        return
    if not await store.select_performance(tx, completed.performance_id):
        raise NotYet(f"performance {completed.performance_id} is unknown")
    order = Order.of(completed, completed.performance_id)
    if await store.upsert_order(tx, order):
        admissions = order.admit(completed.items, _new_nonce, clock.now())
        issued = await store.insert_admissions(tx, admissions)
        await tx.emit(*(AdmissionIssued.of(admission) for admission in issued))
        tx.wake_jobs()


async def void_admissions(tx: Tx, cancelled: OrderCancelled) -> None:
    """Let nobody in by an order that was given up, also when its payment is heard of later."""
    if cancelled.performance_id is None:
        return
    if await store.upsert_order(tx, Order.of(cancelled, cancelled.performance_id)):
        for admission in await store.select_of_orders(tx, [cancelled.order_id]):
            voided = admission.void()
            await store.update_admission(tx, voided)
            await tx.emit(AdmissionVoided.of(voided))


async def copy_performance(tx: Tx, news: PerformanceNews) -> None:
    """Know a performance as it is; when it has another date, have a job tell who has tickets."""
    performance = Performance.of(news)
    known = await store.select_performance_for_update(tx, news.performance_id)
    if performance.has_moved(known):
        performance = replace(performance, moved_version=performance.version)
        tx.wake_jobs()
    await store.upsert_performance(tx, performance)


async def copy_ban(tx: Tx, ban: BanState) -> None:
    """Know who is banned, and have a job see to what they have on sale."""
    await store.upsert_ban(tx, Ban(ban.person_id, ban.version, ban.banned_at, ban.banned_until))
    tx.wake_jobs()


async def _hold(tx: Tx, order: OrderState, says: type[TicketState], decide: Decide) -> None:
    if order.performance_id is not None:  # places, not tickets of the market
        return
    for item in sorted(order.items, key=lambda item: item.offer_id):
        ticket = await store.select_ticket_for_update(tx, item.offer_id)
        if ticket is None:  # listed by nobody that we know
            continue
        held = decide(ticket, item)
        if held is not ticket:
            await store.update_ticket(tx, held)
            await tx.emit(says.of(held))


def _new_nonce() -> bytes:
    return secrets.token_bytes(NONCE_BYTES)
