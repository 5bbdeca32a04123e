"""What expiration says: whose time is up."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from boxoffice.events.event import Event


class HoldExpired(Event):
    """The time to pay an order is over."""

    publisher: ClassVar[str] = "expiration"
    about: ClassVar[str] = "order_id"

    order_id: UUID
    due_at: datetime
