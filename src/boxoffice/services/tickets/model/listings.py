"""A ticket on the market, and what may be done with it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from boxoffice.events.tickets import TicketStatus
from boxoffice.kit.errors import Conflict, Forbidden
from boxoffice.kit.pictures.picture import Picture


@dataclass(frozen=True, slots=True)
class Ticket:
    """Something that one person offers another. Orders alone decides who holds it."""

    ticket_id: UUID
    version: int
    seller_id: UUID
    title: str
    price_minor: int
    currency: str
    status: TicketStatus
    order_id: UUID | None
    hold_version: int
    withdrawn: bool
    listed_at: datetime
    picture: Picture | None = None

    @classmethod
    def offer(
        cls,
        ticket_id: UUID,
        seller_id: UUID,
        *,
        title: str,
        price_minor: int,
        currency: str,
        at: datetime,
    ) -> Self:
        """Return a new ticket, on sale."""
        return cls(
            ticket_id=ticket_id,
            version=0,
            seller_id=seller_id,
            title=title,
            price_minor=price_minor,
            currency=currency,
            status="listed",
            order_id=None,
            hold_version=0,
            withdrawn=False,
            listed_at=at,
        )

    def require_seller(self, person_id: UUID) -> None:
        """Forbidden to everyone but its seller."""
        if person_id != self.seller_id:
            raise Forbidden("This ticket is somebody else's")

    def edit(self, title: str, price_minor: int) -> Self:
        """Return it with another title and price. Conflict unless it is still on sale."""
        self._require_free()
        return replace(self, version=self.version + 1, title=title, price_minor=price_minor)

    def depict(self, picture: Picture | None) -> Self:
        """Return it with this picture, or with none. Conflict unless it is still on sale."""
        self._require_free()
        return replace(self, version=self.version + 1, picture=picture)

    def withdraw(self) -> Self:
        """Return it off sale. Conflict when somebody holds or has it."""
        self._require_free()
        return self.take_off_sale()

    def take_off_sale(self) -> Self:
        """Return it offered to nobody else, though whoever holds it may still have it.

        Conflict when it is sold, or was withdrawn before.
        """
        self._require_offered()
        status = "locked" if self.status == "locked" else "withdrawn"
        return replace(self, version=self.version + 1, status=status, withdrawn=True)

    def lock(self, order_id: UUID, hold_version: int) -> Self:
        """Return it held by an order, which may have come before a withdrawal."""
        return self._hold("locked", order_id, hold_version)

    def free(self, hold_version: int) -> Self:
        """Return it held by nobody."""
        return self._hold("withdrawn" if self.withdrawn else "listed", None, hold_version)

    def sell(self, order_id: UUID, hold_version: int) -> Self:
        """Return it sold."""
        return self._hold("sold", order_id, hold_version)

    def _hold(self, status: TicketStatus, order_id: UUID | None, hold_version: int) -> Self:
        if hold_version <= self.hold_version:  # older than what is known
            return self
        return replace(
            self,
            version=self.version + 1,
            status=status,
            order_id=order_id,
            hold_version=hold_version,
        )

    def _require_free(self) -> None:
        if self.status == "locked":
            raise Conflict("Somebody is paying for this ticket right now")
        self._require_offered()

    def _require_offered(self) -> None:
        if self.status == "sold":
            raise Conflict("This ticket is sold")
        if self.withdrawn:
            raise Conflict("This ticket was withdrawn")


@dataclass(frozen=True, slots=True)
class Ban:
    """Whether a person is banned: since `banned_at`, until `banned_until` or for good."""

    person_id: UUID
    version: int
    banned_at: datetime | None
    banned_until: datetime | None
