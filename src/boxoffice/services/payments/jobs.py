"""What payments does by the clock."""

import asyncio
from datetime import datetime, timedelta

from boxoffice.kit import clock, spans
from boxoffice.kit.database import Queries
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import log, new_trace
from boxoffice.services.payments import commands, store
from boxoffice.services.payments.model import LEASE, Payment

AT_ONCE = 16  # talks with Stripe a lane: its slowest answer holds up no more than these
KEPT = timedelta(days=30)  # webhooks: as long as Stripe itself lists its events


async def look_after_payments(running: Running) -> datetime | None:
    """Bring payments in line with their orders and with Stripe; return when the next is due."""
    at = clock.now()
    async with running.db.transaction() as tx:
        due = await store.claim_due(tx, at, at + LEASE, AT_ONCE)
    outcomes = await asyncio.gather(
        *(_look_after(running, payment, at) for payment in due),
        return_exceptions=True,
    )
    for payment, outcome in zip(due, outcomes, strict=True):
        if outcome is not None:  # its claim runs out, and it is looked after again
            log.error("payment waits", order=str(payment.order_id), error=repr(outcome))
    return at if len(due) == AT_ONCE else await store.select_next_due(running.db)


async def _look_after(running: Running, payment: Payment, at: datetime) -> None:
    with spans.spanned(new_trace(payment.trace), running.name, "look after payment"):
        await commands.look_after(running.outside, running.db, payment, at)


async def measure_uncaptured(db: Queries, at: datetime) -> float:
    """Return how many seconds ago the oldest payment was begun that is promised and not taken."""
    begun_at = await store.select_oldest_authorized(db)
    return (at - begun_at).total_seconds() if begun_at else 0


async def measure_lateness(db: Queries, at: datetime) -> float:
    """Return since how many seconds a payment should have been looked after."""
    due_at = await store.select_next_due(db)
    return max(0.0, (at - due_at).total_seconds()) if due_at else 0


async def forget_webhooks(running: Running) -> datetime | None:
    """Forget old webhooks."""
    async with running.db.transaction() as tx:
        await store.delete_webhooks(tx, clock.now() - KEPT)
    return None
