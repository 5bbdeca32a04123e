"""What orders does by the clock."""

from datetime import datetime

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.orders import commands

AT_ONCE = 20  # orders a transaction: its locks are gone in some milliseconds


async def heed_bans(running: Running) -> datetime | None:
    """Cancel open orders of people who are banned; return now when there may be more."""
    at = clock.now()
    done = await commands.heed_bans(running.db, at, AT_ONCE)
    return at if done == AT_ONCE else None
