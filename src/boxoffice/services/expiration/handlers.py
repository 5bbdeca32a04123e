"""What expiration does about news of orders."""

from boxoffice.events.orders import OrderPlaced, OrderState
from boxoffice.kit.database import Tx
from boxoffice.services.expiration import store
from boxoffice.services.expiration.store import Timer


async def set_timer(tx: Tx, placed: OrderPlaced) -> None:
    """Start the time of an order."""
    await store.insert_timer(tx, Timer(placed.order_id, placed.expires_at))
    tx.wake_jobs()


async def stop_timer(tx: Tx, order: OrderState) -> None:
    """Stop the time of an order that is being paid, or was given up."""
    await store.stop_timer(tx, Timer(order.order_id, order.expires_at))
