"""What payments knows: an order to be paid, its one payment, and how that stands at Stripe."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import UUID

from boxoffice.events.orders import OrderState, OrderStatus
from boxoffice.events.payments import PaymentStatus
from boxoffice.kit.errors import Conflict, Forbidden, PaymentDeclined, Unavailable

PATIENCE = timedelta(seconds=18)  # for one talk with Stripe: a call, its repeat, and some air
LEASE = timedelta(seconds=30)  # longer than waiting for another's talk and then having one's own
FIRST_LOOK = timedelta(seconds=2)  # a webhook comes in less; this is for the lost one
LAST_LOOK = timedelta(seconds=15)  # a lost webhook costs the buyer this; Stripe takes 100 calls/s
LAPSED = "The bank took its promise back"

UNPAID: frozenset[PaymentStatus] = frozenset({"pending", "declined"})
PAID: frozenset[PaymentStatus] = frozenset({"authorized", "captured"})
OPEN = UNPAID | PAID  # what may still change; the others are final

# Which payments a webhook of this kind can change: a look at the others would find nothing new.
CHANGED_BY: dict[str, Collection[PaymentStatus]] = {
    "checkout.session.completed": UNPAID,
    "checkout.session.expired": UNPAID,
    "payment_intent.amount_capturable_updated": UNPAID,
    "payment_intent.payment_failed": ("pending",),
    "payment_intent.canceled": ("pending", "declined", "authorized"),
    "charge.refunded": ("captured",),
}


@dataclass(frozen=True, slots=True)
class Order:
    """An order as orders says."""

    order_id: UUID
    version: int
    status: OrderStatus
    buyer_id: UUID
    label: str
    total_minor: int
    currency: str
    expires_at: datetime

    @classmethod
    def of(cls, news: OrderState) -> Self:
        """Return our copy of what orders said."""
        first, more = news.items[0].label, len(news.items) - 1
        return cls(
            order_id=news.order_id,
            version=news.version,
            status=news.status,
            buyer_id=news.buyer_id,
            label=f"{first} and {more} more" if more else first,
            total_minor=news.total_minor,
            currency=news.currency,
            expires_at=news.expires_at,
        )

    def require_buyer(self, person_id: UUID) -> None:
        """Forbidden to everyone but its buyer."""
        if person_id != self.buyer_id:
            raise Forbidden("This order is somebody else's")

    def require_payable(self, at: datetime) -> None:
        """Conflict unless it still waits for its money."""
        if self.status == "cancelled":
            raise Conflict("This order was given up; nothing is charged for it")
        if self.total_minor == 0:
            raise Conflict("There is nothing to pay for this order")
        if self.status == "complete":
            raise Conflict("This order is paid")
        if self.status == "created" and at >= self.expires_at:
            raise Conflict("The time to pay this order is over; nothing is charged for it")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a payment stands at Stripe, as Stripe itself says.

    open: nobody has paid · declined: nobody has, and the last card was refused · authorized: the
    money is promised · captured: it is taken · gone: nothing can come of it any more · refunded.
    """

    state: Literal["open", "declined", "authorized", "captured", "gone", "refunded"]
    intent_id: str | None = None
    amount_minor: int = 0  # promised or taken
    currency: str = ""
    reason: str | None = None

    @property
    def is_money(self) -> bool:
        """Whether somebody's money is promised or taken."""
        return self.state in {"authorized", "captured"}

    def pays(self, order: Order) -> bool:
        """Whether this is the order's total, in its currency."""
        return (self.amount_minor, self.currency) == (order.total_minor, order.currency)


@dataclass(frozen=True, slots=True)
class News:
    """That something happened at Stripe: a hint to look, and no more."""

    event_id: str
    kind: str
    order_id: UUID | None


