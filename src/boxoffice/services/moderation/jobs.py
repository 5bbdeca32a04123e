"""What moderation does by the clock."""

from datetime import datetime

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.moderation import commands

AT_ONCE = 100  # texts a transaction: its locks are gone in some tenths of a second


async def run_rules(running: Running) -> datetime | None:
    """Judge old texts by the present rules, where asked; return now while there are more."""
    at = clock.now()
    return at if await commands.run_rules(running.db, at, AT_ONCE) else None
