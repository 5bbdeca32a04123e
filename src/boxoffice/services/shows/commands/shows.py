"""What can be done with shows."""

from datetime import datetime
from uuid import UUID

from boxoffice.events.shows import ShowAdded, ShowChanged
from boxoffice.kit.database import Database, Queries
from boxoffice.kit.errors import NotFound, StaleVersion
from boxoffice.services.shows import store
from boxoffice.services.shows.commands.performances import say_title_anew
from boxoffice.services.shows.model import Billing, Show


async def bill_show(db: Database, show: Show) -> Show:
    """Add a show and return it."""
    async with db.transaction() as tx:
        await store.insert_show(tx, show)
        await tx.emit(ShowAdded.of(show))
    return show


async def edit_show(
    db: Database, show: Show, billing: Billing, version: int | None, at: datetime
) -> Show:
    """Change what is known of a show and return it. StaleVersion.

    A new title is said of each of its performances that are published and still to come.
    """
    if version is not None and version != show.version:
        raise StaleVersion
    edited = show.edit(billing)
    if edited is show:
        return show
    async with db.transaction() as tx:
        await store.update_show(tx, edited)
        if edited.title != show.title:
            await say_title_anew(tx, show.show_id, at)
        await tx.emit(ShowChanged.of(edited))
    return edited


async def get_show(db: Queries, show_id: UUID) -> Show:
    """Return a show, announced or not. NotFound."""
    show = await store.select_show(db, show_id)
    if show is None:
        raise NotFound("There is no such show")
    return show


async def get_own_show(db: Queries, show_id: UUID, person_id: UUID) -> Show:
    """Return a show to its organiser. NotFound, Forbidden to others."""
    show = await get_show(db, show_id)
    show.require_organiser(person_id)
    return show