@dataclass(frozen=True, slots=True)
class Payment:
    """The one payment of an order. At most one intent or session of it can be paid at a time."""

    payment_id: UUID
    order_id: UUID
    version: int
    buyer_id: UUID
    amount_minor: int
    currency: str
    status: PaymentStatus
    reason: str | None
    turn: int
    cards: int
    intent_id: str | None
    session_id: str | None
    session_url: str | None
    looks: int
    busy_until: datetime | None
    look_at: datetime | None
    trace: str | None

    @property
    def is_paid(self) -> bool:
        """Whether the money is promised or taken."""
        return self.status in PAID

    @property
    def has_payable(self) -> bool:
        """Whether Stripe holds something for it."""
        return bool(self.intent_id or self.session_id)

    def require_paid(self) -> Self:
        """Return it when the money is promised; PaymentDeclined, Conflict or Unavailable else."""
        if self.is_paid:
            return self
        if self.status == "declined":
            raise PaymentDeclined(self.reason or "The card was declined")
        if self.status == "pending":
            raise Unavailable("This payment is not decided yet; ask again in a moment")
        raise Conflict("This order was given up; nothing is charged for it")

    def with_intent(self, intent_id: str) -> Self:
        """Return it with the intent that alone may take its money, while a card is tried."""
        return self._next(status="pending", reason=None, intent_id=intent_id)

    def with_card(self) -> Self:
        """Return it with one more card decided; who waits for it learns so from this number."""
        return replace(self, cards=self.cards + 1)

    def with_session(self, session_id: str, session_url: str) -> Self:
        """Return it with the hosted page that alone may take its money."""
        return replace(
            self, status="pending", reason=None, session_id=session_id, session_url=session_url
        )

    def without_payable(self) -> Self:
        """Return it without what Stripe has closed, so that something else may be opened."""
        return self._next(turn=self.turn + 1, intent_id=None, session_id=None, session_url=None)

    def settle(self, order: Order, found: Standing, at: datetime) -> "Payment":
        """Return it as it was found at Stripe, free for others to look after."""
        settled = self._next() if self.status not in OPEN else self._found(order, found)
        return _freed(settled, 0 if settled.status != self.status else self.looks + 1, at)

    def postpone(self, at: datetime) -> "Payment":
        """Return it free, to be looked at a little later: Stripe could not be asked.

        What may have failed to open is opened under another key next time, since a key repeats
        its failure for a day.
        """
        later = self._next(turn=self.turn + (0 if self.has_payable else 1))
        return replace(_freed(later, self.looks + 1, at), look_at=at + _pause(self.looks))

    def _found(self, order: Order, found: Standing) -> Self:
        match found.state:
            case "authorized" | "captured":
                taken = found.state == "captured" and order.status != "created"
                return self._next(
                    status="captured" if taken else "authorized",
                    reason=None,
                    intent_id=found.intent_id,
                    session_id=None,
                    session_url=None,
                )
            case "declined":
                return self._next(status="declined", reason=found.reason)
            case "gone" | "refunded":
                return self._ended(order, found)
            case "open":
                return self._next()

    def _ended(self, order: Order, found: Standing) -> Self:
        if order.status in {"cancelled", "complete"}:
            voided = found.state == "gone"
            return self._next(status="voided" if voided else "refunded", reason=None)
        if self.is_paid:
            return self._next(status="failed", reason=found.reason or LAPSED)
        if not self.has_payable:
            return self._next()
        status = "declined" if found.reason else "pending"
        return replace(self.without_payable(), status=status, reason=found.reason)

    def _next(self, **changes: object) -> Self:
        return replace(self, version=self.version + 1, **changes)  # pyright: ignore[reportArgumentType]


def _freed(payment: Payment, looks: int, at: datetime) -> Payment:
    """Return it for others to look after. A refused card's intent does not change by itself."""
    unsure = payment.has_payable and payment.status == "pending"
    on_a_page = payment.session_id and payment.status in UNPAID
    watched = unsure or on_a_page or payment.status == "authorized"
    look_at = at + _pause(looks) if watched else None
    return replace(payment, looks=looks, busy_until=None, look_at=look_at)


def _pause(looks: int) -> timedelta:
    return min(FIRST_LOOK * 2 ** min(looks, 8), LAST_LOOK)
