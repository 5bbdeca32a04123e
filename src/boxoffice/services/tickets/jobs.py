"""What the market does by the clock."""

from datetime import datetime

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.tickets import commands

AT_ONCE = 20  # tickets a transaction: its locks are gone in some milliseconds


async def heed_bans(running: Running) -> datetime | None:
    """Take what people who are banned offer off sale; return now when there may be more."""
    at = clock.now()
    done = await commands.heed_bans(running.db, at, AT_ONCE)
    return at if done == AT_ONCE else None
