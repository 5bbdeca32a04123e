"""What orders does about news of tickets, people, time and money."""

from boxoffice.events.expiration import HoldExpired
from boxoffice.events.identity import BanState
from boxoffice.events.payments import PaymentAuthorized, PaymentCaptured, PaymentFailed
from boxoffice.events.shows import PerformanceNews
from boxoffice.events.tickets import TicketState, TicketWithdrawn
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.kit.errors import NotYet
from boxoffice.services.orders import commands, store
from boxoffice.services.orders.model import Ban, Offer, Order, Performance


async def copy_ticket(tx: Tx, ticket: TicketState) -> None:
    """Offer what the market offers, at its newest price; what is ordered keeps its own.

    A ticket may be withdrawn while an order holds it: that one keeps it, and no other gets it.
    """
    await store.upsert_offer(
        tx,
        Offer(
            offer_id=ticket.ticket_id,
            version=ticket.version,
            seller_id=ticket.seller_id,
            label=ticket.title,
            price_minor=ticket.price_minor,
            currency=ticket.currency,
            on_sale=not isinstance(ticket, TicketWithdrawn),
            order_id=None,
            hold_version=0,
        ),
    )


async def copy_performance(tx: Tx, news: PerformanceNews) -> None:
    """Offer the places of a performance; those of a cancelled one are given up by a job."""
    await commands.copy_performance(tx, Performance.of(news), news.sections, clock.now())


async def copy_ban(tx: Tx, ban: BanState) -> None:
    """Know who is banned, and have a job see to what they have open."""
    await store.upsert_ban(tx, Ban(ban.person_id, ban.version, ban.banned_at, ban.banned_until))
    tx.wake_jobs()


async def cancel_expired(tx: Tx, expired: HoldExpired) -> None:
    """Free what an order holds that nobody paid in time."""
    order = await _order(tx, expired)
    if order.status == "created":
        await commands.cancel_order(tx, order, "expired")


async def await_capture(tx: Tx, authorized: PaymentAuthorized) -> None:
    """Keep the offers for the payment; an order given up meanwhile stays so, and is voided."""
    order = await _order(tx, authorized)
    if order.status == "created":
        await commands.await_payment(tx, order)


async def complete_paid(tx: Tx, captured: PaymentCaptured) -> None:
    """Sell what is paid. NotYet while the news of its authorisation is on its way."""
    order = await _order(tx, captured)
    if order.status == "created":
        raise NotYet(f"order {order.order_id} is not authorised yet")
    if order.status == "awaiting:payment":
        await commands.complete_order(tx, order, clock.now())


async def cancel_refused(tx: Tx, failed: PaymentFailed) -> None:
    """Free what could not be paid after all."""
    order = await _order(tx, failed)
    if order.status in ("created", "awaiting:payment"):
        await commands.cancel_order(tx, order, "refused")


async def _order(
    tx: Tx, news: HoldExpired | PaymentAuthorized | PaymentCaptured | PaymentFailed
) -> Order:
    order = await store.select_order_for_update(tx, news.order_id)
    if order is None:
        raise NotYet(f"order {news.order_id} is unknown")
    return order
