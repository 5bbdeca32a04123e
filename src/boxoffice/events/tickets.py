"""What tickets says: what people offer each other on the market."""

from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event

TicketStatus = Literal["listed", "locked", "sold", "withdrawn"]


class TicketState(Event):
    """A ticket as it is after what the event's name says."""

    publisher: ClassVar[str] = "tickets"
    about: ClassVar[str] = "ticket_id"

    ticket_id: UUID
    version: int
    seller_id: UUID
    title: str
    price_minor: int
    currency: str
    status: TicketStatus
    order_id: UUID | None


class TicketListed(TicketState):
    """Somebody offers a ticket."""


class TicketEdited(TicketState):
    """Its seller changed the title or the price."""


class TicketLocked(TicketState):
    """An order holds it: somebody is paying."""


class TicketFreed(TicketState):
    """The order that held it gave it up; it can be bought again."""


class TicketSold(TicketState):
    """The order that held it is paid."""


class TicketWithdrawn(TicketState):
    """It is offered no more; an order that holds it may still be paid."""
