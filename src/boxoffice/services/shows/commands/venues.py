"""What can be done with venues."""

from datetime import datetime
from uuid import UUID

from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import NotFound, StaleVersion
from boxoffice.services.shows import store
from boxoffice.services.shows.commands.performances import say_venue_anew
from boxoffice.services.shows.model import Premises, Venue


async def open_venue(db: Database, venue: Venue) -> Venue:
    """Add a venue and return it."""
    async with db.transaction() as tx:
        await store.insert_venue(tx, venue)
    return venue


async def edit_venue(
    db: Database, venue: Venue, premises: Premises, version: int | None, at: datetime
) -> Venue:
    """Change what is known of a venue and return it. StaleVersion.

    Performances that are published keep their map. A new name, city or time zone is said of each
    of them that is still to come, as is a new capacity of each draft; Conflict when these are too many.
    """
    if version is not None and version != venue.version:
        raise StaleVersion
    edited = venue.edit(premises)
    if edited is venue:
        return venue
    async with db.transaction() as tx:
        await store.update_venue(tx, edited)
        await say_venue_anew(tx, venue, edited, at)
    return edited


async def get_venue(db: Queries, venue_id: UUID) -> Venue:
    """Return a venue to anyone. NotFound."""
    venue = await store.select_venue(db, venue_id)
    if venue is None:
        raise NotFound("There is no such venue")
    return venue


async def get_own_venue(db: Queries, venue_id: UUID, person_id: UUID) -> Venue:
    """Return a venue to its organiser. NotFound, Forbidden to others."""
    venue = await get_venue(db, venue_id)
    venue.require_organiser(person_id)
    return venue
