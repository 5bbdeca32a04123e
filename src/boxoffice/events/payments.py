"""What payments says: where an order's money is."""

from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event

PaymentStatus = Literal[
    "pending", "declined", "authorized", "captured", "voided", "refunded", "failed"
]


class PaymentState(Event):
    """The one payment of an order as it is after what the event's name says."""

    publisher: ClassVar[str] = "payments"
    about: ClassVar[str] = "order_id"

    payment_id: UUID
    order_id: UUID
    version: int
    buyer_id: UUID
    amount_minor: int
    currency: str
    status: PaymentStatus
    reason: str | None = None


class PaymentAuthorized(PaymentState):
    """The card promises the money; nothing is taken yet."""


class PaymentDeclined(PaymentState):
    """The card was refused, for `reason`; another may be tried."""


class PaymentCaptured(PaymentState):
    """The money is taken."""


class PaymentFailed(PaymentState):
    """An authorised payment could not be captured and never will be; `reason` says why."""


class PaymentVoided(PaymentState):
    """Nothing was taken and nothing will be: an authorisation, if there was one, is given back."""


class PaymentRefunded(PaymentState):
    """Money that was taken was given back."""
