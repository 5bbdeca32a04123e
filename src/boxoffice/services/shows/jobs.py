"""What the catalogue does by the clock."""

from datetime import datetime, timedelta

from boxoffice.kit import clock
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.pictures.album import album_of
from boxoffice.kit.service import Running
from boxoffice.services.shows import commands, store
from boxoffice.services.shows.gateway import open_kopis
from boxoffice.services.shows.model.imports import Import, Origin

SWEPT_AT_ONCE = 20  # files a transaction: a bucket drops one in some hundredths of a second
REST = timedelta(minutes=5)  # until where pictures are is asked again, once it was away


async def import_kopis(running: Running) -> datetime | None:
    """Import from the open API once a day, where there is a key; return when the next time is."""
    settings, at = running.settings, clock.now()
    if settings.kopis_key is None or settings.kopis_organiser is None:
        return None
    if await commands.claim_kopis(running.db, at, due=True):
        work = Import(Origin(commands.KOPIS, settings.kopis_organiser), at)
        async with open_kopis(settings) as kopis:
            await commands.import_kopis(running.db, kopis, work, settings.kopis_capacity)
    return await store.select_next_import(running.db, commands.KOPIS)


async def sweep_pictures(running: Running) -> datetime | None:
    """Drop pictures that no show has any more; return now when there may be more."""
    at = clock.now()
    try:
        done = await commands.sweep_pictures(album_of(running), running.db, at, SWEPT_AT_ONCE)
    except Unavailable:
        return at + REST
    return at if done == SWEPT_AT_ONCE else None
