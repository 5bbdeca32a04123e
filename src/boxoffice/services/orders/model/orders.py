"""An order: who may have what, and by which rules it lives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from boxoffice.events.orders import CancelReason, OrderStatus
from boxoffice.kit.errors import Conflict, Forbidden
from boxoffice.services.orders.model.offers import Draft, Offer
from boxoffice.services.orders.model.performances import Performance


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of an order, as it was when it was ordered."""

    offer_id: UUID
    offer_version: int
    seller_id: UUID
    label: str
    price_minor: int
    hold_version: int


@dataclass(frozen=True, slots=True)
class Order:
    """A person's claim on offers, at the prices of the moment when it was placed."""

    order_id: UUID
    version: int
    status: OrderStatus
    buyer_id: UUID
    total_minor: int
    currency: str
    placed_at: datetime
    expires_at: datetime
    cancelled_because: CancelReason | None
    items: tuple[Item, ...]
    performance_id: UUID | None = None
    completed_at: datetime | None = None
    performance: Performance | None = None  # where it is shown to somebody

    @classmethod
    def of(
        cls, draft: Draft, offers: Sequence[Offer], performance: Performance | None = None
    ) -> Self:
        """Return the order for a draft, at the price of these offers, each held once more.

        What costs nothing is complete at once.
        """
        total_minor = sum(offer.price_minor for offer in offers)
        return cls(
            order_id=draft.order_id,
            version=0,
            status="created" if total_minor else "complete",
            buyer_id=draft.buyer_id,
            total_minor=total_minor,
            currency=offers[0].currency,
            placed_at=draft.placed_at,
            expires_at=draft.placed_at + draft.hold,
            cancelled_because=None,
            items=tuple(_item(offer) for offer in offers),
            performance_id=draft.performance_id,
            completed_at=None if total_minor else draft.placed_at,
            performance=performance,
        )

    def require_buyer(self, person_id: UUID) -> None:
        """Forbidden to everyone but its buyer."""
        if person_id != self.buyer_id:
            raise Forbidden("This order is somebody else's")

    def await_payment(self) -> Self:
        """Return it as authorised: from here it cannot expire. Conflict unless it is `created`."""
        if self.status != "created":
            raise Conflict("This order does not wait for a card any more")
        return replace(self, version=self.version + 1, status="awaiting:payment")

    def complete(self, at: datetime) -> Self:
        """Return it paid, its offers sold. Conflict unless the payment was being taken."""
        if self.status != "awaiting:payment":
            raise Conflict("No payment of this order is being taken")
        return replace(self._raised(), status="complete", completed_at=at)

    def cancel(self, because: CancelReason) -> Self:
        """Return it given up. Conflict when it was before or is being paid.

        A paid order is given up only together with its performance; then its money comes back.
        """
        if self.status == "cancelled":
            raise Conflict("This order is cancelled already")
        if self.status == "complete" and because != "performance cancelled":
            raise Conflict("A paid order is refunded, not cancelled")
        if self.status == "awaiting:payment" and because != "refused":
            raise Conflict("The payment of this order is being taken right now")
        return replace(self._raised(), status="cancelled", cancelled_because=because)

    def _raised(self) -> Self:
        items = tuple(replace(item, hold_version=item.hold_version + 1) for item in self.items)
        return replace(self, version=self.version + 1, items=items)


def _item(offer: Offer) -> Item:
    return Item(
        offer_id=offer.offer_id,
        offer_version=offer.version,
        seller_id=offer.seller_id,
        label=offer.label,
        price_minor=offer.price_minor,
        hold_version=offer.hold_version + 1,
    )
