"""An order: who may have what, and by which rules it lives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from boxoffice.events.orders import CancelReason, OrderStatus
from boxoffice.kit.errors import Conflict, Forbidden, NotFound


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be bought once. `order_id` is who holds or has it."""

    offer_id: UUID
    version: int
    seller_id: UUID
    label: str
    price_minor: int
    currency: str
    on_sale: bool
    order_id: UUID | None
    hold_version: int

    def require_for(self, buyer_id: UUID) -> None:
        """Conflict unless this person can have it now."""
        if self.seller_id == buyer_id:
            raise Conflict("This ticket is your own")
        if self.order_id is not None:
            raise Conflict("Somebody else was faster: this ticket is reserved or sold")
        if not self.on_sale:
            raise Conflict("This ticket is no longer on sale")


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
class Ban:
    """Whether a person is banned: since `banned_at`, until `banned_until` or for good."""

    person_id: UUID
    version: int
    banned_at: datetime | None
    banned_until: datetime | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants, all of it or nothing."""

    order_id: UUID
    buyer_id: UUID
    offer_ids: tuple[UUID, ...]
    placed_at: datetime
    hold: timedelta


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

    @classmethod
    def of(cls, draft: Draft, offers: Sequence[Offer]) -> Self:
        """Return the order for a draft, at the price of these offers, each held once more."""
        return cls(
            order_id=draft.order_id,
            version=0,
            status="created",
            buyer_id=draft.buyer_id,
            total_minor=sum(offer.price_minor for offer in offers),
            currency=offers[0].currency,
            placed_at=draft.placed_at,
            expires_at=draft.placed_at + draft.hold,
            cancelled_because=None,
            items=tuple(_item(offer) for offer in offers),
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

    def complete(self) -> Self:
        """Return it paid, its offers sold. Conflict unless the payment was being taken."""
        if self.status != "awaiting:payment":
            raise Conflict("No payment of this order is being taken")
        return replace(self._raised(), status="complete")

    def cancel(self, because: CancelReason) -> Self:
        """Return it given up. Conflict when it was before, is paid, or is being paid."""
        if self.status == "cancelled":
            raise Conflict("This order is cancelled already")
        if self.status == "complete":
            raise Conflict("A paid order is refunded, not cancelled")
        if self.status == "awaiting:payment" and because != "refused":
            raise Conflict("The payment of this order is being taken right now")
        return replace(self._raised(), status="cancelled", cancelled_because=because)

    def _raised(self) -> Self:
        items = tuple(replace(item, hold_version=item.hold_version + 1) for item in self.items)
        return replace(self, version=self.version + 1, items=items)


def settle(drafts: Sequence[Draft], offers: dict[UUID, Offer]) -> list[Order | Exception]:
    """Decide who of those who ask at the same time gets what: first come, all or nothing.

    Returns an order or a refusal for each draft, in order. NotFound where an offer is unknown.
    """
    free = dict(offers)
    outcomes: list[Order | Exception] = []
    for draft in drafts:
        try:
            wanted = [_find(free, offer_id) for offer_id in draft.offer_ids]
            for offer in wanted:
                offer.require_for(draft.buyer_id)
        except (Conflict, NotFound) as refusal:
            outcomes.append(refusal)
            continue
        outcomes.append(Order.of(draft, wanted))
        for offer in wanted:
            free[offer.offer_id] = replace(offer, order_id=draft.order_id)
    return outcomes


def _find(offers: dict[UUID, Offer], offer_id: UUID) -> Offer:
    if offer_id not in offers:
        raise NotFound("There is no such ticket")
    return offers[offer_id]


def _item(offer: Offer) -> Item:
    return Item(
        offer_id=offer.offer_id,
        offer_version=offer.version,
        seller_id=offer.seller_id,
        label=offer.label,
        price_minor=offer.price_minor,
        hold_version=offer.hold_version + 1,
    )
