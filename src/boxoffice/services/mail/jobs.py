"""What mail does by the clock."""

from datetime import datetime, timedelta

from boxoffice.kit import clock
from boxoffice.kit.service import Running
from boxoffice.services.mail import commands, store

AT_ONCE = 20  # letters a connection
KEPT = timedelta(days=30)  # what a letter said, for questions; later only that it was sent


async def send_due(running: Running) -> datetime | None:
    """Send the letters that are due; return when the next one is."""
    at = clock.now()
    due = await commands.claim_letters(running.db, at, AT_ONCE)
    if due:
        await commands.send_letters(
            running.outside, running.db, running.settings.public_url, due, at
        )
    return at if len(due) == AT_ONCE else await store.select_next_due(running.db)


async def forget_old(running: Running) -> datetime | None:
    """Forget what old letters said."""
    async with running.db.transaction() as tx:
        await store.blank_letters(tx, clock.now() - KEPT)
    return None
