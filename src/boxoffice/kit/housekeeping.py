"""What every service does by the clock to stay small: it forgets what nobody may need again."""

from datetime import datetime, timedelta

from boxoffice.kit import clock, inbox, limits, outbox
from boxoffice.kit.http import idempotency
from boxoffice.kit.service import Job, Running

LIMITS_KEPT = timedelta(days=1)  # failures are remembered that long at the most


async def forget(running: Running) -> datetime | None:
    """Delete sent events, heard ids, kept answers and limits past their time."""
    at = clock.now()
    async with running.db.transaction() as tx:
        await outbox.delete_sent(tx, at - outbox.KEPT)
        await inbox.delete_heard(tx, at - inbox.KEPT)
        await idempotency.delete_old_keys(tx, at)
        await limits.delete_past(tx, at - LIMITS_KEPT)
    return None


FORGETTING = Job(forget, every=timedelta(hours=1), is_woken=False)
