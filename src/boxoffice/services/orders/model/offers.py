"""What can be bought, and what somebody wants of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self, TypeAlias
from uuid import UUID

from boxoffice.kit.errors import Conflict
from boxoffice.services.orders.model.performances import offer_of

Guest: TypeAlias = tuple[UUID, UUID]  # a performance, and somebody who orders seats of it


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
    performance_id: UUID | None = None
    is_sold: bool = False

    def require_for(self, buyer_id: UUID, *, is_taken: bool) -> None:
        """Conflict unless this person can have it now, and nobody has taken it."""
        if self.performance_id is None and self.seller_id == buyer_id:
            raise Conflict("This ticket is your own")
        if is_taken:
            raise Conflict("Somebody else was faster: this ticket is reserved or sold")
        if not self.on_sale:
            raise Conflict("This ticket is no longer on sale")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants, all of it or nothing: a ticket, or seats of one performance."""

    order_id: UUID
    buyer_id: UUID
    offer_ids: tuple[UUID, ...]
    placed_at: datetime
    hold: timedelta
    performance_id: UUID | None = None
    labels: tuple[str, ...] = ()  # of the seats, for what is said about them

    @property
    def guest(self) -> Guest | None:
        """Whose seats count against the limit of which performance."""
        return (self.performance_id, self.buyer_id) if self.performance_id else None

    def naming(self, performance_id: UUID, labels: Sequence[str]) -> Self:
        """Return it wanting these places of a performance."""
        return replace(
            self,
            performance_id=performance_id,
            labels=tuple(labels),
            offer_ids=tuple(offer_of(performance_id, label) for label in labels),
        )


@dataclass(frozen=True, slots=True)
class Wish:
    """So many places of a section together, whichever are best."""

    performance_id: UUID
    section: str
    quantity: int
    accessible: bool = False
