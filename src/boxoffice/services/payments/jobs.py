"""What payments does by the clock."""

import asyncio
from datetime import datetime, timedelta

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.kit.telemetry import log, new_trace, traced
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
    with traced(new_trace(payment.trace)):
        await commands.look_after(running.outside, running.db, payment, at)


async def forget_webhooks(running: Running) -> datetime | None:
    """Forget old webhooks."""
    async with running.db.transaction() as tx:
        await store.delete_webhooks(tx, clock.now() - KEPT)
    return None
