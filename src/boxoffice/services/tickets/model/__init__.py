"""What people offer each other, and the right to places of performances."""

from boxoffice.services.tickets.model.admissions import NONCE_BYTES, Admission, Order, Why
from boxoffice.services.tickets.model.codes import LONGEST_CODE, Claim, TicketKey, read_code
from boxoffice.services.tickets.model.listings import Ban, Ticket
from boxoffice.services.tickets.model.performances import Performance

__all__ = [
    "LONGEST_CODE",
    "NONCE_BYTES",
    "Admission",
    "Ban",
    "Claim",
    "Order",
    "Performance",
    "Ticket",
    "TicketKey",
    "Why",
    "read_code",
]
