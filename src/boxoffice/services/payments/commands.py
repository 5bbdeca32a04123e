"""What can be done about the money of orders.

Whoever talks to Stripe about a payment claims it first, so that only one does; nothing is locked
meanwhile. What Stripe says decides, and is written with the version of the claim. A claim that is
not given back (a crash) runs out, and then the jobs ask Stripe how things stand.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeAlias
from uuid import UUID

from boxoffice.events.payments import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentDeclined,
    PaymentFailed,
    PaymentRefunded,
    PaymentState,
    PaymentStatus,
    PaymentVoided,
)
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import Conflict, NotFound, Refusal, Unavailable
from boxoffice.kit.lag import LOOK_SECONDS, once_known
from boxoffice.kit.telemetry import log
from boxoffice.services.payments import gateway, store
from boxoffice.services.payments.gateway import Stripe
from boxoffice.services.payments.model import (
    CHANGED_BY,
    LEASE,
    PATIENCE,
    UNPAID,
    Order,
    Payment,
    Standing,
)

Talk: TypeAlias = Callable[[Order, Payment], Awaitable[tuple[Payment, Standing]]]

RIVAL_SECONDS = 10  # a bank mostly decides within three
WRONG_AMOUNT = "What was authorised is not the price of the order; nothing was taken"
SAYS: Mapping[PaymentStatus, type[PaymentState]] = {
    "authorized": PaymentAuthorized,
    "declined": PaymentDeclined,
    "captured": PaymentCaptured,
    "failed": PaymentFailed,
    "voided": PaymentVoided,
    "refunded": PaymentRefunded,
}


async def pay_by_card(
    stripe: Stripe, db: Database, order_id: UUID, person_id: UUID, token: str, at: datetime
) -> Payment:
    """Have a card promise the money of an order; return the payment, the same one each time.

    NotFound when the order stays unknown for a second, Forbidden to all but its buyer, Conflict
    when it waits for no money, PaymentDeclined with Stripe's reason, BadInput for a token that
    Stripe does not know. Who comes while another card is tried gets that one's outcome.
    """
    await _get_own_order(db, order_id, person_id)
    payment, mine = await _claim(db, order_id, at)
    while not mine and payment.status in UNPAID:
        freed = await _await_freed(db, order_id)
        if freed.cards > payment.cards:
            return freed.require_paid()
        payment, mine = await _claim(db, order_id, at)
    if mine:
        payment = await _talk(stripe, db, payment, at, partial(_try_card, stripe, db, token))
    return payment.require_paid()


async def open_checkout(
    stripe: Stripe, db: Database, order_id: UUID, person_id: UUID, at: datetime
) -> tuple[Payment, str]:
    """Return the payment of an order and the page where to pay it, the same one while it is open.

    Refusals as for `pay_by_card`; Conflict also when the order is paid.
    """
    await _get_own_order(db, order_id, person_id)
    payment, mine = await _claim(db, order_id, at)
    while not mine and payment.status in UNPAID:
        await _await_freed(db, order_id)
        payment, mine = await _claim(db, order_id, at)
    if mine:
        payment = await _talk(stripe, db, payment, at, partial(_open_page, stripe, db))
    if payment.status in UNPAID and payment.session_url:
        return payment, payment.session_url
    payment.require_paid()
    raise Conflict("This order is paid")


async def get_own_payment(db: Database, order_id: UUID, person_id: UUID, at: datetime) -> Payment:
    """Return the payment of an order to its buyer, who may have come back from paying just now.

    NotFound when nobody has begun to pay it, Forbidden to others.
    """
    await _get_own_order(db, order_id, person_id)
    payment = await store.select_payment(db, order_id)
    if payment is None:
        raise NotFound("Nobody has begun to pay this order")
    if payment.session_id:
        async with db.transaction() as tx:
            await store.hurry_payment(tx, order_id, at, UNPAID)
            tx.wake_jobs()
    return payment


async def hear(
    stripe: Stripe, db: Database, body: bytes, signature: str | None, at: datetime
) -> None:
    """Store what Stripe says and have the payment looked at. BadInput when Stripe did not sign it.

    It is a hint and no more: what is so, Stripe is asked.
    """
    news = gateway.read_news(stripe, body, signature)
    async with db.transaction() as tx:
        if await store.insert_webhook(tx, news, at) and news.order_id:
            await store.hurry_payment(tx, news.order_id, at, CHANGED_BY.get(news.kind, ()))
            tx.wake_jobs()


async def look_after(stripe: Stripe, db: Database, payment: Payment, at: datetime) -> None:
    """Bring a claimed payment in line with its order and with Stripe.

    Capture what the order waits for, give back what it gave up, else learn what has happened.
    Where Stripe cannot be asked it is postponed, and this raises Unavailable.
    """
    await _talk(stripe, db, payment, at, partial(_fall_in_line, stripe))


async def _fall_in_line(stripe: Stripe, order: Order, payment: Payment) -> tuple[Payment, Standing]:
    if order.status == "cancelled":
        return payment, await gateway.release(stripe, payment)
    if order.status == "awaiting:payment" and payment.status == "authorized":
        return payment, await gateway.capture(stripe, payment)
    return payment, await gateway.look(stripe, payment)


async def _try_card(
    stripe: Stripe, db: Database, token: str, order: Order, payment: Payment
) -> tuple[Payment, Standing]:
    if payment.session_id:
        found = await gateway.close_session(stripe, payment.session_id)
        if found.state != "gone":
            return payment, found
        payment = await _save(db, payment.without_payable())
    intent_id = payment.intent_id or await gateway.open_intent(stripe, order, payment)
    # Only an intent that is on record is ever confirmed: one that a crash forgets takes no money.
    payment = await _save(db, payment.with_intent(intent_id))
    return payment.with_card(), await gateway.confirm_intent(stripe, payment, intent_id, token)


async def _open_page(
    stripe: Stripe, db: Database, order: Order, payment: Payment
) -> tuple[Payment, Standing]:
    found = await gateway.look(stripe, payment)
    if found.is_money or (payment.session_id and found.state != "gone"):
        return payment, found
    if payment.has_payable:
        await gateway.release(stripe, payment)
        payment = await _save(db, payment.without_payable())
    session_id, url = await gateway.open_session(stripe, order, payment)
    return payment.with_session(session_id, url), Standing("open")


async def _talk(
    stripe: Stripe, db: Database, payment: Payment, at: datetime, talk: Talk
) -> Payment:
    """Talk to Stripe about a claimed payment and save the outcome; give the claim back anyway."""
    order = await get_order(db, payment.order_id)
    claimed = payment
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            payment, found = await talk(order, payment)
            found = await _check_amount(stripe, order, payment, found)
    except (Refusal, TimeoutError, asyncio.CancelledError) as error:  # cancelled: we are stopping
        await _postpone(db, claimed, at)
        if isinstance(error, TimeoutError):
            raise Unavailable("The bank takes its time; ask again in a moment") from None
        raise
    return await _settle(db, payment, found, at)


async def _check_amount(
    stripe: Stripe, order: Order, payment: Payment, found: Standing
) -> Standing:
    if not found.is_money or found.pays(order):
        return found
    log.error(
        "wrong amount",
        order=str(order.order_id),
        wanted=f"{order.total_minor} {order.currency}",
        found=f"{found.amount_minor} {found.currency}",
    )
    return replace(await gateway.release(stripe, payment), reason=WRONG_AMOUNT)


async def get_order(db: Queries, order_id: UUID) -> Order:
    """Return an order. NotFound when no news of it has come."""
    order = await store.select_order(db, order_id)
    if order is None:
        raise NotFound("There is no such order")
    return order


async def _get_own_order(db: Database, order_id: UUID, person_id: UUID) -> Order:
    order = await once_known(partial(get_order, db, order_id))
    order.require_buyer(person_id)
    return order


async def _claim(db: Database, order_id: UUID, at: datetime) -> tuple[Payment, bool]:
    """Return the payment of an order, and whether it is now ours to talk about."""
    async with db.transaction() as tx:
        # News of the order waits for this: it either stands here already or will find the payment.
        order = await store.lock_order(tx, order_id)
        payment = await store.insert_payment(tx, order)
        if payment.status not in UNPAID:
            return payment, False
        order.require_payable(at)
        claimed = await store.claim_payment(tx, order_id, at, at + LEASE)
        return claimed or payment, claimed is not None


async def _await_freed(db: Database, order_id: UUID) -> Payment:
    loop = asyncio.get_running_loop()
    until = loop.time() + RIVAL_SECONDS
    while loop.time() < until:
        payment = await store.select_payment(db, order_id)
        if payment and payment.busy_until is None:
            return payment
        await asyncio.sleep(LOOK_SECONDS)
    raise Unavailable("This order is being paid right now; ask again in a moment")


async def _save(db: Database, payment: Payment) -> Payment:
    async with db.transaction() as tx:
        await store.update_payment(tx, payment)
    return payment


async def _settle(db: Database, payment: Payment, found: Standing, at: datetime) -> Payment:
    async with db.transaction() as tx:
        settled = payment.settle(await get_order(tx, payment.order_id), found, at)
        await store.update_payment(tx, settled)
        if settled.status != payment.status and settled.status in SAYS:
            await tx.emit(SAYS[settled.status].of(settled))
        tx.wake_jobs()
    return settled


async def _postpone(db: Database, claimed: Payment, at: datetime) -> None:
    """Give a claim back where it has not passed to another."""
    async with db.transaction() as tx:
        payment = await store.select_payment(tx, claimed.order_id)
        if payment and payment.busy_until == claimed.busy_until:
            await store.update_payment(tx, payment.postpone(at))
