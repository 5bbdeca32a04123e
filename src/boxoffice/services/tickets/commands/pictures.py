"""What can be done with pictures of what people offer each other.

They are no part of what tickets says: who shows tickets asks for them. A new version is said
nevertheless, so that whoever keeps a copy of a ticket can see that it has changed.
"""

from datetime import datetime
from uuid import UUID

from boxoffice.events.tickets import TicketEdited
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import NotFound
from boxoffice.kit.pictures.album import LOOSE, Album
from boxoffice.kit.pictures.picture import Picture
from boxoffice.services.tickets import store
from boxoffice.services.tickets.model import Ticket


async def show_picture(
    album: Album, db: Database, ticket: Ticket, raw: bytes, at: datetime
) -> Picture:
    """Give a ticket a picture, in place of another, and return it. Conflict unless it is on sale.

    BadInput, TooLarge as the album says; Unavailable.
    """
    ticket.depict(None)  # refused before the work, if it is
    upload = await album.develop(clock.new_id(), raw)
    await store.upsert_loose_pictures(db, upload.picture.files, at + LOOSE)
    await album.keep(upload)
    async with db.transaction() as tx:
        await _depict(tx, ticket.ticket_id, upload.picture, at)
    return upload.picture


async def remove_picture(db: Database, ticket: Ticket, at: datetime) -> None:
    """Take the picture off a ticket; once is enough. Conflict unless it is on sale."""
    if ticket.picture is None:
        return
    async with db.transaction() as tx:
        await _depict(tx, ticket.ticket_id, None, at)


async def sweep_pictures(album: Album, db: Database, at: datetime, limit: int) -> int:
    """Drop so many files that were loose for long and no ticket names; return how many were.

    They are dropped within the transaction: who uploads one of them just now waits for it.
    """
    async with db.transaction() as tx:
        due = await store.take_loose_pictures(tx, at, limit)
        await album.drop([file for file, is_named in due if not is_named])
    return len(due)


async def _depict(tx: Tx, ticket_id: UUID, picture: Picture | None, at: datetime) -> None:
    """Give a ticket another picture, as it is now: developing one took its time."""
    ticket = await store.select_ticket_for_update(tx, ticket_id)
    if ticket is None:
        raise NotFound("There is no such ticket")
    depicted = ticket.depict(picture)
    await store.update_picture(tx, depicted)
    if ticket.picture:
        await store.upsert_loose_pictures(tx, ticket.picture.files, at + LOOSE)
    await tx.emit(TicketEdited.of(depicted))
