"""What tickets says: what people offer each other on the market, and who may take which seat."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from boxoffice.events.event import Event, Part
from boxoffice.events.pictures import PictureSaid
from boxoffice.events.streams import MAIL, Stream

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
    picture: PictureSaid | None = None


class TicketListed(TicketState):
    """Somebody offers a ticket."""


class TicketEdited(TicketState):
    """Its seller changed the title, the price or the picture."""


class TicketLocked(TicketState):
    """An order holds it: somebody is paying."""


class TicketFreed(TicketState):
    """The order that held it gave it up; it can be bought again."""


class TicketSold(TicketState):
    """The order that held it is paid."""


class TicketWithdrawn(TicketState):
    """It is offered no more; an order that holds it may still be paid."""


class AdmissionState(Event):
    """The right to one place of a performance, without the code that proves it."""

    publisher: ClassVar[str] = "tickets"
    about: ClassVar[str] = "admission_id"

    admission_id: UUID
    version: int
    order_id: UUID
    performance_id: UUID
    holder_id: UUID
    seat: str
    is_valid: bool


class AdmissionIssued(AdmissionState):
    """An order is paid: this place is its buyer's."""


class AdmissionReissued(AdmissionState):
    """It has another code now; the one before opens nothing."""


class AdmissionVoided(AdmissionState):
    """It opens nothing any more: its order was refunded."""


class IssuedTicket(Part):
    """One place and the code that opens it, as the QR code shows it."""

    admission_id: UUID
    seat: str
    code: str


class SendTickets(Event):
    """Mail somebody all tickets of an order, because they are new or because something changed."""

    stream: ClassVar[Stream] = MAIL
    subjects: ClassVar[str] = "mail.tickets"
    publisher: ClassVar[str] = "tickets"
    about: ClassVar[str] = "letter_id"

    letter_id: UUID
    why: Literal["paid", "reissued", "postponed"]
    order_id: UUID
    person_id: UUID
    title: str
    venue: str
    city: str
    time_zone: str
    starts_at: datetime
    is_date_known: bool
    doors_at: datetime | None
    total_minor: int
    currency: str
    tickets: tuple[IssuedTicket, ...]
