"""What can be done with what people offer each other."""

from datetime import datetime
from uuid import UUID

from boxoffice.events.tickets import TicketEdited, TicketListed, TicketWithdrawn
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import NotFound, StaleVersion
from boxoffice.services.tickets import store
from boxoffice.services.tickets.model import Ticket


async def list_ticket(db: Database, ticket: Ticket) -> Ticket:
    """Put a ticket on sale and return it."""
    async with db.transaction() as tx:
        await store.insert_ticket(tx, ticket)
        await tx.emit(TicketListed.of(ticket))
    return ticket


async def edit_ticket(
    db: Database, ticket: Ticket, title: str, price_minor: int, version: int | None
) -> Ticket:
    """Change what a ticket says and return it. StaleVersion, Conflict when it is not on sale."""
    if version is not None and version != ticket.version:
        raise StaleVersion
    edited = ticket.edit(title, price_minor)
    async with db.transaction() as tx:
        await store.update_ticket(tx, edited)
        await tx.emit(TicketEdited.of(edited))
    return edited


async def withdraw_ticket(db: Database, ticket: Ticket) -> None:
    """Take a ticket off sale; once is enough. Conflict when somebody holds or has it."""
    if ticket.status == "withdrawn":
        return
    withdrawn = ticket.withdraw()
    async with db.transaction() as tx:
        await store.update_ticket(tx, withdrawn)
        await tx.emit(TicketWithdrawn.of(withdrawn))


async def heed_bans(db: Database, at: datetime, limit: int) -> int:
    """Take so many tickets of people who are banned at this time off sale; return how many.

    What somebody else is changing is left for later: it waits for nobody, and so in no circle.
    """
    async with db.transaction() as tx:
        found = await store.select_of_banned_for_update(tx, at, limit)
        for ticket in found:
            withdrawn = ticket.take_off_sale()
            await store.update_ticket(tx, withdrawn)
            await tx.emit(TicketWithdrawn.of(withdrawn))
    return len(found)


async def get_own_ticket(db: Queries, ticket_id: UUID, person_id: UUID) -> Ticket:
    """Return a ticket to its seller. NotFound, Forbidden to others."""
    ticket = await store.select_ticket(db, ticket_id)
    if ticket is None:
        raise NotFound("There is no such ticket")
    ticket.require_seller(person_id)
    return ticket


async def get_ticket(db: Queries, ticket_id: UUID) -> Ticket:
    """Return a ticket to anyone. NotFound when there is none, or it was withdrawn."""
    ticket = await store.select_ticket(db, ticket_id)
    if ticket is None or ticket.status == "withdrawn":
        raise NotFound("There is no such ticket")
    return ticket
