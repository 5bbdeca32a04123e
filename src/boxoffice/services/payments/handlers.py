"""What payments does about news of orders."""

from boxoffice.events.orders import OrderState
from boxoffice.kit import clock
from boxoffice.kit.database import Tx
from boxoffice.services.payments import store
from boxoffice.services.payments.model import OPEN, Order


async def copy_order(tx: Tx, news: OrderState) -> None:
    """Know an order as it is; capture what it waits for, give back what it gave up."""
    await store.upsert_order(tx, Order.of(news))
    if news.status in {"awaiting:payment", "cancelled"}:
        await store.hurry_payment(tx, news.order_id, clock.now(), OPEN)
        tx.wake_jobs()
