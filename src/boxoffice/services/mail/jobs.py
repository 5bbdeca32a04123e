"""What mail does by the clock."""

from datetime import datetime, timedelta

from boxoffice.kit import clock
from boxoffice.kit.database import Queries
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


async def count_waiting(db: Queries, _: datetime) -> float:
    """Return how many letters are neither sent nor given up."""
    return await store.count_waiting(db)


async def measure_waiting(db: Queries, at: datetime) -> float:
    """Return since how many seconds the oldest of them waits."""
    written_at = await store.select_oldest_waiting(db)
    return (at - written_at).total_seconds() if written_at else 0


async def forget_old(running: Running) -> datetime | None:
    """Forget what old letters said."""
    async with running.db.transaction() as tx:
        await store.blank_letters(tx, clock.now() - KEPT)
    return None
