"""What can be done with pictures of shows."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from boxoffice.events.shows import ShowChanged
from boxoffice.kit import clock
from boxoffice.kit.database import Database, Tx
from boxoffice.kit.errors import NotFound
from boxoffice.kit.pictures.album import LOOSE, Album
from boxoffice.services.shows import store
from boxoffice.services.shows.model import Picture, Show


async def hang_picture(
    album: Album, db: Database, show: Show, raw: bytes, at: datetime, *, as_poster: bool
) -> Picture:
    """Give a show a further picture, or a poster in place of its own, and return it.

    Conflict when it has too many; BadInput, TooLarge as the album says; Unavailable.
    """
    show.require_room(for_poster=as_poster)  # refused before the work, if it is
    upload = await album.develop(clock.new_id(), raw)
    await store.upsert_loose_pictures(db, upload.picture.files, at + LOOSE)
    await album.keep(upload)
    picture = Picture.of(upload.picture, is_poster=as_poster)
    async with db.transaction() as tx:
        await _change(tx, show.show_id, lambda found: found.hang(picture), at)
    return picture


async def take_down_picture(db: Database, show: Show, picture_id: UUID, at: datetime) -> None:
    """Take a picture of a show away, or its poster. NotFound when it has no such one."""
    async with db.transaction() as tx:
        await _change(tx, show.show_id, lambda found: found.take_down(picture_id), at)


async def sweep_pictures(album: Album, db: Database, at: datetime, limit: int) -> int:
    """Drop so many files that were loose for long and no show names; return how many were.

    They are dropped within the transaction: who uploads one of them just now waits for it.
    """
    async with db.transaction() as tx:
        due = await store.take_loose_pictures(tx, at, limit)
        await album.drop([file for file, is_named in due if not is_named])
    return len(due)


async def _change(tx: Tx, show_id: UUID, change: Callable[[Show], Show], at: datetime) -> None:
    """Change the pictures of a show as it is now: developing one took its time."""
    show = await store.select_show_for_update(tx, show_id)
    if show is None:
        raise NotFound("There is no such show")
    changed = change(show)
    await store.update_show(tx, changed)
    await tx.emit(ShowChanged.of(changed))
    gone = [one for one in show.pictures if one not in changed.pictures]
    if gone:
        files = [file for one in gone for file in one.files]
        await store.upsert_loose_pictures(tx, files, at + LOOSE)
