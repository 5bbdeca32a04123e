"""What tickets does by the clock."""

from datetime import datetime, timedelta

from boxoffice.kit import clock
from boxoffice.kit.errors import Unavailable
from boxoffice.kit.pictures.album import album_of
from boxoffice.kit.service import Running
from boxoffice.services.tickets import commands, store

AT_ONCE = 20  # tickets a transaction: its locks are gone in some milliseconds
SWEPT_AT_ONCE = 20  # files a transaction: a bucket drops one in some hundredths of a second
REST = timedelta(minutes=5)  # until where pictures are is asked again, once it was away
MAILED_AT_ONCE = 50  # orders a transaction, each of up to eight codes of 0.1 ms


async def heed_bans(running: Running) -> datetime | None:
    """Take what people who are banned offer off sale; return now when there may be more."""
    at = clock.now()
    done = await commands.heed_bans(running.db, at, AT_ONCE)
    return at if done == AT_ONCE else None


async def mail_tickets(running: Running) -> datetime | None:
    """Mail tickets that are new, have another code or another date; return now while there are."""
    if await commands.mail_tickets(running.outside, running.db, MAILED_AT_ONCE):
        return clock.now()
    await store.end_moves(running.db)
    return None


async def sweep_pictures(running: Running) -> datetime | None:
    """Drop pictures that no ticket has any more; return now when there may be more."""
    at = clock.now()
    try:
        done = await commands.sweep_pictures(album_of(running), running.db, at, SWEPT_AT_ONCE)
    except Unavailable:
        return at + REST
    return at if done == SWEPT_AT_ONCE else None
